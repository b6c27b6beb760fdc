import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { must, openShop } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { eventually, testWork } from '../../test/work.ts';
import { markPeriod } from '../core/period.ts';
import { executeReport } from '../core/report.ts';
import { startReports } from './report.ts';

let database: TestDatabase;
let shop: Shop;
before(async () => {
  database = await testDatabase();
  shop = await openShop(database.db);
});
after(() => database.drop());

const mark = async (terminalId: string | null): Promise<string> =>
  must(
    await database.db.statement((tx) =>
      markPeriod(tx, { merchantId: shop.merchantId, terminalId }),
    ),
  ).periodId;
const isReady = async (number: number, periodId: string): Promise<boolean> => {
  const request = {
    merchantId: shop.merchantId,
    terminalId: null,
    reportId: `Reconciliation/STD_RECON_00${number}.xml`,
    periodId,
    terminalParameter: null,
  };
  return (await database.db.statement((tx) => executeReport(tx, request))).ok;
};

test('the reports of a period are there soon after its mark, and are made once', async () => {
  const work = testWork(database.db);
  const loop = startReports(work);
  const [whole, terminal] = [await mark(null), await mark(shop.terminalId)];
  const beginMs = performance.now();
  await eventually('the reports', async () => {
    const ready = [1, 2, 3, 4].map((number) => isReady(number, whole));
    ready.push(isReady(6, terminal), isReady(7, terminal));
    return (await Promise.all(ready)).every((is) => is);
  });
  assert.ok(performance.now() - beginMs < 10_000);
  const made = async (): Promise<number> =>
    (await work.metrics.reportedPeriods.get()).values[0]?.value ?? 0;
  await eventually('both are counted', async () => (await made()) === 2);
  loop.wake();
  await loop.stop();
  assert.equal(await made(), 2);
});

test('a period whose reports cannot be made does not keep back the others', async () => {
  const broken = await mark(null);
  await database.db.statement((tx) =>
    tx.query(
      `alter table report_part add constraint broken check (period_id <> '${broken}') not valid`,
    ),
  );
  const loop = startReports(testWork(database.db));
  const fine = await mark(null);
  await eventually('the other report', () => isReady(3, fine));
  assert.equal(await isReady(3, broken), false);
  await database.db.statement((tx) => tx.query(`alter table report_part drop constraint broken`));
  loop.wake();
  await eventually('the report, once it can be made', () => isReady(3, broken));
  await loop.stop();
});
