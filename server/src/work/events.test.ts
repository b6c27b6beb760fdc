import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase, type TestDatabase } from '../../test/database.ts';
import { advanceClock, assertAuditClean, openShop, type Shop } from '../../test/shop.ts';
import { eventually, testWork } from '../../test/work.ts';
import { startEventFeed } from './events.ts';
import { startExpiry, startPruning } from './expire.ts';
import { startRollUp } from './roll-up.ts';

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

test('a listener hears of its customer’s purchases and of no other’s', async (t) => {
  const feed = await startEventFeed(testWork(database.db));
  t.after(() => feed.stop());
  const [mine, other] = [await shop.customer(), await shop.customer()];
  const heard: string[] = [];
  const end = feed.subscribe(mine, (purchaseId) => heard.push(purchaseId));
  const { purchase } = await shop.offer(mine);
  await shop.offer(other, {}, 'm2', (await shop.newTerminal()).terminalId);
  await eventually('heard', () => heard.includes(purchase.id));
  assert.deepEqual(new Set(heard), new Set([purchase.id]));
  end();
  const before = heard.length;
  await shop.approve(purchase);
  const again: string[] = [];
  feed.subscribe(mine, (purchaseId) => again.push(purchaseId));
  feed.poke();
  await eventually('heard by the second listener', () => again.includes(purchase.id));
  assert.equal(heard.length, before);
});

test('a change between the last look and a new listener is not missed', async (t) => {
  const feed = await startEventFeed(testWork(database.db, { eventIntervalMs: 1_000 }));
  t.after(() => feed.stop());
  const customerId = await shop.customer();
  const { purchase } = await shop.offer(
    customerId,
    {},
    'm3',
    (await shop.newTerminal()).terminalId,
  );
  const heard: string[] = [];
  feed.subscribe(customerId, (purchaseId) => heard.push(purchaseId));
  feed.poke();
  await eventually('heard', () => heard.includes(purchase.id));
});

test('a listener that fails does not keep the others from hearing', async (t) => {
  const feed = await startEventFeed(testWork(database.db));
  t.after(() => feed.stop());
  const customerId = await shop.customer();
  const heard: string[] = [];
  feed.subscribe(customerId, () => {
    throw new Error('a bug');
  });
  feed.subscribe(customerId, (purchaseId) => heard.push(purchaseId));
  const { purchase } = await shop.offer(
    customerId,
    {},
    'm4',
    (await shop.newTerminal()).terminalId,
  );
  await eventually('heard', () => heard.includes(purchase.id));
});

test('the sweep ends offers and reservations whose deadline has passed', async (t) => {
  const work = testWork(database.db);
  const loops = [startExpiry(work), startRollUp(work), startPruning(work)];
  t.after(() => Promise.all(loops.map((loop) => loop.stop())));
  const terminals = await Promise.all([shop.newTerminal(), shop.newTerminal()]);
  const offered = await shop.offer(await shop.customer(), {}, 'm5', terminals[0].terminalId);
  const held = await shop.offer(await shop.customer(), {}, 'm6', terminals[1].terminalId);
  await shop.approve(held.purchase);
  await advanceClock(database.db, 3_700);
  await eventually('both ended', async () => {
    const states = [await shop.now(offered.purchase), await shop.now(held.purchase)];
    return states[0]?.state === 'EXPIRED' && states[1]?.state === 'RELEASED';
  });
});
