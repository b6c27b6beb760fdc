/**
 * What `postmaster.pid` and the process table say about the server of a data directory. PostgreSQL
 * itself refuses to start while the process id in that file is alive, whoever it belongs to by now;
 * here it is looked at more closely.
 */

import { execFile } from 'node:child_process';
import { readFile, realpath, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Pause between two looks at a condition that is waited for. */
const POLL_MS = 10;
/** How long a dead process may wait for its parent to take notice. */
const ZOMBIE_LIMIT_MS = 5_000;
const run = promisify(execFile);

/**
 * `postmaster.pid` of a running server; the port is 0 and `ready` false until it has come so far.
 */
export type Postmaster = {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
  readonly text: string;
};

/** Reads `postmaster.pid`; null where there is none, or it is not written yet. */
export async function readPostmaster(data: string): Promise<Postmaster | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7] === 'ready', text };
}

/**
 * Whether process `pid` is the PostgreSQL server of `data`. A dead one that nobody has waited for
 * is not.
 */
export async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  if (process.platform !== 'linux') {
    const shown = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => null);
    return shown?.stdout.includes(`postgres -D ${data} `) ?? false;
  }
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const [program, option, directory] = text.split('\0');
  if (!program?.endsWith('postgres') || option !== '-D' || directory === undefined) return false;
  return (await canonical(directory)) === (await canonical(data));
}

/**
 * The running server of `data`, or null. A `postmaster.pid` whose process id belongs to a stranger
 * by now is removed, since PostgreSQL would never start beside it; that of a process which no
 * longer exists is left to PostgreSQL, which also looks for survivors among that server's children.
 */
export async function findPostmaster(data: string): Promise<Postmaster | null> {
  const found = await readPostmaster(data);
  if (!found) return null;
  if (await isPostmasterOf(found.pid, data)) return found;
  const reaped = await until(ZOMBIE_LIMIT_MS, async () => !(await isZombie(found.pid)));
  if ((!reaped || isAlive(found.pid)) && !(await isPostmasterOf(found.pid, data))) {
    const still = await readPostmaster(data);
    if (still?.text === found.text) await unlink(join(data, 'postmaster.pid')).catch(() => {});
  }
  return null;
}

/** Whether a process with this id exists, zombies included. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Looks at `condition` until it holds, at most `limitMs`; whether it came to hold. */
export async function until(limitMs: number, condition: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + limitMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() > end) return false;
    await sleep(POLL_MS);
  }
}

async function isZombie(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (status !== null) return status.slice(status.lastIndexOf(')') + 2).startsWith('Z');
  if (process.platform === 'linux') return false;
  const shown = await run('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => null);
  return shown?.stdout.trim().startsWith('Z') ?? false;
}

const canonical = (path: string): Promise<string> => realpath(path).catch(() => path);
