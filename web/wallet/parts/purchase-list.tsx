import type { PurchaseJson } from '@seqr-ups/contract';
import { amountText } from '../../design/amount.ts';
import { Icon, type IconName } from '../../design/icon.tsx';
import { shortTime } from '../dates.ts';
import { isEnding } from '../purchases.ts';
import { stateWords } from '../endings.ts';
import { TEXT } from '../text.ts';
import { LinkTo } from './screen.tsx';

/** Purchases as a list of links, newest first. */
export function PurchaseList({ purchases }: { readonly purchases: readonly PurchaseJson[] }) {
  return (
    <ul class="purchases">
      {purchases.map((purchase) => (
        <li key={purchase.id}>
          <LinkTo to={{ screen: 'PURCHASE', id: purchase.id }} class="purchase">
            <span class="purchase-icon" data-state={purchase.state}>
              <Icon name={iconOf(purchase)} />
            </span>
            <span class="purchase-what">
              <strong>{placeOf(purchase)}</strong>
              <span class="soft small">
                {shortTime(purchase.createdAt)} · {statusOf(purchase)}
              </span>
            </span>
            <span class="purchase-amount figures" data-charged={purchase.charged !== null}>
              {sumOf(purchase)}
            </span>
          </LinkTo>
        </li>
      ))}
    </ul>
  );
}

/** The machine, else the seller: what a customer remembers. */
export function placeOf(purchase: PurchaseJson): string {
  return purchase.machine?.name ?? purchase.merchant.name;
}

function statusOf(purchase: PurchaseJson): string {
  if (purchase.refunds.length > 0) return TEXT.receipt.wasRefunded;
  return stateWords(purchase.state, purchase.kind);
}

function sumOf(purchase: PurchaseJson): string {
  if (purchase.charged !== null) return amountText(purchase.charged);
  if (isEnding(purchase.state) || purchase.maximum === null) return '';
  if (purchase.kind !== 'MACHINE') return amountText(purchase.maximum);
  return TEXT.history.atMost(amountText(purchase.maximum));
}

function iconOf(purchase: PurchaseJson): IconName {
  if (purchase.state === 'PAID' || purchase.state === 'CONFIRMING') return 'check';
  if (!isEnding(purchase.state)) return 'clock';
  return purchase.state === 'RELEASED' ? 'returned' : 'cross';
}
