import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { executeReport } from '../../server/src/core/report.ts';
import { testDatabase } from '../../server/test/database.ts';
import { insertPayments } from '../../server/test/long-payments.ts';
import { must, openShop } from '../../server/test/shop.ts';
import type { Shop } from '../../server/test/shop.ts';
import { command } from './test/command-line.ts';
import type { Ended } from './test/command-line.ts';

const { db, url, drop } = await testDatabase();
const directory = await mkdtemp(join(tmpdir(), 'seqr-cli-'));
after(async () => {
  await drop();
  await rm(directory, { recursive: true, force: true });
});
const environment = { DATABASE_URL: url, SEQR_DATA_DIR: directory };

const run = (...words: string[]): Promise<Ended> => command(words, { environment });
async function done(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...words);
  assert.deepEqual([code, stderr], [0, ''], words.join(' '));
  return stdout;
}
async function refused(code: 1 | 2, sentence: RegExp, ...words: string[]): Promise<void> {
  const ended = await run(...words);
  assert.equal(ended.code, code, words.join(' '));
  assert.equal(ended.stdout, '');
  assert.match(ended.stderr, sentence);
}
async function sell(shop: Shop): Promise<string> {
  const { reference } = await shop.reserve(await shop.customer(), { cashierId: '=Eve' });
  return must(await shop.commit(reference, 450n)).ersReference ?? '';
}

test('a period is closed and listed, and its report written as CSV and XML', async () => {
  const shop = await openShop(db);
  const id = shop.merchantId;
  const paid = await sell(shop);
  assert.equal(await done('period', 'list', id), 'No period has been closed yet.\n');
  const period = (await done('period', 'mark', id)).trim();
  assert.match(await done('period', 'list', id), new RegExp(`${period}.*being made`));
  assert.match(
    await done('report', '--merchant', id),
    new RegExp(
      '^TerminalId,CashierId,SalesAmount,Currency,ErsReference,Kind,Time\r\n' +
        `${shop.terminalId},'=Eve,4\\.50000,EUR,${paid},PAYMENT,20\\S*Z\r\n$`,
    ),
  );
  const listed = JSON.parse(await done('period', 'list', id, '--json')) as {
    periods: Record<string, unknown>[];
  };
  const { closedAt, reportedAt, ...rest } = listed.periods[0] ?? {};
  assert.ok(String(closedAt) < String(reportedAt));
  const series = { merchantId: id, terminalId: null };
  assert.deepEqual(rest, { id: period, ...series, number: 1, entries: 1, settled: true });

  const out = join(directory, 'report.xml');
  const words = ['--merchant', id, '--period', period, '--format', 'xml', '--out', out];
  assert.equal(await done('report', ...words), `${out}: report 003 of period ${period}\n`);
  const answer = await db.statement((tx) =>
    executeReport(tx, {
      ...series,
      reportId: 'Reconciliation/STD_RECON_003.xml',
      periodId: period,
      terminalParameter: null,
    }),
  );
  assert.equal(await readFile(out, 'utf8'), must(answer).content);
  for (const report of ['004', '4', 'STD_RECON_004', 'Reconciliation/STD_RECON_004.xml']) {
    assert.equal(
      await done('report', '--merchant', id, '--report', report),
      "CashierId,SalesCount,SalesTotal,Currency\r\n'=Eve,1,4.50000,EUR\r\n",
    );
  }
});

test('a terminal has periods and reports of its own', async () => {
  const shop = await openShop(db);
  await sell(shop);
  const of = ['--terminal', shop.terminalId];
  await done('period', 'mark', shop.merchantId, ...of);
  assert.match(await done('period', 'list', shop.merchantId, ...of), /being made/);
  const report = ['report', '--merchant', shop.merchantId, ...of];
  assert.equal(
    await done(...report, '--report', '006'),
    'SalesCount,SalesTotal,Currency\r\n1,4.50000,EUR\r\n',
  );
  assert.equal((await done(...report)).split('\r\n').length, 3);
  await refused(2, /reports of a terminal's period are 006, 007/, ...report, '--report', '003');
});

test('what is not there, or not yet final, is refused in a sentence', async () => {
  const shop = await openShop(db);
  const id = shop.merchantId;
  const report = ['report', '--merchant', id];
  await refused(1, /^No period has been closed yet/, ...report);
  await refused(1, /has no closed period 1\./, ...report, '--period', '1');
  await refused(1, /There is no merchant nobody/, 'report', '--merchant', 'nobody');
  await refused(1, /There is no merchant nobody/, 'period', 'mark', 'nobody');
  for (const words of [['period', 'mark', id], ['period', 'list', id], report]) {
    await refused(1, /has no terminal t\./, ...words, '--terminal', 't');
  }
  const period = (await done('period', 'mark', id)).trim();
  const other = ['--period', period, '--terminal', shop.terminalId];
  await refused(1, /is not one of terminal/, ...report, ...other);
  await refused(2, /--format is csv or xml/, ...report, '--format', 'pdf');
  for (const number of ['006', '0003', 'x', '']) {
    await refused(
      2,
      /reports of a shop's period are 001, 002, 003, 004/,
      ...report,
      `--report=${number}`,
    );
  }
  await refused(1, /cannot be written: ENOENT/, ...report, '--out', join(directory, 'no/file'));
  await db.statement((tx) =>
    tx.query(
      `insert into invoice (reference, merchant_id, terminal_id, state, payment_mode,
         acknowledgment_mode, total_minor, currency, ers_reference, paid_at, expires_at,
         shop_period, terminal_period)
       values (lpad('1', 17, '9'), $1, $2, 'PAID', 'IMMEDIATE_DEBIT', 'NO_ACKNOWLEDGMENT', 1, 'EUR',
         'x', seqr_clock(), seqr_clock(), 2, 1)`,
      [id, shop.terminalId],
    ),
  );
  await done('period', 'mark', id);
  await refused(1, /is not final yet/, ...report);
  assert.match(await done('period', 'list', id), /wait for notice of a payment/);
});

test('a long report tells how far it is, and comes in pieces', async () => {
  const shop = await openShop(db);
  await insertPayments(db, shop, 12_000);
  await done('period', 'mark', shop.merchantId);
  const { code, stdout, stderr } = await run('report', '--merchant', shop.merchantId);
  assert.equal(code, 0);
  assert.equal(stderr, '10000 of 12000 payments and refunds written');
  const lines = stdout.trimEnd().split('\r\n');
  assert.equal(new Set(lines).size, 12_001);
  const xml = await done('report', '--merchant', shop.merchantId, '--format', 'xml');
  assert.equal(xml.match(/<Row>/g)?.length, 12_000);
});
