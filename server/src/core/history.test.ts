/** The history: found by month and by words, summed, and quick after ten thousand purchases. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TestContext } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { advanceClock, assertAuditClean, eur, must, openShop } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { EVERYTHING, listPurchases, spending } from './history.ts';
import type { Selection } from './history.ts';
import { setMachine } from './merchant.ts';
import { refundPayment } from './payment.ts';

let database: TestDatabase;
let shop: Shop;
before(async () => {
  database = await testDatabase();
  shop = await openShop(database.db);
});
after(async () => {
  await assertAuditClean(database.db);
  await database.drop();
});

const list = async (customerId: string, selection: Partial<Selection>, limit = 50) => {
  const page = await database.db.statement((tx) =>
    listPurchases(tx, customerId, { limit, before: null }, { ...EVERYTHING, ...selection }),
  );
  return page.items.map(({ id }) => id);
};
const sums = (customerId: string, selection: Partial<Selection> = {}) =>
  database.db.statement((tx) => spending(tx, customerId, { ...EVERYTHING, ...selection }));
const named = (token: string, name: string, place: string) =>
  database.db.transaction((tx) => setMachine(tx, shop.merchantId, { token, name, place }));

test('words are found wherever the customer reads them, in any letter case', async () => {
  const customer = await shop.customer();
  const other = await shop.customer();
  must(await named('h1', 'Heißgetränke', 'Göteborg C, Ebene −1'));
  must(await named('h2', 'Snacks 100% _fresh_', 'Lobby'));
  const rows = (description: string) => ({ rows: [{ description, total: eur(1500n) }] });
  const coffee = await shop.reserve(customer, rows('Café Crème'), 'h1');
  const snacks = await shop.reserve(customer, rows('Crisps\\n'), 'h2');
  await shop.reserve(other, rows('Café Crème'), 'h1');
  const a = coffee.purchase.id;
  const b = snacks.purchase.id;
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['CAFÉ', [a]],
    ['crème göteborg', [a]],
    ['GÖTEBORG CRISPS', []],
    ['heißGETRÄNKE', [a]],
    ['test vending', [b, a]],
    [snacks.reference.slice(3), [b]],
    ['100%', [b]],
    ['_fresh_', [b]],
    ['%', [b]],
    ['_', [b]],
    ['crisps\\', [b]],
    ["' or true --", []],
    ['h2', [b]],
  ];
  for (const [words, expected] of cases) {
    assert.deepEqual(await list(customer, { words: words.split(' ') }), expected, words);
  }
  must(await shop.commit(coffee.reference, 250n));
  const { ersReference } = await shop.now(coffee.purchase);
  assert.deepEqual(await list(customer, { words: [ersReference ?? ''] }), [a]);
  const found = await sums(customer, { words: ['café'] });
  assert.deepEqual(found.items, [{ purchases: 1, charged: eur(250n), refunded: eur(0n) }]);
});

test('a month holds its first moment, not its end; a refund counts with its purchase', async () => {
  const customer = await shop.customer();
  const first = await shop.reserve(customer, {}, 'h3');
  must(await shop.commit(first.reference, 700n));
  const opened = (await shop.now(first.purchase)).createdAt;
  await advanceClock(database.db, 3600);
  const second = await shop.reserve(customer, {}, 'h4');
  must(await shop.commit(second.reference, 300n));
  const { ersReference } = await shop.now(first.purchase);
  assert.ok(ersReference);
  const refund = { terminalId: shop.terminalId, ersReference, amount: eur(200n) };
  must(await database.db.statement((tx) => refundPayment(tx, refund)));
  const later = new Date(opened.getTime() + 1);
  const both = [second.purchase.id, first.purchase.id];
  assert.deepEqual(await list(customer, { from: opened }), both);
  assert.deepEqual(await list(customer, { from: later }), both.slice(0, 1));
  assert.deepEqual(await list(customer, { to: opened }), []);
  assert.deepEqual(await list(customer, { to: later }), both.slice(1));
  assert.deepEqual(await sums(customer, { to: later }), {
    items: [{ purchases: 1, charged: eur(700n), refunded: eur(200n) }],
    firstAt: opened,
  });
  assert.deepEqual((await sums(customer)).items, [
    { purchases: 2, charged: eur(1000n), refunded: eur(200n) },
  ]);
  const stranger = await shop.customer();
  assert.deepEqual(await sums(stranger), { items: [], firstAt: null });
});

/** A year of purchases, several an hour, written as they would stand there. */
const MANY = 10_000;
const WRITE_PURCHASES = `
  insert into purchase (id, kind, state, customer_id, merchant_id, machine_token,
      reservation_minor, currency, invoice_reference, claimed_version, ending_code, created_at)
    select gen_random_uuid(), 'MACHINE', 'RELEASED', $1, $2, 'h' || n % 7, 2000, 'EUR',
      '2025' || lpad(n::text, 13, '0'), 1, 'NOTHING_TAKEN',
      seqr_clock() - make_interval(mins => 52 * n)
    from generate_series(1, $3::integer) n`;
const WRITE_INVOICES = `
  insert into invoice (reference, merchant_id, terminal_id, state, payment_mode,
      acknowledgment_mode, total_minor, currency, rows, expires_at)
    select '2025' || lpad(n::text, 13, '0'), $1, $2, 'CANCELED',
      'RESERVATION_REQUIRED_PRELIMINARY_AMOUNT', 'NO_ACKNOWLEDGMENT', 1500, 'EUR',
      jsonb_build_array(jsonb_build_object('description', 'Product ' || n),
        jsonb_build_object('description', 'Bottle deposit')), seqr_clock()
    from generate_series(1, $3::integer) n`;
/** Far above what it takes (docs/decisions/0116), so that a busy machine does not fail it. */
const SEARCH_MS_MAX = 20_000;

test('ten thousand purchases of one customer are searched at once', async (t: TestContext) => {
  const { db } = database;
  const customer = await shop.customer();
  const { merchantId, terminalId } = shop;
  await db.statement((tx) => tx.query(WRITE_INVOICES, [merchantId, terminalId, MANY]));
  await db.statement((tx) => tx.query(WRITE_PURCHASES, [customer, merchantId, MANY]));
  await db.statement((tx) => tx.query('analyze purchase, invoice'));
  const month = {
    from: new Date(Date.now() - 90 * 86_400_000),
    to: new Date(Date.now() - 60 * 86_400_000),
  };
  const cases = {
    'newest page': { selection: {}, least: 20 },
    'one month': { selection: month, least: 20 },
    'rare word': { selection: { words: ['9999'] }, least: 1 },
    'no such word': { selection: { words: ['nowhere'] }, least: 0 },
    'common words': { selection: { words: ['product', 'deposit'] }, least: 20 },
    'month and words': { selection: { ...month, words: ['deposit'] }, least: 20 },
  };
  for (const [name, { selection, least }] of Object.entries(cases)) {
    const beganMs = performance.now();
    const found = await list(customer, selection, 20);
    await sums(customer, selection);
    const tookMs = performance.now() - beganMs;
    t.diagnostic(`${name}: ${tookMs.toFixed(0)} ms for the page and its sum`);
    assert.ok(found.length >= least, name);
    assert.ok(tookMs < SEARCH_MS_MAX, `${name} took ${tookMs} ms`);
  }
  // They hold no money and were never told of: they must not be looked at by the audit.
  await db.statement((tx) => tx.query('delete from purchase where customer_id = $1', [customer]));
});
