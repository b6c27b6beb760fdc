/** What a receipt says beside its rows, for the screen, paper and sharing alike. */

import type { AmountJson, PurchaseJson } from '@seqr-ups/contract';
import { amountText, difference, isZero, sum } from '../design/amount.ts';
import { fullTime } from './dates.ts';
import { TEXT } from './text.ts';

/** A term and its value. */
export type Fact = { readonly term: string; readonly value: string };

/** What was paid; what is held while the shop has yet to notice. */
export function paidFor({ charged, reserved, maximum }: PurchaseJson): AmountJson | null {
  return charged ?? reserved ?? maximum;
}

/** What became free again, or null when all of what was held was charged. */
export function releasedOf({ reserved, charged }: PurchaseJson): AmountJson | null {
  if (reserved === null || charged === null) return null;
  const rest = difference(reserved, charged);
  return rest === null || isZero(rest) ? null : rest;
}

/** Everything that was given back, or null. */
export function refundedOf({ refunds }: PurchaseJson): AmountJson | null {
  return sum(refunds.map(({ amount }) => amount));
}

/** Whether a line is about more, or less, than one piece. */
export function isMany(quantity: string | null): boolean {
  return quantity !== null && !/^0*1(\.0*)?$/u.test(quantity);
}

/** Reserved, charged, released: only where they differ. */
export function settled(purchase: PurchaseJson): Fact[] {
  const released = releasedOf(purchase);
  const { reserved, charged } = purchase;
  if (released === null || reserved === null || charged === null) return [];
  return [
    { term: TEXT.after.receipt.reserved, value: amountText(reserved) },
    { term: TEXT.receipt.charged, value: amountText(charged) },
    { term: TEXT.receipt.free, value: amountText(released) },
  ];
}

/** Who sold, where, when, and the numbers by which others find the payment. */
export function receiptFacts(purchase: PurchaseJson): Fact[] {
  const { machine, merchant, bill } = purchase;
  const token = machine === null || machine.name === machine.token ? '' : ` (${machine.token})`;
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    [TEXT.receipt.merchant, merchant.name],
    [TEXT.receipt.machine, machine && machine.name + token],
    [TEXT.receipt.place, machine?.place],
    [TEXT.receipt.till, bill?.terminal],
    [TEXT.receipt.bill, bill?.title],
    [TEXT.after.receipt.paidOn, purchase.paidAt && fullTime(purchase.paidAt)],
    [TEXT.after.receipt.invoice, purchase.invoiceReference],
    [TEXT.after.receipt.payment, purchase.ersReference],
  ];
  return facts.flatMap(([term, value]) => (value ? [{ term, value }] : []));
}
