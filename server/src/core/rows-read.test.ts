/**
 * What a purchase reads, by PostgreSQL's own counters: never more because others were made before
 * it. A connection keeps the plans that it made while the tables were empty.
 */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import { must, openShop } from '../../test/shop.ts';
import { openDatabase } from '../db.ts';
import { rollUpAccounts } from './account.ts';
import { invoiceStatus } from './invoice.ts';
import { expireDue, findPurchase, unfinishedPurchases } from './purchase.ts';

/** Customers who buy in between, and how often each: less than a flood. */
const CUSTOMERS = 16;
const PURCHASES_EACH = 20;

const database = await testDatabase();
// One connection, so that what has been read is known as soon as it is asked for.
const db = openDatabase(database.url, { poolSize: 1 });
after(async () => {
  await db.close();
  await database.drop();
});

// Fresh statistics would have the plans made anew, at a moment that depends on the machine; a table
// of one page is then read whole, which is right and not what is counted here.
await db.statement((tx) =>
  tx.query(`do $$ declare name regclass; begin
    for name in select relid from pg_stat_user_tables loop
      execute format('alter table %s set (autovacuum_enabled = false)', name);
    end loop;
  end $$`),
);
const shop = await openShop(db);

/** All that the platform does about one purchase, at a machine of its own, from scan to payment. */
async function buy(customerId: string): Promise<void> {
  const { terminalId } = shop;
  const { purchase, reference } = await shop.offer(customerId, {}, randomUUID());
  const look = () => db.statement((tx) => invoiceStatus(tx, { terminalId, reference }));
  must(await look());
  assert.equal((await db.statement((tx) => unfinishedPurchases(tx, customerId))).length, 1);
  must(await shop.approve(purchase));
  must(await look());
  must(await shop.update(reference, 250n));
  must(await shop.commit(reference, 250n));
  await db.statement((tx) => expireDue(tx, 100));
  const paid = await db.statement((tx) => findPurchase(tx, customerId, purchase.id));
  assert.equal(paid?.state, 'PAID');
}

/** Rows and entries of indexes that statements have read so far, of one table or of all. */
async function rowsRead(table: string): Promise<number> {
  await db.statement((tx) => tx.query(`select pg_stat_force_next_flush()`));
  const { rows } = await db.statement((tx) =>
    tx.query<{ read: string }>(
      `select (select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_user_tables
           where relname like $1)
         + (select sum(idx_tup_read) from pg_stat_user_indexes where relname like $1) as read`,
      [table],
    ),
  );
  return Number(rows[0]?.read);
}

async function readBy(work: () => Promise<unknown>, table = '%'): Promise<number> {
  const before = await rowsRead(table);
  await work();
  return (await rowsRead(table)) - before;
}

test('a purchase reads as many rows after hundreds of others as it reads first', async () => {
  const [early, late] = [await shop.customer(), await shop.customer()];
  // The very first one finds no plans yet.
  await buy(await shop.customer());
  const first = await readBy(() => buy(early));
  for (let customers = 0; customers < CUSTOMERS; customers += 1) {
    const customerId = await shop.customer();
    for (let count = 0; count < PURCHASES_EACH; count += 1) await buy(customerId);
  }
  const last = await readBy(() => buy(late));
  assert.ok(first > 0);
  assert.ok(last < first * 2, `${last} rows were read, ${first} by the first`);
});

test('a roll-up without entries reads no accounts', async () => {
  const rollUp = () => db.statement((tx) => rollUpAccounts(tx, 10_000));
  await rollUp();
  assert.equal(await readBy(rollUp, 'account'), 0);
});
