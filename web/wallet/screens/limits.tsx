import {
  type AmountJson,
  LIMIT_KINDS,
  type LimitKind,
  type LimitsBodyJson,
  type LimitsJson,
  limitsArgument,
} from '@seqr-ups/contract';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { amountText, difference } from '../../design/amount.ts';
import { fetchLimits, saveLimits } from '../after-api.ts';
import { compareAmounts, readAmount, wholeAmount } from '../amount-input.ts';
import { clockTime, shortTime } from '../dates.ts';
import { signAct } from '../device.ts';
import { refreshAccount } from '../purchases.ts';
import { TEXT } from '../text.ts';
import { Dock } from '../parts/dock.tsx';
import { Field } from '../parts/field.tsx';
import { PinPad } from '../parts/pin-pad.tsx';
import { PrimaryButton } from '../parts/primary-button.tsx';
import { type Failure, Refusal } from '../parts/refusal.tsx';
import { Notice, Screen } from '../parts/screen.tsx';
import { Unfinished } from '../parts/unfinished.tsx';

/** What is being done: looked at, typed, or confirmed by PIN. */
type Step =
  | { readonly kind: 'LOOK'; readonly saved: boolean }
  | { readonly kind: 'TYPE'; readonly typed: Typed }
  | { readonly kind: 'CONFIRM'; readonly typed: Typed; readonly limits: LimitsBodyJson };

/** The limits as they stand in their fields. */
type Typed = Readonly<Record<LimitKind, string>>;

const MEMBERS = {
  PER_PURCHASE: 'perPurchase',
  PER_DAY: 'perDay',
  PER_MONTH: 'perMonth',
} as const satisfies Record<LimitKind, keyof LimitsBodyJson>;

/** Where the device is: its midnight ends the customer's days. */
function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/** What the customer allows to be spent: what is left of it, and how to change it. */
export function Limits() {
  const limits = useSignal<LimitsJson | null>(null);
  const failure = useSignal<Failure | null>(null);
  const step = useSignal<Step>({ kind: 'LOOK', saved: false });
  const load = async (): Promise<void> => {
    failure.value = null;
    const answer = await fetchLimits(ownZone());
    if (answer.kind === 'OK') limits.value = answer.value;
    else failure.value = answer;
  };
  useEffect(() => {
    void load();
  }, []);
  const known = limits.value;
  if (known === null) return <Unheard failure={failure.value} load={load} />;
  const now = step.value;
  if (now.kind === 'TYPE') return <Type limits={known} step={step} typed={now.typed} />;
  if (now.kind === 'CONFIRM') return <Confirm now={now} step={step} limits={limits} />;
  return (
    <Screen title={TEXT.after.limits.title} back={{ screen: 'ACCOUNT' }} layout="narrow">
      <p class="soft">{TEXT.after.limits.lead}</p>
      {now.saved ? (
        <Notice tone="good" icon="check">
          {TEXT.after.limits.saved}
        </Notice>
      ) : null}
      <Unfinished />
      <ul class="card limits">
        {LIMIT_KINDS.map((kind) => (
          <Limit key={kind} kind={kind} limits={known} />
        ))}
      </ul>
      <p class="soft small">{TEXT.after.limits.counted}</p>
      <Dock>
        <PrimaryButton
          onClick={() => {
            step.value = { kind: 'TYPE', typed: typedOf(known) };
          }}
        >
          {TEXT.after.limits.change}
        </PrimaryButton>
      </Dock>
    </Screen>
  );
}

type UnheardProps = { readonly failure: Failure | null; readonly load: () => Promise<void> };

function Unheard({ failure, load }: UnheardProps) {
  return (
    <Screen title={TEXT.after.limits.title} back={{ screen: 'ACCOUNT' }} layout="narrow">
      {failure === null ? (
        <p class="soft" role="status">
          {TEXT.loading}
        </p>
      ) : (
        <>
          <Refusal failure={failure} />
          <button type="button" class="button" data-wide onClick={() => void load()}>
            {TEXT.retry}
          </button>
        </>
      )}
    </Screen>
  );
}

/** One limit: what is left, as words and as a line that empties. */
function Limit({ kind, limits }: { readonly kind: LimitKind; readonly limits: LimitsJson }) {
  const amount = limits[MEMBERS[kind]];
  const spent = spentOf(kind, limits);
  const left = amount === null ? null : leftOf(amount, spent);
  const words = TEXT.after.limits;
  return (
    <li class="limit">
      <p class="limit-head">
        <strong>{words[kind]}</strong>
        <span class="figures">{amount === null ? words.none : amountText(amount)}</span>
      </p>
      {amount === null || left === null || spent === null ? null : (
        <progress
          class="limit-line"
          aria-hidden="true"
          data-short={Number(left.value) === 0}
          max={1}
          value={shareOf(left, amount)}
        />
      )}
      {spent === null ? null : (
        <p class="limit-note soft small figures">
          <span>
            {amount === null || left === null
              ? words.spent(amountText(spent))
              : words.left(amountText(left), amountText(amount))}
          </span>
          {amount === null ? null : <span>{words.renewed(renewal(kind, limits))}</span>}
        </p>
      )}
    </li>
  );
}

type TypeProps = {
  readonly limits: LimitsJson;
  readonly step: Signal<Step>;
  readonly typed: Typed;
};

