import type { MachineProduct } from '@seqr-ups/contract';
import type { SlotAct } from '../happening.ts';
import { ProductShape } from '../parts/product-art.tsx';

type SpiralProps = { readonly product: MachineProduct; readonly act: SlotAct };

/** How many turns of the wire are seen one behind the other. */
const TURNS = [0, 1, 2, 3];

/**
 * One slot of a spiral machine from the front: products stand in the turns of a wire; when it turns
 * once, the first one is pushed over the edge, or leans against the glass where it jams.
 */
export function Spiral({ product, act }: SpiralProps) {
  const { name, slot, stock } = product;
  return (
    <svg class="scene spiral" viewBox="14 20 92 120" data-act={act}>
      <rect class="slot-back" width="120" height="140" rx="6" />
      <path class="slot-floor" d="M0 140 26 98h68l26 42z" />
      <g class="spiral-behind">
        {stock > 2 ? <Standing name={name} slot={slot} depth="far" /> : null}
        {stock > 1 ? <Standing name={name} slot={slot} depth="near" /> : null}
      </g>
      <g class="coil">
        {TURNS.map((turn) => (
          <ellipse
            key={turn}
            class="coil-turn"
            cx="60"
            cy={86 - turn * 5}
            rx={40 - turn * 4}
            ry={38 - turn * 4}
          />
        ))}
      </g>
      {stock === 0 ? null : (
        <g class="spiral-first">
          <Standing name={name} slot={slot} depth="first" />
        </g>
      )}
      <g class="coil-front">
        <ellipse class="coil-end" cx="60" cy="90" rx="43" ry="41" />
      </g>
      <path class="slot-edge" d="M0 130h120v10H0z" />
    </svg>
  );
}

const PLACES = {
  first: 'translate(22 40) scale(1.28)',
  near: 'translate(30 37) scale(1)',
  far: 'translate(35 34) scale(0.82)',
} as const;

type StandingProps = {
  readonly name: string;
  readonly slot: number;
  readonly depth: keyof typeof PLACES;
};

function Standing({ name, slot, depth }: StandingProps) {
  return (
    <g class="standing" data-depth={depth} transform={PLACES[depth]}>
      <ProductShape name={name} slot={slot} />
    </g>
  );
}
