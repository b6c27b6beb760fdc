import { TEXT } from '../text.ts';

/** What the cable does. */
export type Cable = 'HUNG' | 'CHARGING' | 'CHARGED';

type ChargerProps = {
  readonly cable: Cable;
  /** Whose turn it is, for the ring of light. */
  readonly light: 'READY' | 'WAIT' | 'OPEN' | 'FAULT' | 'DARK';
  /** What flows now, in kilowatts, and what has flowed, in kilowatt-hours, as texts. */
  readonly power: string;
  readonly energy: string;
};

/** A charging point beside its car: a ring of light, a cable, power and energy on its display. */
export function Charger({ cable, light, power, energy }: ChargerProps) {
  return (
    <svg class="scene charger" viewBox="0 0 320 230" data-cable={cable} data-light={light}>
      <rect class="garage" width="320" height="230" rx="14" />
      <path class="ground" d="M0 196h320v20a14 14 0 0 1-14 14H14a14 14 0 0 1-14-14z" />
      <path class="bay" d="M150 204h160l6 10H140z" />
      <g class="car">
        <path class="car-body" d={CAR_BODY} />
        <path class="car-glass" d="M196 128l16-26h36v26zM256 102h20c10 4 16 14 20 26h-40z" />
        <path class="car-line" d="M252 102v82M170 150h136" />
        <path class="car-lamp" d="M162 148h10v8h-10zM306 146h8v9h-8z" />
        <circle class="wheel" cx="192" cy="188" r="19" />
        <circle class="hub" cx="192" cy="188" r="9" />
        <circle class="wheel" cx="284" cy="188" r="19" />
        <circle class="hub" cx="284" cy="188" r="9" />
      </g>
      <rect class="post-foot" x="26" y="192" width="88" height="10" rx="3" />
      <path class="post" d="M34 196V40a26 26 0 0 1 26-26h20a26 26 0 0 1 26 26v156z" />
      <path class="post-shine" d="M40 190V42a20 20 0 0 1 14-20v168z" />
      <rect class="lcd" x="46" y="38" width="48" height="46" rx="4" />
      <text class="lcd-text" x="70" y="57" text-anchor="middle" font-size="14">
        {power}
      </text>
      <text class="lcd-unit" x="70" y="64" text-anchor="middle" font-size="6">
        {TEXT.kilowatt}
      </text>
      <text class="lcd-text" x="70" y="75" text-anchor="middle" font-size="9">
        {energy}
      </text>
      <text class="lcd-unit" x="70" y="81.500" text-anchor="middle" font-size="5">
        {TEXT.kilowattHour}
      </text>
      <circle class="socket" cx="70" cy="122" r="17" />
      <path class="socket-holes" d="M63 118h4v4h-4zM73 118h4v4h-4zM68 126h4v4h-4z" />
      <circle class="ring" cx="70" cy="122" r="22" pathLength="100" />
      <circle class="ring-runs" cx="70" cy="122" r="22" pathLength="100" />
      <path class="cable cable-hung" d="M70 128c0 60-56 50-48 10 6-28 26-8 20 22" />
      <path class="cable cable-plugged" d={CABLE} />
      <path class="cable-flow" d={CABLE} pathLength="100" />
      <path class="plug plug-hung" d="M36 156h12v16H36z" />
      <path class="plug plug-in" d="M150 140h14v14h-14z" />
    </svg>
  );
}

const CAR_BODY =
  'M160 186v-34c0-10 12-16 30-20l20-32c2-4 6-6 10-6h54c18 0 26 18 32 38 8 4 12 8 12 18v36z';
const CABLE = 'M70 128c2 80 50 76 62 50 6-14 8-24 20-31';
