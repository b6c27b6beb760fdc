/**
 * The invoice, from the merchant's side: sendInvoice to commitReservation (`invoice-lifecycle.md`).
 * Each step is one call of a SQL function; refusals carry the names of SOAP result codes.
 */

import { randomInt } from 'node:crypto';
import type { Money } from '@seqr-ups/contract';
import type { Tx } from '../db.ts';
import { readInvoiceRows, storeInvoiceRows } from './invoice-row.ts';
import type { InvoiceRow, StoredInvoiceRow } from './invoice-row.ts';
import type { CustomerToken } from './purchase-row.ts';
import { ok, refused } from './refusal.ts';
import type { MerchantRefusal, Result } from './refusal.ts';

export type { InvoiceRow } from './invoice-row.ts';

/** Life of an unpaid invoice (merchant SOAP API, 9.1). */
const LIFETIME_S = 3600;
/**
 * The same for one in a reservation mode of a merchant with a createPurchase address, until it is
 * claimed.
 */
const MACHINE_LIFETIME_S = 600;
/**
 * References tried before giving up; one in a thousand is taken on a day with a million invoices.
 */
const REFERENCE_CANDIDATES = 5;

/** How the customer's money is taken (merchant SOAP API, 3.5). */
export const PAYMENT_MODES = [
  'IMMEDIATE_DEBIT',
  'RESERVATION_DESIRED',
  'RESERVATION_REQUIRED',
  'RESERVATION_REQUIRED_PRELIMINARY_AMOUNT',
] as const;
export type PaymentMode = (typeof PAYMENT_MODES)[number];

/**
 * Whether the merchant wants to be asked about customer tokens before the payment (merchant SOAP
 * API, 3.5).
 */
export const ACKNOWLEDGMENT_MODES = [
  'NO_ACKNOWLEDGMENT',
  'OPTIONAL_ACKNOWLEDGMENT',
  'REQUIRE_ACKNOWLEDGMENT',
] as const;
export type AcknowledgmentMode = (typeof ACKNOWLEDGMENT_MODES)[number];

/** The wire's states of an invoice. */
export type InvoiceState =
  | 'ISSUED'
  | 'PENDING_ISSUER_ACKNOWLEDGE'
  | 'RESERVED'
  | 'PAID'
  | 'CANCELED'
  | 'FAILED';

/**
 * What a merchant sends in an invoice, parsed. `rows` null: none were sent. A timeout ≤ 0 is null:
 * the default.
 */
export type InvoiceContent = {
  readonly paymentMode: PaymentMode;
  readonly acknowledgmentMode: AcknowledgmentMode;
  readonly total: Money;
  readonly title?: string;
  readonly clientInvoiceId?: string;
  readonly cashierId?: string;
  readonly footer?: string;
  readonly backUrl?: string;
  readonly notificationUrl?: string;
  readonly issueDate?: string;
  readonly rows: readonly InvoiceRow[] | null;
  readonly commitReservationTimeoutS: number | null;
};

/** The fields of an updateInvoice; what is absent keeps its value, `rows` null too. */
export type InvoiceChange = Partial<Omit<InvoiceContent, 'paymentMode'>>;

/**
 * A token as a merchant names it in sendInvoice or updateInvoice; without a status it is used (1).
 */
export type NamedToken = {
  readonly id: string;
  readonly description?: string;
  readonly value?: string;
  readonly status?: number;
};

/** An invoice as getPaymentStatus shows it; `payment` only when PAID. */
export type InvoiceStatus = {
  readonly reference: string;
  readonly state: InvoiceState;
  readonly version: number;
  readonly acknowledgmentMode: AcknowledgmentMode;
  /** What the customer offers and the merchant has not answered. */
  readonly offeredTokens: readonly CustomerToken[];
  readonly payment: {
    readonly ersReference: string;
    readonly paidAt: Date;
    readonly charged: Money;
    readonly terminalId: string;
    readonly merchantName: string;
    /** Stands for the customer; never a phone number. */
    readonly payerPseudonym: string;
    readonly content: Omit<InvoiceContent, 'notificationUrl' | 'commitReservationTimeoutS'>;
  } | null;
};

