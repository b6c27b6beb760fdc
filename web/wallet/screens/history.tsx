import type { PurchaseJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { fetchPurchases } from '../api.ts';
import { learn } from '../purchases.ts';
import { TEXT } from '../text.ts';
import { PurchaseList } from '../parts/purchase-list.tsx';
import { Screen } from '../parts/screen.tsx';

const PAGE_LIMIT = 20;

/** All purchases, a page at a time, newest first; refused ones too. */
export function History() {
  const items = useSignal<readonly PurchaseJson[] | null>(null);
  const cursor = useSignal<string | null>(null);
  const loading = useSignal(false);
  const more = async (): Promise<void> => {
    loading.value = true;
    const answer = await fetchPurchases(PAGE_LIMIT, cursor.value);
    loading.value = false;
    if (answer.kind !== 'OK') return;
    learn(answer.value.items);
    items.value = [...(items.value ?? []), ...answer.value.items];
    cursor.value = answer.value.nextCursor;
  };
  useEffect(() => {
    void more();
  }, []);
  const failed = !loading.value && items.value === null;
  return (
    <Screen title={TEXT.history.title} back={{ screen: 'HOME' }} layout="history">
      {items.value === null ? null : items.value.length === 0 ? (
        <p class="soft empty">{TEXT.history.none}</p>
      ) : (
        <PurchaseList purchases={items.value} />
      )}
      {loading.value ? (
        <p class="soft" role="status">
          {TEXT.loading}
        </p>
      ) : null}
      {failed || (cursor.value !== null && !loading.value) ? (
        <button type="button" class="button" data-wide onClick={() => void more()}>
          {failed ? TEXT.retry : TEXT.history.more}
        </button>
      ) : null}
    </Screen>
  );
}
