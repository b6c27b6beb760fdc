import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase, type TestDatabase } from '../../test/database.ts';
import { advanceClock, openShop, type Shop } from '../../test/shop.ts';
import { readBacklog, recentPurchases } from './backlog.ts';
import { cancelPurchase } from './purchase.ts';

let database: TestDatabase;
let shop: Shop;
before(async () => {
  database = await testDatabase();
  shop = await openShop(database.db);
});
after(() => database.drop());

const late = () => database.db.statement((tx) => readBacklog(tx, 10));

test('what is late by more than the grace counts, and nothing else', async () => {
  const customerId = await shop.customer();
  await shop.reserve(customerId);
  assert.deepEqual(
    { ...(await late()), accountEntries: 0 },
    { overduePurchases: 0, overdueNotifications: 0, overdueReports: 0, accountEntries: 0 },
  );
  // Its claim has run out, its sender is dead; the reservation lasts 600 s.
  await advanceClock(database.db, 60);
  assert.equal((await late()).overdueNotifications, 1);
  assert.equal((await late()).overduePurchases, 0);
  await advanceClock(database.db, 600);
  assert.equal((await late()).overduePurchases, 1);
  assert.ok((await late()).accountEntries > 0);
});

test('recent purchases are counted by state and ending', async () => {
  const customerId = await shop.customer();
  const other = await shop.newTerminal();
  const { purchase } = await shop.offer(customerId, {}, 'm2', other.terminalId);
  const counts = () => database.db.statement((tx) => recentPurchases(tx, 10));
  const of = async (state: string) => (await counts()).filter((count) => count.state === state);
  assert.deepEqual(await of('AWAITING_APPROVAL'), [
    { state: 'AWAITING_APPROVAL', code: '', count: 1 },
  ]);
  await database.db.statement((tx) => cancelPurchase(tx, { customerId, purchaseId: purchase.id }));
  assert.deepEqual(await of('CANCELED'), [{ state: 'CANCELED', code: 'BY_CUSTOMER', count: 1 }]);
  assert.deepEqual(await database.db.statement((tx) => recentPurchases(tx, 0)), []);
});
