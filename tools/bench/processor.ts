/**
 * Processor time of processes, as Linux counts it in `/proc` (other systems have none: null
 * everywhere).
 */

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** The parts whose processor time is told apart. `database` is the server with all its backends. */
export const PARTS = ['platform', 'database', 'reseller', 'machine', 'load'] as const;
export type Part = (typeof PARTS)[number];

/** Processor time used so far, user and kernel, in ms; null where it cannot be read. */
export type ProcessorTimes = Readonly<Record<Part, number | null>>;

/** All processors of this machine together: time not idle, and all time, in ms; null elsewhere. */
export type MachineTimes = { readonly busyMs: number; readonly allMs: number } | null;

/**
 * Looks at the whole machine, to see what other programs take from a measurement. What a host takes
 * from a virtual machine ("steal") counts as busy.
 */
export function machineTimes(): MachineTimes {
  if (process.platform !== 'linux') return null;
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  // user nice system idle iowait irq softirq steal (proc(5)); guest time is part of user.
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const allTicks = ticks.reduce((sum, value) => sum + value, 0);
  const idleTicks = (ticks[3] ?? 0) + (ticks[4] ?? 0);
  const msPerTick = 1000 / ticksPerSecond();
  return { busyMs: (allTicks - idleTicks) * msPerTick, allMs: allTicks * msPerTick };
}

/** What one look at a process tells; ticks of the kernel's clock. */
type Stat = { readonly parent: number; readonly own: number; readonly endedChildren: number };

/** Ticks a second: 100 on all common systems, but the kernel may be built otherwise. */
const ticksPerSecond = (): number =>
  Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Makes a reader of the processor time of these processes (ids). */
export function processorTimes(pids: Readonly<Record<Part, number | null>>): () => ProcessorTimes {
  const msPerTick = process.platform === 'linux' ? 1000 / ticksPerSecond() : null;
  return () => {
    const read = (part: Part): number | null => {
      const pid = pids[part];
      if (pid === null || msPerTick === null) return null;
      const ticks = part === 'database' ? familyTicks(pid) : (statOf(pid)?.own ?? null);
      return ticks === null ? null : ticks * msPerTick;
    };
    return {
      platform: read('platform'),
      database: read('database'),
      reseller: read('reseller'),
      machine: read('machine'),
      load: read('load'),
    };
  };
}

/** A server with its living children, and those that it has seen end. */
function familyTicks(pid: number): number | null {
  const server = statOf(pid);
  if (server === null) return null;
  let ticks = server.own + server.endedChildren;
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue;
    const stat = statOf(Number(name));
    if (stat?.parent === pid) ticks += stat.own;
  }
  return ticks;
}

/**
 * Null when that process has ended. Fields by proc(5); the name before them may hold spaces and
 * brackets.
 */
function statOf(pid: number): Stat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return { parent: field(4), own: field(14) + field(15), endedChildren: field(16) + field(17) };
}
