/**
 * Runs one of the actors' programs as a process of its own and waits until it says that it listens.
 */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a program may take to listen, and to end after it was asked to. */
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 20_000;

/** A program that listens. `ready` is the JSON of its ready line. */
export type Program = {
  readonly name: string;
  readonly pid: number;
  readonly ready: Readonly<Record<string, unknown>>;
  /** Settles when the process has ended, however. */
  readonly ended: Promise<void>;
  /** Settles once the program has said this word over its channel, or has ended. */
  said(word: string): Promise<void>;
  /** Asks it to end and waits; a program that does not is killed after a while. */
  stop(): Promise<void>;
  /** Kills it at once (SIGKILL) and waits. */
  kill(): Promise<void>;
};

/**
 * Starts `script` under this Node. It gets a channel, whose end tells it that its parent is gone,
 * and a process group of its own, so that Ctrl-C reaches it only through its parent. Its log
 * (stderr) goes to `logPath`. Throws one sentence, with the program's own last words, when it ends
 * before it listens or never does.
 */
export async function startProgram(program: {
  readonly name: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logPath: string;
  /** Called with the process's id at once, long before it listens. */
  readonly spawned?: (pid: number) => void;
}): Promise<Program> {
  const log = openSync(program.logPath, 'a', 0o600);
  const child = spawn(process.execPath, [program.script], {
    env: { ...process.env, ...program.environment },
    stdio: ['ignore', 'pipe', log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  if (child.pid !== undefined) program.spawned?.(child.pid);
  const words = new Set<unknown>();
  child.on('message', (word) => words.add(word));
  const ended = once(child, 'exit').then(() => {});
  const ready = await Promise.race([
    readyLine(child),
    ended.then(() => null),
    sleep(START_LIMIT_MS, null, { ref: false }),
  ]);
  if (ready === null || child.pid === undefined) {
    child.kill('SIGKILL');
    const reason = await lastLine(program.logPath);
    throw new Error(`The ${program.name} did not start: ${reason} (${program.logPath})`);
  }
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    const slow = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(slow);
  };
  return {
    name: program.name,
    pid: child.pid,
    ready,
    ended,
    said: async (word) => {
      const over = new AbortController();
      void ended.then(() => over.abort());
      while (!words.has(word) && !over.signal.aborted) {
        await once(child, 'message', { signal: over.signal }).catch(() => {});
      }
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** The first line on stdout: the one JSON object that a program prints once it listens. */
async function readyLine(child: ChildProcess): Promise<Record<string, unknown> | null> {
  if (!child.stdout) return null;
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    // Whatever else it prints is read and dropped, so that a full pipe never stops it.
    child.stdout.resume();
    return JSON.parse(line) as Record<string, unknown>;
  }
  return null;
}

async function lastLine(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').at(-1) ?? '';
}
