/** Reports by the whole platform: soon after the mark, and across a kill in the middle of one. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { markPeriod } from '../src/core/period.ts';
import { executeReport } from '../src/core/report.ts';
import { testDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';
import { insertPayments } from './long-payments.ts';
import { startProgram } from './program.ts';
import type { PlatformProcess } from './program.ts';
import { must, openShop } from './shop.ts';
import type { Shop } from './shop.ts';
import { eventually } from './work.ts';

const PAYMENTS = 12_000;

let database: TestDatabase;
let directory: string;
let platform: PlatformProcess | null = null;
before(async () => {
  database = await testDatabase();
  directory = await mkdtemp(join(tmpdir(), 'seqr-ups-reports-'));
});
after(async () => {
  platform?.child.kill('SIGKILL');
  await database.drop();
  await rm(directory, { recursive: true });
});

async function start(): Promise<string> {
  platform = startProgram({ DATABASE_URL: database.url, SEQR_DATA_DIR: directory });
  return (await platform.ready()).platform;
}
const mark = async ({ merchantId }: Shop): Promise<string> =>
  must(await database.db.statement((tx) => markPeriod(tx, { merchantId, terminalId: null })))
    .periodId;
const details = ({ merchantId }: Shop, periodId: string) => {
  const reportId = 'Reconciliation/STD_RECON_003.xml';
  const request = { merchantId, terminalId: null, reportId, periodId, terminalParameter: null };
  return database.db.statement((tx) => executeReport(tx, request));
};
const change = (sql: string): Promise<unknown> => database.db.statement((tx) => tx.query(sql));
const parts = async (): Promise<number> => {
  const { rows } = await database.db.statement((tx) =>
    tx.query<{ count: bigint }>(`select count(*) from report_part where report_id = '3'`),
  );
  return Number(rows[0]?.count);
};

test('a killed platform’s long report is finished by the next, every payment once', async () => {
  const shop = await openShop(database.db);
  await insertPayments(database.db, shop, PAYMENTS);
  const periodId = await mark(shop);
  // Half of it cannot be written, so that the kill surely comes in the middle.
  await change(`alter table report_part add constraint half check (part < 6)`);
  await start();
  await eventually('the first half', async () => (await parts()) === 6);
  platform?.child.kill('SIGKILL');
  await platform?.ended();
  assert.equal((await details(shop, periodId)).ok, false);
  await change(`alter table report_part drop constraint half`);
  await start();
  await eventually('the report', async () => (await details(shop, periodId)).ok);
  const { content } = must(await details(shop, periodId));
  const references = [...content.matchAll(/<ErsReference>([0-9]+)</g)].map(([, n]) => n);
  assert.equal(references.length, PAYMENTS);
  assert.equal(new Set(references).size, PAYMENTS);
  const { rows } = await database.db.statement((tx) =>
    tx.query(`select * from audit_reports('2 seconds')`),
  );
  assert.deepEqual(rows, []);
});

test('a report is ready when a till asks for it, at the latest when it asks again', async () => {
  const shop = await openShop(database.db);
  const { reference } = await shop.reserve(await shop.customer());
  const { ersReference } = must(await shop.commit(reference, 450n));
  const beginMs = performance.now();
  const periodId = await mark(shop);
  await eventually('the report', async () => (await details(shop, periodId)).ok);
  assert.ok(performance.now() - beginMs < 6_000);
  assert.ok(must(await details(shop, periodId)).content.includes(ersReference ?? 'none'));
});

test('the platform serves the reference of the API', async () => {
  const url = (await platform?.ready())?.platform ?? '';
  const page = await fetch(`${url}/docs/executeReport`);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none';/);
  const wsdl = await fetch(`${url}/docs/merchant.wsdl`);
  assert.ok((await wsdl.text()).includes(`"${url}/soap/merchant/cashregister-2"`));
});
