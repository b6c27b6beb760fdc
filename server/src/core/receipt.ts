/**
 * Documents that merchants stored with a payment or refund (submitPaymentReceipt), as the payment's
 * customer gets them. Their content is the merchant's, and hostile until shown otherwise.
 */

import type { Tx } from '../db.ts';

/**
 * A stored document without its content; `refundReference` is null for one of the payment itself.
 */
export type ReceiptEntry = {
  readonly id: string;
  readonly type: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly refundReference: string | null;
  readonly createdAt: Date;
};

type ReceiptRow = {
  readonly id: string;
  readonly receipt_type: string;
  readonly mime_type: string;
  readonly size: number;
  readonly refund_reference: string | null;
  readonly created_at: Date;
};

/** The id is a digest of what tells documents apart, so that it needs no column of its own. */
const OF_CUSTOMER = `
  select encode(sha256(convert_to(r.ers_reference || ' ' || encode(r.digest, 'hex') || ' '
      || r.receipt_type, 'UTF8')), 'hex') as id,
    r.receipt_type, r.mime_type, r.content, r.created_at,
    case when r.ers_reference <> i.ers_reference then r.ers_reference end as refund_reference
  from purchase p join invoice i on i.purchase_id = p.id
    join payment_receipt r on r.invoice_reference = i.reference
  where p.customer_id = $1 and p.id = $2`;

/** The documents of one of this customer's payments, oldest first; none of anybody else's. */
export async function listReceipts(
  tx: Tx,
  customerId: string,
  purchaseId: string,
): Promise<ReceiptEntry[]> {
  const { rows } = await tx.query<ReceiptRow>(
    `select id, receipt_type, mime_type, octet_length(content) as size, refund_reference, created_at
     from (${OF_CUSTOMER}) receipt order by created_at, id`,
    [customerId, purchaseId],
  );
  return rows.map((row) => ({
    id: row.id,
    type: row.receipt_type,
    mimeType: row.mime_type,
    sizeBytes: row.size,
    refundReference: row.refund_reference,
    createdAt: row.created_at,
  }));
}

/** The bytes of one of those documents; null when there is none under this id. */
export async function findReceipt(
  tx: Tx,
  receipt: { readonly customerId: string; readonly purchaseId: string; readonly id: string },
): Promise<{ readonly mimeType: string; readonly content: Uint8Array } | null> {
  const { rows } = await tx.query<{ mime_type: string; content: Buffer }>(
    `select mime_type, content from (${OF_CUSTOMER}) receipt where id = $3`,
    [receipt.customerId, receipt.purchaseId, receipt.id],
  );
  const [row] = rows;
  return row ? { mimeType: row.mime_type, content: row.content } : null;
}
