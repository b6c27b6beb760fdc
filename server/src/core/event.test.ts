import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { advanceClock, must, openShop } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { eventually } from '../../test/work.ts';
import { pruneExpired, readEvents, type PurchaseEvent } from './event.ts';
import { beginKey, dropKey, finishKey } from './idempotency.ts';
import type { KeyUse } from './idempotency.ts';
import { ok } from './refusal.ts';

let database: TestDatabase;
let shop: Shop;
before(async () => {
  database = await testDatabase();
  shop = await openShop(database.db);
});
after(() => database.drop());

const read = (after: bigint | null) => database.db.statement((tx) => readEvents(tx, after));

/**
 * Reads on until these customers have so many events. Each transaction that runs holds back what is
 * younger, and other tests' databases are on the same server.
 */
async function readOn(after: bigint, customers: readonly string[], count: number) {
  const events: PurchaseEvent[] = [];
  let next = after;
  await eventually('all events are read', async () => {
    const found = await read(next);
    next = found.next;
    events.push(...found.events.filter(({ customerId }) => customers.includes(customerId)));
    return events.length >= count;
  });
  return { events, next };
}

test('each change of a purchase is read once, in order, by its cursor', async () => {
  const { next } = await read(null);
  const customer = await shop.customer();
  const { purchase, reference } = await shop.reserve(customer);
  must(await shop.commit(reference, 100n));
  const { events, next: then } = await readOn(next, [customer], 3);
  assert.deepEqual(
    events.map(({ purchaseId }) => purchaseId),
    [purchase.id, purchase.id, purchase.id],
  );
  assert.deepEqual((await read(then)).events, []);
});

test('an event that commits late is not lost to a cursor that was read before', async () => {
  const { next } = await read(null);
  const [customer, other] = [await shop.customer(), await shop.customer()];
  let cursor = next;
  must(
    await database.db.transaction(async (tx) => {
      const slow = `insert into purchase_event (customer_id, purchase_id) values ($1, $1)`;
      await tx.query(slow, [customer]);
      const { purchase } = await shop.offer(other);
      const early = await read(cursor);
      const past = early.events.filter(({ customerId }) => [customer, other].includes(customerId));
      assert.deepEqual(past, [], 'nothing is read past a running transaction');
      assert.ok(purchase);
      cursor = early.next;
      return ok(null);
    }),
  );
  const { events } = await readOn(cursor, [customer, other], 2);
  assert.ok(events.some(({ customerId }) => customerId === customer));
  assert.equal(events.length, 2);
});

const use = (customerId: string, content = 'a'): KeyUse => ({
  customerId,
  route: '/purchases',
  key: 'key-1',
  digest: Buffer.from(content),
});
const begin = (key: KeyUse) => database.db.statement((tx) => beginKey(tx, key));

test('a key is new once, then in progress, then stored; other content is refused', async () => {
  const customer = await shop.customer();
  const states = await Promise.all([begin(use(customer)), begin(use(customer))]);
  assert.deepEqual(states.map(({ kind }) => kind).sort(), ['IN_PROGRESS', 'NEW']);
  assert.equal((await begin(use(customer, 'b'))).kind, 'REUSED');
  await database.db.statement((tx) => finishKey(tx, use(customer), { status: 201, body: '{}' }));
  assert.deepEqual(await begin(use(customer)), { kind: 'STORED', status: 201, body: '{}' });
  assert.equal((await begin(use(await shop.customer()))).kind, 'NEW');
});

test('a key is free again after its call was dropped, and after a call that died', async () => {
  const customer = await shop.customer();
  await begin(use(customer));
  await database.db.statement((tx) => dropKey(tx, use(customer)));
  assert.equal((await begin(use(customer))).kind, 'NEW');
  await advanceClock(database.db, 61);
  assert.equal((await begin(use(customer))).kind, 'NEW');
});

test('what has served its time is pruned', async () => {
  const customer = await shop.customer();
  await database.db.statement((tx) =>
    tx.query(
      `insert into customer_session (token_digest, customer_id, expires_at)
       values ($1, $2, seqr_clock() + interval '1 hour')`,
      [randomBytes(32), customer],
    ),
  );
  await shop.offer(customer);
  await advanceClock(database.db, 24 * 3600 + 1);
  await database.db.statement(pruneExpired);
  const { rows } = await database.db.statement((tx) =>
    tx.query<{ left: bigint }>(
      `select (select count(*) from purchase_event) + (select count(*) from idempotency_key)
         + (select count(*) from customer_session) as left`,
    ),
  );
  assert.equal(rows[0]?.left, 0n);
});
