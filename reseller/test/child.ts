import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program of this workspace, running. */
export type Child = {
  /** Its ready line. */
  readonly ready: Readonly<Record<string, unknown>>;
  readonly process: ChildProcess;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>;
  /** What it has reported on stderr, line by line. */
  readonly lines: readonly string[];
  kill(signal?: NodeJS.Signals): Promise<void>;
};

/**
 * Starts `program` and waits for its ready line. It dies with this
 * process. `shell` is put before it, e.g. to set limits.
 */
export async function startChild(
  program: URL,
  env: Readonly<Record<string, string>>,
  shell = 'exec "$@"',
): Promise<Child> {
  const path = fileURLToPath(program);
  const child = spawn('/bin/sh', ['-c', shell, 'sh', process.execPath, path], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the pipes were asked for');
  const lines: string[] = [];
  const ended = once(child, 'exit').then(() => {});
  createInterface({ input: stderr }).on('line', (line) => lines.push(line));
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: stdout }).once('line', resolve);
    void ended.then(() => reject(new Error(`${path} has ended:\n${lines.join('\n')}`)));
  });
  return {
    ready: JSON.parse(await ready) as Record<string, unknown>,
    process: child,
    ended,
    lines,
    kill: async (signal = 'SIGKILL') => {
      child.kill(signal);
      await ended;
    },
  };
}
