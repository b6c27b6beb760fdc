import type { PurchaseJson } from '@seqr-ups/contract';
import { amountText, difference, numberText } from '../../design/amount.ts';
import { Icon } from '../../design/icon.tsx';
import { fullTime, shortTime } from '../dates.ts';
import { type Fact, paidFor, receiptFacts, refundedOf, releasedOf, settled } from '../receipt.ts';
import { TEXT } from '../text.ts';
import { CardLines } from '../parts/card-lines.tsx';
import { Cases } from '../parts/cases.tsx';
import { Documents } from '../parts/documents.tsx';
import { placeOf } from '../parts/purchase-list.tsx';
import { ReceiptActions } from '../parts/receipt-actions.tsx';
import { PushOffer } from '../parts/offers.tsx';
import { Remember } from '../parts/remember.tsx';
import { Rows } from '../parts/rows.tsx';
import { LinkTo, Screen } from '../parts/screen.tsx';

/**
 * What was bought and paid, and what came back: first the one amount that matters, then how it came
 * about, then who and where, with the numbers that nobody reads until they need them. On paper only
 * what belongs there. CONFIRMING looks paid: the shop only has to notice.
 */
export function Receipt({ purchase }: { readonly purchase: PurchaseJson }) {
  return (
    <Screen title={TEXT.receipt.paid} back={{ screen: 'HOME' }} layout="receipt">
      <Paid purchase={purchase} />
      <PaperHead purchase={purchase} />
      <Remember purchase={purchase} />
      <Items purchase={purchase} />
      <Refunds purchase={purchase} />
      <section class="card receipt-facts" aria-label={TEXT.receipt.title}>
        <Facts facts={receiptFacts(purchase)} />
      </section>
      <Documents purchase={purchase} />
      <ReceiptActions purchase={purchase} />
      <PushOffer />
      <Cases purchase={purchase} />
      <LinkTo to={{ screen: 'HOME' }} class="button button-done">
        {TEXT.done}
      </LinkTo>
    </Screen>
  );
}

function Paid({ purchase }: { readonly purchase: PurchaseJson }) {
  const paid = paidFor(purchase);
  const released = releasedOf(purchase);
  const refunded = refundedOf(purchase);
  return (
    <div class="paid" role="status">
      <span class="paid-mark">
        <Icon name="check" />
      </span>
      <p class="amount figures">{paid === null ? '' : amountText(paid)}</p>
      <p class="soft">
        {placeOf(purchase)}
        {purchase.paidAt === null ? null : ` · ${shortTime(purchase.paidAt)}`}
      </p>
      {released === null ? null : (
        <p class="paid-released figures">{TEXT.receipt.released(amountText(released))}</p>
      )}
      {refunded === null ? null : (
        <p class="paid-released figures">{TEXT.receipt.refunded(amountText(refunded))}</p>
      )}
      {purchase.state === 'CONFIRMING' ? <p>{TEXT.progress.confirmingNote}</p> : null}
      <CardLines cards={purchase.tokens} />
    </div>
  );
}

/** What stands above the rows on paper, instead of the mark. */
function PaperHead({ purchase }: { readonly purchase: PurchaseJson }) {
  return (
    <div class="paper-head" aria-hidden="true">
      <p class="wordmark">{TEXT.product}</p>
      <p class="paper-title">{TEXT.after.receipt.shareTitle(purchase.merchant.name)}</p>
      <p>{fullTime(purchase.paidAt ?? purchase.createdAt)}</p>
    </div>
  );
}

function Items({ purchase }: { readonly purchase: PurchaseJson }) {
  const paid = paidFor(purchase);
  const moved = settled(purchase);
  return (
    <section class="card receipt-items" aria-labelledby="items">
      <h2 id="items">{purchase.kind === 'MACHINE' ? TEXT.receipt.items : TEXT.receipt.bought}</h2>
      {purchase.rows.length === 0 ? (
        <p class="soft">{TEXT.receipt.unitemised}</p>
      ) : (
        <Rows rows={purchase.rows} detailed />
      )}
      {paid === null ? null : (
        <p class="receipt-sum">
          <strong>{TEXT.after.receipt.total}</strong>
          <strong class="figures">{amountText(paid)}</strong>
        </p>
      )}
      {purchase.taxes.map(({ rate, tax }) => (
        <p key={rate} class="receipt-line soft small">
          <span>{TEXT.after.receipt.tax(numberText(rate))}</span>
          <span class="figures">{amountText(tax)}</span>
        </p>
      ))}
      {moved.length === 0 ? null : (
        <div class="receipt-moved">
          {moved.map(({ term, value }) => (
            <p key={term} class="receipt-line small">
              <span class="soft">{term}</span>
              <span class="figures">{value}</span>
            </p>
          ))}
        </div>
      )}
      {purchase.bill?.footer ? <p class="bill-footer soft">{purchase.bill.footer}</p> : null}
    </section>
  );
}

function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts.map(({ term, value }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd class="figures">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Refunds({ purchase }: { readonly purchase: PurchaseJson }) {
  const paid = paidFor(purchase);
  const refunded = refundedOf(purchase);
  if (refunded === null) return null;
  const remains = paid === null ? null : difference(paid, refunded);
  return (
    <section class="card receipt-refunds" aria-labelledby="refunds">
      <h2 id="refunds">{TEXT.receipt.refunds}</h2>
      <ul class="rows">
        {purchase.refunds.map((refund) => (
          <li key={refund.reference}>
            <span>
              {refund.reason ?? TEXT.receipt.wasRefunded}{' '}
              <span class="soft small row-note figures">
                {shortTime(refund.createdAt)} · {refund.reference}
              </span>
            </span>
            <span class="figures">{amountText(refund.amount)}</span>
          </li>
        ))}
      </ul>
      {remains === null ? null : (
        <p class="receipt-sum">
          <strong>{TEXT.after.receipt.remains}</strong>
          <strong class="figures">{amountText(remains)}</strong>
        </p>
      )}
    </section>
  );
}
