/**
 * Purchases and machines in every state that the screens must show. A design fixture: the states
 * are as the contract declares them, nobody's money moves. Behaviour is tested against the real
 * platform.
 */

import type {
  EndingCode,
  LoyaltyCardJson,
  PurchaseJson,
  PurchaseRowJson,
  ReceiptJson,
} from '@seqr-ups/contract';
import { at } from './fixture-clock.ts';

/** An amount in euro. */
export function euro(value: string): { value: string; currency: string } {
  return { value, currency: 'EUR' };
}

const row = (
  description: string,
  price: string,
  quantity: string | null = '1',
  taxRate: string | null = null,
): PurchaseRowJson => ({
  description,
  quantity,
  unit: null,
  unitPrice: euro(price),
  discount: null,
  taxRate,
  total: euro(price),
});

const BASE: PurchaseJson = {
  id: 'offer',
  kind: 'MACHINE',
  state: 'AWAITING_APPROVAL',
  version: 1,
  merchant: { id: 'demo', name: 'Demo Vending' },
  machine: { token: '1008', name: 'Snacks', place: 'Waiting room' },
  invoiceReference: '20261123104512345',
  maximum: euro('20.00'),
  reserved: null,
  charged: null,
  rows: [row('Reservation', '20.00')],
  refunds: [],
  tokens: [],
  taxes: [],
  bill: null,
  ersReference: null,
  paidAt: null,
  expiresAt: at(1.75),
  createdAt: at(-0.25),
  updatedAt: at(-0.25),
  ending: null,
};

const ended = (
  id: string,
  state: PurchaseJson['state'],
  code: EndingCode,
  message: string,
): PurchaseJson => ({ ...BASE, id, state, expiresAt: null, rows: [], ending: { code, message } });

/** One purchase for each state, under the id by which its screen is asked for. */
export function fixturePurchases(): PurchaseJson[] {
  const held = { ...BASE, reserved: euro('20.00'), state: 'RESERVED', version: 2 } as const;
  const paid = { ...held, state: 'PAID', version: 4, expiresAt: null } as const;
  return [
    { ...BASE },
    {
      ...BASE,
      id: 'offer-long',
      merchant: { id: 'demo', name: 'Sächsische Automatenbetriebsgesellschaft' },
      machine: {
        token: 'm-1',
        name: 'Heißgetränke und frische Kleinigkeiten',
        place: 'Hauptbahnhof, Nordeingang, Ebene −1, neben den Schließfächern',
      },
      maximum: euro('1250.00'),
      expiresAt: at(0.4),
    },
    ...fixtureBills(),
    { ...BASE, id: 'opened', state: 'OPENED', maximum: null, invoiceReference: null, rows: [] },
    { ...held, id: 'reserved', expiresAt: at(10), updatedAt: at(0) },
    { ...held, id: 'reserved-slow', expiresAt: at(9.4), updatedAt: at(-0.6) },
    {
      ...held,
      id: 'reserved-rows',
      version: 3,
      expiresAt: at(9.1),
      updatedAt: at(-0.9),
      rows: [row('Nuts', '2.50'), row('Apple', '1.80')],
    },
    {
      ...paid,
      id: 'paid',
      charged: euro('4.30'),
      rows: [row('Nuts', '2.50', '1', '19'), row('Apple', '1.80', '1', '7')],
      taxes: [
        { rate: '19', total: euro('2.50'), tax: euro('0.40') },
        { rate: '7', total: euro('1.80'), tax: euro('0.12') },
      ],
      ersReference: '2026112310451234500000017',
      paidAt: at(-0.25),
    },
    {
      ...paid,
      id: 'paid-refunded',
      machine: { token: '1001', name: 'Coffee', place: 'Lobby' },
      createdAt: at(-60 * 26),
      updatedAt: at(-60 * 26),
      charged: euro('2.50'),
      rows: [row('Coffee', '2.50')],
      ersReference: '2026112208451234500000016',
      paidAt: at(-60 * 26),
      refunds: [
        { reference: 'r1', amount: euro('2.50'), reason: 'Cold coffee', createdAt: at(-60) },
      ],
    },
    ...fixtureEndings(),
  ];
}

