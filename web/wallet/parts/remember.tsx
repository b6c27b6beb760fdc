import type { PurchaseJson, SwipedCardJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { fetchSwipedCards, rememberCard } from '../api.ts';
import { TEXT } from '../text.ts';
import { Question } from './question.tsx';
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
        <CardQuestion key={card.type} purchaseId={purchase.id} card={card} />
      ))}
    </>
  );
}

type CardQuestionProps = { readonly purchaseId: string; readonly card: SwipedCardJson };

function CardQuestion({ purchaseId, card }: CardQuestionProps) {
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
    <Question
      icon="card"
      title={TEXT.card.remember}
      yes={{ words: TEXT.card.yes, onClick: () => void remember() }}
      no={{
        words: TEXT.card.no,
        onClick: () => {
          answered.value = 'NO';
        },
      }}
    >
      <p>
        {TEXT.card.rememberNote(card.description, card.number ?? '', card.merchant.name)}{' '}
        {card.replaces === null ? '' : TEXT.card.replaces(card.replaces)}
      </p>
      {answered.value === 'FAILED' ? (
        <Notice tone="bad" icon="warning">
          {TEXT.cards.failed}
        </Notice>
      ) : null}
    </Question>
  );
}
