import type { PurchaseJson } from '@seqr-ups/contract';
import { amountText, difference } from '../../design/amount.ts';
import { fullTime } from '../dates.ts';
import { TEXT } from '../text.ts';

/** What is known of a purchase, as terms and values; what is not known is left out. */
export function Facts({ purchase }: { readonly purchase: PurchaseJson }) {
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    [TEXT.receipt.merchant, purchase.merchant.name],
    [TEXT.receipt.machine, machineWords(purchase)],
    [TEXT.receipt.place, purchase.machine?.place],
    [TEXT.receipt.till, purchase.bill?.terminal],
    [TEXT.receipt.bill, purchase.bill?.title],
    [TEXT.receipt.reference, purchase.invoiceReference],
    [TEXT.receipt.time, fullTime(purchase.updatedAt)],
  ];
  return (
    <dl class="facts">
      {facts.map(([term, value]) =>
        value === null || value === undefined || value === '' ? null : (
          <div key={term}>
            <dt>{term}</dt>
            <dd class="figures">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** `reserved − charged`: what became free at once. Null when nothing was held. */
export function releasedText(purchase: PurchaseJson): string | null {
  if (purchase.reserved === null) return null;
  if (purchase.charged === null) return amountText(purchase.reserved);
  const rest = difference(purchase.reserved, purchase.charged);
  return rest === null ? null : amountText(rest);
}

function machineWords({ machine }: PurchaseJson): string | null {
  if (machine === null) return null;
  return machine.name === machine.token ? machine.name : `${machine.name} (${machine.token})`;
}