/** sendInvoice: a new invoice of this terminal; a cash register's earlier open one is cancelled. */
export async function issueInvoice(
  tx: Tx,
  invoice: {
    readonly terminalId: string;
    readonly content: InvoiceContent;
    readonly tokens?: readonly NamedToken[];
  },
): Promise<Result<{ reference: string }, MerchantRefusal>> {
  const { content } = invoice;
  const { rows } = await tx.query<{ refusal: MerchantRefusal | null; reference: string }>(
    `select * from invoice_issue($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      invoice.terminalId,
      Array.from({ length: REFERENCE_CANDIDATES }, referenceCandidate),
      storedContent(content),
      content.total.minor,
      content.total.currency,
      LIFETIME_S,
      MACHINE_LIFETIME_S,
      JSON.stringify(invoice.tokens ?? []),
    ],
  );
  const [row] = rows;
  if (!row) throw new Error('invoice_issue answered nothing');
  return row.refusal === null ? ok({ reference: row.reference }) : refused(row.refusal);
}

/** updateInvoice: replaces what the change names; in RESERVED its total becomes the bill. */
export async function updateInvoice(
  tx: Tx,
  update: {
    readonly terminalId: string;
    readonly reference: string;
    readonly change: InvoiceChange;
    readonly tokens?: readonly NamedToken[];
  },
): Promise<Result<null, MerchantRefusal>> {
  const { total } = update.change;
  const { rows } = await tx.query<{ refusal: MerchantRefusal | null }>(
    `select invoice_update($1, $2, $3, $4, $5, $6) as refusal`,
    [
      update.terminalId,
      update.reference,
      storedContent(update.change),
      total?.minor ?? null,
      total?.currency ?? null,
      JSON.stringify(update.tokens ?? []),
    ],
  );
  return refusalOf(rows);
}

/** cancelInvoice: before payment, or releases a reservation. */
export async function cancelInvoice(
  tx: Tx,
  invoice: { readonly terminalId: string; readonly reference: string },
): Promise<Result<null, MerchantRefusal>> {
  const { rows } = await tx.query<{ refusal: MerchantRefusal | null }>(
    `select invoice_cancel($1, $2) as refusal`,
    [invoice.terminalId, invoice.reference],
  );
  return refusalOf(rows);
}

/**
 * commitReservation: charges `amount`, or the total last updated in RESERVED when it is null, and
 * frees the rest. A commit of nothing releases the reservation and has no ERS reference. The
 * identical commit again has the same answer.
 */
export async function commitReservation(
  tx: Tx,
  commit: {
    readonly terminalId: string;
    readonly reference: string;
    readonly amount: Money | null;
  },
): Promise<Result<{ ersReference: string | null }, MerchantRefusal>> {
  const { rows } = await tx.query<{
    refusal: MerchantRefusal | null;
    ers_reference: string | null;
  }>(`select * from invoice_commit($1, $2, $3, $4)`, [
    commit.terminalId,
    commit.reference,
    commit.amount?.minor ?? null,
    commit.amount?.currency ?? null,
  ]);
  const [row] = rows;
  if (!row) throw new Error('invoice_commit answered nothing');
  return row.refusal === null ? ok({ ersReference: row.ers_reference }) : refused(row.refusal);
}

type StatusRow = {
  readonly reference: string;
  readonly state: InvoiceState;
  readonly version: number;
  readonly payment_mode: PaymentMode;
  readonly acknowledgment_mode: AcknowledgmentMode;
  readonly currency: string;
  readonly charged_minor: bigint | null;
  readonly offered_tokens: readonly CustomerToken[] | null;
  readonly ers_reference: string | null;
  readonly paid_at: Date | null;
  readonly terminal_id: string;
  readonly merchant_name: string;
  readonly payer: string;
  readonly title: string | null;
  readonly client_invoice_id: string | null;
  readonly cashier_id: string | null;
  readonly footer: string | null;
  readonly back_url: string | null;
  readonly issue_date: string | null;
  readonly rows: readonly StoredInvoiceRow[];
};

/** getPaymentStatus: `reference` null means the newest invoice of a cash register. */
export async function invoiceStatus(
  tx: Tx,
  query: { readonly terminalId: string; readonly reference: string | null },
): Promise<Result<InvoiceStatus, MerchantRefusal>> {
  const { rows } = await tx.query<StatusRow>(
    `select i.reference, i.state, i.version, i.payment_mode, i.acknowledgment_mode, i.currency,
       coalesce(i.committed_minor, i.held_minor) as charged_minor, i.ers_reference, i.paid_at,
       i.terminal_id, m.name as merchant_name,
       left(md5(p.customer_id::text || i.merchant_id), 12) as payer, i.title, i.client_invoice_id,
       i.cashier_id, i.footer, i.back_url, i.issue_date, i.rows,
       offered_tokens(i) as offered_tokens
     from invoice_status($1, $2) i
       join merchant m on m.id = i.merchant_id
       left join purchase p on p.id = i.purchase_id`,
    [query.terminalId, query.reference],
  );
  const [row] = rows;
  if (!row) return refused('INVALID_INVOICE_REFERENCE');
  return ok({
    reference: row.reference,
    state: row.state,
    version: row.version,
    acknowledgmentMode: row.acknowledgment_mode,
    offeredTokens: row.offered_tokens ?? [],
    payment: paymentOf(row),
  });
}

function paymentOf(row: StatusRow): InvoiceStatus['payment'] {
  if (row.ers_reference === null || row.paid_at === null || row.charged_minor === null) {
    return null;
  }
  const charged = { minor: row.charged_minor, currency: row.currency };
  return {
    ersReference: row.ers_reference,
    paidAt: row.paid_at,
    charged,
    terminalId: row.terminal_id,
    merchantName: row.merchant_name,
    payerPseudonym: row.payer,
    content: {
      paymentMode: row.payment_mode,
      acknowledgmentMode: row.acknowledgment_mode,
      total: charged,
      ...(row.title !== null && { title: row.title }),
      ...(row.client_invoice_id !== null && { clientInvoiceId: row.client_invoice_id }),
      ...(row.cashier_id !== null && { cashierId: row.cashier_id }),
      ...(row.footer !== null && { footer: row.footer }),
      ...(row.back_url !== null && { backUrl: row.back_url }),
      ...(row.issue_date !== null && { issueDate: row.issue_date }),
      rows: readInvoiceRows(row.rows),
    },
  };
}

/**
 * Content as the SQL functions take it: JSON without the total, and without the one character that
 * PostgreSQL's JSON cannot hold.
 */
function storedContent(content: InvoiceChange & { paymentMode?: PaymentMode }): string {
  const { total: _total, rows, ...rest } = content;
  return JSON.stringify({ ...rest, ...(rows && { rows: storeInvoiceRows(rows) }) }, (_, value) =>
    typeof value === 'string' ? value.replaceAll('\0', '') : value,
  );
}

/** Nine unguessable digits; the database puts the day in front. */
function referenceCandidate(): string {
  return randomInt(1_000_000_000).toString().padStart(9, '0');
}

function refusalOf(
  rows: readonly { refusal: MerchantRefusal | null }[],
): Result<null, MerchantRefusal> {
  const [row] = rows;
  if (!row) throw new Error('The database answered nothing');
  return row.refusal === null ? ok(null) : refused(row.refusal);
}
