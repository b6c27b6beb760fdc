/** The customer's approval: one call of `purchase_approve` (`server/sql`). */

import type { Tx } from '../db.ts';
import { NOTIFICATION_CLAIM_S } from './notification.ts';
import type { DueNotification } from './notification.ts';
import { onlyRow } from './only-row.ts';
import { PURCHASE_LIMITS } from './purchase.ts';
import { readPurchase } from './purchase-row.ts';
import type { Purchase, PurchaseRow } from './purchase-row.ts';
import type { Proof } from './proof.ts';
import { ok, refused } from './refusal.ts';
import type { CustomerRefusal, Result } from './refusal.ts';

/** What `purchase_approve` answers. */
type ApprovalRow = PurchaseRow & {
  refusal:
    | 'NOT_FOUND'
    | 'TOO_LATE'
    | 'OFFER_CHANGED'
    | 'DEVICE_REFUSED'
    | 'WRONG_PIN'
    | 'PIN_LOCKED'
    | 'INSUFFICIENT_FUNDS'
    | 'LIMIT_EXCEEDED'
    | null;
  attempts_left: number | null;
  notification_id: bigint | null;
  notification_url: string;
  notification_body: string | null;
  endpoint_ca_pem: string | null;
};

/**
 * The PIN. `version` is the one that the customer saw, null for the one that was claimed; a
 * `proof` with a device needs one, which `checkSignedApproval` has found signed; that `signature`
 * is kept. On success the
 * purchase is RESERVED and durable, and the notification, if the merchant wants one, is claimed for
 * the caller to send.
 */
export async function approvePurchase(
  tx: Tx,
  approval: {
    readonly customerId: string;
    readonly purchaseId: string;
    readonly proof: Proof;
    readonly signature?: Buffer;
    readonly version: number | null;
  },
): Promise<Result<{ purchase: Purchase; notification: DueNotification | null }, CustomerRefusal>> {
  const { rows } = await tx.query<ApprovalRow>(
    `select a.refusal, a.attempts_left, a.notification_id, a.notification_url, a.notification_body,
       a.endpoint_ca_pem, (a.purchase).* from purchase_approve($1, $2, $3, $4, $5, $6, $7, $8) a`,
    [
      approval.customerId,
      approval.purchaseId,
      approval.proof.pinDigest,
      approval.version,
      approval.proof.deviceId,
      approval.signature ?? null,
      NOTIFICATION_CLAIM_S,
      PURCHASE_LIMITS.noticeS,
    ],
  );
  const row = onlyRow(rows);
  switch (row.refusal) {
    case 'NOT_FOUND':
    case 'TOO_LATE':
    case 'DEVICE_REFUSED':
    case 'PIN_LOCKED':
      return refused({ code: row.refusal });
    case 'WRONG_PIN':
      return refused({ code: row.refusal, attemptsLeft: row.attempts_left ?? 0 });
    case 'OFFER_CHANGED':
    case 'LIMIT_EXCEEDED':
    case 'INSUFFICIENT_FUNDS':
      return refused({ code: row.refusal, purchase: readPurchase(row) });
    case null: {
      const purchase = readPurchase(row);
      return ok({ purchase, notification: notificationOf(row, purchase) });
    }
  }
}

/** The notification that an approval wrote, claimed by the caller; null without one. */
function notificationOf(row: ApprovalRow, purchase: Purchase): DueNotification | null {
  if (row.notification_id === null || purchase.invoiceReference === null) return null;
  return {
    id: row.notification_id.toString(),
    invoiceReference: purchase.invoiceReference,
    purchaseId: purchase.id,
    merchantId: purchase.merchant.id,
    url: row.notification_url,
    body: row.notification_body,
    caPem: row.endpoint_ca_pem,
    attempt: 1,
  };
}
