import type { ProblemJson, PurchaseJson } from '@seqr-ups/contract';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { amountText } from '../../design/amount.ts';
import { Icon } from '../../design/icon.tsx';
import { approvePurchase, cancelPurchase, newIntent } from '../api.ts';
import { cue } from '../cues.ts';
import { askAnew, mustBeLetIn, signApproval, wasLetIn } from '../device.ts';
import { account, isEnding, learn, refreshAccount, refreshPurchase } from '../purchases.ts';
import { explained } from '../endings.ts';
import { TEXT } from '../text.ts';
import { CardLines } from '../parts/card-lines.tsx';
import { Countdown } from '../parts/countdown.tsx';
import { limitInTheWay, OverLimit } from '../parts/over-limit.tsx';
import { PinPad } from '../parts/pin-pad.tsx';
import { PrimaryButton } from '../parts/primary-button.tsx';
import { WayOn } from '../parts/refusal.tsx';
import { Rows } from '../parts/rows.tsx';
import { Notice, Screen } from '../parts/screen.tsx';
import { Verified } from '../parts/verified.tsx';
import { isVerified } from '../verified.ts';

/** A LOST approval can be sent again as it was for so long; its PIN is forgotten afterwards. */
const LOST_PIN_KEPT_MS = 60_000;

/** What keeps the customer on the offer: a problem to read, or an approval that nobody answered. */
type Trouble =
  | { readonly kind: 'PROBLEM'; readonly problem: ProblemJson }
  | { readonly kind: 'LOST'; readonly again: Attempt };

/** One approval with its PIN and its intent. Null: the purchase has moved on. */
type Attempt = () => Promise<Trouble | null>;

/** Who asks, how much at most, until when; then the PIN. Everything before any money moves. */
export function Offer({ purchase }: { readonly purchase: PurchaseJson }) {
  const trouble = useSignal<Trouble | null>(null);
  const busy = useSignal(false);
  useForgetting(trouble);
  useLimitHeard();
  const run = async (attempt: Attempt): Promise<void> => {
    busy.value = true;
    trouble.value = await attempt();
    busy.value = false;
  };
  const approve = (pin: string): Promise<void> => {
    trouble.value = null;
    const intent = newIntent();
    return run(() => sendApproval(purchase, pin, intent));
  };
  const cancel = async (): Promise<void> => {
    busy.value = true;
    const answer = await cancelPurchase(purchase.id, newIntent());
    if (answer.kind === 'OK') learn([answer.value]);
    else await refreshPurchase(purchase.id);
    busy.value = false;
  };
  // A notice says already what to do; the label would only push the keypad down.
  const over = limitInTheWay(purchase);
  const quiet = (trouble.value !== null || over !== null) && !busy.value;
  return (
    <Screen
      title={purchase.merchant.name}
      back={{ screen: 'HOME' }}
      layout="offer"
      describedBy="offer-place offer-amount"
      saysOffline={busy.value || trouble.value?.kind === 'LOST'}
    >
      <Offered purchase={purchase} />
      <section
        class="offer-pin"
        aria-label={TEXT.offer.confirm}
        data-trouble={trouble.value !== null || over !== null}
      >
        {trouble.value === null && over !== null ? <OverLimit limit={over} tried={false} /> : null}
        <TroubleNotice trouble={trouble.value} busy={busy.value} run={run} />
        {trouble.value?.kind === 'LOST' ? null : mustBeLetIn.value ? (
          <NotLetIn />
        ) : (
          <>
            <p class={quiet ? 'sr-only' : 'offer-pin-label'} role="status">
              {busy.value ? TEXT.offer.sending : TEXT.offer.confirm}
            </p>
            <PinPad label={TEXT.offer.pin} disabled={busy.value} onPin={approve} />
          </>
        )}
        <button
          type="button"
          class="button"
          data-kind="quiet"
          data-wide
          disabled={busy.value}
          onClick={() => void cancel()}
        >
          {purchase.kind === 'MACHINE' ? TEXT.offer.cancel : TEXT.offer.cancelBill}
        </button>
      </section>
    </Screen>
  );
}

/** What is offered, by whom, until when. */
function Offered({ purchase }: { readonly purchase: PurchaseJson }) {
  return (
    <section
      class="offer-what"
      aria-label={purchase.kind === 'MACHINE' ? TEXT.offer.atMost : TEXT.offer.exactly}
    >
      <Place purchase={purchase} />
      {isVerified(purchase.id) ? <Verified /> : null}
      <Maximum purchase={purchase} />
      {purchase.expiresAt === null ? null : (
        <Countdown
          deadline={purchase.expiresAt}
          since={purchase.createdAt}
          words={TEXT.offer.left}
          onEnd={() => void refreshPurchase(purchase.id)}
        />
      )}
      <Bill purchase={purchase} />
    </section>
  );
}

