/** Reconciliation reports: every document, who may ask, and when it is ready. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { advanceClock, assertAuditClean, eur, must, openShop, refusal } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { commitReservation, invoiceStatus } from './invoice.ts';
import { refundPayment } from './payment.ts';
import { REPORTS, markPeriod } from './period.ts';
import { expireDue, openBill } from './purchase.ts';
import { makeReports, takePeriodsToReport } from './report-making.ts';
import { executeReport } from './report.ts';
import type { ReportRequest } from './report.ts';

let database: TestDatabase;
before(async () => {
  database = await testDatabase();
  // The first sweep would think that the platform was down before it.
  await database.db.statement((tx) => expireDue(tx, 1));
  await advanceClock(database.db, 61);
});
after(async () => {
  await assertAuditClean(database.db);
  await database.drop();
});

/** What the loop does until nothing is left to do. */
async function makeAll(): Promise<void> {
  for (;;) {
    const periods = await database.db.statement((tx) => takePeriodsToReport(tx, 100));
    for (const period of periods) await database.db.statement((tx) => makeReports(tx, period, 5));
    if (periods.length === 0) return;
  }
}
const mark = async ({ merchantId }: Shop, terminalId: string | null = null): Promise<string> =>
  must(await database.db.statement((tx) => markPeriod(tx, { merchantId, terminalId }))).periodId;
const report = (shop: Shop, reportId: string, more: Partial<ReportRequest> = {}) =>
  database.db.statement((tx) =>
    executeReport(tx, {
      merchantId: shop.merchantId,
      terminalId: null,
      reportId: `Reconciliation/${reportId}.xml`,
      periodId: null,
      terminalParameter: null,
      ...more,
    }),
  );
let machines = 0;
async function pay(
  shop: Shop,
  amountMinor: bigint,
  { cashierId, terminalId = shop.terminalId }: { cashierId?: string; terminalId?: string } = {},
): Promise<string> {
  const token = `m${(machines += 1)}`;
  const content = cashierId === undefined ? {} : { cashierId };
  const { purchase, reference } = await shop.offer(
    await shop.customer(),
    content,
    token,
    terminalId,
  );
  must(await shop.approve(purchase));
  const paid = await database.db.statement((tx) =>
    commitReservation(tx, { terminalId, reference, amount: eur(amountMinor) }),
  );
  return must(paid).ersReference ?? '';
}
const refund = async (shop: Shop, ersReference: string, minor: bigint): Promise<string> => {
  const { terminalId } = shop;
  const given = await database.db.statement((tx) =>
    refundPayment(tx, { terminalId, ersReference, amount: eur(minor), cashierId: NAME }),
  );
  return must(given).ersReference;
};
/** A document without what no reader looks at: its declaration, its Meta and line breaks. */
function rowsOf(content: string): string {
  assert.ok(content.startsWith('<?xml version="1.0" encoding="UTF-8"?>\n<'));
  return content
    .replace(/^<\?.*\?>/, '')
    .replace(/<Meta>.*<\/Meta>/s, '')
    .replaceAll('\n', '');
}

const NAME = 'Åsa & <co>';
const NAME_XML = 'Åsa &amp; &lt;co&gt;';
/** A shop's closed period: two tills, a cashier without a name and one with, a refund. */
async function soldPeriod() {
  const shop = await openShop(database.db);
  const till = shop.terminalId;
  const other = (await shop.newTerminal()).terminalId;
  const first = await pay(shop, 430n);
  const second = await pay(shop, 1499n, { terminalId: other, cashierId: NAME });
  const third = await pay(shop, 71n);
  const back = await refund(shop, first, 30n);
  const periodId = await mark(shop);
  const read = async (id: string) => rowsOf(must(await report(shop, id, { periodId })).content);
  return { shop, till, other, periodId, references: { first, second, third, back }, read };
}
const sums = (id: string, count: number, total: string): string =>
  `<Row>${id}<SalesCount>${count}</SalesCount><SalesTotal>${total}</SalesTotal></Row>`;

test('the report of a shop is one row, ready once it is made, under two names', async () => {
  const { shop, periodId } = await soldPeriod();
  assert.equal(refusal(await report(shop, 'Shop')), 'REPORT_NOT_READY');
  await makeAll();
  const found = must(await report(shop, 'Shop'));
  assert.deepEqual([found.title, found.mimeType], ['', 'text/html']);
  assert.match(
    found.content,
    new RegExp(
      `<Meta>\n<ResellerId>${shop.merchantId}</ResellerId>\n` +
        `<TransactionPeriodId>${periodId}</TransactionPeriodId>\n` +
        String.raw`<GeneratedAt>\d{4}-\d\d-\d\d \d\d:\d\d</GeneratedAt>` +
        '\n</Meta>\n',
    ),
  );
  const root = 'ResellerTransactionSummary';
  assert.equal(rowsOf(found.content), `<${root}>${sums('', 3, '19.70000')}</${root}>`);
  const alias = must(await report(shop, 'STD_RECON_001', { periodId }));
  assert.equal(alias.content, found.content);
  assert.equal(alias.title, `STD_RECON_001_${periodId}.xml`);
});

