/** Runs a client of contract/interop and reads what it says (the README there). */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Party } from './interop-party.ts';

/** What every client does, in this order. */
export const SCENARIOS = [
  'registration',
  'bill',
  'machine',
  'till',
  'web shop',
  'refund',
  'receipt',
  'loyalty',
  'reports',
  'errors',
  'other operations',
  'farewell',
] as const;

/** What came of one scenario: how many steps went as wanted, and what did not. */
export type Outcome = { steps: number; readonly deviations: string[] };

/** What a client said in all, by scenario, and what is wrong with the program itself. */
export type ClientReport = {
  readonly scenarios: ReadonlyMap<string, Outcome>;
  readonly faults: readonly string[];
  readonly durationMs: number;
};

/** A client that hangs must not hang the test run. */
const CLIENT_LIMIT_MS = 60_000;
const STDERR_CHARACTERS = 4_000;

/** Runs a client to its end, and answers what it asks. */
export async function runClient(
  command: string,
  words: readonly string[],
  party: Party,
): Promise<ClientReport> {
  const began = performance.now();
  const signal = AbortSignal.timeout(CLIENT_LIMIT_MS);
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'pipe'], signal });
  const faults: string[] = [];
  child.on('error', (error) => faults.push(error.message));
  child.stdin.on('error', () => {});
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-STDERR_CHARACTERS);
  });
  // Without a process there is no end to wait for, only the error above.
  const ended = (once(child, 'close') as Promise<[number | null]>).catch(() => [null] as const);
  const scenarios = new Map<string, Outcome>();
  let now: Outcome = { steps: 0, deviations: [] };
  for await (const line of createInterface({ input: child.stdout })) {
    const [, kind, text = ''] = /^(SCENARIO|OK|DEVIATION|\?) (.*)$/.exec(line) ?? [];
    if (kind === 'SCENARIO') scenarios.set(text, (now = { steps: 0, deviations: [] }));
    else if (kind === 'OK') now.steps += 1;
    else if (kind === 'DEVIATION') now.deviations.push(text);
    else if (kind === '?') child.stdin.write(`${await answered(party, text, now)}\n`);
    else faults.push(`said "${line}"`);
  }
  const [code] = await ended;
  const deviates = [...scenarios.values()].some(({ deviations }) => deviations.length > 0);
  if (code !== (deviates ? 1 : 0)) faults.push(`ended with ${code}: ${stderr}`);
  return { scenarios, faults, durationMs: performance.now() - began };
}

/** A question without an answer is a deviation; the client goes on with what it makes of it. */
async function answered(party: Party, question: string, now: Outcome): Promise<string> {
  try {
    return await party.answer(question);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    now.deviations.push(`? ${question}: ${reason.replaceAll('\n', ' ')}`);
    return 'FAILED';
  }
}
