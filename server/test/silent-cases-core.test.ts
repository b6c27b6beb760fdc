/** Silent cases (Unattended Payments, 7) of the core that belong to no noun alone. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';
import { advanceClock, assertAuditClean, must, openShop } from './shop.ts';
import type { Shop } from './shop.ts';

/** Long after every notification has been tried, and well within the reservation. */
const LATER_S = 500;

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

test('row 24: a reseller that never asks for the status loses nothing', async () => {
  const { purchase, reference } = await shop.reserve(await shop.customer());
  await advanceClock(database.db, LATER_S);
  assert.equal((await shop.now(purchase)).state, 'RESERVED');
  must(await shop.update(reference, 250n));
  must(await shop.commit(reference, 250n));
  await advanceClock(database.db, LATER_S);
  const paid = await shop.now(purchase);
  assert.equal(paid.state, 'PAID');
  assert.equal(paid.charged?.minor, 250n);
});

test('row 38: a reservation that is only desired is reserved, never debited', async () => {
  const { purchase, reference } = await shop.reserve(await shop.customer(), {
    paymentMode: 'RESERVATION_DESIRED',
  });
  const held = await shop.now(purchase);
  assert.equal(held.state, 'RESERVED');
  assert.equal(held.reserved?.minor, 1500n);
  assert.equal(held.charged, null);
  must(await shop.commit(reference, 250n));
  assert.equal((await shop.now(purchase)).charged?.minor, 250n);
});