test('a shop’s summaries by terminal and by cashier are ordered by id', async () => {
  const { till, other, read } = await soldPeriod();
  await makeAll();
  const byTerminal = [
    { id: till, row: sums(`<TerminalId>${till}</TerminalId>`, 2, '4.71000') },
    { id: other, row: sums(`<TerminalId>${other}</TerminalId>`, 1, '14.99000') },
  ].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  assert.equal(
    await read('STD_RECON_002'),
    `<TerminalTransactionSummary>${byTerminal.map(({ row }) => row).join('')}` +
      '</TerminalTransactionSummary>',
  );
  assert.equal(
    await read('STD_RECON_004'),
    `<CashierTransactionSummary>${sums('<CashierId>NULL</CashierId>', 2, '5.01000')}` +
      `${sums(`<CashierId>${NAME_XML}</CashierId>`, 1, '14.69000')}</CashierTransactionSummary>`,
  );
});

test('a shop’s details list payments and refunds by time, and add up to its total', async () => {
  const { till, other, read, references } = await soldPeriod();
  await makeAll();
  const row = (terminal: string, cashier: string, amount: string, reference: string): string =>
    `<Row><TerminalId>${terminal}</TerminalId><CashierId>${cashier}</CashierId>` +
    `<SalesAmount>${amount}</SalesAmount><ErsReference>${reference}</ErsReference></Row>`;
  const rows = [
    row(till, 'NULL', '4.30000', references.first),
    row(other, NAME_XML, '14.99000', references.second),
    row(till, 'NULL', '0.71000', references.third),
    row(till, NAME_XML, '-0.30000', references.back),
  ];
  assert.equal(
    await read('STD_RECON_003'),
    `<TransactionDetails>${rows.join('')}</TransactionDetails>`,
  );
});

test('a terminal’s reports hold its payments; the shop’s series goes on beside it', async () => {
  const shop = await openShop(database.db);
  const { terminalId } = await shop.newTerminal();
  const paid = await pay(shop, 500n, { terminalId });
  await pay(shop, 300n);
  const periodId = await mark(shop, terminalId);
  await makeAll();
  const summary = must(await report(shop, 'STD_RECON_006', { terminalParameter: terminalId }));
  assert.equal(summary.title, `STD_RECON_006_${periodId}.xml`);
  assert.ok(summary.content.includes(`<TerminalId>${terminalId}</TerminalId>\n<TransactionPeri`));
  assert.equal(
    rowsOf(summary.content),
    '<TerminalTransactionSummary><Row><SalesCount>1</SalesCount>' +
      '<SalesTotal>5.00000</SalesTotal></Row></TerminalTransactionSummary>',
  );
  const details = must(await report(shop, 'STD_RECON_007', { periodId }));
  assert.equal(
    rowsOf(details.content),
    `<TransactionDetails><Row><TerminalId>${terminalId}</TerminalId><CashierId>NULL</CashierId>` +
      `<SalesAmount>5.00000</SalesAmount><ErsReference>${paid}</ErsReference></Row>` +
      '</TransactionDetails>',
  );
  await mark(shop);
  await makeAll();
  const whole = must(await report(shop, 'Shop'));
  assert.match(whole.content, /<SalesCount>2<.*\n<SalesTotal>8\.00000</);
});

test('a refund belongs to the period in which it was made, however late', async () => {
  const shop = await openShop(database.db);
  const paid = await pay(shop, 500n);
  const sold = await mark(shop);
  await refund(shop, paid, 500n);
  const refunded = await mark(shop);
  await makeAll();
  const read = async (periodId: string) =>
    rowsOf(must(await report(shop, 'STD_RECON_001', { periodId })).content);
  assert.match(await read(sold), /<SalesCount>1<.*<SalesTotal>5\.00000</);
  assert.match(await read(refunded), /<SalesCount>0<.*<SalesTotal>-5\.00000</);
});

test('an empty period has a count of 0, and no rows where rows are payments', async () => {
  const shop = await openShop(database.db);
  await mark(shop);
  await mark(shop, shop.terminalId);
  await makeAll();
  const of = { terminalParameter: shop.terminalId };
  const none = '<Row><SalesCount>0</SalesCount><SalesTotal>0.00000</SalesTotal></Row>';
  for (const [id, rows] of [
    ['STD_RECON_001', `<ResellerTransactionSummary>${none}</ResellerTransactionSummary>`],
    ['STD_RECON_002', '<TerminalTransactionSummary></TerminalTransactionSummary>'],
    ['STD_RECON_003', '<TransactionDetails></TransactionDetails>'],
    ['STD_RECON_004', '<CashierTransactionSummary></CashierTransactionSummary>'],
    ['STD_RECON_006', `<TerminalTransactionSummary>${none}</TerminalTransactionSummary>`],
    ['STD_RECON_007', '<TransactionDetails></TransactionDetails>'],
  ] as const) {
    assert.equal(rowsOf(must(await report(shop, id, of)).content), rows, id);
  }
});

