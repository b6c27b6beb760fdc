import type { PurchaseCardJson } from '@seqr-ups/contract';
import { Icon } from '../../design/icon.tsx';
import { TEXT } from '../text.ts';

/** What became of the loyalty cards on a bill, a line each. */
export function CardLines({ cards }: { readonly cards: readonly PurchaseCardJson[] }) {
  if (cards.length === 0) return null;
  return (
    <ul class="card-lines">
      {cards.map((card) => (
        <li key={card.type} data-status={card.status}>
          <Icon name="card" />
          {TEXT.card[card.status](cardName(card))}
        </li>
      ))}
    </ul>
  );
}

/** `Coffee club …0017` */
function cardName({ description, number }: PurchaseCardJson): string {
  return [description ?? TEXT.card.unnamed, number ?? ''].join(' ').trim();
}
