/**
 * Notifications: the POST that tells a merchant to look (Unattended Payments, 5). A hint, never a
 * proof.
 */

import type { Tx } from '../db.ts';

/**
 * How long a claim lasts: longer than one attempt with all its deadlines, so attempts never
 * overlap.
 */
export const NOTIFICATION_CLAIM_S = 15;

/**
 * Attempts of one merchant that may be claimed at once: its dead endpoint must not delay others.
 */
const PER_MERCHANT_LIMIT = 16;

/**
 * Seconds before the next attempt, by attempts made. Two extra attempts come 1 s and 3 s after the
 * first, because a customer is standing there; then the documented schedule goes on from its
 * attempt 2 (10 s after the first).
 */
export const NOTIFICATION_DELAYS_S: readonly number[] = [
  1, 2, 7, 10, 60, 225, 450, 900, 1800, 3600, 7200, 14_400, 28_800, 57_600,
];

/** The same for an immediate debit, which is reversed 20 s after it: attempts at 0, 5 and 12 s. */
const DEBIT_NOTIFICATION_DELAYS_S: readonly number[] = [5, 7];

/**
 * A claimed notification: its holder sends it once, then records the result. `attempt` counts from
 * 1.
 */
export type DueNotification = {
  readonly id: string;
  readonly invoiceReference: string;
  readonly purchaseId: string | null;
  readonly merchantId: string;
  readonly url: string;
  /** Null: an empty POST; else `application/x-www-form-urlencoded`. */
  readonly body: string | null;
  readonly caPem: string | null;
  readonly attempt: number;
};

/**
 * Claims what is due, at most `limit`, and ends what is moot. A claim not recorded within its time
 * is due again.
 */
export async function claimNotifications(tx: Tx, limit: number): Promise<DueNotification[]> {
  const { rows } = await tx.query<{
    id: bigint;
    invoice_reference: string;
    purchase_id: string | null;
    merchant_id: string;
    url: string;
    body: string | null;
    endpoint_ca_pem: string | null;
    attempt: number;
  }>(`select * from notification_claim($1, $2, $3)`, [
    limit,
    PER_MERCHANT_LIMIT,
    NOTIFICATION_CLAIM_S,
  ]);
  return rows.map((row) => ({
    id: row.id.toString(),
    invoiceReference: row.invoice_reference,
    purchaseId: row.purchase_id,
    merchantId: row.merchant_id,
    url: row.url,
    body: row.body,
    caPem: row.endpoint_ca_pem,
    attempt: row.attempt,
  }));
}

/**
 * Records an attempt: HTTP 200 delivers; anything else schedules the next attempt or, after the
 * last, gives up.
 */
export async function recordNotification(
  tx: Tx,
  id: string,
  outcome: { readonly status: number | null; readonly error: string | null },
): Promise<void> {
  await tx.query(`select notification_record($1, $2, $3, $4, $5)`, [
    id,
    outcome.status,
    outcome.error?.replaceAll('\0', '') ?? null,
    NOTIFICATION_DELAYS_S,
    DEBIT_NOTIFICATION_DELAYS_S,
  ]);
}
