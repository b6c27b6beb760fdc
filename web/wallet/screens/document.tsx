import type { ReceiptJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../../design/icon.tsx';
import { fetchDocument, fetchReceipts } from '../api.ts';
import { documentText, suffixOf } from '../document-text.ts';
import { TEXT } from '../text.ts';
import { documentName } from '../parts/documents.tsx';
import { Notice, Screen } from '../parts/screen.tsx';

/** A document with its bytes. */
type Loaded = { readonly entry: ReceiptJson; readonly bytes: ArrayBuffer };

type DocumentProps = { readonly purchaseId: string; readonly receiptId: string };

/**
 * One document of the shop. Its content is the shop's and hostile: only its text is shown, never
 * its markup, and what is no text can only be saved.
 */
export function Document({ purchaseId, receiptId }: DocumentProps) {
  const loaded = useSignal<Loaded | 'LOST' | null>(null);
  useEffect(() => {
    void load(purchaseId, receiptId).then((found) => {
      loaded.value = found ?? 'LOST';
    });
  }, [purchaseId, receiptId]);
  const found = loaded.value;
  const title =
    found === null || found === 'LOST' ? TEXT.documents.other : documentName(found.entry);
  return (
    <Screen title={title} back={{ screen: 'PURCHASE', id: purchaseId }} layout="document">
      {found === null ? (
        <p class="soft" role="status">
          {TEXT.loading}
        </p>
      ) : found === 'LOST' ? (
        <Notice tone="bad" icon="warning">
          {TEXT.documents.lost}
        </Notice>
      ) : (
        <Content {...found} />
      )}
    </Screen>
  );
}

async function load(purchaseId: string, receiptId: string): Promise<Loaded | null> {
  const [list, file] = await Promise.all([
    fetchReceipts(purchaseId),
    fetchDocument(purchaseId, receiptId),
  ]);
  if (list.kind !== 'OK' || file.kind !== 'OK') return null;
  const entry = list.value.items.find(({ id }) => id === receiptId);
  return entry === undefined ? null : { entry, bytes: file.value };
}

function Content({ entry, bytes }: Loaded) {
  const text = documentText(bytes, entry.mediaType);
  return (
    <>
      {text === null ? (
        <Notice tone="plain" icon="info">
          {TEXT.documents.unseen}
        </Notice>
      ) : (
        <>
          <p class="soft small">{TEXT.documents.note}</p>
          <pre class="card document-text" tabIndex={0} aria-label={documentName(entry)}>
            {text}
          </pre>
        </>
      )}
      <button
        type="button"
        class="button"
        data-wide
        onClick={() => {
          save(bytes, `receipt-${entry.id.slice(0, 8)}${suffixOf(entry.mediaType)}`);
        }}
      >
        <Icon name="document" />
        {TEXT.documents.save}
      </button>
    </>
  );
}

/** Gives the file to the device, without a type: no browser takes it for a page of ours. */
function save(bytes: ArrayBuffer, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
