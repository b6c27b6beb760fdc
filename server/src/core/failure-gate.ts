/**
 * How fast callers who are not let in are told so. Their answers leave one after the other at a
 * bounded rate, so that a flood of guesses, which a client can only make as fast as it is answered,
 * takes a bounded share of the processor from everybody else. Without a flood nobody waits.
 */

import { setTimeout as sleep } from 'node:timers/promises';

/** Answers a second to callers who failed. */
const FAILURES_PER_S = 500;
/** A till gives up after about ten seconds; more failures at once than fit go out together. */
const WAIT_MS_MAX = 5_000;

/** Lets failed callers through, in the order in which they came as far as timers are exact. */
export type FailureGate = {
  /** Resolves when it is this caller's turn. */
  pass(): Promise<void>;
};

/** A gate of its own; `monotonicMs` is a clock that never goes back, in milliseconds. */
export function createFailureGate(monotonicMs: () => number): FailureGate {
  let nextMs = monotonicMs();
  return {
    pass: async () => {
      const nowMs = monotonicMs();
      const turnMs = Math.min(Math.max(nextMs, nowMs), nowMs + WAIT_MS_MAX);
      nextMs = turnMs + 1_000 / FAILURES_PER_S;
      const waitMs = Math.floor(turnMs - nowMs);
      if (waitMs > 0) await sleep(waitMs);
    },
  };
}