function Place({ purchase }: { readonly purchase: PurchaseJson }) {
  const { machine, bill } = purchase;
  if (bill !== null) {
    return (
      <p id="offer-place" class="offer-at">
        <Icon name="receipt" />
        <span>
          <strong>{bill.terminal}</strong>
          {bill.title === null ? null : <span class="soft"> · {bill.title}</span>}
        </span>
      </p>
    );
  }
  if (machine === null) return null;
  const { name, place } = machine;
  return (
    <p id="offer-place" class="offer-place">
      <Icon name="machine" />
      <span>
        <strong>{name}</strong>
        {place === null ? null : <span class="soft">{place}</span>}
      </span>
    </p>
  );
}

/** What a till or web shop asks for, line by line; long bills scroll inside their place. */
function Bill({ purchase }: { readonly purchase: PurchaseJson }) {
  if (purchase.kind === 'MACHINE' || purchase.rows.length === 0) return null;
  return (
    <div class="offer-bill" role="group" aria-label={TEXT.offer.bill} tabIndex={0}>
      <Rows rows={purchase.rows} />
    </div>
  );
}

function Maximum({ purchase }: { readonly purchase: PurchaseJson }) {
  const machine = purchase.kind === 'MACHINE';
  return (
    <div id="offer-amount" class="offer-amount">
      <p>
        <span class="offer-most">{machine ? TEXT.offer.atMost : TEXT.offer.exactly}</span>{' '}
        <strong class="amount figures">
          {purchase.maximum === null ? '' : amountText(purchase.maximum)}
        </strong>
      </p>
      {machine ? <p class="offer-only">{TEXT.offer.onlyTaken}</p> : null}
      <CardLines cards={purchase.tokens} />
    </div>
  );
}

/** Instead of the keypad: a PIN typed here would be typed for nothing. */
function NotLetIn() {
  const { title, detail, next } = explained(wasLetIn.value ? 'DEVICE_REFUSED' : 'DEVICE_REQUIRED');
  return (
    <>
      <Notice tone="wait" icon="locked" title={title}>
        {detail}
      </Notice>
      {next === 'ENROL' ? <WayOn next={next} /> : null}
    </>
  );
}

type TroubleProps = {
  readonly trouble: Trouble | null;
  readonly busy: boolean;
  readonly run: (attempt: Attempt) => Promise<void>;
};

function TroubleNotice({ trouble, busy, run }: TroubleProps) {
  if (trouble === null) return null;
  if (trouble.kind === 'LOST') {
    return (
      <>
        <Notice tone="wait" icon="offline" title={TEXT.offline.title}>
          {TEXT.offline.approval}
        </Notice>
        <PrimaryButton disabled={busy} onClick={() => void run(trouble.again)}>
          {busy ? TEXT.offer.sending : TEXT.retry}
        </PrimaryButton>
      </>
    );
  }
  // What is said instead of the keypad says it all.
  if (mustBeLetIn.value) return null;
  const { code, attemptsLeft } = trouble.problem;
  if (code === 'LIMIT_EXCEEDED') return <OverLimit limit={trouble.problem.limit ?? null} tried />;
  const words = explained(code);
  const own = attemptsLeft === undefined ? words.detail : TEXT.offer.attempts(attemptsLeft);
  // "Wrong PIN" over "The PIN is wrong" says nothing more, and the keypad needs the line.
  const title = code === 'WRONG_PIN' ? {} : { title: words.title };
  return (
    <Notice tone={code === 'OFFER_CHANGED' ? 'wait' : 'bad'} icon="warning" {...title}>
      {own}
    </Notice>
  );
}

/** Null when the purchase has moved on; else what keeps the customer here. */
async function sendApproval(
  purchase: PurchaseJson,
  pin: string,
  intent: { readonly key: string },
): Promise<Trouble | null> {
  const answer = await approvePurchase(purchase, pin, await signApproval(purchase), intent);
  if (answer.kind === 'OK') {
    learn([answer.value]);
    return null;
  }
  if (answer.kind === 'PROBLEM') {
    const { problem } = answer;
    if (problem.purchase !== undefined) learn([problem.purchase]);
    // It may have ended (locked, too late, cancelled by the seller): then that is shown instead.
    if (problem.code !== 'WRONG_PIN') await refreshPurchase(purchase.id);
    const { code } = problem;
    if (code === 'DEVICE_REFUSED' || code === 'DEVICE_REQUIRED') await askAnew(code);
    if (problem.code !== 'OFFER_CHANGED') cue('FAILED');
    return { kind: 'PROBLEM', problem };
  }
  const now = await refreshPurchase(purchase.id);
  if (now.kind === 'OK' && (now.value.state !== purchase.state || isEnding(now.value.state))) {
    return null;
  }
  return { kind: 'LOST', again: () => sendApproval(purchase, pin, intent) };
}

/** Whoever came here by a link has not heard of their limits yet. */
function useLimitHeard(): void {
  useEffect(() => {
    if (account.peek() === null) void refreshAccount();
  }, []);
}

/** The PIN inside a LOST attempt must not wait for ever on a phone that lies on the table. */
function useForgetting(trouble: Signal<Trouble | null>): void {
  const lost = trouble.value?.kind === 'LOST';
  useEffect(() => {
    if (!lost) return undefined;
    const timer = window.setTimeout(() => {
      trouble.value = null;
    }, LOST_PIN_KEPT_MS);
    return () => {
      window.clearTimeout(timer);
    };
  }, [lost]);
}
