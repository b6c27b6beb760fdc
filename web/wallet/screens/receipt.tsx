import type { PurchaseJson } from '@seqr-ups/contract';
import { amountText, sum } from '../../design/amount.ts';
import { Icon } from '../../design/icon.tsx';
import { TEXT } from '../text.ts';
import { CardLines } from '../parts/card-lines.tsx';
import { Documents } from '../parts/documents.tsx';
import { Facts, releasedText } from '../parts/facts.tsx';
import { Remember } from '../parts/remember.tsx';
import { Rows } from '../parts/rows.tsx';
import { LinkTo, Screen } from '../parts/screen.tsx';
import { shortTime } from '../dates.ts';

/**
 * What was bought and paid, and what came back. CONFIRMING looks paid: the shop only has to notice.
 */
export function Receipt({ purchase }: { readonly purchase: PurchaseJson }) {
  const paid = purchase.charged ?? purchase.reserved ?? purchase.maximum;
  const refunded = sum(purchase.refunds.map(({ amount }) => amount));
  const released = purchase.charged === null ? null : releasedText(purchase);
  return (
    <Screen title={TEXT.receipt.paid} back={{ screen: 'HOME' }} layout="receipt">
      <div class="paid" role="status">
        <span class="paid-mark">
          <Icon name="check" />
        </span>
        <p class="amount figures">{paid === null ? '' : amountText(paid)}</p>
        {released === null || !/[1-9]/u.test(released) ? null : (
          <p class="paid-released figures">{TEXT.receipt.released(released)}</p>
        )}
        {refunded === null ? null : (
          <p class="paid-released figures">{TEXT.receipt.refunded(amountText(refunded))}</p>
        )}
        {purchase.state === 'CONFIRMING' ? <p>{TEXT.progress.confirmingNote}</p> : null}
        <CardLines cards={purchase.tokens} />
      </div>
      <Remember purchase={purchase} />
      <section class="card receipt-items" aria-labelledby="items">
        <h2 id="items">{purchase.kind === 'MACHINE' ? TEXT.receipt.items : TEXT.receipt.bought}</h2>
        {purchase.rows.length === 0 ? (
          <p class="soft">{TEXT.receipt.unitemised}</p>
        ) : (
          <Rows rows={purchase.rows} />
        )}
        {paid === null ? null : (
          <p class="receipt-sum">
            <strong>{TEXT.receipt.charged}</strong>
            <strong class="figures">{amountText(paid)}</strong>
          </p>
        )}
        {purchase.bill?.footer ? <p class="bill-footer soft">{purchase.bill.footer}</p> : null}
      </section>
      <Refunds purchase={purchase} />
      <Documents purchase={purchase} />
      <section class="card" aria-label={TEXT.receipt.title}>
        <Facts purchase={purchase} />
      </section>
      <LinkTo to={{ screen: 'HOME' }} class="button button-done">
        {TEXT.done}
      </LinkTo>
    </Screen>
  );
}

function Refunds({ purchase }: { readonly purchase: PurchaseJson }) {
  if (purchase.refunds.length === 0) return null;
  return (
    <section class="card" aria-labelledby="refunds">
      <h2 id="refunds">{TEXT.receipt.refunds}</h2>
      <ul class="rows">
        {purchase.refunds.map((refund) => (
          <li key={refund.reference}>
            <span>
              {refund.reason ?? TEXT.receipt.refunds}{' '}
              <span class="soft small">{shortTime(refund.createdAt)}</span>
            </span>
            <span class="figures">{amountText(refund.amount)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
