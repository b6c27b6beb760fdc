import type { PurchaseJson } from '@seqr-ups/contract';
import { amountText, sum } from '../../design/amount.ts';
import { Icon, type IconName } from '../../design/icon.tsx';
import { clockTime, shortTime } from '../dates.ts';
import { isEnding } from '../purchases.ts';
import { stateWords } from '../endings.ts';
import { TEXT } from '../text.ts';
import { LinkTo } from './screen.tsx';

type ListProps = {
  readonly purchases: readonly PurchaseJson[];
  /** CLOCK where the day stands above them. */
  readonly when?: 'SHORT' | 'CLOCK';
};

/** Purchases as a list of links, newest first. */
export function PurchaseList({ purchases, when = 'SHORT' }: ListProps) {
  const time = when === 'CLOCK' ? clockTime : shortTime;
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
                {time(purchase.createdAt)} · {statusOf(purchase)}
              </span>
            </span>
            <span class="purchase-amount figures" data-charged={purchase.charged !== null}>
              {sumOf(purchase)}
              <Refunded purchase={purchase} />
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

/** What came back, under what was paid. */
function Refunded({ purchase }: { readonly purchase: PurchaseJson }) {
  const refunded = sum(purchase.refunds.map(({ amount }) => amount));
  if (refunded === null) return null;
  return <span class="purchase-refunded">{TEXT.receipt.refunded(amountText(refunded))}</span>;
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
