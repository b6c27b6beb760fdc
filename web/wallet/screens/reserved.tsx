import type { PurchaseJson } from '@seqr-ups/contract';
import { amountText } from '../../design/amount.ts';
import { Icon } from '../../design/icon.tsx';
import { TEXT } from '../text.ts';
import { CardLines } from '../parts/card-lines.tsx';
import { Countdown } from '../parts/countdown.tsx';
import { Dock } from '../parts/dock.tsx';
import { Rows } from '../parts/rows.tsx';
import { LinkTo, Screen } from '../parts/screen.tsx';

/** A shop holds an amount and charges later what was really bought. */
export function Reserved({ purchase }: { readonly purchase: PurchaseJson }) {
  return (
    <Screen title={TEXT.reserved.title} back={{ screen: 'HOME' }} layout="receipt">
      <div class="paid" role="status">
        <span class="paid-mark" data-held>
          <Icon name="locked" />
        </span>
        <p class="amount figures">{purchase.reserved && amountText(purchase.reserved)}</p>
        <p>
          <strong>{purchase.merchant.name}</strong>
        </p>
        <p class="soft">{TEXT.reserved.note}</p>
        <CardLines cards={purchase.tokens} />
      </div>
      {purchase.rows.length === 0 ? null : (
        <section class="card" aria-label={TEXT.offer.bill}>
          <Rows rows={purchase.rows} />
        </section>
      )}
      {purchase.expiresAt === null ? null : (
        <section class="card" aria-label={TEXT.progress.held}>
          <Countdown
            deadline={purchase.expiresAt}
            since={purchase.updatedAt}
            words={TEXT.reserved.until}
          />
        </section>
      )}
      <Dock>
        <LinkTo to={{ screen: 'HOME' }} class="button">
          {TEXT.done}
        </LinkTo>
      </Dock>
    </Screen>
  );
}
