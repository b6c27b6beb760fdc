/** Long reports: made in parts, by several at once, the same content ever after; and the audit. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { insertPayments } from '../../test/long-payments.ts';
import { must, openShop } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { markPeriod } from './period.ts';
import type { Period } from './period.ts';
import { refused } from './refusal.ts';
import { makeReports, takePeriodsToReport } from './report-making.ts';
import { executeReport } from './report.ts';

/** Not a multiple of what a part holds. */
const PAYMENTS = 5_432;

let database: TestDatabase;
let shop: Shop;
let long: string;
before(async () => {
  database = await testDatabase();
  shop = await openShop(database.db);
  await insertPayments(database.db, shop, PAYMENTS);
  long = await mark();
});
after(() => database.drop());

const mark = async (): Promise<string> =>
  must(
    await database.db.statement((tx) =>
      markPeriod(tx, { merchantId: shop.merchantId, terminalId: null }),
    ),
  ).periodId;
const take = (): Promise<Period[]> => database.db.statement((tx) => takePeriodsToReport(tx, 10));
const make = (period: Period, partsMax: number) =>
  database.db.statement((tx) => makeReports(tx, period, partsMax));
const report = (number: number) =>
  database.db.statement((tx) =>
    executeReport(tx, {
      merchantId: shop.merchantId,
      terminalId: null,
      reportId: `Reconciliation/STD_RECON_00${number}.xml`,
      periodId: long,
      terminalParameter: null,
    }),
  );

test('a long period is made in parts; its summaries are ready before its details', async () => {
  const [period] = await take();
  assert.ok(period);
  assert.equal(period.id, long);
  const first = await make(period, 2);
  assert.deepEqual(first, { done: false, entries: BigInt(PAYMENTS), written: 2000n });
  assert.ok((await report(1)).ok);
  assert.equal((await report(3)).ok, false);
});

test('a short period goes first while a long one is being made', async () => {
  const short = await mark();
  const [first, second] = await take();
  assert.deepEqual([first?.id, second?.id], [short, long]);
  assert.ok(first);
  assert.deepEqual(await make(first, 2), { done: true, entries: 0n, written: 0n });
});

test('whoever makes the rest, alone or at once, the document has every payment once', async () => {
  const [period] = await take();
  assert.ok(period);
  await Promise.all([make(period, 3), make(period, 10), make(period, 10)]);
  assert.deepEqual(await take(), []);
  const { content } = must(await report(3));
  const references = [...content.matchAll(/<ErsReference>0*(\d+)</g)].map(([, n]) => Number(n));
  assert.equal(references.length, PAYMENTS);
  assert.equal(new Set(references).size, PAYMENTS);
  assert.equal(content.match(/<\/?TransactionDetails>/g)?.length, 2);
  assert.ok(content.endsWith('</Row>\n</TransactionDetails>\n'));
  // By time, then reference: the latest group of a moment holds the smallest numbers.
  assert.deepEqual(references.slice(0, 2), [4500, 4501]);
  const cents = (BigInt(PAYMENTS) * BigInt(PAYMENTS + 1)) / 2n;
  const total = `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}000`;
  assert.ok(must(await report(1)).content.includes(`<SalesTotal>${total}</SalesTotal>`));
  assert.deepEqual(must(await report(3)), must(await report(3)));
});

/** What the audit of reports finds after `sql`, which is undone again. */
async function found(sql: string, values: unknown[] = []): Promise<string[]> {
  const result = await database.db.transaction(async (tx) => {
    await tx.query(sql, values);
    const { rows } = await tx.query<{ subject: string; problem: string }>(
      `select subject, problem from audit_reports('2 seconds') order by 1, 2`,
    );
    return refused(rows);
  });
  assert.ok(!result.ok);
  return result.refusal.map(({ subject, problem }) => `${subject} ${problem}`);
}

test('the audit compares every document with the ledger', async () => {
  assert.deepEqual(await found('select'), []);
  const wrong = (report: number): string =>
    `period ${long} report ${report} does not sum to its payments`;
  const part = `period_id = $1 and report_id = $2`;
  const amount = `update report_part set content = regexp_replace(content,
    '(<Sales(?:Amount|Total)>[0-9]*)', '\\11') where ${part} and part = 0`;
  for (const number of [1, 2, 3, 4]) {
    assert.deepEqual(await found(amount, [long, String(number)]), [wrong(number)]);
  }
  const count = `update report_part set content = replace(content, '<SalesCount>5', '<SalesCount>6')
    where ${part}`;
  assert.deepEqual(await found(count, [long, '2']), [wrong(2)]);
  assert.deepEqual(await found(`delete from report_part where ${part} and part = 3`, [long, '3']), [
    wrong(3),
  ]);
  assert.deepEqual(await found(`delete from report where ${part}`, [long, '4']), [
    `period ${long} lacks reports`,
  ]);
  const entered = `update invoice set committed_minor = committed_minor - 1
    where ers_reference = (select min(ers_reference) from invoice where committed_minor > 1)`;
  assert.deepEqual(await found(entered), [1, 2, 3, 4].map(wrong));
});

test('the audit finds gaps between periods, and payments outside theirs', async () => {
  const renumbered = await found(`update transaction_period set number = 3 where number = 2`);
  assert.equal(renumbered.length, 1);
  assert.match(renumbered[0] ?? '', /^period \d{25} does not follow the one before it$/);
  const reference = '5000'.padStart(17, '0');
  const outside = `payment ${'5000'.padStart(25, '0')} lies outside its period`;
  const late = `update invoice set paid_at = paid_at + interval '1 hour' where reference = $1`;
  assert.deepEqual(await found(late, [reference]), [outside]);
  for (const period of [0, 3, 4]) {
    const moved = `update invoice set shop_period = ${period} where reference = $1`;
    assert.ok((await found(moved, [reference])).includes(outside), String(period));
  }
});
