/** What the benchmarks' command lines have in common. */

import process from 'node:process';

/** A whole number from 1 to `max`; throws with what is wrong with it. */
export function whole(name: string, text: string, max: number): number {
  const number = /^[0-9]{1,10}$/.test(text.trim()) ? Number(text) : 0;
  if (number >= 1 && number <= max) return number;
  throw new Error(`${name} must be a whole number from 1 to ${max}, not "${text}"`);
}

/**
 * Runs a benchmark and answers the exit code: 0 when `measure` says that all is well, else 1. With
 * options that `read` throws at it is the help and 2; null are those that ask for the help.
 */
export async function runBenchmark<T>(
  help: string,
  read: () => T | null,
  measure: (options: T) => Promise<boolean>,
): Promise<number> {
  let options: T | null;
  try {
    options = read();
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${help}`);
    return 2;
  }
  if (options === null) {
    process.stdout.write(help);
    return 0;
  }
  try {
    return (await measure(options)) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 1;
  }
}

/** Says what happens on stderr, unless nothing but the last line is wanted. */
export const teller =
  (jsonOnly: boolean) =>
  (text: string): void => {
    if (!jsonOnly) process.stderr.write(`${text}\n`);
  };

/** Prints what was measured: the table, unless it is not wanted, and the last line. */
export function printMeasured(jsonOnly: boolean, table: string, figures: object): void {
  if (!jsonOnly) process.stdout.write(`${table}\n`);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
