import type { PurchaseJson } from '@seqr-ups/contract';
import { amountText } from '../../design/amount.ts';
import type { IconName } from '../../design/icon.tsx';
import { beginOpening, machineCode } from '../opening.ts';
import { go } from '../route.ts';
import { endingTitle, explained, stateWords } from '../endings.ts';
import { TEXT } from '../text.ts';
import { Cases } from '../parts/cases.tsx';
import { Facts, releasedText } from '../parts/facts.tsx';
import { HomeButton } from '../parts/home-button.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { PrimaryButton } from '../parts/primary-button.tsx';
import { WayOn } from '../parts/refusal.tsx';
import { TopUpLink } from '../parts/top-up-link.tsx';

/**
 * A purchase that ended without being paid: what happened, that nothing was charged, what to do.
 */
export function Ended({ purchase }: { readonly purchase: PurchaseJson }) {
  const { ending, kind, state } = purchase;
  const title = ending === null ? stateWords(state, kind) : endingTitle(ending.code, kind);
  const released = purchase.state === 'RELEASED' ? releasedText(purchase) : null;
  return (
    <Outcome
      title={title}
      detail={ending === null ? '' : explained(ending.code).detail}
      tone={toneOf(purchase)}
      icon={iconOf(purchase)}
      actions={
        <>
          <TopUpLink code={ending?.code} />
          <Actions purchase={purchase} />
        </>
      }
    >
      <section class="card" aria-label={TEXT.receipt.endedTitle}>
        <dl class="facts facts-money">
          <div>
            <dt>{TEXT.receipt.charged}</dt>
            <dd class="figures">{nothing(purchase)}</dd>
          </div>
          {released === null ? null : (
            <div>
              <dt>{TEXT.receipt.free}</dt>
              <dd class="figures">{released}</dd>
            </div>
          )}
        </dl>
        <Facts purchase={purchase} />
      </section>
      <Cases purchase={purchase} />
    </Outcome>
  );
}

function Actions({ purchase }: { readonly purchase: PurchaseJson }) {
  const next = purchase.ending === null ? 'HOME' : explained(purchase.ending.code).next;
  const same =
    purchase.machine === null ? null : machineCode(purchase.merchant.id, purchase.machine.token);
  const primary = next === 'SCAN_AGAIN' || next === 'SAME_CODE_AGAIN';
  const act = (): void => {
    if (next === 'SAME_CODE_AGAIN' && same !== null) beginOpening(same);
    else go({ screen: 'SCAN' }, { replace: true });
  };
  return (
    <>
      {primary ? (
        <PrimaryButton onClick={act}>
          {next === 'SAME_CODE_AGAIN' && same !== null ? TEXT.retry : TEXT.scanAgain}
        </PrimaryButton>
      ) : null}
      {next === 'UNLOCK' || next === 'ENROL' ? <WayOn next={next} /> : null}
      <HomeButton />
    </>
  );
}

/** Whoever believes that they have paid must not miss that they have not. */
function toneOf({ state, ending }: PurchaseJson): 'good' | 'wait' | 'bad' | 'plain' {
  if (ending?.code === 'NOT_NOTICED' || ending?.code === 'DEVICE_IN_USE') return 'wait';
  if (state === 'REFUSED') return 'bad';
  return state === 'RELEASED' ? 'good' : 'plain';
}

/** `0.00 EUR` in the currency of the offer. */
function nothing(purchase: PurchaseJson): string {
  const offered = purchase.reserved ?? purchase.maximum;
  if (offered === null) return '0';
  return amountText({
    value: offered.value.replaceAll(/\d+/gu, zeros),
    currency: offered.currency,
  });
}

/** The whole part becomes one zero, the fraction as many as it has digits. */
function zeros(digits: string, offset: number): string {
  return offset === 0 ? '0' : '0'.repeat(digits.length);
}

function iconOf(purchase: PurchaseJson): IconName {
  if (purchase.state === 'RELEASED') return 'returned';
  if (purchase.state === 'EXPIRED' || purchase.ending?.code === 'DEVICE_IN_USE') return 'clock';
  return 'cross';
}
