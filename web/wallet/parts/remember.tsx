import type { PurchaseJson, SwipedCardJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { fetchSwipedCards, rememberCard } from '../api.ts';
import { TEXT } from '../text.ts';
import { Notice } from './screen.tsx';

/** After a payment: cards that were swiped at the till and that the wallet could keep. */
export function Remember({ purchase }: { readonly purchase: PurchaseJson }) {
  const cards = useSignal<readonly SwipedCardJson[]>([]);
  const swiped = purchase.tokens.some(({ status }) => status === 'USED');
  useEffect(() => {
    if (!swiped) return;
    void fetchSwipedCards(purchase.id).then((answer) => {
      if (answer.kind === 'OK') cards.value = answer.value.items;
    });
  }, [purchase.id, swiped]);
  return (
    <>
      {cards.value.map((card) => (
        <Question key={card.type} purchaseId={purchase.id} card={card} />
      ))}
    </>
  );
}

type QuestionProps = { readonly purchaseId: string; readonly card: SwipedCardJson };

function Question({ purchaseId, card }: QuestionProps) {
  const answered = useSignal<'YES' | 'NO' | 'FAILED' | null>(null);
  const remember = async (): Promise<void> => {
    const answer = await rememberCard(purchaseId, card.type);
    answered.value = answer.kind === 'OK' ? 'YES' : 'FAILED';
  };
  if (answered.value === 'NO') return null;
  if (answered.value === 'YES') {
    return (
      <Notice tone="good" icon="check">
        {TEXT.card.remembered}
      </Notice>
    );
  }
  return (
    <section class="card remember" aria-label={TEXT.card.remember}>
      <h2>
        <Icon name="card" />
        {TEXT.card.remember}
      </h2>
      <p>
        {TEXT.card.rememberNote(card.description, card.number ?? '', card.merchant.name)}{' '}
        {card.replaces === null ? '' : TEXT.card.replaces(card.replaces)}
      </p>
      {answered.value === 'FAILED' ? (
        <Notice tone="bad" icon="warning">
          {TEXT.cards.failed}
        </Notice>
      ) : null}
      <div class="pair">
        <button type="button" class="button" onClick={() => void remember()}>
          {TEXT.card.yes}
        </button>
        <button
          type="button"
          class="button"
          data-kind="quiet"
          onClick={() => {
            answered.value = 'NO';
          }}
        >
          {TEXT.card.no}
        </button>
      </div>
    </section>
  );
}
