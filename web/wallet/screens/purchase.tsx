import type { ProblemJson, PurchaseJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { watchPurchase } from '../live.ts';
import { isEnding, purchaseOf, refreshPurchase } from '../purchases.ts';
import { explained } from '../endings.ts';
import { TEXT } from '../text.ts';
import { Asking } from '../parts/asking.tsx';
import { HomeButton } from '../parts/home-button.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { Screen } from '../parts/screen.tsx';
import { Ended } from './ended.tsx';
import { Checking } from './checking.tsx';
import { Offer } from './offer.tsx';
import { Progress } from './progress.tsx';
import { Receipt } from './receipt.tsx';
import { Reserved } from './reserved.tsx';

/** One purchase, in whatever state it is; it moves on by itself while it is looked at. */
export function Purchase({ id }: { readonly id: string }) {
  const known = useMemo(() => purchaseOf(id), [id]);
  const problem = useSignal<ProblemJson | null>(null);
  const purchase = known.value;
  const over = purchase !== undefined && isEnding(purchase.state);
  useEffect(() => {
    if (over) return undefined;
    return watchPurchase(id);
  }, [id, over]);
  useEffect(() => {
    problem.value = null;
    if (known.peek() !== undefined) return;
    void refreshPurchase(id).then((answer) => {
      if (answer.kind === 'PROBLEM') problem.value = answer.problem;
    });
  }, [id]);
  if (purchase !== undefined) return <InState key={id} purchase={purchase} />;
  if (problem.value !== null) return <Unknown problem={problem.value} />;
  return (
    <Screen title={TEXT.loading} back={{ screen: 'HOME' }} layout="narrow">
      <span />
    </Screen>
  );
}

function InState({ purchase }: { readonly purchase: PurchaseJson }) {
  switch (purchase.state) {
    case 'AWAITING_APPROVAL':
      return <Offer purchase={purchase} />;
    case 'OPENED':
      return <Opened />;
    case 'AWAITING_MERCHANT':
      return <Checking purchase={purchase} />;
    case 'RESERVED':
      return purchase.kind === 'MACHINE' ? (
        <Progress purchase={purchase} />
      ) : (
        <Reserved purchase={purchase} />
      );
    case 'CONFIRMING':
    case 'PAID':
      return <Receipt purchase={purchase} />;
    case 'RELEASED':
    case 'REFUSED':
    case 'CANCELED':
    case 'EXPIRED':
      break;
  }
  return <Ended purchase={purchase} />;
}

/** The platform waits for the reseller; so do we. */
function Opened() {
  return (
    <Screen title={TEXT.opening.title} back={{ screen: 'HOME' }} layout="narrow">
      <Asking icon="machine">
        <p class="soft">{TEXT.opening.note}</p>
      </Asking>
    </Screen>
  );
}

function Unknown({ problem }: { readonly problem: ProblemJson }) {
  const words = explained(problem.code);
  return (
    <Outcome
      title={words.title}
      detail={words.detail}
      tone="plain"
      icon="info"
      actions={<HomeButton />}
    />
  );
}
