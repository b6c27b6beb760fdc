import type { PurchaseJson } from '@seqr-ups/contract';
import { amountText } from '../../design/amount.ts';
import { Icon } from '../../design/icon.tsx';
import { serverTime } from '../../design/server-clock.ts';
import { clockTime } from '../dates.ts';
import { TEXT } from '../text.ts';
import { placeOf } from '../parts/purchase-list.tsx';
import { Countdown } from '../parts/countdown.tsx';
import { Rows } from '../parts/rows.tsx';
import { Notice, Screen } from '../parts/screen.tsx';
import { Steps } from '../parts/steps.tsx';

/** A machine clicks within a second of the PIN; so long the screen says "unlocking". */
const UNLOCKING_MS = 2_500;
/** A customer who sees nothing happen for so long wants to know what becomes of the money. */
const SLOW_MS = 25_000;
/** The places of the two steps that this screen stands for. */
const UNLOCKING = 1;
const TAKING = 2;

/**
 * The machine works: what happens now, what was delivered so far, until when the amount is held.
 */
export function Progress({ purchase }: { readonly purchase: PurchaseJson }) {
  const delivered = deliveredRows(purchase);
  // By the server's clock and its last word, so that a reload does not begin anew.
  const sinceNewsMs = serverTime.value - Date.parse(purchase.updatedAt);
  const taking = sinceNewsMs > UNLOCKING_MS || delivered.length > 0;
  const slow = sinceNewsMs > SLOW_MS;
  const { steps } = TEXT.progress;
  const title = taking ? TEXT.progress.take : TEXT.progress.unlocking;
  return (
    <Screen title={title} back={{ screen: 'HOME' }} layout="progress">
      <div class="working" data-open={taking}>
        <span class="working-mark">
          <Icon name={taking ? 'basket' : 'unlocked'} />
        </span>
        <p role="status">
          <strong>{placeOf(purchase)}</strong>
          <span>{TEXT.progress.takeNote}</span>
        </p>
      </div>
      <Steps
        label={TEXT.progress.path}
        steps={[steps.confirm, steps.unlock, steps.take, steps.done]}
        now={taking ? TAKING : UNLOCKING}
      />
      {delivered.length === 0 ? null : (
        <section class="card" aria-labelledby="so-far" aria-live="polite">
          <h2 id="so-far">{TEXT.progress.soFar}</h2>
          <Rows rows={delivered} />
        </section>
      )}
      <section class="card held" aria-label={TEXT.progress.held}>
        {purchase.reserved === null ? null : (
          <p class="held-amount figures">
            <Icon name="locked" />
            {TEXT.progress.upTo(amountText(purchase.reserved))}
          </p>
        )}
        {purchase.expiresAt === null ? null : (
          <Countdown
            deadline={purchase.expiresAt}
            since={purchase.updatedAt}
            words={TEXT.progress.until}
          />
        )}
      </section>
      {slow && delivered.length === 0 && purchase.expiresAt !== null ? (
        <Notice tone="plain" icon="info">
          {TEXT.progress.slow(clockTime(purchase.expiresAt))}
        </Notice>
      ) : null}
    </Screen>
  );
}

/**
 * Before the first report the invoice carries one row for the whole hold; that was not delivered.
 */
function deliveredRows(purchase: PurchaseJson): PurchaseJson['rows'] {
  const [first] = purchase.rows;
  const placeholder =
    purchase.rows.length === 1 && first?.total?.value === purchase.reserved?.value;
  return placeholder ? [] : purchase.rows;
}
