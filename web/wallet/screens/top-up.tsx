import { type AmountJson, TOP_UP_UNITS } from '@seqr-ups/contract';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { amountText } from '../../design/amount.ts';
import { topUp } from '../after-api.ts';
import { compareAmounts, readAmount, wholeAmount } from '../amount-input.ts';
import { type Answer, newIntent } from '../api.ts';
import { explained } from '../endings.ts';
import { account, refreshAccount } from '../purchases.ts';
import { TEXT } from '../text.ts';
import { Chips } from '../parts/chips.tsx';
import { Dock } from '../parts/dock.tsx';
import { Field } from '../parts/field.tsx';
import { PrimaryButton } from '../parts/primary-button.tsx';
import { Notice, Screen } from '../parts/screen.tsx';

/** What is offered at one tap, in whole units. */
const USUAL_UNITS = ['5', '10', '20', '50'] as const;
type Choice = (typeof USUAL_UNITS)[number] | 'OWN';

/** Play money for the account; the way here is shown in a sandbox only. */
export function TopUp() {
  useEffect(() => {
    void refreshAccount();
  }, []);
  const available = account.value?.available ?? null;
  return (
    <Screen title={TEXT.after.topUp.title} back={{ screen: 'HOME' }} layout="narrow">
      <Notice tone="plain" icon="info">
        {TEXT.after.topUp.lead}
      </Notice>
      <section class="card top-up-now">
        <p class="soft small">{TEXT.homeScreen.available}</p>
        <p class="amount figures">{available === null ? '…' : amountText(available)}</p>
      </section>
      {available === null ? null : <TopUpForm currency={available.currency} />}
    </Screen>
  );
}

/** What came of the last try, and for how much it was. */
type Try = { readonly answer: Answer<unknown>; readonly of: AmountJson };

function TopUpForm({ currency }: { readonly currency: string }) {
  const choice = useSignal<Choice>('20');
  const own = useSignal('');
  const wrong = useSignal(false);
  const busy = useSignal(false);
  const became = useSignal<Try | null>(null);
  const chosen =
    choice.value === 'OWN'
      ? readAmount(own.value, currency)
      : wholeAmount(Number(choice.value), currency);
  const add = async (): Promise<void> => {
    wrong.value = chosen === null || !isInRange(chosen);
    became.value = null;
    if (chosen === null || wrong.value) return;
    busy.value = true;
    const answer = await topUp(chosen, newIntent());
    busy.value = false;
    became.value = { answer, of: chosen };
    if (answer.kind === 'OK') account.value = answer.value;
  };
  return (
    <form
      class="top-up"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Amounts currency={currency} choice={choice} own={own} wrong={wrong} />
      <Dock>
        <Became became={became.value} />
        <PrimaryButton type="submit" disabled={busy.value}>
          {chosen === null ? TEXT.after.topUp.add : TEXT.after.topUp.addAmount(amountText(chosen))}
        </PrimaryButton>
      </Dock>
    </form>
  );
}

type AmountsProps = {
  readonly currency: string;
  readonly choice: Signal<Choice>;
  readonly own: Signal<string>;
  readonly wrong: Signal<boolean>;
};

/** The usual amounts at one tap, and a field for any other. */
function Amounts({ currency, choice, own, wrong }: AmountsProps) {
  const usual = USUAL_UNITS.map((value) => ({ value, words: amountText({ value, currency }) }));
  const [least, most] = bounds(currency);
  const range = TEXT.after.topUp.range(amountText(least), amountText(most));
  const hint = wrong.value ? { wrong: range } : { hint: range };
  return (
    <>
      <Chips<Choice>
        label={TEXT.after.topUp.amounts}
        value={choice.value}
        options={[...usual, { value: 'OWN', words: TEXT.after.topUp.own }]}
        onChange={(value) => {
          choice.value = value;
          wrong.value = false;
        }}
      />
      {choice.value === 'OWN' ? (
        <Field label={TEXT.after.topUp.ownField(currency)} {...hint}>
          {(ties) => (
            <input
              {...ties}
              inputMode="decimal"
              autocomplete="off"
              maxLength={12}
              value={own.value}
              onInput={(event) => {
                own.value = event.currentTarget.value;
              }}
            />
          )}
        </Field>
      ) : null}
    </>
  );
}

function bounds(currency: string): readonly [AmountJson, AmountJson] {
  return [wholeAmount(TOP_UP_UNITS.min, currency), wholeAmount(TOP_UP_UNITS.max, currency)];
}

function isInRange(amount: AmountJson): boolean {
  const [least, most] = bounds(amount.currency);
  return compareAmounts(amount, least) >= 0 && compareAmounts(amount, most) <= 0;
}

/** What came of it. A lost answer may have added the money: the balance above tells. */
function Became({ became }: { readonly became: Try | null }) {
  if (became === null) return null;
  const { answer, of } = became;
  if (answer.kind === 'OK') {
    return (
      <Notice tone="good" icon="check">
        {TEXT.after.topUp.done(amountText(of))}
      </Notice>
    );
  }
  if (answer.kind === 'LOST') {
    return <Notice tone="wait" icon="offline" title={TEXT.offline.title} />;
  }
  const { title, detail } = explained(answer.problem.code);
  return (
    <Notice tone="bad" icon="warning" title={title}>
      {detail}
    </Notice>
  );
}
