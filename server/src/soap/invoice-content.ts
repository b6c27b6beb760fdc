/**
 * From the invoice on the wire to the core's content, exactly once: merchant-soap-api 3.4 to 3.6,
 * 9.1 to 9.4. What cannot be read is refused here, so that the core never sees half an amount.
 */

import { ACKNOWLEDGMENT_MODES, PAYMENT_MODES, parseAmount } from '@seqr-ups/contract';
import type { AcknowledgmentMode, Money, PaymentMode, SoapType } from '@seqr-ups/contract';
import type { InvoiceChange, InvoiceContent, InvoiceRow } from '../core/invoice.ts';
import { ok, refused } from '../core/refusal.ts';
import type { MerchantRefusal, Result } from '../core/refusal.ts';

type WireInvoice = SoapType<'invoice'>;
type WireAmount = SoapType<'amount'>;
type WireRow = SoapType<'paymentInvoiceRow'>;

type ContentRefusal = Extract<
  MerchantRefusal,
  'INVALID_INVOICE_DATA' | 'REJECTED_AMOUNT' | 'INVALID_NOTIFICATION_URL'
>;

/** What the merchant's settings decide about content. */
export type ContentRules = { readonly allowHttpNotifications: boolean };

/** Rows of one invoice (merchant-soap-api 9.4); more are refused with 49. */
const INVOICE_ROWS_MAX = 1_000;
/** Longer addresses are refused by servers on the way, so they could never be called. */
const URL_LENGTH_MAX = 4_096;
/** PostgreSQL's integer; any longer time is cut to the merchant's maximum later (9.1). */
const TIMEOUT_S_MAX = 2_147_483_647n;

/** Content of a new invoice. */
export function readContent(
  invoice: WireInvoice | undefined,
  rules: ContentRules,
): Result<InvoiceContent, ContentRefusal> {
  const total = readTotal(invoice?.totalAmount);
  if (!total.ok) return total;
  if (invoice === undefined || total.value === null) return refused('INVALID_INVOICE_DATA');
  if (total.value.minor <= 0n) return refused('REJECTED_AMOUNT');
  const paymentMode = readPaymentMode(invoice.paymentMode);
  if (!paymentMode.ok) return paymentMode;
  const rows = readRows(invoice.invoiceRows, total.value.currency);
  if (!rows.ok) return rows;
  const notificationUrl = readNotificationUrl(invoice.notificationUrl, rules);
  if (!notificationUrl.ok) return notificationUrl;
  return ok({
    ...readTexts(invoice),
    paymentMode: paymentMode.value,
    acknowledgmentMode: readAcknowledgmentMode(invoice.acknowledgmentMode),
    total: total.value,
    rows: rows.value,
    commitReservationTimeoutS: readTimeoutS(invoice.commitReservationTimeout) ?? null,
    ...(notificationUrl.value !== null && { notificationUrl: notificationUrl.value }),
  });
}

/**
 * What an updateInvoice changes: absent members keep their value, so every member here was sent.
 * The payment mode is read only to refuse an unknown one; it cannot be changed (4.2). A total of 0
 * passes: whether it is accepted depends on the invoice's state, which the core knows.
 */
export function readChange(
  invoice: WireInvoice | undefined,
  rules: ContentRules,
): Result<InvoiceChange, ContentRefusal> {
  if (invoice === undefined) return ok({});
  const total = readTotal(invoice.totalAmount);
  if (!total.ok) return total;
  if (total.value !== null && total.value.minor < 0n) return refused('REJECTED_AMOUNT');
  const paymentMode = readPaymentMode(invoice.paymentMode);
  if (!paymentMode.ok) return paymentMode;
  const rows = readRows(invoice.invoiceRows, total.value?.currency ?? null);
  if (!rows.ok) return rows;
  const notificationUrl = readNotificationUrl(invoice.notificationUrl, rules);
  if (!notificationUrl.ok) return notificationUrl;
  const timeoutS = readTimeoutS(invoice.commitReservationTimeout);
  const { acknowledgmentMode } = invoice;
  return ok({
    ...readTexts(invoice),
    ...(given(acknowledgmentMode) && {
      acknowledgmentMode: readAcknowledgmentMode(acknowledgmentMode),
    }),
    ...(total.value !== null && { total: total.value }),
    ...(rows.value !== null && { rows: rows.value }),
    ...(notificationUrl.value !== null && { notificationUrl: notificationUrl.value }),
    ...(timeoutS !== undefined && { commitReservationTimeoutS: timeoutS }),
  });
}

/**
 * The amount of a commitReservation: null only when the element is absent, which means "the total".
 * Present but nil, empty or half is 49, so that a broken client never commits the maximum (9.1).
 */
export function readCommitAmount(
  amount: WireAmount | undefined,
): Result<Money | null, ContentRefusal> {
  const read = readTotal(amount);
  if (read.ok && read.value !== null && read.value.minor < 0n) return refused('REJECTED_AMOUNT');
  return read;
}

/** Null when the element is absent; otherwise it must be a whole amount. */
function readTotal(amount: WireAmount | undefined): Result<Money | null, 'INVALID_INVOICE_DATA'> {
  if (amount === undefined) return ok(null);
  const parsed = parseAmount(amount);
  return parsed.ok ? ok(parsed.money) : refused('INVALID_INVOICE_DATA');
}