/** An immediate debit that its merchant has not noticed. */
async function debit(shop: Shop): Promise<string> {
  const customerId = await shop.customer();
  const bill = { paymentMode: 'IMMEDIATE_DEBIT', total: eur(250n), rows: [] } as const;
  const { reference } = must(await shop.issue({ ...bill, commitReservationTimeoutS: null }));
  const code = { kind: 'INVOICE', invoiceReference: reference } as const;
  const opened = await database.db.statement((tx) =>
    openBill(tx, { purchaseId: uuidv7(), customerId, code }),
  );
  must(await shop.approve(must(opened)));
  return reference;
}

test('a report waits for the notice of an immediate debit, and then counts it', async () => {
  const shop = await openShop(database.db);
  const reference = await debit(shop);
  const periodId = await mark(shop);
  await mark(shop, shop.terminalId);
  await makeAll();
  for (const id of ['Shop', 'STD_RECON_003']) {
    assert.equal(refusal(await report(shop, id, { periodId })), 'REPORT_NOT_READY');
  }
  const of = { terminalParameter: shop.terminalId };
  assert.equal(refusal(await report(shop, 'STD_RECON_006', of)), 'REPORT_NOT_READY');
  await database.db.statement((tx) =>
    invoiceStatus(tx, { terminalId: shop.terminalId, reference }),
  );
  await makeAll();
  assert.match(must(await report(shop, 'Shop')).content, /<SalesCount>1<.*\n<SalesTotal>2\.50000</);
  assert.match(must(await report(shop, 'STD_RECON_006', of)).content, /<SalesCount>1</);
});

test('an immediate debit that is reversed belongs to no period', async () => {
  const shop = await openShop(database.db);
  await debit(shop);
  await mark(shop);
  await database.db.statement((tx) => expireDue(tx, 100));
  await advanceClock(database.db, 21);
  await makeAll();
  assert.equal(refusal(await report(shop, 'Shop')), 'REPORT_NOT_READY');
  await database.db.statement((tx) => expireDue(tx, 100));
  await makeAll();
  assert.match(must(await report(shop, 'Shop')).content, /<SalesCount>0</);
});

test('what is asked for wrongly is told apart from what is not ready', async () => {
  const shop = await openShop(database.db);
  const other = await openShop(database.db);
  const foreign = await mark(other);
  assert.equal(refusal(await report(shop, 'Shop')), 'INVALID_ERS_REFERENCE');
  const periodId = await mark(shop);
  const terminalPeriod = await mark(shop, shop.terminalId);
  await makeAll();
  for (const reportId of ['STD_RECON_005', 'shop', '../Shop', 'constructor']) {
    assert.equal(refusal(await report(shop, reportId)), 'INVALID_PRODUCT', reportId);
  }
  for (const unknown of [foreign, '1'.repeat(25), '', 'x']) {
    const asked = await report(shop, 'Shop', { periodId: unknown });
    assert.equal(refusal(asked), 'INVALID_ERS_REFERENCE', unknown);
  }
  const ask = async (reportId: string, more: Partial<ReportRequest>) =>
    refusal(await report(shop, reportId, more));
  // Neither a period nor a terminal says which series is meant.
  assert.equal(await ask('STD_RECON_006', {}), 'INVALID_ERS_REFERENCE');
  assert.equal(await ask('STD_RECON_006', { periodId }), 'REPORT_NOT_READY');
  assert.equal(await ask('STD_RECON_003', { periodId: terminalPeriod }), 'REPORT_NOT_READY');
  const { terminalId } = await shop.newTerminal();
  const mixed = { periodId: terminalPeriod, terminalParameter: terminalId };
  assert.equal(await ask('STD_RECON_007', mixed), 'REPORT_NOT_READY');
  assert.equal(
    await ask('STD_RECON_007', { terminalParameter: other.terminalId }),
    'INVALID_ERS_REFERENCE',
  );
});

test('a terminal reads its own two reports and nothing else', async () => {
  const shop = await openShop(database.db);
  const { terminalId } = await shop.newTerminal();
  const own = await mark(shop, terminalId);
  const others = await mark(shop, shop.terminalId);
  await makeAll();
  for (const reportId of Object.keys(REPORTS)) {
    const id = reportId.slice('Reconciliation/'.length, -'.xml'.length);
    const asked = await report(shop, id, { terminalId, periodId: own });
    if (id.endsWith('6') || id.endsWith('7')) must(asked);
    else assert.equal(refusal(asked), 'ACCESS_DENIED', id);
  }
  must(await report(shop, 'STD_RECON_006', { terminalId }));
  const ask = async (more: Partial<ReportRequest>) =>
    refusal(await report(shop, 'STD_RECON_006', { terminalId, ...more }));
  assert.equal(await ask({ terminalParameter: shop.terminalId }), 'ACCESS_DENIED');
  assert.equal(await ask({ periodId: others }), 'INVALID_ERS_REFERENCE');
  // Its shop's period is no secret, but holds no report of a terminal.
  assert.equal(await ask({ periodId: await mark(shop) }), 'REPORT_NOT_READY');
});
