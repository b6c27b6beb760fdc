/** What is late: figures for operators and alarms, each read through an index. */

import type { Tx } from '../db.ts';

/** Counts of what should have happened by now. All are 0 in good health. */
export type Backlog = {
  /** Purchases that are past their deadline by more than the sweep needs. */
  readonly overduePurchases: number;
  /** Notifications that are due for longer than the notifier needs, and are not being sent. */
  readonly overdueNotifications: number;
  /** Entries appended to accounts and not yet added into their balances. */
  readonly accountEntries: number;
};

/** Reads the backlog. `graceS`: what is late by less does not count. */
export async function readBacklog(tx: Tx, graceS: number): Promise<Backlog> {
  const { rows } = await tx.query<{ purchases: bigint; notifications: bigint; entries: bigint }>(
    `select
       (select count(*) from purchase
         where deadline < seqr_clock() - make_interval(secs => $1)) as purchases,
       (select count(*) from notification
         where state = 'DUE' and due_at < seqr_clock() - make_interval(secs => $1)
           and coalesce(claimed_until < seqr_clock(), true)) as notifications,
       (select count(*) from account_entry) as entries`,
    [graceS],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the backlog answered nothing');
  return {
    overduePurchases: Number(row.purchases),
    overdueNotifications: Number(row.notifications),
    accountEntries: Number(row.entries),
  };
}
