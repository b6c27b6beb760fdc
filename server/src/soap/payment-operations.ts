/** submitPaymentReceipt and refundPayment (merchant-soap-api 4.6, 4.7, 6). */

import type { SoapType } from '@seqr-ups/contract';
import { refundPayment, submitReceipt } from '../core/payment.ts';
import type { ReceiptDocument } from '../core/payment.ts';
import { ok, refused } from '../core/refusal.ts';
import type { Result } from '../core/refusal.ts';
import { readContent } from './invoice-content.ts';
import { readReference } from './invoice-operations.ts';
import type { Handler } from './operation.ts';

/** Largest document of a payment (6). */
const DOCUMENT_BYTES_MAX = 256 * 1024;
/** Free texts that merchants choose; longer ones are cut, never refused. */
const DOCUMENT_TYPE_LENGTH_MAX = 100;

/** Takes notice of a payment, and a document of it or of a refund, if there is one. */
export const handleSubmitPaymentReceipt: Handler<'submitPaymentReceipt'> = async (call) => {
  const ersReference = readReference(call.request.ersReference);
  if (ersReference === null) return refused('INVALID_ERS_REFERENCE');
  const document = readDocument(call.request.receiptDocument);
  if (!document.ok) return document;
  const { terminalId } = call.caller;
  const submitted = await call.db.statement((tx) =>
    submitReceipt(tx, { terminalId, ersReference, document: document.value }),
  );
  return submitted.ok ? ok({}) : submitted;
};

/** Gives money back. Answers the refund's own reference, which no further refund can be of. */
export const handleRefundPayment: Handler<'refundPayment'> = async (call) => {
  const ersReference = readReference(call.request.ersReference);
  if (ersReference === null) return refused('INVALID_ERS_REFERENCE');
  const content = readContent(call.request.invoice, call.caller);
  if (!content.ok) return content;
  const { terminalId } = call.caller;
  const { total, clientInvoiceId, cashierId, title } = content.value;
  const refunded = await call.db.statement((tx) =>
    refundPayment(tx, {
      terminalId,
      ersReference,
      amount: total,
      ...(clientInvoiceId !== undefined && { clientInvoiceId }),
      ...(cashierId !== undefined && { cashierId }),
      ...(title !== undefined && { title }),
    }),
  );
  return refunded.ok ? ok({ ersReference: refunded.value.ersReference }) : refunded;
};

/** Null when the call carries nothing to store, which is allowed (4.6). */
function readDocument(
  document: SoapType<'receiptDocument'> | undefined,
): Result<ReceiptDocument | null, 'INVALID_INVOICE_DATA'> {
  const content = document?.receiptData;
  if (content === undefined || content.byteLength === 0) return ok(null);
  if (content.byteLength > DOCUMENT_BYTES_MAX) return refused('INVALID_INVOICE_DATA');
  const cut = (text: string | undefined): string =>
    (text?.trim() ?? '').slice(0, DOCUMENT_TYPE_LENGTH_MAX).toWellFormed();
  return ok({
    type: cut(document?.receiptType) || 'OTHER',
    mimeType: cut(document?.mimeType),
    content,
  });
}
