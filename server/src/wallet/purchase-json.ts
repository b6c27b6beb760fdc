/** A purchase as the wallet API shows it. */

import { toAmountJson } from '@seqr-ups/contract';
import type { AmountJson, Money, PurchaseJson, PurchaseRowJson } from '@seqr-ups/contract';
import type { InvoiceRow } from '../core/invoice.ts';
import type { Purchase } from '../core/purchase.ts';
import { endingMessage } from './words.ts';

const amount = (money: Money | null | undefined): AmountJson | null =>
  money === null || money === undefined ? null : toAmountJson(money);

const rowJson = (row: InvoiceRow): PurchaseRowJson => ({
  description: row.description ?? null,
  quantity: row.quantity ?? null,
  unitPrice: amount(row.unitPrice),
  total: amount(row.total),
});

/**
 * Turns the core's purchase into the contract's JSON. `refunds` stays empty until merchants can
 * refund. Nothing of it is secret from its customer, and nothing of other customers stands in it.
 */
export const purchaseJson = (purchase: Purchase): PurchaseJson => ({
  id: purchase.id,
  kind: purchase.kind,
  state: purchase.state,
  version: purchase.version,
  merchant: { id: purchase.merchant.id, name: purchase.merchant.name },
  machine:
    purchase.machine === null
      ? null
      : {
          token: purchase.machine.token,
          name: purchase.machine.name,
          place: purchase.machine.place,
        },
  invoiceReference: purchase.invoiceReference,
  maximum: amount(purchase.maximum),
  reserved: amount(purchase.reserved),
  charged: amount(purchase.charged),
  rows: purchase.rows.map(rowJson),
  refunds: [],
  expiresAt: purchase.expiresAt?.toISOString() ?? null,
  createdAt: purchase.createdAt.toISOString(),
  updatedAt: purchase.updatedAt.toISOString(),
  ending:
    purchase.ending === null
      ? null
      : { code: purchase.ending, message: endingMessage(purchase.ending) },
});
