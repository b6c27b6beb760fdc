/** "This purchase changed": the outbox behind live updates. */

import type { Tx } from '../db.ts';

/** One change. Read the purchase to see what it is now. */
export type PurchaseEvent = {
  readonly id: bigint;
  readonly customerId: string;
  readonly purchaseId: string;
};

/**
 * Events since the cursor `after` that no running transaction can still precede; `next` is the next
 * cursor. A null cursor reads nothing and tells where to begin. Cursors are transaction ids, since
 * neither ids nor times of rows follow the order of commits.
 */
export async function readEvents(
  tx: Tx,
  after: bigint | null,
): Promise<{ events: PurchaseEvent[]; next: bigint }> {
  const { rows } = await tx.query<{
    next: string;
    id: bigint | null;
    customer_id: string;
    purchase_id: string;
  }>(`select next::text, id, customer_id, purchase_id from purchase_events($1::text::xid8)`, [
    after?.toString() ?? null,
  ]);
  const [first] = rows;
  if (!first) throw new Error('purchase_events answered nothing');
  return {
    next: BigInt(first.next),
    events: rows.flatMap((row) =>
      row.id === null
        ? []
        : [{ id: row.id, customerId: row.customer_id, purchaseId: row.purchase_id }],
    ),
  };
}

/** Removes events, idempotency keys and sessions that have served their time. */
export async function pruneExpired(tx: Tx): Promise<void> {
  await tx.query(`select prune_expired()`);
}
