/**
 * What can be seen at a machine beyond its present state: what was delivered and not taken away,
 * and what is stuck. Both outlive the session that caused them. Only this page's memory; the
 * machine's record is the witness of what was delivered.
 */

import type { PanelMachineJson } from '@seqr-ups/contract';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** More than this does not fit into a tray; the oldest ones are under the others. */
const ITEMS_MAX = 8;

/** Something that was delivered and is still there. */
export type Item = { readonly key: string; readonly slot: number; readonly name: string };

/** What one slot is doing. ASKED: the button was pressed, the reseller has not answered. */
export type SlotAct = 'REST' | 'ASKED' | 'TURNING' | 'JAMMED' | 'EMPTY';

/** What is to be seen at the machine now. */
export type Happening = {
  readonly items: readonly Item[];
  readonly take: (item: Item) => void;
  readonly actOf: (slot: number) => SlotAct;
  /** True while a product can be chosen. */
  readonly open: boolean;
};

/** Watches a machine. `pressed` is the slot whose button is not answered yet. */
export function useHappening(machine: PanelMachineJson, pressed: number | null): Happening {
  const items = useSignal<readonly Item[]>([]);
  const taken = useSignal<ReadonlySet<string>>(new Set());
  const stuck = useSignal<ReadonlySet<number>>(new Set());
  const { session, products } = machine;
  const vends = session?.vends ?? [];
  const turning = vends.find(({ result }) => result === 'VENDING')?.slot ?? null;
  useEffect(() => {
    if (session === null) return;
    const fresh = session.vends.flatMap(({ slot, result }, index): Item[] => {
      const name = products.find((product) => product.slot === slot)?.name;
      const key = `${session.invoiceReference}/${String(index)}`;
      const here = taken.peek().has(key) || items.peek().some((item) => item.key === key);
      return result === 'VENDED' && name !== undefined && !here ? [{ key, slot, name }] : [];
    });
    if (fresh.length > 0) items.value = [...items.peek(), ...fresh].slice(-ITEMS_MAX);
    const jammed = session.vends.filter(({ result }) => result === 'JAMMED');
    stuck.value = new Set([...stuck.peek(), ...jammed.map(({ slot }) => slot)]);
  }, [session?.invoiceReference, vends.length, turning]);
  return {
    items: items.value,
    take: (gone) => {
      taken.value = new Set([...taken.peek(), gone.key]);
      items.value = items.peek().filter((item) => item.key !== gone.key);
    },
    actOf: (slot) => {
      if (turning === slot) return 'TURNING';
      if (pressed === slot) return 'ASKED';
      // What the machine says itself comes before this page's memory, which begins with the page.
      if (stuck.value.has(slot)) return 'JAMMED';
      const stock = products.find((product) => product.slot === slot)?.stock ?? 0;
      return stock === 0 ? 'EMPTY' : 'REST';
    },
    open: machine.state === 'UNLOCKED' && pressed === null,
  };
}

/** What a picture of the machine shows without anybody's memory: for the fleet. */
export function presentActOf(machine: PanelMachineJson): (slot: number) => SlotAct {
  return (slot) => {
    const vends = machine.session?.vends.filter((vend) => vend.slot === slot) ?? [];
    if (vends.some(({ result }) => result === 'VENDING')) return 'TURNING';
    if (vends.some(({ result }) => result === 'JAMMED')) return 'JAMMED';
    const stock = machine.products.find((product) => product.slot === slot)?.stock ?? 0;
    return stock === 0 ? 'EMPTY' : 'REST';
  };
}
