import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, test } from 'node:test';
import { openDatabase } from '../db.ts';
import { testDatabase } from '../../test/database.ts';
import { administer, dropDatabase, freshName, inDatabase } from '../../test/server.ts';
import { migrate, pendingMigrations } from './migrate.ts';

const server = await testDatabase();
after(() => server.drop());

const known = (await readdir(new URL('../../sql', import.meta.url)))
  .map((name) => name.replace(/\.sql$/, ''))
  .toSorted();

/** Runs `work` on an empty database. */
async function withEmptyDatabase(work: (url: string) => Promise<void>): Promise<void> {
  const url = inDatabase(server.url, freshName());
  await administer(url, [`create database ${new URL(url).pathname.slice(1)} template template0`]);
  try {
    await work(url);
  } finally {
    await dropDatabase(url);
  }
}

async function isSandbox(url: string): Promise<unknown> {
  const db = openDatabase(url, { poolSize: 1 });
  try {
    const found = await db.statement((tx) => tx.query('select sandbox from installation'));
    return found.rows.map((row) => row['sandbox']);
  } finally {
    await db.close();
  }
}

test('all migrations are pending at first, run in order, and none is pending then', () =>
  withEmptyDatabase(async (url) => {
    assert.deepEqual(await pendingMigrations(url), known);
    assert.deepEqual(await migrate(url, { sandbox: false }), known);
    assert.deepEqual(await pendingMigrations(url), []);
    assert.deepEqual(await migrate(url, { sandbox: false }), []);
  }));

test('two programs that migrate at once do it once', () =>
  withEmptyDatabase(async (url) => {
    const ran = await Promise.all([
      migrate(url, { sandbox: true }),
      migrate(url, { sandbox: true }),
    ]);
    assert.deepEqual(ran.flat(), known);
  }));

test('whether it is a sandbox is decided by the first migration for good', () =>
  withEmptyDatabase(async (url) => {
    await migrate(url, { sandbox: false });
    await migrate(url, { sandbox: true });
    assert.deepEqual(await isSandbox(url), [false]);
  }));

test('a migration that fails leaves everything as it was', () =>
  withEmptyDatabase(async (url) => {
    const db = openDatabase(url, { poolSize: 1 });
    // In the way of a table that a later migration makes.
    await db.statement((tx) => tx.query('create view purchase as select 1'));
    await assert.rejects(migrate(url, { sandbox: true }), /"purchase" already exists/);
    assert.deepEqual(await pendingMigrations(url), known);
    const tables = await db.statement((tx) =>
      tx.query(`select from pg_tables where schemaname = 'public' and tablename <> 'migration'`),
    );
    assert.equal(tables.rowCount, 0);
    await db.close();
  }));

test('an address where no database answers fails in bounded time', async () => {
  const nowhere = new URL(server.url);
  nowhere.port = '1';
  await assert.rejects(migrate(nowhere.href, { sandbox: true }), /ECONNREFUSED/);
  await assert.rejects(pendingMigrations(nowhere.href), /ECONNREFUSED/);
});
