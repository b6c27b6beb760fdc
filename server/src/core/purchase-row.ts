/** How a purchase is read from `purchase_view`, the one shape in which every step returns it. */

import { PURCHASE_ENDINGS } from '@seqr-ups/contract';
import type { EndingCode, Money, PurchaseKind, PurchaseState, Seller } from '@seqr-ups/contract';
import { readInvoiceRows } from './invoice-row.ts';
import type { InvoiceRow, StoredInvoiceRow } from './invoice-row.ts';

/**
 * A purchase as its customer sees it. `version` is the invoice's, 0 before there is one; `maximum`
 * is what the offer asks for; `reserved` is null until held and stays afterwards; `charged` is null
 * unless PAID; `expiresAt` is the deadline of the present state; `ending` is null until the end and
 * in PAID; `bill` is null at a machine; `ersReference` and `paidAt` are the payment's.
 */
export type Purchase = Seller & {
  readonly id: string;
  readonly customerId: string;
  readonly kind: PurchaseKind;
  readonly state: PurchaseState;
  readonly version: number;
  readonly invoiceReference: string | null;
  readonly maximum: Money | null;
  readonly reserved: Money | null;
  readonly charged: Money | null;
  readonly rows: readonly InvoiceRow[];
  readonly refunds: readonly Refund[];
  readonly tokens: readonly CustomerToken[];
  readonly bill: BillHead | null;
  readonly ersReference: string | null;
  readonly paidAt: Date | null;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly ending: EndingCode | null;
};

/**
 * What stands above and below the rows of a till's or web shop's bill: its title and footer, and
 * the name of the terminal, by which the payer recognises the till (merchant SOAP API, 3.4 and
 * 4.8).
 */
export type BillHead = {
  readonly title: string | null;
  readonly footer: string | null;
  readonly terminal: string;
};

/** Money given back of a paid purchase. `reference` is the refund's own ERS reference. */
export type Refund = {
  readonly reference: string;
  readonly amount: Money;
  readonly reason: string | null;
  readonly createdAt: Date;
};

/** A customer token (loyalty card) of a bill: 0 asked, 1 used, 90 blocked, 99 unknown. */
export type CustomerToken = {
  readonly id: string;
  readonly description: string | null;
  readonly value: string | null;
  readonly status: number;
};

/** Whether a state is one of the five endings. */
export function hasEnded(state: PurchaseState): boolean {
  return (PURCHASE_ENDINGS as readonly PurchaseState[]).includes(state);
}

/** A row of `purchase_view`. */
export type PurchaseRow = {
  readonly id: string;
  readonly customer_id: string;
  readonly kind: PurchaseKind;
  readonly state: PurchaseState;
  readonly version: number;
  readonly merchant_id: string;
  readonly merchant_name: string;
  readonly machine_token: string | null;
  readonly machine_name: string;
  readonly machine_place: string | null;
  readonly invoice_reference: string | null;
  readonly currency: string;
  readonly maximum_minor: bigint | null;
  readonly reserved_minor: bigint | null;
  readonly charged_minor: bigint | null;
  readonly rows: readonly StoredInvoiceRow[];
  readonly deadline: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly ending_code: EndingCode | null;
  readonly refunds: readonly StoredRefund[] | null;
  readonly tokens: readonly CustomerToken[] | null;
  readonly bill: BillHead | null;
  readonly ers_reference: string | null;
  readonly paid_at: Date | null;
};

type StoredRefund = {
  readonly reference: string;
  readonly minor: string;
  readonly reason: string | null;
  readonly createdAt: string;
};

/** Turns a row of `purchase_view` into a {@link Purchase}. */
export function readPurchase(row: PurchaseRow): Purchase {
  const money = (minor: bigint | null): Money | null =>
    minor === null ? null : { minor, currency: row.currency };
  return {
    id: row.id,
    customerId: row.customer_id,
    kind: row.kind,
    state: row.state,
    version: row.version,
    merchant: { id: row.merchant_id, name: row.merchant_name },
    machine:
      row.machine_token === null
        ? null
        : { token: row.machine_token, name: row.machine_name, place: row.machine_place },
    invoiceReference: row.invoice_reference,
    maximum: money(row.maximum_minor),
    reserved: money(row.reserved_minor),
    charged: money(row.charged_minor),
    rows: readInvoiceRows(row.rows),
    refunds: (row.refunds ?? []).map(({ reference, minor, reason, createdAt }) => ({
      reference,
      amount: { minor: BigInt(minor), currency: row.currency },
      reason,
      createdAt: new Date(createdAt),
    })),
    tokens: row.tokens ?? [],
    bill: row.bill,
    ersReference: row.ers_reference,
    paidAt: row.paid_at,
    expiresAt: row.deadline,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ending: row.ending_code,
  };
}
