import type { PanelMachineJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { TEXT } from '../text.ts';
import { ProductArt } from './product-art.tsx';

/** More than this does not fit into a tray; the oldest ones are under the others. */
const TRAY_MAX = 8;

type Item = { readonly key: string; readonly slot: number; readonly name: string };

/**
 * What fell into the tray, until somebody takes it: products outlive the session that delivered
 * them. Only this page's memory; the machine's record is the witness of what was delivered.
 */
export function Tray({ machine }: { readonly machine: PanelMachineJson }) {
  const items = useSignal<readonly Item[]>([]);
  const taken = useSignal<ReadonlySet<string>>(new Set());
  const { session, products } = machine;
  const delivered = session?.vends.filter((vend) => vend.result === 'VENDED').length ?? 0;
  useEffect(() => {
    if (session === null) return;
    const fresh = session.vends.flatMap(({ slot, result }, index): Item[] => {
      const name = products.find((product) => product.slot === slot)?.name;
      const key = `${session.invoiceReference}/${String(index)}`;
      const here = taken.peek().has(key) || items.peek().some((item) => item.key === key);
      return result === 'VENDED' && name !== undefined && !here ? [{ key, slot, name }] : [];
    });
    if (fresh.length > 0) items.value = [...items.peek(), ...fresh].slice(-TRAY_MAX);
  }, [session?.invoiceReference, delivered]);
  const take = (gone: Item): void => {
    taken.value = new Set([...taken.peek(), gone.key]);
    items.value = items.peek().filter((item) => item.key !== gone.key);
  };
  return (
    <section class="tray" aria-label={TEXT.tray} aria-live="polite">
      {items.value.length === 0 ? <p class="tray-empty">{TEXT.trayEmpty}</p> : null}
      {items.value.map((item) => (
        <button
          key={item.key}
          type="button"
          class="tray-item"
          aria-label={TEXT.take(item.name)}
          onClick={() => {
            take(item);
          }}
        >
          <ProductArt name={item.name} slot={item.slot} />
        </button>
      ))}
    </section>
  );
}
