/** What the database has counted, and whether everything has come to its end there. */

import type { Database } from '../../server/src/db.ts';
import { nowMs } from './order.ts';

/**
 * A backend that has nothing to do tells the server its counts within 10 s (PostgreSQL's
 * PGSTAT_IDLE_INTERVAL), a busy one once a second.
 */
export const COUNTS_LATE_MS = 10_500;

/** Counted since the database was made. */
export type Counts = {
  readonly atMs: number;
  /**
   * Transactions that committed, those that only read included (`pg_stat_database.xact_commit`).
   */
  readonly commits: number;
  /**
   * Transactions that wrote (ids given out), and so waited for the disk unless they said otherwise.
   */
  readonly writes: number;
};

/**
 * The counts now; `commits` are those that the backends have told so far, see {@link
 * COUNTS_LATE_MS}.
 */
export async function readCounts(db: Database): Promise<Counts> {
  const { rows } = await db.statement((tx) =>
    tx.query<{ commits: bigint; next: string }>(
      `select xact_commit as commits, pg_snapshot_xmax(pg_current_snapshot())::text as next
       from pg_stat_database where datname = current_database()`,
    ),
  );
  const [row] = rows;
  if (!row) throw new Error('the database does not know itself');
  return { atMs: nowMs(), commits: Number(row.commits), writes: Number(row.next) };
}

/** Purchases that have not ended. */
export async function unfinishedCount(db: Database): Promise<number> {
  const { rows } = await db.statement((tx) =>
    tx.query<{ count: bigint }>(
      'select count(*) as count from purchase where deadline is not null',
    ),
  );
  return Number(rows[0]?.count ?? 0);
}

/** Terminals of a merchant: the reseller registers one a machine before it can sell there. */
export async function terminalCount(db: Database, merchantId: string): Promise<number> {
  const { rows } = await db.statement((tx) =>
    tx.query<{ count: bigint }>('select count(*) as count from terminal where merchant_id = $1', [
      merchantId,
    ]),
  );
  return Number(rows[0]?.count ?? 0);
}
