import { useEffect } from 'preact/hooks';
import { amountText, difference, isZero } from '../../design/amount.ts';
import { Icon } from '../../design/icon.tsx';
import { reachable } from '../api.ts';
import { shortTime } from '../dates.ts';
import { account, latest, refreshAccount, refreshLatest, reversed } from '../purchases.ts';
import { keptAccount } from '../kept-account.ts';
import { endingTitle } from '../endings.ts';
import { TEXT } from '../text.ts';
import { Dock } from '../parts/dock.tsx';
import { Empty } from '../parts/empty.tsx';
import { InstallHint } from '../parts/offers.tsx';
import { DeviceBanner } from '../parts/device-banner.tsx';
import { placeOf, PurchaseList } from '../parts/purchase-list.tsx';
import { LinkTo, Screen } from '../parts/screen.tsx';
import { Section } from '../parts/section.tsx';
import { warmReadersSoon } from '../scanner/reading.ts';
import { Unfinished } from '../parts/unfinished.tsx';
import { Wordmark } from './sign-in.tsx';

/** Pause between two tries to hear of the account. */
const UNHEARD_RETRY_MS = 3_000;

/** What the customer has, one big way to pay, and what was bought last. */
export function Home() {
  useEffect(keepFresh, []);
  useEffect(warmReadersSoon, []);
  return (
    <Screen
      title={TEXT.product}
      heading={<Wordmark />}
      layout="home"
      end={
        <LinkTo to={{ screen: 'ACCOUNT' }} class="bar-control bar-end" label={TEXT.account.open}>
          <Icon name="person" />
        </LinkTo>
      }
    >
      <div class="home-pay">
        <Balance />
        <DeviceBanner />
        <Unfinished />
        <Reversed />
        <Dock>
          <LinkTo to={{ screen: 'SCAN' }} class="button scan-button">
            <Icon name="scan" />
            {TEXT.homeScreen.scan}
          </LinkTo>
        </Dock>
      </div>
      <Latest />
      <InstallHint />
    </Screen>
  );
}

/** Asks at once, when the customer comes back to the page, and while nothing could be heard. */
function keepFresh(): () => void {
  const refresh = (): void => {
    if (document.hidden) return;
    void refreshAccount();
    void refreshLatest();
  };
  const timer = window.setInterval(() => {
    if (!reachable.peek() || account.peek() === null) refresh();
  }, UNHEARD_RETRY_MS);
  document.addEventListener('visibilitychange', refresh);
  window.addEventListener('online', refresh);
  refresh();
  return () => {
    window.clearInterval(timer);
    document.removeEventListener('visibilitychange', refresh);
    window.removeEventListener('online', refresh);
  };
}

function Balance() {
  // Without network: what was heard last, and when that was.
  const kept = account.value === null && !reachable.value ? keptAccount.value : null;
  const money = account.value ?? kept?.account ?? null;
  const held = money === null ? null : difference(money.balance, money.available);
  return (
    <section class="balance" aria-label={TEXT.account.balance}>
      <p class="balance-label">{TEXT.homeScreen.available}</p>
      <p class="balance-amount figures">
        {money === null ? (
          <span class="placeholder">{TEXT.loading}</span>
        ) : (
          amountText(money.available)
        )}
      </p>
      {kept === null ? null : (
        <p class="balance-held small">{TEXT.app.asOf(shortTime(kept.heardAt))}</p>
      )}
      {held === null || isZero(held) ? null : (
        <p class="balance-held small figures">{TEXT.homeScreen.held(amountText(held))}</p>
      )}
    </section>
  );
}

/** Whoever put the phone away once it said "Paid" must hear that it was not. */
function Reversed() {
  const purchase = reversed.value;
  return (
    <div role="status">
      {purchase === null ? null : (
        <LinkTo to={{ screen: 'PURCHASE', id: purchase.id }} class="resume">
          <Icon name="returned" />
          <span>
            <strong>{endingTitle('NOT_NOTICED', purchase.kind)}</strong>
            <span class="small">{placeOf(purchase)}</span>
          </span>
          <Icon name="forward" />
        </LinkTo>
      )}
    </div>
  );
}

function Latest() {
  const purchases = latest.value;
  // Purchases are never kept on the phone; that there is no network is said above.
  if (purchases === null && !reachable.value) return null;
  return (
    <Section
      title={TEXT.homeScreen.latest}
      end={
        <LinkTo to={{ screen: 'HISTORY' }} class="more">
          {TEXT.homeScreen.all}
        </LinkTo>
      }
    >
      {purchases === null ? (
        <p class="soft">{TEXT.loading}</p>
      ) : purchases.length === 0 ? (
        <Empty icon="receipt" words={TEXT.homeScreen.none} />
      ) : (
        <PurchaseList purchases={purchases} />
      )}
    </Section>
  );
}
