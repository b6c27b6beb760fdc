import type { ProblemJson } from '@seqr-ups/contract';
import { useEffect } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { type Code, opening, type Owner, repeatOpening, stopOpening } from '../opening.ts';
import { go } from '../route.ts';
import { explained, type NextStep } from '../endings.ts';
import { TEXT } from '../text.ts';
import { Asking } from '../parts/asking.tsx';
import { CodeCard } from '../parts/code-card.tsx';
import { HomeButton } from '../parts/home-button.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { PrimaryButton } from '../parts/primary-button.tsx';
import { WayOn } from '../parts/refusal.tsx';
import { LinkTo, Screen } from '../parts/screen.tsx';
import { TopUpLink } from '../parts/top-up-link.tsx';
import { ChangedCode } from './changed-code.tsx';

/** Between a code and its offer: asking, not reached, or refused. */
export function OpeningScreen() {
  const current = opening.value;
  useEffect(() => {
    // Come back to after its end, or of another customer; home shows what became of it.
    if (current === null) go({ screen: 'HOME' }, { replace: true });
  }, [current === null]);
  if (current === null) return null;
  switch (current.phase.kind) {
    case 'SENDING':
      return <Sending code={current.code} />;
    case 'WAITING':
      return <WaitingForCashier code={current.code} />;
    case 'CHANGED':
      return <ChangedCode code={current.code} />;
    case 'REFUSED':
      return <Refusal code={current.code} problem={current.phase.problem} />;
    case 'LOST':
      break;
  }
  return (
    <Outcome
      title={TEXT.offline.title}
      detail={TEXT.offline.opening}
      tone="wait"
      icon="offline"
      saysOffline
      actions={<RefusalActions next="SAME_CODE_AGAIN" />}
    />
  );
}

function Sending({ code }: { readonly code: Code }) {
  const ofMachine = code.kind === 'MACHINE';
  return (
    <Screen title={ofMachine ? TEXT.opening.title : TEXT.opening.billTitle} layout="narrow">
      <Asking icon={ofMachine ? 'machine' : 'receipt'}>
        <p class="soft">{ofMachine ? TEXT.opening.note : TEXT.opening.billNote}</p>
      </Asking>
      <CodeCard code={code} />
      <button type="button" class="button" data-wide onClick={stopOpening}>
        {TEXT.opening.cancel}
      </button>
    </Screen>
  );
}

/** The customer was faster than the cashier. */
function WaitingForCashier({ code }: { readonly code: Code }) {
  return (
    <Screen title={TEXT.opening.waitingTitle} layout="narrow">
      <Asking icon="clock">
        <p class="soft">{TEXT.opening.waitingNote}</p>
      </Asking>
      <CodeCard code={code} />
      <button type="button" class="button" data-wide onClick={stopOpening}>
        {TEXT.opening.cancel}
      </button>
    </Screen>
  );
}

type RefusalProps = { readonly code: Code; readonly problem: ProblemJson };

function Refusal({ code, problem }: RefusalProps) {
  const ofMachine = code.kind === 'MACHINE' && problem.code === 'INVALID_CODE';
  // This phone could not tell; the platform could.
  if (ofMachine && code.signature !== undefined) return <ChangedCode code={code} />;
  const unsigned = { title: TEXT.trust.code.unsignedTitle, detail: TEXT.trust.code.unsigned };
  const words = { ...explained(problem.code), ...(ofMachine && unsigned) };
  return (
    <Outcome
      title={words.title}
      detail={words.detail}
      tone={problem.code === 'DEVICE_IN_USE' ? 'wait' : 'bad'}
      icon={problem.code === 'DEVICE_IN_USE' ? 'clock' : 'cross'}
      actions={
        <>
          <TopUpLink code={problem.code} />
          <RefusalActions next={words.next} />
        </>
      }
    >
      <CodeCard code={code} owner={ownerOf(problem) ?? code.owner} />
      {problem.purchase === undefined || problem.purchase.state !== 'PAID' ? null : (
        <LinkTo to={{ screen: 'PURCHASE', id: problem.purchase.id }} class="button">
          <Icon name="receipt" />
          {TEXT.receipt.title}
        </LinkTo>
      )}
    </Outcome>
  );
}

/** The names, where the platform told them with its refusal. */
function ownerOf({ purchase }: ProblemJson): Owner | undefined {
  return purchase === undefined ? undefined : purchase;
}

function RefusalActions({ next }: { readonly next: NextStep }) {
  const again = next === 'SAME_CODE_AGAIN';
  const scan = (): void => {
    opening.value = null;
    go({ screen: 'SCAN' }, { replace: true });
  };
  return (
    <>
      {next === 'UNLOCK' || next === 'ENROL' ? (
        <WayOn next={next} />
      ) : next === 'HOME' ? null : (
        <PrimaryButton onClick={again ? repeatOpening : scan}>
          {again ? TEXT.retry : TEXT.scanAgain}
        </PrimaryButton>
      )}
      <HomeButton leave={stopOpening} />
    </>
  );
}
