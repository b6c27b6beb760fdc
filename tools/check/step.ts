/**
 * Runs the parts of the check one after another, each with a line of its own and the time it took.
 */

import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's directory. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'node_modules', '.bin');
/** Of the output of a failing program so much is shown. */
const SHOWN_CHARACTERS = 20_000;

/** A part of the check that did not pass: the message says why and ends the check. */
export class Failure extends Error {}

/**
 * Runs `work` and prints its name, time and remark (what it returns). On a `Failure` prints that,
 * and throws it on.
 */
export async function step(name: string, work: () => Promise<string | void>): Promise<void> {
  const began = performance.now();
  const seconds = (): string => `${((performance.now() - began) / 1000).toFixed(1)} s`.padStart(8);
  try {
    const remark = await work();
    console.log(`${name.padEnd(34)} ${seconds()}${remark ? `  ${remark}` : ''}`);
  } catch (error) {
    console.log(`${name.padEnd(34)} ${seconds()}  FAILED`);
    throw error;
  }
}

/**
 * Runs a program of `node_modules/.bin` (or `node` itself) in the repository. Its output is shown
 * at once with `live`, else only when it fails. Throws a `Failure` when it does not end with 0.
 */
export async function run(
  program: string,
  words: readonly string[],
  options: { live?: boolean; environment?: NodeJS.ProcessEnv } = {},
): Promise<void> {
  const file = program === 'node' ? process.execPath : join(BIN, program);
  const child = spawn(file, words, {
    cwd: ROOT,
    env: { ...cleanEnvironment(), ...options.environment },
    stdio: options.live ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code === 0) return;
  throw new Failure(`${output.slice(-SHOWN_CHARACTERS)}\n${program} ${words[0] ?? ''} failed`);
}

/**
 * The caller's environment without settings of the project, and with the project's own programs
 * first.
 */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(SEQR_|DATABASE_URL$|PG[A-Z]+$|NODE_OPTIONS$)/.test(name) || name.startsWith('SEQR_TEST_'),
  );
  const path = `${BIN}${delimiter}${process.env['PATH'] ?? ''}`;
  return { ...Object.fromEntries(kept), PATH: path, NO_COLOR: '1' };
}
