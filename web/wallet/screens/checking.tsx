import type { PurchaseJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { amountText } from '../../design/amount.ts';
import { cancelPurchase, newIntent } from '../api.ts';
import { learn, refreshPurchase } from '../purchases.ts';
import { TEXT } from '../text.ts';
import { Asking } from '../parts/asking.tsx';
import { CardLines } from '../parts/card-lines.tsx';
import { Screen } from '../parts/screen.tsx';

/** The shop decides what a loyalty card is worth; the PIN waits until the total is certain. */
export function Checking({ purchase }: { readonly purchase: PurchaseJson }) {
  const busy = useSignal(false);
  const cancel = async (): Promise<void> => {
    busy.value = true;
    const answer = await cancelPurchase(purchase.id, newIntent());
    if (answer.kind === 'OK') learn([answer.value]);
    else await refreshPurchase(purchase.id);
    busy.value = false;
  };
  const ofCard = purchase.tokens.length > 0;
  return (
    <Screen
      title={ofCard ? TEXT.offer.checking : TEXT.offer.pending}
      back={{ screen: 'HOME' }}
      layout="narrow"
    >
      <Asking icon={ofCard ? 'card' : 'receipt'}>
        <p>
          <strong>{purchase.merchant.name}</strong>
        </p>
        <CardLines cards={purchase.tokens} />
        <p class="soft">{TEXT.offer.checkingNote}</p>
      </Asking>
      {purchase.maximum === null ? null : (
        <dl class="facts card">
          <div>
            <dt>{TEXT.offer.soFar}</dt>
            <dd class="figures">{amountText(purchase.maximum)}</dd>
          </div>
        </dl>
      )}
      <button
        type="button"
        class="button"
        data-wide
        disabled={busy.value}
        onClick={() => void cancel()}
      >
        {TEXT.offer.cancelBill}
      </button>
    </Screen>
  );
}
