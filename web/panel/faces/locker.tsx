import type { MachineProduct } from '@seqr-ups/contract';
import type { SlotAct } from '../happening.ts';
import { ProductShape } from '../parts/product-art.tsx';

type LockerProps = {
  readonly product: MachineProduct;
  readonly act: SlotAct;
  /** The door of this slot stands open. */
  readonly open: boolean;
};

/** Doors above one another: odd slots are small ones, even slots large ones. */
const DOORS = { small: 3, large: 2 } as const;
/** Lockers that are hired are empty; anything else that is sold lies inside. */
const HIRED = /locker/iu;
const HEIGHT = 140;
const GAP = 3;

/** One column of a wall of lockers: the door that was paid for springs open. */
export function Locker({ product, act, open }: LockerProps) {
  const { slot, name, stock } = product;
  const count = slot % 2 === 1 ? DOORS.small : DOORS.large;
  const height = (HEIGHT - GAP * (count + 1)) / count;
  // The next customer gets another door than the last one, as far as there are some.
  const chosen = (stock + (open ? 1 : 0)) % count;
  return (
    <svg class="scene locker" viewBox="0 0 120 140" data-act={act}>
      <rect class="locker-wall" width="120" height="140" rx="5" />
      {Array.from({ length: count }, (_, door) => (
        <g key={door} transform={`translate(5 ${String(GAP + door * (height + GAP))})`}>
          <rect class="locker-inside" width="110" height={height} rx="3" />
          <path class="locker-depth" d={`M0 0l14 8v${String(height - 16)}L0 ${String(height)}z`} />
          {HIRED.test(name) || stock === 0 ? null : (
            <g transform={`translate(38 ${String(height - 46)}) scale(0.72)`}>
              <ProductShape name={name} slot={slot} />
            </g>
          )}
          <g class="locker-door" data-open={door === chosen && open} data-chosen={door === chosen}>
            <rect class="locker-front" width="110" height={height} rx="3" />
            <path class="locker-vents" d="M12 10h26M12 14h26M12 18h26" />
            <text class="locker-number" x="60" y={height / 2 + 6} font-size="17">
              {slot * 10 + door + 1}
            </text>
            <rect class="locker-grip" x="94" y={height / 2 - 9} width="6" height="18" rx="3" />
            <circle class="locker-lamp" cx="16" cy={height - 10} r="3.500" />
          </g>
        </g>
      ))}
    </svg>
  );
}
