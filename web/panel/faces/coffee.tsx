/** What comes out of the spout, by the drink's name; coffee unless said. */
const DRINKS: readonly (readonly [RegExp, string])[] = [
  [/cappuccino|latte|milk/iu, 'MILKY'],
  [/chocolate/iu, 'CHOCOLATE'],
  [/tea\b/iu, 'TEA'],
  [/water/iu, 'WATER'],
];

/** What stands under the spout. */
export type Cup = 'NONE' | 'FILLING' | 'FULL';

type CoffeeProps = {
  readonly cup: Cup;
  /** The drink's name; what it looks like depends on it. */
  readonly drink: string | null;
  /** The motor turns and nothing comes. */
  readonly jammed: boolean;
};

/**
 * The front of a coffee machine: beans above, the spout in its niche, and a glass that fills. Seen
 * through glass, because a paper cup would hide what is paid for.
 */
export function Coffee({ cup, drink, jammed }: CoffeeProps) {
  const kind = DRINKS.find(([word]) => word.test(drink ?? ''))?.[1] ?? 'COFFEE';
  return (
    <svg class="scene coffee" viewBox="0 0 320 230" data-cup={cup} data-drink={kind}>
      <rect class="enamel" width="320" height="230" rx="14" />
      <path class="hopper" d="M34 0h104l-12 46H46z" />
      <path class="hopper-beans" d="M41 14h90l-7 32H48z" />
      {BEANS.map(([x, y, turn]) => (
        <g key={x} transform={`translate(${String(x)} ${String(y)}) rotate(${String(turn)})`}>
          <ellipse class="bean" rx="8" ry="5.500" />
          <path class="bean-seam" d="M-7 0q7-3 14 0" />
        </g>
      ))}
      <circle class="brew-lamp" cx="268" cy="26" r="9" data-jammed={jammed} />
      <path class="gauge" d="M196 38a22 22 0 0 1 40 0" />
      <path class="gauge-needle" d="M216 38l-2-18 4 0z" />
      <rect class="niche" x="62" y="56" width="196" height="156" rx="12" />
      <path class="spout" d="M118 56h84l-8 30h-16l-4 10h-28l-4-10h-16z" />
      <path class="spout-shine" d="M124 60h10l-4 22h-4z" />
      <path class="nozzle" d="M146 96h8v10h-8zM166 96h8v10h-8z" />
      <g class="stream">
        <rect class="drink" x="148" y="105" width="4" height="86" />
        <rect class="drink" x="168" y="105" width="4" height="86" />
      </g>
      <path class="drip-tray" d="M74 196h172v10H74zM88 206h144v6H88z" />
      <path class="drip-slots" d={DRIP_SLOTS} />
      <g class="cup">
        <clipPath id="cup-inside">
          <path d={CUP_INSIDE} />
        </clipPath>
        <g clip-path="url(#cup-inside)">
          <g class="fill">
            <rect class="drink" x="118" y="126" width="84" height="74" />
            <rect class="foam" x="118" y="126" width="84" height="12" />
          </g>
        </g>
        <path class="cup-glass" d="M122 116h76l-8 78a5 5 0 0 1-5 4h-50a5 5 0 0 1-5-4z" />
        <path class="cup-handle" d="M196 130c20-4 24 34-3 34" />
        <path class="cup-shine" d="M130 122h8l5 66h-6z" />
      </g>
      <g class="steam">
        <path d="M146 112c-8-10 8-16 0-28s6-14 2-22" />
        <path d="M162 110c-8-10 8-18 0-30s6-14 2-24" />
        <path d="M178 112c-8-10 8-16 0-28s6-14 2-22" />
      </g>
    </svg>
  );
}

const CUP_INSIDE = 'M126 120h68l-7 72a3 3 0 0 1-3 2h-48a3 3 0 0 1-3-2z';
const DRIP_SLOTS = Array.from(
  { length: 13 },
  (_, slot) => `M${String(82 + slot * 12)} 199h7v3h-7z`,
).join('');
/** Beans behind the hopper's window: middle and turn. */
const BEANS: readonly (readonly [number, number, number])[] = [
  [52, 22, 20],
  [66, 30, -35],
  [78, 20, 60],
  [92, 32, 10],
  [104, 21, -50],
  [118, 30, 35],
  [58, 38, -10],
  [84, 40, 75],
  [110, 40, -20],
];
