/** Loyalty cards as their customers keep them. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { eur, must, openShop, refusal } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { invoiceStatus, issueInvoice, updateInvoice } from './invoice.ts';
import type { NamedToken } from './invoice.ts';
import { openBill } from './purchase.ts';
import type { Purchase } from './purchase.ts';
import { listCards, rememberSwipedCard, removeCard, saveCard, swipedCards } from './token.ts';

let database: TestDatabase;
let shop: Shop;
before(async () => {
  database = await testDatabase();
  shop = await openShop(database.db);
  await addType(shop.merchantId, 'CLUB');
});
after(() => database.drop());

const addType = (merchantId: string, id: string): Promise<unknown> =>
  database.db.statement((tx) =>
    tx.query(`insert into token_type (merchant_id, id, description) values ($1, $2, $2)`, [
      merchantId,
      id,
    ]),
  );
const save = (customerId: string, value: string, type = 'CLUB', merchantId = shop.merchantId) =>
  database.db.statement((tx) => saveCard(tx, { customerId, merchantId, type }, value));
const cards = (customerId: string) => database.db.statement((tx) => listCards(tx, customerId));

test('a card is kept once per type, replaced, forgotten, and never another’s', async () => {
  const [one, two] = [await shop.customer(), await shop.customer()];
  const first = must(await save(one, '41'));
  assert.deepEqual(first, {
    merchant: { id: shop.merchantId, name: 'Test Vending' },
    type: 'CLUB',
    description: 'CLUB',
    value: '41',
  });
  must(await save(one, '42'));
  must(await save(two, '77'));
  const own = (of: string) => cards(of).then((all) => all.filter(({ value }) => value !== null));
  assert.deepEqual(
    (await own(one)).map(({ value }) => value),
    ['42'],
  );
  const card = { customerId: one, merchantId: shop.merchantId, type: 'CLUB' };
  await database.db.statement((tx) => removeCard(tx, card));
  await database.db.statement((tx) => removeCard(tx, card));
  assert.deepEqual(await own(one), []);
  assert.equal((await own(two)).length, 1);
  assert.equal(refusal(await save(one, '1', 'UNKNOWN')), 'NOT_FOUND');
  assert.equal(refusal(await save(one, '1', 'CLUB', 'nobody')), 'NOT_FOUND');
});

test('a blocked merchant’s types are not offered', async () => {
  const blocked = await openShop(database.db);
  await addType(blocked.merchantId, 'SECRET');
  await database.db.statement((tx) =>
    tx.query(`update merchant set state = 'BLOCKED' where id = $1`, [blocked.merchantId]),
  );
  const customer = await shop.customer();
  assert.ok((await cards(customer)).every(({ type }) => type !== 'SECRET'));
  assert.equal(refusal(await save(customer, '1', 'SECRET', blocked.merchantId)), 'NOT_FOUND');
});

async function payment(customer: string, tokens: NamedToken[]): Promise<Purchase> {
  const { terminalId } = shop;
  const { reference } = must(
    await database.db.statement((tx) =>
      issueInvoice(tx, {
        terminalId,
        content: {
          paymentMode: 'IMMEDIATE_DEBIT',
          acknowledgmentMode: 'OPTIONAL_ACKNOWLEDGMENT',
          total: eur(500n),
          rows: null,
          commitReservationTimeoutS: null,
        },
        tokens,
      }),
    ),
  );
  const code = { kind: 'INVOICE', invoiceReference: reference } as const;
  const opened = must(
    await database.db.statement((tx) =>
      openBill(tx, { purchaseId: uuidv7(), customerId: customer, code }),
    ),
  );
  if (opened.state === 'AWAITING_MERCHANT') {
    const change = { total: eur(400n) };
    const answer = [{ id: 'CLUB', status: 1 }];
    must(
      await database.db.statement((tx) =>
        updateInvoice(tx, { terminalId, reference, change, tokens: answer }),
      ),
    );
  }
  const paid = must(await shop.approve(await shop.now(opened))).purchase;
  await database.db.statement((tx) => invoiceStatus(tx, { terminalId, reference }));
  return shop.now(paid);
}
const swiped = (customerId: string, purchaseId: string) =>
  database.db.statement((tx) => swipedCards(tx, customerId, purchaseId));
const remember = (customerId: string, purchaseId: string, type = 'CLUB') =>
  database.db.statement((tx) => rememberSwipedCard(tx, { customerId, purchaseId, type }));

test('a swiped card is remembered by its payer in place of an older one, also twice', async () => {
  const customer = await shop.customer();
  must(await save(customer, '41'));
  const { id } = await payment(customer, [
    { id: 'CLUB', value: '42' },
    { id: 'UNKNOWN', value: '9' },
  ]);
  const [card, ...more] = await swiped(customer, id);
  assert.deepEqual([card?.type, card?.value, card?.replaces, more], ['CLUB', '42', '41', []]);
  const stranger = await shop.customer();
  assert.deepEqual(await swiped(stranger, id), []);
  assert.equal(refusal(await remember(stranger, id)), 'NOT_FOUND');
  assert.equal(refusal(await remember(customer, id, 'UNKNOWN')), 'NOT_FOUND');
  assert.equal(must(await remember(customer, id)).value, '42');
  assert.equal(must(await remember(customer, id)).value, '42');
  assert.deepEqual(await swiped(customer, id), []);
});

test('a blocked card, and one that the customer offered, are not to be remembered', async () => {
  const customer = await shop.customer();
  const blocked = await payment(customer, [{ id: 'CLUB', value: '42', status: 90 }]);
  assert.deepEqual(await swiped(customer, blocked.id), []);
  must(await save(customer, '41'));
  const offered = await payment(customer, []);
  assert.equal(offered.charged?.minor, 400n);
  must(await save(customer, '43'));
  assert.deepEqual(await swiped(customer, offered.id), []);
});
