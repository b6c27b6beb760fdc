/** Lines of a bill: shown to the customer, never computed with (merchant SOAP API, 3.6). */

import type { Money } from '@seqr-ups/contract';

/** One line as the merchant sent it; decimals that are no money stay text. */
export type InvoiceRow = {
  readonly description?: string;
  readonly quantity?: string;
  readonly unit?: string;
  readonly ean?: string;
  readonly sku?: string;
  readonly taxRate?: string;
  readonly discount?: Money;
  readonly unitPrice?: Money;
  readonly total?: Money;
};

type StoredMoney = { readonly minor: string; readonly currency: string };

/**
 * An {@link InvoiceRow} as the database keeps it in JSON: minor units as text, since JSON's numbers
 * are floats.
 */
export type StoredInvoiceRow = {
  readonly [K in keyof InvoiceRow]: InvoiceRow[K] extends string | undefined ? string : StoredMoney;
};

const MONEY_FIELDS = ['discount', 'unitPrice', 'total'] as const;

/** Rows from the database. */
export function readInvoiceRows(rows: readonly StoredInvoiceRow[]): InvoiceRow[] {
  return rows.map((row) => {
    const read: Record<string, unknown> = { ...row };
    for (const field of MONEY_FIELDS) {
      const amount = row[field];
      if (amount) read[field] = { minor: BigInt(amount.minor), currency: amount.currency };
    }
    return read;
  });
}

/** Rows for the database. */
export function storeInvoiceRows(rows: readonly InvoiceRow[]): StoredInvoiceRow[] {
  return rows.map((row) => {
    const stored: Record<string, unknown> = { ...row };
    for (const field of MONEY_FIELDS) {
      const amount = row[field];
      if (amount) stored[field] = { minor: amount.minor.toString(), currency: amount.currency };
    }
    return stored;
  });
}
