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
    refundPayment(tx, { terminalId, ersReference, amount: eur(minor), cashierId: 'Åsa & <co>' }),
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

test('every report of a shop says what was paid and refunded in its period', async () => {
  const shop = await openShop(database.db);
  const other = (await shop.newTerminal()).terminalId;
  const [one, two] = [shop.terminalId, other].toSorted();
  const first = await pay(shop, 430n, { terminalId: one! });
  const second = await pay(shop, 1499n, { terminalId: two!, cashierId: 'Åsa & <co>' });
  const third = await pay(shop, 71n, { terminalId: one! });
  const back = await refund(shop, first, 30n);
  const periodId = await mark(shop);
  assert.equal(refusal(await report(shop, 'Shop')), 'REPORT_NOT_READY');
  await makeAll();

  const shopReport = must(await report(shop, 'Shop'));
  assert.deepEqual([shopReport.title, shopReport.mimeType], ['', 'text/html']);
  assert.match(
    shopReport.content,
    new RegExp(
      `<Meta>\n<ResellerId>${shop.merchantId}</ResellerId>\n` +
        `<TransactionPeriodId>${periodId}</TransactionPeriodId>\n` +
        String.raw`<GeneratedAt>\d{4}-\d\d-\d\d \d\d:\d\d</GeneratedAt>` +
        '\n</Meta>\n',
    ),
  );
  const whole = '<SalesCount>3</SalesCount><SalesTotal>19.70000</SalesTotal>';
  const summary = 'ResellerTransactionSummary';
  assert.equal(rowsOf(shopReport.content), `<${summary}><Row>${whole}</Row></${summary}>`);
  const alias = must(await report(shop, 'STD_RECON_001', { periodId }));
  assert.equal(alias.content, shopReport.content);
  assert.equal(alias.title, `STD_RECON_001_${periodId}.xml`);

  const refunder = shop.terminalId;
  const total = (terminal: string): string =>
    terminal === one
      ? refunder === one
        ? '2</SalesCount><SalesTotal>4.71000'
        : '2</SalesCount><SalesTotal>5.01000'
      : refunder === two
        ? '1</SalesCount><SalesTotal>14.69000'
        : '1</SalesCount><SalesTotal>14.99000';
  const line = (id: string, text: string): string =>
    `<Row>${id}<SalesCount>${text}</SalesTotal></Row>`;
  assert.equal(
    rowsOf(must(await report(shop, 'STD_RECON_002')).content),
    `<TerminalTransactionSummary>${[one!, two!]
      .map((id) => line(`<TerminalId>${id}</TerminalId>`, total(id)))
      .join('')}</TerminalTransactionSummary>`,
  );
  const detail = (terminal: string, cashier: string, amount: string, reference: string): string =>
    `<Row><TerminalId>${terminal}</TerminalId><CashierId>${cashier}</CashierId>` +
    `<SalesAmount>${amount}</SalesAmount><ErsReference>${reference}</ErsReference></Row>`;
  assert.equal(
    rowsOf(must(await report(shop, 'STD_RECON_003')).content),
    `<TransactionDetails>${detail(one!, 'NULL', '4.30000', first)}${detail(
      two!,
      'Åsa &amp; &lt;co&gt;',
      '14.99000',
      second,
    )}${detail(one!, 'NULL', '0.71000', third)}${detail(
      refunder,
      'Åsa &amp; &lt;co&gt;',
      '-0.30000',
      back,
    )}</TransactionDetails>`,
  );
  assert.equal(
    rowsOf(must(await report(shop, 'STD_RECON_004')).content),
    `<CashierTransactionSummary>${line(
      '<CashierId>NULL</CashierId>',
      '2</SalesCount><SalesTotal>5.01000',
    )}${line(
      '<CashierId>Åsa &amp; &lt;co&gt;</CashierId>',
      '1</SalesCount><SalesTotal>14.69000',
    )}</CashierTransactionSummary>`,
  );
});

test('a terminal’s reports hold its own payments; the shop’s series goes on beside it', async () => {
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
