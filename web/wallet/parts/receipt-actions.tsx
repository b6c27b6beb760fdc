import type { PurchaseJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { Icon } from '../../design/icon.tsx';
import { receiptText } from '../receipt-text.ts';
import { TEXT } from '../text.ts';

/** Give the receipt to somebody by the phone's share sheet, or keep it by its own printing. */
export function ReceiptActions({ purchase }: { readonly purchase: PurchaseJson }) {
  const said = useSignal('');
  const share = async (): Promise<void> => {
    said.value = await shareReceipt(purchase);
  };
  return (
    <div class="receipt-actions">
      <button type="button" class="button" onClick={() => void share()}>
        <Icon name="share" />
        {TEXT.after.receipt.share}
      </button>
      <button
        type="button"
        class="button"
        onClick={() => {
          window.print();
        }}
      >
        <Icon name="save" />
        {TEXT.after.receipt.save}
      </button>
      <p class="small soft receipt-said" role="status">
        {said.value}
      </p>
    </div>
  );
}

/** What to tell the customer; nothing where the phone's share sheet said it all. */
async function shareReceipt(purchase: PurchaseJson): Promise<string> {
  const text = receiptText(purchase);
  const title = TEXT.after.receipt.shareTitle(purchase.merchant.name);
  if ('share' in navigator) {
    try {
      await navigator.share({ title, text });
      return '';
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return '';
    }
  }
  try {
    await navigator.clipboard.writeText(text);
    return TEXT.after.receipt.copied;
  } catch {
    return TEXT.after.receipt.uncopied;
  }
}
