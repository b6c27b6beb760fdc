import type { MachineProduct, PanelMachineJson } from '@seqr-ups/contract';
import type { ComponentChildren } from 'preact';
import { clockText, secondsUntil, serverTime } from '../../design/server-clock.ts';
import type { Happening } from '../happening.ts';
import { ProductArt } from '../parts/product-art.tsx';
import { Charger } from './charger.tsx';
import { Coffee } from './coffee.tsx';
import { Laundry } from './laundry.tsx';
import { Locker } from './locker.tsx';
import { usePower } from './power.ts';
import { Spiral } from './spiral.tsx';

/** What a face is drawn from: the machine, and what can be seen at it beyond its state. */
export type FaceProps = {
  readonly machine: PanelMachineJson;
  readonly seen: Pick<Happening, 'items' | 'actOf'>;
  /** False while nothing is heard of the machine. */
  readonly online: boolean;
};

/**
 * The part of a machine that all its products share: the spout of a coffee machine, the cable of a
 * charger. Null for machines whose every slot has a mechanism of its own ({@link SlotFace}).
 */
export function Face(props: FaceProps): ComponentChildren {
  switch (props.machine.face) {
    case 'COFFEE':
      return <CoffeeFace {...props} />;
    case 'CHARGER':
      return <ChargerFace {...props} />;
    case 'SPIRAL':
    case 'LAUNDRY':
    case 'LOCKER':
      return null;
  }
}

/** True when every slot has a mechanism of its own. */
export function hasSlotFaces({ face }: PanelMachineJson): boolean {
  return face === 'SPIRAL' || face === 'LAUNDRY' || face === 'LOCKER';
}

/** What is behind the glass or the door of one slot. */
export function SlotFace({ machine, seen, product }: FaceProps & { product: MachineProduct }) {
  const { slot, name } = product;
  const act = seen.actOf(slot);
  switch (machine.face) {
    case 'SPIRAL':
      return <Spiral product={product} act={act} />;
    case 'LOCKER':
      return (
        <Locker
          product={product}
          act={act}
          open={act === 'TURNING' || seen.items.some((item) => item.slot === slot)}
        />
      );
    case 'LAUNDRY':
      return (
        <Laundry
          product={product}
          act={act}
          left={runLeft(machine, slot)}
          minutes={measureOf(machine, slot)}
        />
      );
    case 'COFFEE':
    case 'CHARGER':
      return <ProductArt name={name} slot={slot} />;
  }
}

/** The rest of a programme as a clock, or null while that drum stands. */
export function runLeft(machine: PanelMachineJson, slot: number): string | null {
  const run = machine.runs.find((one) => one.slot === slot);
  if (run === undefined) return null;
  const seconds = secondsUntil(run.until, serverTime.value);
  return seconds > 0 ? clockText(seconds) : null;
}

/** Minutes or watt-hours of one vend of a slot, or null where it gives neither. */
export function measureOf({ measures }: PanelMachineJson, slot: number): number | null {
  return measures.find((measure) => measure.slot === slot)?.amount ?? null;
}

function CoffeeFace({ machine, seen }: FaceProps) {
  const turning = machine.products.find(({ slot }) => seen.actOf(slot) === 'TURNING');
  const standing = seen.items.at(-1);
  const jammed = machine.products.some(({ slot }) => seen.actOf(slot) === 'JAMMED');
  return (
    <Coffee
      cup={turning === undefined ? (standing === undefined ? 'NONE' : 'FULL') : 'FILLING'}
      drink={(turning ?? standing)?.name ?? null}
      jammed={jammed}
    />
  );
}

const LIGHTS = {
  IDLE: 'READY',
  LEASED: 'WAIT',
  UNLOCKED: 'OPEN',
  VENDING: 'OPEN',
  OUT_OF_SERVICE: 'FAULT',
} as const;

function ChargerFace({ machine, seen, online }: FaceProps) {
  const turning = machine.products.find(({ slot }) => seen.actOf(slot) === 'TURNING');
  const slot = turning?.slot ?? seen.items.at(-1)?.slot ?? null;
  const { power, energy } = usePower({
    charging: turning !== undefined,
    wattHours: slot === null ? 0 : (measureOf(machine, slot) ?? 0),
    vendMs: machine.vendMs,
  });
  const jammed = machine.products.some((product) => seen.actOf(product.slot) === 'JAMMED');
  const light = !online ? 'DARK' : jammed ? 'FAULT' : LIGHTS[machine.state];
  const cable = turning === undefined ? (slot === null ? 'HUNG' : 'CHARGED') : 'CHARGING';
  return <Charger cable={cable} light={light} power={power} energy={energy} />;
}
