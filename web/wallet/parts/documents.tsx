import type { PurchaseJson, ReceiptJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { fetchReceipts } from '../api.ts';
import { shortTime } from '../dates.ts';
import { TEXT } from '../text.ts';
import { LinkTo } from './screen.tsx';

const BYTES_PER_KILOBYTE = 1000;

/** The documents that the shop stored with a payment and its refunds. */
export function Documents({ purchase }: { readonly purchase: PurchaseJson }) {
  const items = useSignal<readonly ReceiptJson[]>([]);
  // A new document comes as an event of the purchase: the same purchase, heard of again.
  useEffect(() => {
    if (purchase.state !== 'PAID') return;
    void fetchReceipts(purchase.id).then((answer) => {
      if (answer.kind === 'OK') items.value = answer.value.items;
    });
  }, [purchase]);
  if (items.value.length === 0) return null;
  return (
    <section class="card receipt-documents" aria-labelledby="documents">
      <h2 id="documents">{TEXT.documents.title}</h2>
      <ul class="documents">
        {items.value.map((item) => (
          <li key={item.id}>
            <LinkTo
              to={{ screen: 'DOCUMENT', id: purchase.id, receiptId: item.id }}
              class="document-link"
            >
              <Icon name="document" />
              <span>
                <strong>{documentName(item)}</strong>
                <span class="soft small">
                  {shortTime(item.createdAt)} · {sizeText(item)}
                </span>
              </span>
              <Icon name="forward" />
            </LinkTo>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What a document is; the merchant's own word is shown only where it is one of the known. */
export function documentName({ type, refundReference }: ReceiptJson): string {
  const types: Readonly<Record<string, string>> = TEXT.documents.types;
  const name = types[type.toUpperCase()] ?? TEXT.documents.other;
  return refundReference === null ? name : TEXT.documents.ofRefund(name);
}

function sizeText({ sizeBytes }: ReceiptJson): string {
  return TEXT.documents.size(Math.max(1, Math.round(sizeBytes / BYTES_PER_KILOBYTE)));
}
