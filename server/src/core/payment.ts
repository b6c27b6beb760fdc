/** What a merchant does with a payment afterwards: refunds and receipts. */

import type { Money } from '@seqr-ups/contract';
import type { Tx } from '../db.ts';
import { ok, refused } from './refusal.ts';
import type { MerchantRefusal, Result } from './refusal.ts';

/**
 * refundPayment (M17): gives `amount` back of the payment `ersReference`, of any terminal of the
 * same merchant. Answers the refund's own reference; the same terminal, amount and clientInvoiceId
 * within 60 s get the first one again.
 */
export async function refundPayment(
  tx: Tx,
  refund: {
    readonly terminalId: string;
    readonly ersReference: string;
    readonly amount: Money;
    readonly clientInvoiceId?: string;
    readonly cashierId?: string;
    readonly title?: string;
  },
): Promise<Result<{ ersReference: string }, MerchantRefusal>> {
  const { terminalId, ersReference, amount, ...content } = refund;
  const { rows } = await tx.query<{ refusal: MerchantRefusal | null; ers_reference: string }>(
    `select * from payment_refund($1, $2, $3, $4, $5)`,
    [terminalId, ersReference, amount.minor, amount.currency, JSON.stringify(content)],
  );
  const [row] = rows;
  if (!row) throw new Error('payment_refund answered nothing');
  return row.refusal === null ? ok({ ersReference: row.ers_reference }) : refused(row.refusal);
}

/** A document that a merchant stores with a payment or refund; `type` as merchants write it. */
export type ReceiptDocument = {
  readonly type: string;
  readonly mimeType: string;
  readonly content: Uint8Array;
};

/** Documents that one payment or refund may have (merchant SOAP API, 6). */
const DOCUMENTS_MAX = 10;

/**
 * submitPaymentReceipt: the merchant's notice of a payment, with a document or none. The same
 * document again is stored once; more than ten are INVALID_INVOICE_DATA.
 */
export async function submitReceipt(
  tx: Tx,
  receipt: {
    readonly terminalId: string;
    readonly ersReference: string;
    readonly document: ReceiptDocument | null;
  },
): Promise<Result<null, MerchantRefusal>> {
  const { document } = receipt;
  const { rows } = await tx.query<{ refusal: MerchantRefusal | null }>(
    `select receipt_submit($1, $2, $3, $4, $5, $6) as refusal`,
    [
      receipt.terminalId,
      receipt.ersReference,
      document?.type ?? null,
      document?.mimeType ?? null,
      document ? Buffer.from(document.content) : null,
      DOCUMENTS_MAX,
    ],
  );
  const [row] = rows;
  if (!row) throw new Error('receipt_submit answered nothing');
  return row.refusal === null ? ok(null) : refused(row.refusal);
}
