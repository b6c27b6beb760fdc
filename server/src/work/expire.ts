/**
 * Ends what has passed its deadline. Only tidies: every call judges deadlines itself, under its own
 * lock.
 */

import { expireDue } from '../core/purchase.ts';
import { pruneDevices } from '../core/device.ts';
import { pruneExpired } from '../core/event.ts';
import { pruneClientSessions } from '../core/session-info.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { startLoop, type Loop } from './loop.ts';

/** Purchases, and invoices, ended in one run; more are ended in the next, which follows at once. */
const BATCH_MAX = 200;
/** How often events, keys and sessions that have served their time are removed. */
const PRUNE_INTERVAL_MS = 60_000;

/** What the background loops work with. */
export type WorkOptions = {
  readonly db: Database;
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
};

/** Starts the sweep of deadlines. */
export function startExpiry({ db, config, log, metrics }: WorkOptions): Loop {
  return startLoop({
    name: 'expire',
    intervalMs: config.expireIntervalMs,
    log,
    metrics,
    run: async () => {
      const ended = await db.statement((tx) => expireDue(tx, BATCH_MAX));
      metrics.expired.inc(ended);
      return ended >= BATCH_MAX;
    },
  });
}

/** Starts the removal of what has served its time. */
export function startPruning({ db, log, metrics }: WorkOptions): Loop {
  return startLoop({
    name: 'prune',
    intervalMs: PRUNE_INTERVAL_MS,
    log,
    metrics,
    run: async () => {
      await db.statement((tx) => pruneExpired(tx));
      await db.statement((tx) => pruneClientSessions(tx));
      await db.statement((tx) => pruneDevices(tx));
      return false;
    },
  });
}
