/** A purchase as the wallet API shows it. */

import { toAmountJson } from '@seqr-ups/contract';
import type {
  AmountJson,
  CardStatus,
  Money,
  PurchaseCardJson,
  PurchaseJson,
  PurchaseRowJson,
  RefundJson,
  TaxJson,
} from '@seqr-ups/contract';
import type { InvoiceRow } from '../core/invoice.ts';
import type { Purchase } from '../core/purchase.ts';
import type { CustomerToken, Refund } from '../core/purchase-row.ts';
import { taxesOf } from '../core/tax.ts';
import type { Tax } from '../core/tax.ts';
import { endingMessage } from './words.ts';

const amount = (money: Money | null | undefined): AmountJson | null =>
  money === null || money === undefined ? null : toAmountJson(money);

const rowJson = (row: InvoiceRow): PurchaseRowJson => ({
  description: row.description ?? null,
  quantity: row.quantity ?? null,
  unit: row.unit ?? null,
  unitPrice: amount(row.unitPrice),
  discount: amount(row.discount),
  taxRate: row.taxRate ?? null,
  total: amount(row.total),
});

/** A payment that the shop has yet to notice is paid in its customer's eyes. */
const paidOf = ({ state, charged, reserved }: Purchase): Money | null =>
  state === 'CONFIRMING' ? reserved : charged;

const taxJson = ({ rate, total, tax }: Tax): TaxJson => ({
  rate,
  total: toAmountJson(total),
  tax: toAmountJson(tax),
});

const refundJson = ({ reference, amount, reason, createdAt }: Refund): RefundJson => ({
  reference,
  amount: toAmountJson(amount),
  reason,
  createdAt: createdAt.toISOString(),
});

/**
 * A merchant may answer with any number; whatever does not mean that the card was used, did not.
 */
const CARD_STATUS: { readonly [status: number]: CardStatus } = {
  0: 'PENDING',
  1: 'USED',
  90: 'BLOCKED',
};
/** What is shown of a card's number; one that is no longer shows half. */
const SHOWN_CHARACTERS = 4;

/** The end of a card's number, `…0017`. */
function shownNumber(value: string): string {
  const characters = Array.from(value);
  const shown = Math.min(SHOWN_CHARACTERS, Math.floor(characters.length / 2));
  return `…${characters.slice(characters.length - shown).join('')}`;
}

const cardJson = ({ id, description, value, status }: CustomerToken): PurchaseCardJson => ({
  type: id,
  description,
  number: value === null ? null : shownNumber(value),
  status: CARD_STATUS[status] ?? 'UNKNOWN',
});

/**
 * Turns the core's purchase into the contract's JSON. Nothing of it is secret from its customer,
 * and nothing of other customers stands in it.
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
  refunds: purchase.refunds.map(refundJson),
  tokens: purchase.tokens.map(cardJson),
  bill:
    purchase.bill === null
      ? null
      : {
          title: purchase.bill.title,
          footer: purchase.bill.footer,
          terminal: purchase.bill.terminal,
        },
  taxes: taxesOf(purchase.rows, paidOf(purchase)).map(taxJson),
  ersReference: purchase.ersReference,
  paidAt: purchase.paidAt?.toISOString() ?? null,
  expiresAt: purchase.expiresAt?.toISOString() ?? null,
  createdAt: purchase.createdAt.toISOString(),
  updatedAt: purchase.updatedAt.toISOString(),
  ending:
    purchase.ending === null
      ? null
      : { code: purchase.ending, message: endingMessage(purchase.ending, purchase.kind) },
});