/** Bills of a till and of web shops. */
function fixtureBills(): PurchaseJson[] {
  const espresso = { ...row('Espresso', '4.80', '2'), unitPrice: euro('2.40') };
  const rows = [espresso, row('Croissant', '2.90'), row('Newspaper', '3.20')];
  const bill: PurchaseJson = {
    ...BASE,
    kind: 'TILL',
    machine: null,
    merchant: { id: 'k', name: 'Corner Café' },
    maximum: euro('10.90'),
    rows,
    bill: { title: 'Breakfast, table 7', footer: 'Thank you!', terminal: 'Counter' },
  };
  const paid: PurchaseJson = {
    ...bill,
    state: 'PAID',
    reserved: euro('10.90'),
    charged: euro('10.90'),
    ersReference: '2026112409261234500000031',
    paidAt: at(-4),
    expiresAt: null,
  };
  const card = { type: 'CLUB', description: 'Coffee club', number: '…0017' };
  const many = Array.from({ length: 14 }, (_, item) => row(`Item ${String(item + 1)}`, '1.00'));
  return [
    { ...bill, id: 'till', tokens: [{ ...card, status: 'USED' }] },
    { ...bill, id: 'till-many', kind: 'INVOICE', rows: many, maximum: euro('14.00') },
    {
      ...bill,
      id: 'checking',
      state: 'AWAITING_MERCHANT',
      tokens: [{ ...card, status: 'PENDING' }],
    },
    { ...bill, id: 'preparing', state: 'AWAITING_MERCHANT' },
    {
      ...bill,
      id: 'reserved-shop',
      kind: 'INVOICE',
      state: 'RESERVED',
      reserved: euro('10.90'),
      expiresAt: at(58),
    },
    { ...paid, id: 'confirming', state: 'CONFIRMING', charged: null },
    {
      ...paid,
      id: 'paid-till',
      tokens: [{ ...card, status: 'USED' }],
      refunds: [
        { reference: 'r1', amount: euro('2.90'), reason: 'Stale croissant', createdAt: at(-3) },
        { reference: 'r2', amount: euro('1.00'), reason: null, createdAt: at(-1) },
      ],
    },
    {
      ...paid,
      id: 'not-noticed',
      state: 'RELEASED',
      charged: null,
      ersReference: null,
      paidAt: null,
      ending: {
        code: 'NOT_NOTICED',
        message:
          'The shop did not confirm that it saw your payment, so your money is back: nothing was ' +
          'charged. Ask at the shop before you go, or pay again.',
      },
    },
  ];
}

/** The documents of `paid-till`. */
export function fixtureReceipts(): ReceiptJson[] {
  const entry = { mediaType: 'text/html', sizeBytes: 1240, refundReference: null };
  return [
    { ...entry, id: 'receipt', type: 'PAYMENT_RECEIPT', createdAt: at(-4) },
    { ...entry, id: 'voucher', type: 'VOUCHER', mediaType: 'application/pdf', createdAt: at(-4) },
    { ...entry, id: 'refund', type: 'PAYMENT_RECEIPT', refundReference: 'r1', createdAt: at(-3) },
  ];
}

/** What a till prints; its script must not run and its picture must not be fetched. */
export const FIXTURE_DOCUMENT = `<html><head><title>x</title></head><body>
<h1>Corner Café</h1><p>12 Harbour Street</p><script>document.title = 'hacked'</script>
<img src="http://tracker.example/1.gif" onerror="document.title = 'hacked'">
<table><tr><td>2 × Espresso</td><td>4.80</td></tr><tr><td>Croissant</td><td>2.90</td></tr>
<tr><td>Newspaper</td><td>3.20</td></tr><tr><td>Total EUR</td><td>10.90</td></tr></table>
<p>VAT 19 %: 1.74</p><p>Thank you!</p></body></html>`;

/** Loyalty cards: one stored, others on offer. */
export function fixtureCards(): LoyaltyCardJson[] {
  return [
    {
      merchant: { id: 'k', name: 'Corner Café' },
      type: 'CLUB',
      description: 'Coffee club',
      number: '2610400000017',
    },
    {
      merchant: { id: 'b', name: 'Buchhandlung am Hauptbahnhof' },
      type: 'POINTS',
      description: 'Bonuspunktesammelkarte',
      number: null,
    },
    {
      merchant: { id: 'k', name: 'Corner Café' },
      type: 'CAKE',
      description: 'Cake pass',
      number: null,
    },
  ];
}

/** Those that ended without being paid. */
function fixtureEndings(): PurchaseJson[] {
  return [
    {
      ...ended(
        'nothing-taken',
        'RELEASED',
        'NOTHING_TAKEN',
        'Nothing was taken, so nothing was charged. The whole amount is yours again.',
      ),
      reserved: euro('20.00'),
    },
    ended(
      'in-use',
      'REFUSED',
      'DEVICE_IN_USE',
      'Someone else is using this machine. Try again in a moment. Nothing was charged.',
    ),
    ended('canceled', 'CANCELED', 'BY_CUSTOMER', 'You cancelled. Nothing was charged.'),
    ended(
      'expired',
      'EXPIRED',
      'NOT_APPROVED',
      'It was not confirmed in time. Nothing was charged. Scan again to buy.',
    ),
    ended(
      'locked',
      'CANCELED',
      'PIN_LOCKED',
      'Cancelled, because the PIN was wrong too many times. Nothing was charged. ' +
        'Ask customer service to unlock it.',
    ),
  ];
}
