import type { LoyaltyCardJson } from '@seqr-ups/contract';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { type Answer, fetchCards, removeCard, saveCard } from '../api.ts';
import { TEXT } from '../text.ts';
import { Field } from '../parts/field.tsx';
import { Notice, Screen } from '../parts/screen.tsx';

/** As the server takes it. */
const NUMBER_LENGTH_MAX = 64;

/** Loyalty cards: the customer's own, then the shops that take some. */
export function Cards() {
  const cards = useSignal<readonly LoyaltyCardJson[] | null>(null);
  const failed = useSignal(false);
  const refresh = async (): Promise<void> => {
    const answer = await fetchCards();
    failed.value = answer.kind !== 'OK';
    if (answer.kind === 'OK') cards.value = answer.value.items;
  };
  useEffect(() => {
    void refresh();
  }, []);
  const all = cards.value ?? [];
  const own = all.filter(({ number }) => number !== null);
  const others = all.filter(({ number }) => number === null);
  return (
    <Screen title={TEXT.cards.title} back={{ screen: 'ACCOUNT' }} layout="cards">
      <p class="soft">{TEXT.cards.lead}</p>
      {cards.value === null ? (
        <Loading failed={failed.value} retry={refresh} />
      ) : all.length === 0 ? (
        <p class="soft empty">{TEXT.cards.none}</p>
      ) : (
        <>
          <CardList title={TEXT.cards.own} cards={own} all={cards} />
          <CardList title={TEXT.cards.others} cards={others} all={cards} />
        </>
      )}
    </Screen>
  );
}

type LoadingProps = { readonly failed: boolean; readonly retry: () => Promise<void> };

function Loading({ failed, retry }: LoadingProps) {
  if (!failed) return <p class="soft">{TEXT.loading}</p>;
  return (
    <button type="button" class="button" data-wide onClick={() => void retry()}>
      {TEXT.retry}
    </button>
  );
}

type All = Signal<readonly LoyaltyCardJson[] | null>;
type CardListProps = {
  readonly title: string;
  readonly cards: readonly LoyaltyCardJson[];
  readonly all: All;
};

function CardList({ title, cards, all }: CardListProps) {
  if (cards.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul class="cards">
        {cards.map((card) => (
          <CardItem key={`${card.merchant.id} ${card.type}`} card={card} all={all} />
        ))}
      </ul>
    </section>
  );
}

function CardItem({ card, all }: { readonly card: LoyaltyCardJson; readonly all: All }) {
  const editing = useSignal(false);
  const failed = useSignal(false);
  const verb = card.number === null ? TEXT.cards.add : TEXT.cards.change;
  const become = async (act: Promise<Answer<unknown>>, number: string | null): Promise<void> => {
    const answer = await act;
    failed.value = answer.kind !== 'OK';
    if (answer.kind !== 'OK') return;
    editing.value = false;
    all.value = (all.value ?? []).map((one) => (isSame(one, card) ? { ...one, number } : one));
  };
  return (
    <li class="card loyalty">
      <div class="loyalty-what">
        <Icon name="card" />
        <p>
          <strong>{card.description}</strong>
          <span class="soft small">{card.merchant.name}</span>
          {card.number === null ? null : <span class="figures">{card.number}</span>}
        </p>
        {editing.value ? null : (
          <button
            type="button"
            class="button"
            aria-label={`${verb}: ${card.description}, ${card.merchant.name}`}
            onClick={() => {
              editing.value = true;
            }}
          >
            {verb}
          </button>
        )}
      </div>
      {failed.value ? (
        <Notice tone="bad" icon="warning">
          {TEXT.cards.failed}
        </Notice>
      ) : null}
      {editing.value ? (
        <CardForm
          card={card}
          onSave={(number) => become(saveCard(card, number), number)}
          onRemove={() => become(removeCard(card), null)}
          onCancel={() => {
            editing.value = false;
          }}
        />
      ) : null}
    </li>
  );
}

function isSame(a: LoyaltyCardJson, b: LoyaltyCardJson): boolean {
  return a.merchant.id === b.merchant.id && a.type === b.type;
}

type CardFormProps = {
  readonly card: LoyaltyCardJson;
  readonly onSave: (number: string) => Promise<void>;
  readonly onRemove: () => Promise<void>;
  readonly onCancel: () => void;
};

function CardForm({ card, onSave, onRemove, onCancel }: CardFormProps) {
  const typed = useSignal(card.number ?? '');
  const wrong = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    input.current?.focus();
  }, []);
  const submit = (event: Event): void => {
    event.preventDefault();
    const number = typed.value.trim();
    wrong.value = number === '' || number.length > NUMBER_LENGTH_MAX;
    if (wrong.value) input.current?.focus();
    else void onSave(number);
  };
  return (
    <form class="loyalty-form" onSubmit={submit} noValidate>
      <Field label={TEXT.cards.number} wrong={wrong.value ? TEXT.cards.numberWrong : null}>
        {(ties) => (
          <input
            {...ties}
            ref={input}
            type="text"
            inputMode="text"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            enterkeyhint="done"
            aria-label={TEXT.cards.numberOf(card.description, card.merchant.name)}
            value={typed.value}
            onInput={(event) => {
              typed.value = event.currentTarget.value;
              wrong.value = false;
            }}
          />
        )}
      </Field>
      <div class="pair">
        <button type="submit" class="button" data-kind="primary">
          {TEXT.cards.save}
        </button>
        {card.number === null ? null : (
          <button type="button" class="button" onClick={() => void onRemove()}>
            {TEXT.cards.remove}
          </button>
        )}
        <button type="button" class="button" data-kind="quiet" onClick={onCancel}>
          {TEXT.cards.cancel}
        </button>
      </div>
    </form>
  );
}
