import type { MachineProduct, PanelMachineJson } from '@seqr-ups/contract';
import { amountText } from '../../design/amount.ts';
import { TEXT } from '../text.ts';
import { ProductArt } from './product-art.tsx';

/** From here on the button says how many are left. */
const FEW = 5;

type ShelfProps = {
  readonly machine: PanelMachineJson;
  /** The slot whose button was pressed here and is not answered yet. */
  readonly pressed: number | null;
  readonly onSelect: (slot: number) => void;
};

/** Behind the glass: each product in its slot, and its button. */
export function Shelf({ machine, pressed, onSelect }: ShelfProps) {
  const vends = machine.session?.vends ?? [];
  const moving = vends.find((vend) => vend.result === 'VENDING')?.slot ?? pressed;
  const open = machine.state === 'UNLOCKED' && moving === null;
  return (
    <ul class="shelf" data-single={machine.products.length === 1}>
      {machine.products.map((product) => (
        <li key={product.slot}>
          <Slot
            product={product}
            moving={moving === product.slot}
            jammed={vends.some((vend) => vend.slot === product.slot && vend.result === 'JAMMED')}
            open={open}
            onSelect={onSelect}
          />
        </li>
      ))}
    </ul>
  );
}

type SlotProps = {
  readonly product: MachineProduct;
  readonly moving: boolean;
  readonly jammed: boolean;
  readonly open: boolean;
  readonly onSelect: (slot: number) => void;
};

function Slot({ product, moving, jammed, open, onSelect }: SlotProps) {
  const { slot, name, price, stock } = product;
  const soldOut = stock === 0;
  const note = jammed
    ? TEXT.jammed
    : soldOut
      ? TEXT.soldOut
      : stock <= FEW
        ? TEXT.few(stock)
        : null;
  return (
    <button
      type="button"
      class="slot"
      data-moving={moving}
      data-jammed={jammed}
      data-sold-out={soldOut}
      aria-disabled={!open || soldOut}
      onClick={() => {
        if (open && !soldOut) onSelect(slot);
      }}
    >
      <span class="slot-window" aria-hidden="true">
        {stock > 1 ? (
          <span class="slot-behind">
            <ProductArt name={name} slot={slot} />
          </span>
        ) : null}
        <span class="slot-item">
          <ProductArt name={name} slot={slot} />
        </span>
        <span class="spiral" />
      </span>
      <span class="slot-words">
        <span class="slot-name">{name}</span>
        <span class="slot-price figures">{amountText(price)}</span>
        {note === null ? null : <span class="slot-note">{note}</span>}
      </span>
      <span class="slot-number figures">
        <span class="sr-only">{TEXT.slot(slot)}</span>
        <span aria-hidden="true">{slot}</span>
      </span>
    </button>
  );
}
