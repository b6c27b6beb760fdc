/**
 * The one way in which work is repeated in the background: never twice at once, slower while it
 * fails, stoppable.
 */

import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';

/** While work fails, the pause doubles from the interval up to this. */
const FAILURE_PAUSE_MAX_MS = 5_000;

/** A loop that runs until it is stopped. */
export type Loop = {
  /**
   * Runs soon rather than at the end of the pause; while a run is under way, once more after it.
   */
  wake(): void;
  /** Resolves once the run under way, if any, has ended; nothing runs afterwards. */
  stop(): Promise<void>;
};

/**
 * Starts a loop. `run` returns whether there is more to do at once. An error of `run` (the database
 * may be away for minutes) is logged when it begins and when it ends, never thrown. `gapMs` keeps
 * apart runs that are woken.
 */
export function startLoop(options: {
  readonly name: string;
  readonly intervalMs: number;
  readonly gapMs?: number;
  readonly run: () => Promise<boolean>;
  readonly log: Logger;
  readonly metrics: Metrics;
}): Loop {
  const { name, intervalMs, gapMs = 0, metrics } = options;
  const log = options.log.child({ loop: name });
  const stop = new AbortController();
  let woken = false;
  let interrupt = () => {};
  let failures = 0;

  const pause = async (durationMs: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, durationMs);
    interrupt = resolve;
    await promise;
    clearTimeout(timer);
  };
  const runOnce = async (): Promise<number> => {
    try {
      const more = await options.run();
      if (failures > 0) log.info({ failures }, 'works again');
      failures = 0;
      metrics.loopRuns.inc({ loop: name, outcome: 'OK' });
      metrics.loopLastSuccess.set({ loop: name }, Date.now() / 1_000);
      return more ? gapMs : intervalMs;
    } catch (error) {
      failures += 1;
      metrics.loopRuns.inc({ loop: name, outcome: 'FAILED' });
      if (failures === 1) log.warn({ err: error }, 'failed; goes on trying');
      return Math.min(intervalMs * 2 ** Math.min(failures, 10), FAILURE_PAUSE_MAX_MS);
    }
  };
  const repeat = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      woken = false;
      const pauseMs = await runOnce();
      if (stop.signal.aborted) return;
      // A wake during the run asks for one more run, but not for a faster one while it fails.
      if (failures > 0 || !woken) await pause(pauseMs);
      if (woken && gapMs > 0 && !stop.signal.aborted) await pause(gapMs);
    }
  };
  // Begins after the caller has its loop.
  const ended = Promise.resolve().then(repeat);
  return {
    wake() {
      woken = true;
      if (failures === 0) interrupt();
    },
    stop() {
      stop.abort();
      interrupt();
      return ended;
    },
  };
}
