/** What is late: figures for operators and alarms, each read through an index. */

import type { Tx } from '../db.ts';

/** Counts of what should have happened by now. All are 0 in good health. */
export type Backlog = {
  /** Purchases that are past their deadline by more than the sweep needs. */
  readonly overduePurchases: number;
  /** Notifications that are due for longer than the notifier needs, and are not being sent. */
  readonly overdueNotifications: number;
  /** Closed, settled periods whose reports should have been made. */
  readonly overdueReports: number;
  /** Entries appended to accounts and not yet added into their balances. */
  readonly accountEntries: number;
};

/** Reads the backlog. `graceS`: what is late by less does not count. */
export async function readBacklog(tx: Tx, graceS: number): Promise<Backlog> {
  const { rows } = await tx.query<
    Record<'purchases' | 'notifications' | 'reports' | 'entries', bigint>
  >(
    `select
       (select count(*) from purchase
         where deadline < seqr_clock() - make_interval(secs => $1)) as purchases,
       (select count(*) from notification
         where state = 'DUE' and due_at < seqr_clock() - make_interval(secs => $1)
           and coalesce(claimed_until < seqr_clock(), true)) as notifications,
       (select count(*) from transaction_period p
         where reported_at is null and closed_at < seqr_clock() - make_interval(secs => $1)
           and period_is_settled(p)) as reports,
       (select count(*) from account_entry) as entries`,
    [graceS],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the backlog answered nothing');
  return {
    overduePurchases: Number(row.purchases),
    overdueNotifications: Number(row.notifications),
    overdueReports: Number(row.reports),
    accountEntries: Number(row.entries),
  };
}

/** How many purchases that began lately are where; `code` is the ending's code, '' without one. */
export type RecentPurchases = {
  readonly state: string;
  readonly code: string;
  readonly count: number;
};

/**
 * Counts the purchases that began in the last `minutes`, by state and ending code. Their ids begin
 * with the time at which they were made (UUIDv7), so this reads the end of the primary key.
 */
export async function recentPurchases(tx: Tx, minutes: number): Promise<RecentPurchases[]> {
  const { rows } = await tx.query<{ state: string; code: string; count: bigint }>(
    `select state, coalesce(ending_code, '') as code, count(*) as count from purchase
     where id >= (lpad(to_hex((extract(epoch from
         clock_timestamp() - make_interval(mins => $1)) * 1000)::bigint), 12, '0')
       || '00000000000000000000')::uuid
     group by 1, 2`,
    [minutes],
  );
  return rows.map(({ state, code, count }) => ({ state, code, count: Number(count) }));
}
