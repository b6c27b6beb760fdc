/** Adds what was appended to merchants' accounts into their balances, off the path of purchases. */

import { rollUpAccounts } from '../core/account.ts';
import type { WorkOptions } from './expire.ts';
import { startLoop, type Loop } from './loop.ts';

/** Entries of one account that are folded in one run; the account's row is locked meanwhile. */
const ENTRIES_MAX = 2_000;

/** Starts the roll-up. */
export function startRollUp({ db, config, log, metrics }: WorkOptions): Loop {
  return startLoop({
    name: 'roll-up',
    intervalMs: config.rollUpIntervalMs,
    log,
    metrics,
    run: async () => {
      const folded = await db.statement((tx) => rollUpAccounts(tx, ENTRIES_MAX));
      return folded >= ENTRIES_MAX;
    },
  });
}
