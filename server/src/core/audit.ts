/**
 * The audit: looks for broken invariants (docs/protocol.md lists them) in one snapshot of the
 * database.
 */

import type { Tx } from '../db.ts';

/** How long past its deadline an unfinished purchase is no fault: a few sweeps. */
const SWEEP_GRACE_S = 5;
/** How far a host's clock may step back without a payment seeming to lie outside its period. */
const CLOCK_GRACE_S = 2;

/** One broken invariant: its number, the row at fault, what is wrong. */
export type AuditFinding = {
  readonly invariant: number;
  readonly subject: string;
  readonly problem: string;
};

/** All broken invariants; an empty list means that the books are in order. */
export async function audit(tx: Tx): Promise<AuditFinding[]> {
  const { rows } = await tx.query<AuditFinding>(
    `select * from audit_ledger() union all
     select * from audit_purchases(make_interval(secs => $1)) union all
     select * from audit_payments() union all
     select * from audit_devices() union all
     select * from audit_reports(make_interval(secs => $2)) order by 1, 2`,
    [SWEEP_GRACE_S, CLOCK_GRACE_S],
  );
  return rows;
}