function readPaymentMode(text: string | undefined): Result<PaymentMode, 'INVALID_INVOICE_DATA'> {
  if (!given(text)) return ok('IMMEDIATE_DEBIT');
  const mode = PAYMENT_MODES.find((mode) => mode === text.trim());
  return mode === undefined ? refused('INVALID_INVOICE_DATA') : ok(mode);
}

/** Absent and unknown both mean OPTIONAL: merchants without loyalty never notice (3.5, 9.4). */
function readAcknowledgmentMode(text: string | undefined): AcknowledgmentMode {
  return ACKNOWLEDGMENT_MODES.find((mode) => mode === text?.trim()) ?? 'OPTIONAL_ACKNOWLEDGMENT';
}

/** Texts that were sent and are not empty. */
function readTexts(invoice: WireInvoice) {
  return {
    ...(given(invoice.title) && { title: invoice.title }),
    ...(given(invoice.clientInvoiceId) && { clientInvoiceId: invoice.clientInvoiceId }),
    ...(given(invoice.cashierId) && { cashierId: invoice.cashierId }),
    ...(given(invoice.footer) && { footer: invoice.footer }),
    ...(given(invoice.backURL) && { backUrl: invoice.backURL.trim() }),
    ...(invoice.issueDate !== undefined && { issueDate: invoice.issueDate }),
  };
}

/** Null when no rows were sent; an empty list when an empty list was. */
function readRows(
  rows: WireInvoice['invoiceRows'],
  totalCurrency: string | null,
): Result<InvoiceRow[] | null, 'INVALID_INVOICE_DATA'> {
  if (rows === undefined) return ok(null);
  const wire = rows.invoiceRow ?? [];
  if (wire.length > INVOICE_ROWS_MAX) return refused('INVALID_INVOICE_DATA');
  const read: InvoiceRow[] = [];
  let currency = totalCurrency;
  for (const one of wire) {
    const row = readRow(one);
    if (!row.ok) return row;
    for (const amount of [row.value.discount, row.value.unitPrice, row.value.total]) {
      currency ??= amount?.currency ?? null;
      if (amount !== undefined && amount.currency !== currency) {
        return refused('INVALID_INVOICE_DATA');
      }
    }
    read.push(row.value);
  }
  return ok(read);
}

/** Row amounts may be negative, for balancing; quantity and tax rate are for display only (3.6). */
function readRow(row: WireRow): Result<InvoiceRow, 'INVALID_INVOICE_DATA'> {
  const discount = readRowAmount(row.itemDiscount);
  if (!discount.ok) return discount;
  const unitPrice = readRowAmount(row.itemUnitPrice);
  if (!unitPrice.ok) return unitPrice;
  const total = readRowAmount(row.itemTotalAmount);
  if (!total.ok) return total;
  return ok({
    ...(given(row.itemDescription) && { description: row.itemDescription }),
    ...(given(row.itemQuantity) && { quantity: row.itemQuantity }),
    ...(given(row.itemUnit) && { unit: row.itemUnit }),
    ...(given(row.itemEAN) && { ean: row.itemEAN }),
    ...(given(row.itemSKU) && { sku: row.itemSKU }),
    ...(given(row.itemTaxRate) && { taxRate: row.itemTaxRate }),
    ...(discount.value !== null && { discount: discount.value }),
    ...(unitPrice.value !== null && { unitPrice: unitPrice.value }),
    ...(total.value !== null && { total: total.value }),
  });
}

/** In a row an empty amount is an absent one; half an amount is none. */
function readRowAmount(
  amount: WireAmount | undefined,
): Result<Money | null, 'INVALID_INVOICE_DATA'> {
  if (amount === undefined) return ok(null);
  const empty = !given(amount.currency) && !given(amount.value) && amount.repeated !== true;
  return empty ? ok(null) : readTotal(amount);
}

/**
 * Null when absent. `https://` is always accepted, `http://` by the merchant's setting; anything
 * else is 64, for an address that will not be called must not be accepted (merchant-soap-api 7).
 */
function readNotificationUrl(
  text: string | undefined,
  rules: ContentRules,
): Result<string | null, 'INVALID_NOTIFICATION_URL'> {
  const url = text?.trim() ?? '';
  if (url === '') return ok(null);
  const wellFormed = url.length <= URL_LENGTH_MAX && /^https?:\/\/[^\s\p{Cc}]+$/iu.test(url);
  const protocol = wellFormed ? URL.parse(url)?.protocol : undefined;
  const accepted = protocol === 'https:' || (protocol === 'http:' && rules.allowHttpNotifications);
  return accepted ? ok(url) : refused('INVALID_NOTIFICATION_URL');
}

/** Undefined when absent or unreadable; null when not positive, which means the default (9.1). */
function readTimeoutS(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  const seconds = BigInt(text);
  if (seconds <= 0n) return null;
  return Number(seconds < TIMEOUT_S_MAX ? seconds : TIMEOUT_S_MAX);
}

/** Sent, and not empty: an empty element for an optional text equals an absent one (1.3). */
function given(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}
