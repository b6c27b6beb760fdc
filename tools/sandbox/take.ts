/**
 * One sandbox to a data directory. Whatever ended an earlier run, and whatever of it still lives, a
 * new start needs no help: it waits for a run that is ending, and ends programs whose supervisor
 * was killed.
 */

import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockDataDir } from '../../server/src/data-lock.ts';

/** How long an earlier run may take to end before a new one gives up. */
const ENDING_LIMIT_MS = 20_000;
/**
 * How long programs without their supervisor may take to end by themselves before they are killed.
 */
const ORPHAN_LIMIT_MS = 10_000;
const LOOK_MS = 50;

/** A data directory that is ours until `release`. */
export type Taken = {
  /**
   * Notes a program as soon as it runs, for the next start to find it if this process is killed.
   */
  note(pid: number): void;
  release(): void;
};

/**
 * Takes the data directory, saying through `tell` what is waited for. Throws one sentence when it
 * stays in use.
 */
export async function takeSandbox(dataDir: string, tell: (text: string) => void): Promise<Taken> {
  const release = await lockWhenFree(dataDir, tell);
  const notes = join(dataDir, 'programs.json');
  const text = await readFile(notes, 'utf8').catch(() => '[]');
  await endOrphans(parsePids(text), tell);
  const pids: number[] = [];
  return {
    note: (pid) => {
      pids.push(pid);
      writeFileSync(notes, JSON.stringify(pids));
    },
    release,
  };
}

async function lockWhenFree(dataDir: string, tell: (text: string) => void): Promise<() => void> {
  const end = performance.now() + ENDING_LIMIT_MS;
  for (let told = false; ; told = true) {
    try {
      return lockDataDir(dataDir);
    } catch (error) {
      if (performance.now() > end) throw error;
      if (!told) tell('Another run uses this data directory; waiting for it to end.');
      await sleep(LOOK_MS);
    }
  }
}

/**
 * A killed supervisor's programs end by themselves, since their channel is gone; the last resort is
 * to kill them.
 */
async function endOrphans(pids: readonly number[], tell: (text: string) => void): Promise<void> {
  const end = performance.now() + ORPHAN_LIMIT_MS;
  let told = false;
  for (;;) {
    const living: number[] = [];
    for (const pid of pids) if (await isOurs(pid)) living.push(pid);
    if (living.length === 0) return;
    if (!told) tell('Programs of a run that was killed are still ending; waiting for them.');
    told = true;
    if (performance.now() > end) for (const pid of living) process.kill(pid, 'SIGKILL');
    await sleep(LOOK_MS);
  }
}

/**
 * Whether this process id is still one of our programs, and not a stranger that got the number
 * since.
 */
async function isOurs(pid: number): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  if (line !== null) return line.split('\0').some((word) => word.endsWith('/main.ts'));
  if (process.platform === 'linux') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function parsePids(text: string): number[] {
  try {
    const pids: unknown = JSON.parse(text);
    return Array.isArray(pids) ? pids.filter((pid) => Number.isInteger(pid) && pid > 1) : [];
  } catch {
    return [];
  }
}
