/**
 * Machines of every face in every state that the panel must show, under tokens that name them. A
 * design fixture, as `fixture-purchases.ts`: behaviour is tested against real machines.
 */

import type { MachineFace, MachineProduct, PanelMachineJson } from '@seqr-ups/contract';
import { at } from './fixture-clock.ts';
import { euro } from './fixture-purchases.ts';

type Look = Pick<PanelMachineJson, 'name' | 'place' | 'products' | 'measures'>;

const product = (slot: number, name: string, price: string, stock = 12): MachineProduct => ({
  slot,
  name,
  price: euro(price),
  stock,
});

const LOOKS: Record<MachineFace, Look> = {
  COFFEE: {
    name: 'Coffee',
    place: 'Lobby',
    products: [
      product(1, 'Coffee', '2.50', 1000),
      product(2, 'Espresso', '2.50', 1000),
      product(3, 'Cappuccino', '2.90', 1000),
      product(4, 'Hot chocolate', '2.70', 3),
    ],
    measures: [],
  },
  SPIRAL: {
    name: 'Snacks',
    place: 'Waiting room',
    products: [
      product(1, 'Nuts', '2.50'),
      product(2, 'Apple', '1.80', 2),
      product(3, 'Crisps', '3.20'),
    ],
    measures: [],
  },
  LAUNDRY: {
    name: 'Laundry',
    place: 'Basement',
    products: [product(1, 'Wash 40 °C', '3.50'), product(2, 'Tumble dry', '2.00')],
    measures: [
      { slot: 1, amount: 42, unit: 'MINUTE' },
      { slot: 2, amount: 30, unit: 'MINUTE' },
    ],
  },
  CHARGER: {
    name: 'Charging point',
    place: 'Car park, level 1',
    products: [product(1, 'Top-up 10 kWh', '6.00'), product(2, 'Top-up 20 kWh', '12.00')],
    measures: [
      { slot: 1, amount: 10_000, unit: 'WATT_HOUR' },
      { slot: 2, amount: 20_000, unit: 'WATT_HOUR' },
    ],
  },
  LOCKER: {
    name: 'Lockers',
    place: 'Station, north side',
    products: [product(1, 'Small locker', '4.00'), product(2, 'Large locker', '6.50')],
    measures: [],
  },
};

type Vends = NonNullable<PanelMachineJson['session']>['vends'];

const WORKING: Record<MachineFace, string> = {
  COFFEE: 'Brewing…',
  SPIRAL: 'Vending…',
  LAUNDRY: 'Starting…',
  CHARGER: 'Charging…',
  LOCKER: 'Opening…',
};

const DONE: Record<MachineFace, string> = {
  COFFEE: 'Enjoy!',
  SPIRAL: 'Enjoy!',
  LAUNDRY: 'Running. Thank you',
  CHARGER: 'Charged. Thank you',
  LOCKER: 'Open. Thank you',
};

/** The situations of every face: what changes of the idle machine, and what its display says. */
const SITUATIONS: Record<string, (look: Look, face: MachineFace) => Partial<PanelMachineJson>> = {
  idle: () => ({}),
  leased: () => ({
    state: 'LEASED',
    display: 'Confirm with PIN\non your phone',
    countdown: { kind: 'CONFIRM', until: at(1.75) },
  }),
  unlocked: () => ({
    state: 'UNLOCKED',
    display: 'Please choose\nCredit 20.00 EUR',
    ...opened([]),
  }),
  vending: ({ products }, face) => ({
    state: 'VENDING',
    display: `${products[0]?.name ?? ''}\n${WORKING[face]}`,
    ...opened([{ slot: 1, result: 'VENDING' }]),
  }),
  delivered: ({ products, measures }, face) => ({
    state: 'UNLOCKED',
    display: `${products[0]?.name ?? ''}\n${DONE[face]}`,
    ...opened([{ slot: 1, result: 'VENDED' }]),
    runs: measures.some(({ unit }) => unit === 'MINUTE') ? [{ slot: 1, until: at(41.7) }] : [],
  }),
  jammed: ({ products }) => ({
    state: 'UNLOCKED',
    display: `${products[0]?.name ?? ''}\nJammed\nNot charged`,
    ...opened([{ slot: 1, result: 'JAMMED' }]),
  }),
  'sold-out': ({ products }) => ({
    products: products.map((one, index) => (index === 0 ? { ...one, stock: 0 } : one)),
  }),
  broken: () => ({ state: 'OUT_OF_SERVICE', display: 'Out of order' }),
};

function opened(vends: Vends): Partial<PanelMachineJson> {
  return {
    countdown: { kind: 'TAKE', until: at(1.6) },
    session: { invoiceReference: '20261123104512345', vends, deadline: at(1.6) },
  };
}

const FACES = Object.keys(LOOKS) as MachineFace[];

/** Every face in every situation; the token of a coffee machine that waits is `coffee-idle`. */
export function fixtureMachines(): PanelMachineJson[] {
  return FACES.flatMap((face) =>
    Object.entries(SITUATIONS).map(([situation, change]): PanelMachineJson => {
      const token = `${face.toLowerCase()}-${situation}`;
      const look = LOOKS[face];
      return {
        token,
        face,
        language: null,
        ...look,
        state: 'IDLE',
        display: 'Please scan\nthe code to pay',
        countdown: null,
        runs: [],
        vendMs: 2400,
        qr: `HTTP://SEQR.SE/000/ups?w=demo&t=${token}`,
        session: null,
        ...change(look, face),
      };
    }),
  );
}

const SHOWN = [
  'coffee-idle',
  'spiral-unlocked',
  'laundry-delivered',
  'charger-vending',
  'locker-leased',
  'spiral-broken',
];

/** The fleet page shows one machine of each face, in different states. */
export function fixtureFleet(): PanelMachineJson[] {
  return SHOWN.flatMap(
    (token) => fixtureMachines().find((machine) => machine.token === token) ?? [],
  );
}
