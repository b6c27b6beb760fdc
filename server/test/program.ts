/** The platform's program as a process of its own. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from './work.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** A process that was started; `out` and `err` are what it has written so far. */
export type PlatformProcess = {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** Its ready line; fails when it ends without one. */
  ready(): Promise<{ event: string; platform: string; database: number | null }>;
  /** Its exit code, once it has ended; null when a signal ended it. */
  ended(): Promise<number | null>;
};

/** Starts the program with these settings and a channel, as a supervisor would. */
export function startProgram(environment: Readonly<Record<string, string>>): PlatformProcess {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], SEQR_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let out = '';
  let err = '';
  child.stdout?.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (err += data.toString()));
  // Not "close": that never comes once the channel was closed from here.
  const exit = Promise.all([
    once(child, 'exit') as Promise<[number | null]>,
    ...[child.stdout, child.stderr].map((stream) => stream && once(stream, 'end')),
  ]);
  return {
    child,
    out: () => out,
    err: () => err,
    async ready() {
      await eventually('the ready line', () => out.includes('\n') || child.exitCode !== null);
      if (!out.includes('\n')) throw new Error(`ended before it was ready: ${err}`);
      return JSON.parse(out) as Awaited<ReturnType<PlatformProcess['ready']>>;
    },
    ended: async () => (await exit)[0][0],
  };
}