/** Three amounts, each of which may be left out. */
function Type({ limits, step, typed }: TypeProps) {
  const fields = useSignal<Typed>(typed);
  const wrong = useSignal<LimitKind | null>(null);
  const { currency } = limits;
  const words = TEXT.after.limits;
  const send = (event: Event): void => {
    event.preventDefault();
    const read = readTyped(fields.value, currency);
    wrong.value = typeof read === 'string' ? read : null;
    if (typeof read !== 'string') {
      step.value = { kind: 'CONFIRM', typed: fields.value, limits: read };
    }
  };
  return (
    <Screen title={words.change} back={{ screen: 'ACCOUNT' }} layout="narrow">
      <form class="limits-form" noValidate onSubmit={send}>
        <p class="soft">{words.fieldHint}</p>
        {LIMIT_KINDS.map((kind) => (
          <Field
            key={kind}
            label={words.field(words[kind], currency)}
            wrong={
              wrong.value === kind ? words.fieldWrong(amountText(wholeAmount(50, currency))) : null
            }
          >
            {(ties) => (
              <input
                {...ties}
                inputMode="decimal"
                autocomplete="off"
                maxLength={16}
                value={fields.value[kind]}
                onInput={(event) => {
                  fields.value = { ...fields.value, [kind]: event.currentTarget.value };
                }}
              />
            )}
          </Field>
        ))}
        <Dock>
          <PrimaryButton type="submit">{words.next}</PrimaryButton>
          <button
            type="button"
            class="button"
            data-kind="quiet"
            data-wide
            onClick={() => {
              step.value = { kind: 'LOOK', saved: false };
            }}
          >
            {TEXT.back}
          </button>
        </Dock>
      </form>
    </Screen>
  );
}

type ConfirmProps = {
  readonly now: Extract<Step, { readonly kind: 'CONFIRM' }>;
  readonly step: Signal<Step>;
  readonly limits: Signal<LimitsJson | null>;
};

function Confirm({ now, step, limits }: ConfirmProps) {
  const failure = useSignal<Failure | null>(null);
  const words = TEXT.after.limits;
  const save = async (pin: string): Promise<void> => {
    failure.value = null;
    const device = await signAct('SET_LIMITS', limitsArgument(now.limits));
    const answer = await saveLimits(now.limits, { pin, device });
    if (answer.kind !== 'OK') {
      failure.value = answer;
      return;
    }
    limits.value = answer.value;
    step.value = { kind: 'LOOK', saved: true };
    void refreshAccount();
  };
  return (
    <Screen title={words.confirm} back={{ screen: 'ACCOUNT' }} layout="pin">
      <dl class="facts card">
        {LIMIT_KINDS.map((kind) => {
          const amount = now.limits[MEMBERS[kind]];
          return (
            <div key={kind}>
              <dt>{words[kind]}</dt>
              <dd class="figures">{amount === null ? words.none : amountText(amount)}</dd>
            </div>
          );
        })}
      </dl>
      <p class="pin-for soft">{words.confirmNote}</p>
      <Refusal failure={failure.value} />
      <PinPad label={TEXT.offer.pin} onPin={save} />
      <button
        type="button"
        class="button"
        data-kind="quiet"
        data-wide
        onClick={() => {
          step.value = { kind: 'TYPE', typed: now.typed };
        }}
      >
        {TEXT.back}
      </button>
    </Screen>
  );
}

/** The limits that were typed, or the field that holds no amount. */
function readTyped(typed: Typed, currency: string): LimitsBodyJson | LimitKind {
  const read = new Map<LimitKind, AmountJson | null>();
  for (const kind of LIMIT_KINDS) {
    const empty = typed[kind].trim() === '';
    const amount = empty ? null : readAmount(typed[kind], currency);
    if (!empty && amount === null) return kind;
    read.set(kind, amount);
  }
  return {
    perPurchase: read.get('PER_PURCHASE') ?? null,
    perDay: read.get('PER_DAY') ?? null,
    perMonth: read.get('PER_MONTH') ?? null,
    zone: ownZone(),
  };
}

function typedOf(limits: LimitsJson): Typed {
  const text = (kind: LimitKind): string => limits[MEMBERS[kind]]?.value ?? '';
  return {
    PER_PURCHASE: text('PER_PURCHASE'),
    PER_DAY: text('PER_DAY'),
    PER_MONTH: text('PER_MONTH'),
  };
}

/** Null for the limit of one purchase, of which nothing is used up. */
function spentOf(kind: LimitKind, limits: LimitsJson): AmountJson | null {
  if (kind === 'PER_PURCHASE') return null;
  return kind === 'PER_DAY' ? limits.spentToday : limits.spentThisMonth;
}

/** Never below nothing: a limit may have been lowered under what was spent. */
function leftOf(amount: AmountJson, spent: AmountJson | null): AmountJson | null {
  if (spent === null) return amount;
  return compareAmounts(amount, spent) < 0 ? difference(amount, amount) : difference(amount, spent);
}

/** How much of the line is full; only to be looked at. */
function shareOf(left: AmountJson, amount: AmountJson): number {
  const [part, whole] = [left, amount].map(({ value }) => Number(value));
  return whole === undefined || whole === 0 ? 0 : (part ?? 0) / whole;
}

function renewal(kind: LimitKind, limits: LimitsJson): string {
  return kind === 'PER_DAY' ? clockTime(limits.dayEndsAt) : shortTime(limits.monthEndsAt);
}
