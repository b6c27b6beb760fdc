/** A receipt as plain text, for sharing and copying. */

import type { PurchaseJson, PurchaseRowJson } from '@seqr-ups/contract';
import { amountText, numberText } from '../design/amount.ts';
import { fullTime } from './dates.ts';
import { isMany, paidFor, receiptFacts, settled } from './receipt.ts';
import { TEXT } from './text.ts';

/** The whole receipt in lines: who, what, how much, tax, what came back, references. */
export function receiptText(purchase: PurchaseJson): string {
  const paid = paidFor(purchase);
  return [
    TEXT.after.receipt.shareTitle(purchase.merchant.name),
    '',
    ...purchase.rows.map(rowLine),
    ...(paid === null ? [] : [line(TEXT.after.receipt.total, amountText(paid))]),
    ...purchase.taxes.map(({ rate, tax }) =>
      line(TEXT.after.receipt.tax(numberText(rate)), amountText(tax)),
    ),
    ...settled(purchase).map(({ term, value }) => line(term, value)),
    ...purchase.refunds.map(({ amount, reason, createdAt }) =>
      line(
        `${TEXT.receipt.refunds}, ${fullTime(createdAt)}`,
        [amountText(amount), reason].filter(Boolean).join(', '),
      ),
    ),
    '',
    ...receiptFacts(purchase).map(({ term, value }) => line(term, value)),
  ].join('\n');
}

function rowLine({ description, quantity, unitPrice, total }: PurchaseRowJson): string {
  const what = description ?? '–';
  const each =
    quantity === null || unitPrice === null || !isMany(quantity)
      ? ''
      : ` (${TEXT.after.receipt.each(numberText(quantity), amountText(unitPrice))})`;
  return total === null ? what : line(`${what}${each}`, amountText(total));
}

function line(term: string, value: string): string {
  return `${term}: ${value}`;
}
