import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  AccountJson,
  LoyaltyCardListJson,
  PurchaseJson,
  PurchasePageJson,
  ReceiptListJson,
  SessionJson,
  SwipedCardListJson,
} from '@seqr-ups/contract';
import fastify from 'fastify';
import { CARD_LIST, SWIPED_CARD_LIST } from './cards.ts';
import { documentRoutes, PURCHASE_PAGE_REF, PURCHASE_REF } from './openapi.ts';
import { RECEIPT_LIST } from './receipts.ts';
import { SESSION } from './device-schemas.ts';
import { ACCOUNT } from './schemas.ts';
import type { Schema } from './schemas.ts';

const AMOUNT = { value: '20.00', currency: 'EUR' };
const FULL: PurchaseJson = {
  id: '01890000-0000-7000-8000-000000000000',
  kind: 'MACHINE',
  state: 'PAID',
  version: 4,
  merchant: { id: 'demo', name: 'Demo "Vending" \u2028 é' },
  machine: { token: '1001', name: 'Coffee', place: 'Hall' },
  invoiceReference: '20261123104512345',
  maximum: AMOUNT,
  reserved: AMOUNT,
  charged: { value: '2.50', currency: 'EUR' },
  rows: [
    {
      description: 'Coffee',
      quantity: '1',
      unit: 'PCS',
      unitPrice: AMOUNT,
      discount: AMOUNT,
      taxRate: '19',
      total: AMOUNT,
    },
    {
      description: null,
      quantity: null,
      unit: null,
      unitPrice: null,
      discount: null,
      taxRate: null,
      total: null,
    },
  ],
  refunds: [
    { reference: 'r', amount: AMOUNT, reason: 'cold', createdAt: '2026-11-23T10:00:00.000Z' },
    { reference: 's', amount: AMOUNT, reason: null, createdAt: '2026-11-23T10:00:00.000Z' },
  ],
  tokens: [
    { type: 'CLUB', description: 'Coffee club', number: '…0017', status: 'USED' },
    { type: 'CLUB', description: null, number: null, status: 'UNKNOWN' },
  ],
  taxes: [{ rate: '19', total: AMOUNT, tax: AMOUNT }],
  bill: { title: 'Café', footer: null, terminal: 'Till 2' },
  ersReference: '2026112310000000000000001',
  paidAt: '2026-11-23T10:00:00.000Z',
  expiresAt: '2026-11-23T10:00:00.000Z',
  createdAt: '2026-11-23T10:00:00.000Z',
  updatedAt: '2026-11-23T10:00:00.000Z',
  ending: { code: 'NOTHING_TAKEN', message: 'm' },
};
const BARE: PurchaseJson = {
  ...FULL,
  machine: null,
  invoiceReference: null,
  maximum: null,
  reserved: null,
  charged: null,
  rows: [],
  refunds: [],
  tokens: [],
  taxes: [],
  bill: null,
  ersReference: null,
  paidAt: null,
  expiresAt: null,
  ending: null,
};
const NO_PLACE: PurchaseJson = { ...FULL, machine: { token: '1', name: 'n', place: null } };
const PAGE: PurchasePageJson = { items: [FULL, BARE, NO_PLACE], nextCursor: 'c' };
const SESSION_VALUE: SessionJson = {
  token: 't',
  expiresAt: '2026-11-23T10:00:00.000Z',
  customer: { msisdn: '46700000001', name: 'Ann' },
  device: { id: 'd' },
};
const ACCOUNT_VALUE: AccountJson = {
  balance: AMOUNT,
  available: AMOUNT,
  limit: { kind: 'PER_DAY', amount: AMOUNT, left: AMOUNT },
};
const RECEIPTS: ReceiptListJson = {
  items: [
    {
      id: 'a',
      type: 'PAYMENT_RECEIPT',
      mediaType: 'text/html',
      sizeBytes: 12,
      refundReference: 'r',
      createdAt: '2026-11-23T10:00:00.000Z',
    },
  ],
};
const OWN_CARD = { merchant: { id: 'demo', name: 'Demo' }, type: 'CLUB', description: 'Club' };
const CARDS: LoyaltyCardListJson = {
  items: [
    { ...OWN_CARD, number: '42' },
    { ...OWN_CARD, number: null },
  ],
};
const SWIPED: SwipedCardListJson = { items: [{ ...OWN_CARD, number: '42', replaces: '41' }] };

test('writing by the schemas loses no member and no null', async () => {
  const app = fastify();
  await documentRoutes(app);
  const cases: readonly (readonly [Schema, unknown])[] = [
    [PURCHASE_REF, FULL],
    [PURCHASE_REF, BARE],
    [PURCHASE_REF, NO_PLACE],
    [PURCHASE_PAGE_REF, PAGE],
    [PURCHASE_PAGE_REF, { items: [], nextCursor: null }],
    [SESSION, SESSION_VALUE],
    [ACCOUNT, ACCOUNT_VALUE],
    [ACCOUNT, { ...ACCOUNT_VALUE, limit: null }],
    [RECEIPT_LIST, RECEIPTS],
    [CARD_LIST, CARDS],
    [SWIPED_CARD_LIST, SWIPED],
  ];
  for (const [index, [schema, value]] of cases.entries()) {
    app.get(`/${index}`, { schema: { response: { 200: schema } } }, (_request, reply) =>
      reply.send(value),
    );
  }
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    for (const [index, [, value]] of cases.entries()) {
      const answer = await fetch(`${url}/${index}`);
      assert.deepEqual(await answer.json(), value);
    }
  } finally {
    await app.close();
  }
});
