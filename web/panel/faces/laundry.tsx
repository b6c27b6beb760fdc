import type { MachineProduct } from '@seqr-ups/contract';
import type { SlotAct } from '../happening.ts';

type LaundryProps = {
  readonly product: MachineProduct;
  readonly act: SlotAct;
  /** The rest of the programme on the machine's own small display; null while it stands. */
  readonly left: string | null;
  /** Minutes that the programme takes. */
  readonly minutes: number | null;
};

/** Machines that dry instead of wash: warm air, no water. */
const DRYER = /dry/iu;
/** Holes of the drum, in rings. */
const HOLES = [12, 20, 27].flatMap((radius, ring) =>
  Array.from({ length: 8 + ring * 5 }, (_, hole) => {
    const angle = (hole / (8 + ring * 5)) * 2 * Math.PI;
    return [60 + radius * Math.cos(angle), 82 + radius * Math.sin(angle)] as const;
  }),
);

/** One washing machine or dryer from the front: its drum turns, its door is locked meanwhile. */
export function Laundry({ product, act, left, minutes }: LaundryProps) {
  const turns = left !== null || act === 'TURNING';
  const kind = DRYER.test(product.name) ? 'DRYER' : 'WASHER';
  return (
    <svg class="scene laundry" viewBox="0 0 120 140" data-act={act} data-turns={turns}>
      <rect class="white-goods" x="4" y="2" width="112" height="134" rx="8" />
      <path class="plinth" d="M4 128h112v2a6 6 0 0 1-6 6H10a6 6 0 0 1-6-6z" />
      <path class="drawer" d="M12 9h36v16H12z" />
      <rect class="lcd" x="58" y="9" width="34" height="16" rx="2" />
      <text class="lcd-text" x="75" y="21.500" text-anchor="middle" font-size="11">
        {left ?? (minutes === null ? '' : String(minutes))}
      </text>
      <circle class="dial" cx="104" cy="17" r="7" />
      <path class="dial-mark" d="M104 11v5" />
      <path class="seam" d="M4 32h112" />
      <circle class="porthole" cx="60" cy="82" r="44" />
      <circle class="porthole-rim" cx="60" cy="82" r="38" />
      <circle class="drum" cx="60" cy="82" r="33" data-kind={kind} />
      <clipPath id={`drum-${String(product.slot)}`}>
        <circle cx="60" cy="82" r="33" />
      </clipPath>
      <g clip-path={`url(#drum-${String(product.slot)})`}>
        <g class="drum-turns">
          {HOLES.map(([x, y]) => (
            <circle key={x} class="drum-hole" cx={x.toFixed(1)} cy={y.toFixed(1)} r="1.200" />
          ))}
          <path class="paddle" d="M57 50h6l-1 12h-4zM89 96l-3 5-10-6 2-4zM31 96l3 5 10-6-2-4z" />
          <path
            class="cloth"
            data-hue="0"
            d="M38 92c2-12 14-14 18-6 6 12-4 20-12 17-5-2-7-6-6-11z"
          />
          <path
            class="cloth"
            data-hue="3"
            d="M60 98c2-10 14-14 20-6 4 8-4 18-12 16-5-1-9-5-8-10z"
          />
          <path class="cloth" data-hue="4" d="M50 108c6-8 16-8 20-1 2 6-8 9-14 8-5 0-8-3-6-7z" />
        </g>
        {kind === 'WASHER' ? (
          <path class="water" d="M20 96q10-6 20 0t20 0 20 0 20 0 20 0v30H20z" />
        ) : (
          <circle class="warm" cx="60" cy="82" r="33" />
        )}
      </g>
      <path class="porthole-shine" d="M36 66a30 30 0 0 1 22-16" />
      <path class="door-grip" d="M99 74h6v16h-6z" />
      <g class="door-lock" data-locked={turns}>
        <rect x="95" y="106" width="14" height="11" rx="2" />
        <path d="M98 106v-3a4 4 0 0 1 8 0v3" />
      </g>
    </svg>
  );
}
