/** Starts programs as processes of their own. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { until } from './reseller.ts';

/** Starts the program at a `file:` URL and notes what it says; `ipc` gives it a channel to here. */
export function startProgram(url: string, environment: Record<string, string>, ipc = false) {
  const child = spawn(process.execPath, [fileURLToPath(url)], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('no pipes');
  const said = { out: '', err: '' };
  stdout.on('data', (part) => (said.out += String(part)));
  stderr.on('data', (part) => (said.err += String(part)));

  // Not the event close: Node does not emit it after a disconnect from this side.
  const end = async (): Promise<number | NodeJS.Signals | null> => {
    const [exit] = await Promise.all([once(child, 'exit'), finished(stdout), finished(stderr)]);
    const [code, signal] = exit as [number | null, NodeJS.Signals | null];
    return signal ?? code;
  };

  return {
    child,
    said,
    /** Resolves with how it ended: exit code or signal. */
    ended: end(),
    /** The panel's address, once it answers. */
    ready: async (): Promise<string> => {
      const line = await until('the ready line', () => {
        if (child.exitCode !== null) throw new Error(`it ended: ${said.err}`);
        return /^\{.*\}$/m.exec(said.out)?.[0];
      });
      return (JSON.parse(line) as { machines: string }).machines;
    },
  };
}
