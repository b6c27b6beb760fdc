/** `npm start` as a process of its own, as a newcomer's terminal runs it. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually } from './actors.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What `npm start` runs, from package.json. */
const ARGUMENTS = ['--import', './server/src/node-version.js', 'tools/sandbox/main.ts'];

/** The one line of JSON on stdout (design: names that do not change). */
export type ListeningLine = {
  readonly event: string;
  readonly platform: string;
  readonly reseller: string;
  readonly machines: string;
  readonly pids: Readonly<Record<'platform' | 'database' | 'reseller' | 'machines', number>>;
};

/** A started `npm start`. */
export type Started = {
  readonly child: ChildProcess;
  /** The line as text, and read. */
  readonly text: string;
  readonly line: ListeningLine;
  /** What was said on stderr so far. */
  readonly said: () => string;
  /** Exit code, or the signal that ended it; settles when it has ended. */
  readonly ended: Promise<number | string>;
};

/** The process itself, not waited for; `npm` in front of it as a person types it. */
export function spawnNpmStart(dataDir: string, npm = false) {
  const [command, words] = npm ? ['npm', ['start']] : [process.execPath, ARGUMENTS];
  return spawn(command, words, {
    cwd: ROOT,
    env: {
      ...process.env,
      SEQR_PORT: '0',
      SEQR_DEMO_PORT: '0',
      SEQR_MACHINE_PORT: '0',
      SEQR_DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Starts on free ports with everything in `dataDir`; resolves once it says that it listens. */
export async function npmStart(dataDir: string, npm = false): Promise<Started> {
  const child = spawnNpmStart(dataDir, npm);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'exit').then(
    ([code, signal]: (number | string | null)[]) => code ?? signal ?? '',
  );
  for await (const text of createInterface({ input: child.stdout })) {
    if (!text.startsWith('{')) continue;
    child.stdout.resume();
    return { child, text, line: JSON.parse(text) as ListeningLine, said: () => said, ended };
  }
  throw new Error(`npm start did not listen: ${said}`);
}

/** Whether a process is still there; one that only waits to be counted out is not. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat !== null) return !/^\d+ \(.*\) [ZX]/s.test(stat);
  if (process.platform === 'linux') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until no process of a run is left. */
export async function assertAllGone({ line, child }: Started): Promise<void> {
  const pids = [...Object.values(line.pids), child.pid ?? 0];
  await eventually(`the end of ${pids.join(', ')}`, async () => {
    const alive = await Promise.all(pids.map(isAlive));
    return !alive.includes(true);
  });
}

/** Kills every process of a run at once. */
export async function killAll(started: Started): Promise<void> {
  started.child.kill('SIGKILL');
  for (const pid of Object.values(started.line.pids)) process.kill(pid, 'SIGKILL');
  assert.equal(await started.ended, 'SIGKILL');
}
