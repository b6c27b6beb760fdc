import {
  CASE_KINDS,
  CASE_TEXT_LENGTH_MAX,
  type CaseKind,
  type PurchaseJson,
} from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { type Answer, newIntent } from '../api.ts';
import { purchaseOf, refreshPurchase } from '../purchases.ts';
import { explained } from '../endings.ts';
import { go, type Route } from '../route.ts';
import { TEXT } from '../text.ts';
import { openCase } from '../trust-api.ts';
import { kindWords } from '../parts/cases.tsx';
import { Chips } from '../parts/chips.tsx';
import { Dock } from '../parts/dock.tsx';
import { Field } from '../parts/field.tsx';
import { PrimaryButton } from '../parts/primary-button.tsx';
import { Screen } from '../parts/screen.tsx';

/** Reports a problem with a purchase to its merchant, who answers on the purchase's screen. */
export function Report({ purchaseId }: { readonly purchaseId: string }) {
  const purchase = purchaseOf(purchaseId).value;
  const missing = purchase === undefined;
  useEffect(() => {
    if (missing) void refreshPurchase(purchaseId);
  }, [purchaseId, missing]);
  const back: Route = { screen: 'PURCHASE', id: purchaseId };
  return (
    <Screen title={TEXT.trust.report.title} back={back} layout="narrow">
      {purchase === undefined ? (
        <p role="status" class="placeholder">
          {TEXT.loading}
        </p>
      ) : (
        <ReportForm purchase={purchase} onSent={() => go(back, { replace: true })} />
      )}
    </Screen>
  );
}

type FormProps = { readonly purchase: PurchaseJson; readonly onSent: () => void };

function ReportForm({ purchase, onSent }: FormProps) {
  const kind = useSignal<CaseKind | null>(null);
  const text = useSignal('');
  const busy = useSignal(false);
  const wrong = useSignal<string | null>(null);
  // A report that was lost on the way is sent again as the same one.
  const intent = useMemo(newIntent, [kind.value, text.value]);
  const kinds = CASE_KINDS.filter(
    (kind) => kind !== 'MACHINE_DAMAGED' || purchase.kind === 'MACHINE',
  );
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (kind.value === null) {
      wrong.value = TEXT.trust.report.choose;
      return;
    }
    busy.value = true;
    const report = { kind: kind.value, text: text.value.trim() };
    const answer = await openCase(purchase.id, report, intent);
    busy.value = false;
    if (answer.kind === 'OK') onSent();
    else wrong.value = failureWords(answer);
  };
  return (
    <form class="report" onSubmit={(event) => void send(event)} noValidate>
      <p class="soft">{TEXT.trust.report.lead(purchase.merchant.name)}</p>
      <p class="report-question" aria-hidden="true">
        {TEXT.trust.report.kind}
      </p>
      <Chips
        label={TEXT.trust.report.kind}
        options={kinds.map((value) => ({ value, words: kindWords(value, purchase.kind) }))}
        value={kind.value}
        disabled={busy.value}
        onChange={(chosen) => {
          kind.value = chosen;
          wrong.value = null;
        }}
      />
      <Field label={TEXT.trust.report.text} hint={TEXT.trust.report.hint} wrong={wrong.value}>
        {(ties) => (
          <textarea
            {...ties}
            rows={4}
            maxLength={CASE_TEXT_LENGTH_MAX}
            value={text.value}
            disabled={busy.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
        )}
      </Field>
      <Dock>
        <PrimaryButton type="submit" disabled={busy.value}>
          {busy.value ? TEXT.trust.report.sending : TEXT.trust.report.send}
        </PrimaryButton>
      </Dock>
    </form>
  );
}

function failureWords(failure: Exclude<Answer<unknown>, { kind: 'OK' }>): string {
  if (failure.kind === 'LOST') return TEXT.trust.report.lost;
  const { code } = failure.problem;
  if (code === 'RATE_LIMITED') return TEXT.trust.report.tooMany;
  return code === 'UNAUTHORIZED' ? explained(code).detail : TEXT.trust.report.failed;
}
