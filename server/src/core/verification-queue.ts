/**
 * Whose password is hashed next. A hash costs as much processor time as a whole purchase, so hashes
 * run a few at once and a bounded number a second; callers wait in one lane per address and take
 * turns, so that a flood from one address delays that address and nobody else.
 */

import { ok, refused } from './refusal.ts';
import type { Result } from './refusal.ts';

/** Hashes under way at once: libuv has four threads, two stay free for files and names. */
const AT_ONCE_MAX = 2;
/**
 * Hashes a second that may be spent on wrong passwords, a tenth of a core; right ones give their
 * turn back.
 */
const WRONG_PER_S_MAX = 10;
/** Turns saved up while nobody asks. */
const TURNS_SAVED_MAX = 24;
/** Callers waiting in all lanes together. */
const WAITING_MAX = 256;
/** A till gives up after about ten seconds; an answer after that would be hashed for nobody. */
const WAIT_MS_MAX = 5_000;

/** Runs hashes within the bounds of this file. */
export type VerificationQueue = {
  /**
   * Runs `work` when it is the lane's turn. `work` says whether its turn was spent on a wrong
   * password. `SYSTEM_BUSY`: too many wait or it took too long; `work` was not and will not be
   * called.
   */
  run<T>(lane: string, work: Work<T>): Promise<Result<T, 'SYSTEM_BUSY'>>;
};

/** A hash to run, and whether its turn counts against the budget of wrong passwords. */
export type Work<T> = () => Promise<{ readonly value: T; readonly wrong: boolean }>;

type Waiting = { readonly start: () => void; readonly giveUp: () => void };

/** A queue of its own; `monotonicMs` is a clock that never goes back, in milliseconds. */
export function createVerificationQueue(monotonicMs: () => number): VerificationQueue {
  const lanes = lanesTakingTurns();
  let running = 0;
  let turns = TURNS_SAVED_MAX;
  let countedAt = monotonicMs();
  let refill: NodeJS.Timeout | null = null;

  const startNext = (): void => {
    const now = monotonicMs();
    turns = Math.min(TURNS_SAVED_MAX, turns + ((now - countedAt) * WRONG_PER_S_MAX) / 1_000);
    countedAt = now;
    while (running < AT_ONCE_MAX && turns >= 1) {
      const next = lanes.takeNext();
      if (next === null) return;
      running += 1;
      turns -= 1;
      next.start();
    }
    if (turns >= 1 || lanes.size() === 0 || refill !== null) return;
    refill = setTimeout(
      () => {
        refill = null;
        startNext();
      },
      Math.ceil(((1 - turns) * 1_000) / WRONG_PER_S_MAX),
    ).unref();
  };

  const perform = async <T>(work: Work<T>): Promise<Result<T, 'SYSTEM_BUSY'>> => {
    try {
      const { value, wrong } = await work();
      if (!wrong) turns = Math.min(TURNS_SAVED_MAX, turns + 1);
      return ok(value);
    } finally {
      running -= 1;
      startNext();
    }
  };

  return {
    run: async (lane, work) => {
      const admitted = await new Promise<boolean>((settle) => {
        const timer = setTimeout(() => {
          lanes.remove(lane, waiting);
          settle(false);
        }, WAIT_MS_MAX);
        const decide = (admit: boolean) => () => {
          clearTimeout(timer);
          settle(admit);
        };
        const waiting: Waiting = { start: decide(true), giveUp: decide(false) };
        lanes.add(lane, waiting);
        if (lanes.size() > WAITING_MAX) lanes.dropFromLongest()?.giveUp();
        startNext();
      });
      return admitted ? perform(work) : refused('SYSTEM_BUSY');
    },
  };
}

/** Lanes in the order of their turns: a `Map` keeps it, and a lane served goes to its end. */
function lanesTakingTurns() {
  const lanes = new Map<string, Waiting[]>();
  let size = 0;
  const remove = (lane: string, waiting: Waiting): void => {
    const line = lanes.get(lane);
    const at = line?.indexOf(waiting) ?? -1;
    if (line === undefined || at < 0) return;
    line.splice(at, 1);
    size -= 1;
    if (line.length === 0) lanes.delete(lane);
  };
  return {
    size: () => size,
    remove,
    add: (lane: string, waiting: Waiting): void => {
      const line = lanes.get(lane);
      if (line === undefined) lanes.set(lane, [waiting]);
      else line.push(waiting);
      size += 1;
    },
    takeNext: (): Waiting | null => {
      for (const [lane, line] of lanes) {
        const next = line[0];
        lanes.delete(lane);
        if (next === undefined) continue;
        line.shift();
        size -= 1;
        if (line.length > 0) lanes.set(lane, line);
        return next;
      }
      return null;
    },
    /** The newest caller of the longest lane, taken out: a flood pushes out only its own. */
    dropFromLongest: (): Waiting | null => {
      let longest: [string, Waiting[]] | null = null;
      for (const entry of lanes) {
        if (longest === null || entry[1].length >= longest[1].length) longest = entry;
      }
      const newest = longest?.[1].at(-1);
      if (longest === null || newest === undefined) return null;
      remove(longest[0], newest);
      return newest;
    },
  };
}
