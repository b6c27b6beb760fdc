import type { MachineProduct, PanelMachineJson } from '@seqr-ups/contract';
import { amountText } from '../../design/amount.ts';
import { Face, hasSlotFaces, measureOf, runLeft, SlotFace } from '../faces/face.tsx';
import { kilowattHours } from '../faces/power.ts';
import type { Happening } from '../happening.ts';
import { TEXT } from '../text.ts';

/** From here on the button says how many are left. */
const FEW = 5;

type ShelfProps = {
  readonly machine: PanelMachineJson;
  readonly seen: Happening;
  readonly online: boolean;
  readonly onSelect: (slot: number) => void;
};

/** The machine's front: what all products share, and each product with its button. */
export function Shelf({ machine, seen, online, onSelect }: ShelfProps) {
  return (
    <section
      class="front"
      aria-label={TEXT.products}
      // What moves takes as long as this machine's motor.
      style={{ '--vend': `${String(machine.vendMs)}ms` }}
    >
      <div class="front-scene" aria-hidden="true">
        <Face machine={machine} seen={seen} online={online} />
      </div>
      <ul class="shelf" data-count={Math.min(machine.products.length, 4)}>
        {machine.products.map((product) => (
          <li key={product.slot}>
            <Slot
              machine={machine}
              product={product}
              seen={seen}
              online={online}
              onSelect={onSelect}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

type SlotProps = ShelfProps & { readonly product: MachineProduct };

function Slot({ machine, product, seen, online, onSelect }: SlotProps) {
  const { slot, name, price, stock } = product;
  const act = seen.actOf(slot);
  const open = seen.open && stock > 0;
  return (
    <button
      type="button"
      class="slot"
      data-act={act}
      data-own={hasSlotFaces(machine)}
      aria-disabled={!open}
      onClick={() => {
        if (open) onSelect(slot);
      }}
    >
      <span class="slot-window" aria-hidden="true">
        <SlotFace machine={machine} seen={seen} online={online} product={product} />
      </span>
      <span class="slot-words">
        <span class="slot-name">{name}</span>
        <span class="slot-price figures">{amountText(price)}</span>
        <Note machine={machine} product={product} jammed={act === 'JAMMED'} />
      </span>
      <span class="slot-number figures">
        <span class="sr-only">{TEXT.slot(slot)}</span>
        <span aria-hidden="true">{slot}</span>
      </span>
    </button>
  );
}

type NoteProps = Pick<SlotProps, 'machine' | 'product'> & { readonly jammed: boolean };

/** The one thing that whoever chooses has to know of this slot. */
function Note({ machine, product, jammed }: NoteProps) {
  const { slot, stock } = product;
  const left = runLeft(machine, slot);
  const amount = measureOf(machine, slot);
  const timed = machine.face === 'LAUNDRY';
  const text = jammed
    ? TEXT.jammed
    : stock === 0
      ? TEXT.soldOut
      : left !== null
        ? TEXT.runs(left)
        : amount !== null
          ? timed
            ? TEXT.minutes(amount)
            : TEXT.kilowattHours(kilowattHours(amount))
          : stock <= FEW
            ? TEXT.few(stock)
            : null;
  if (text === null) return null;
  return (
    <span class="slot-note figures" data-bad={jammed || stock === 0}>
      {text}
    </span>
  );
}
