/** getPaymentStatus (merchant-soap-api 4.3) and the receipt that it carries (3.8). */

import { formatMinor } from '@seqr-ups/contract';
import type { AcknowledgmentMode, Money, SoapType } from '@seqr-ups/contract';
import { invoiceStatus } from '../core/invoice.ts';
import type { InvoiceRow, InvoiceStatus } from '../core/invoice.ts';
import type { CustomerToken } from '../core/purchase-row.ts';
import { ok } from '../core/refusal.ts';
import { readReference } from './invoice-operations.ts';
import type { Handler } from './operation.ts';

type Payment = NonNullable<InvoiceStatus['payment']>;

/** Clients generated from the first WSDL know no other mode and fail on a newer one (8). */
const MODES_IN_RECEIPTS = ['IMMEDIATE_DEBIT', 'RESERVATION_DESIRED', 'RESERVATION_REQUIRED'];

/**
 * Answers where an invoice stands, at once. The version that the client acknowledges never gates
 * the answer: half of the clients in the field always send 0 or nothing (9.2).
 */
export const handleGetPaymentStatus: Handler<'getPaymentStatus'> = async (call) => {
  if (call.waitingInvoice !== null) {
    const { version, acknowledgmentMode } = call.waitingInvoice;
    return ok({ status: 'ISSUED', ...writeTokens(acknowledgmentMode, []), version });
  }
  const reference = readReference(call.request.invoiceReference);
  const { terminalId } = call.caller;
  const found = await call.db.statement((tx) => invoiceStatus(tx, { terminalId, reference }));
  if (!found.ok) return found;
  const { payment, state, version, acknowledgmentMode, offeredTokens } = found.value;
  return ok({
    ...(payment !== null && { ersReference: payment.ersReference }),
    status: state,
    ...(payment !== null && { receipt: writeReceipt(found.value.reference, payment) }),
    ...writeTokens(acknowledgmentMode, offeredTokens),
    version,
  });
};

/** A loyalty client iterates the tokens without looking whether there are any (4.3). */
function writeTokens(mode: AcknowledgmentMode, tokens: readonly CustomerToken[]) {
  return mode === 'NO_ACKNOWLEDGMENT' ? {} : { customerTokens: { token: tokens.map(writeToken) } };
}

function writeToken(token: CustomerToken): SoapType<'customerToken'> {
  const { id, status, description, value } = token;
  return {
    id,
    status,
    ...(description !== null && { description }),
    ...(value !== null && { value }),
  };
}

function writeReceipt(invoiceReference: string, payment: Payment): SoapType<'receipt'> {
  const { content } = payment;
  const rows = content.rows ?? [];
  return {
    terminalId: payment.terminalId,
    paymentDate: writeDateTime(payment.paidAt),
    clientInvoiceId: content.clientInvoiceId,
    invoiceReference,
    paymentReference: payment.ersReference,
    payerTerminalId: payment.payerPseudonym,
    receiverName: payment.merchantName,
    invoice: {
      paymentMode: MODES_IN_RECEIPTS.find((mode) => mode === content.paymentMode),
      acknowledgmentMode: content.acknowledgmentMode,
      issueDate: content.issueDate,
      title: content.title,
      clientInvoiceId: content.clientInvoiceId,
      invoiceRows: rows.length === 0 ? undefined : { invoiceRow: rows.map(writeRow) },
      // What was charged, which a commit below the invoice's total makes less than it (9.1).
      totalAmount: writeAmount(payment.charged),
      cashierId: content.cashierId,
      footer: content.footer,
      backURL: content.backUrl,
    },
  };
}

function writeRow(row: InvoiceRow): SoapType<'paymentInvoiceRow'> {
  return {
    itemDescription: row.description,
    itemDiscount: row.discount && writeAmount(row.discount),
    itemEAN: row.ean,
    itemQuantity: row.quantity,
    itemSKU: row.sku,
    itemTaxRate: row.taxRate,
    itemTotalAmount: row.total && writeAmount(row.total),
    itemUnit: row.unit,
    itemUnitPrice: row.unitPrice && writeAmount(row.unitPrice),
  };
}

function writeAmount(money: Money): SoapType<'amount'> {
  return { currency: money.currency, value: formatMinor(money.minor, money.currency) };
}

/** With offset and milliseconds, in the installation's time zone (9.4). */
function writeDateTime(date: Date): string {
  return Temporal.Instant.fromEpochMilliseconds(date.getTime())
    .toZonedDateTimeISO(Temporal.Now.timeZoneId())
    .toString({ timeZoneName: 'never', fractionalSecondDigits: 3 });
}
