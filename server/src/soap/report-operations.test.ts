import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readResponse, writeRequest } from '@seqr-ups/contract';
import { startSoapEdge } from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';
import { EUR, makeAllReports, openSoapShop, parameters } from '../../test/soap-shop.ts';
import type { Context, SoapShop } from '../../test/soap-shop.ts';
import { assertAuditClean } from '../../test/shop.ts';

let platform: SoapPlatform;
let shop: SoapShop;
let terminalId: string;

before(async () => {
  platform = await startSoapEdge();
  shop = await openSoapShop(platform, 'cafe');
  terminalId = shop.terminal.initiatorPrincipalId.id;
});
after(async () => {
  await assertAuditClean(platform.database.db);
  await platform.stop();
});

const DETAILS = 'Reconciliation/STD_RECON_003.xml';
const OF_TERMINAL = 'Reconciliation/STD_RECON_006.xml';

const mark = (context: Context, entries: Record<string, string> = {}) =>
  platform.call('markTransactionPeriod', { context, parameters: parameters(entries) });
const report = (context: Context, reportId: string, entries: Record<string, string> = {}) =>
  platform.call('executeReport', {
    context,
    reportId,
    language: 'en',
    parameters: parameters(entries),
  });
const made = () => makeAllReports(platform.database.db);

test('The shop closes its period: not ready, then payments and refunds that add up', async () => {
  const { ersReference } = await shop.paid({ totalAmount: EUR('4.30'), cashierId: 'C<&>7' });
  await platform.call('refundPayment', {
    context: shop.terminal,
    ersReference,
    invoice: { totalAmount: EUR('1.00') },
  });
  const marked = await mark(shop.user);
  assert.match(marked.transactionPeriodId ?? '', /^\d{25}$/);
  assert.equal(marked.ersReference, marked.transactionPeriodId);
  const period = { transactionPeriodId: marked.transactionPeriodId ?? '' };
  const early = await report(shop.user, DETAILS, period);
  assert.deepEqual(early, { resultCode: 2, resultDescription: 'REPORT_NOT_READY' });
  await made();
  const details = await report(shop.user, DETAILS, period);
  assert.equal(details.resultCode, 0);
  assert.equal(details.report?.title, `STD_RECON_003_${marked.transactionPeriodId}.xml`);
  assert.equal(details.report?.mimeType, 'text/html');
  const text = details.report?.contentString ?? '';
  assert.equal(Buffer.from(details.report?.content ?? []).toString(), text);
  assert.match(text, /^<\?xml version="1.0" encoding="UTF-8"\?>\n<TransactionDetails>/);
  assert.match(text, /<CashierId>C&lt;&amp;&gt;7<\/CashierId>/);
  assert.ok(text.includes(ersReference));
  const amounts = [...text.matchAll(/<SalesAmount>(.*?)<\/SalesAmount>/g)].map(([, sum]) => sum);
  assert.deepEqual(amounts, ['4.30000', '-1.00000']);
  const summary = await report(shop.user, 'Reconciliation/Shop.xml', period);
  assert.match(summary.report?.contentString ?? '', /<SalesTotal>3.30000<\/SalesTotal>/);
  assert.equal(summary.report?.title ?? '', '');
  const newest = await report(shop.user, DETAILS);
  assert.deepEqual(newest.report, details.report, 'without a period: the newest');
});

test('A payment that its merchant has not noticed keeps the report waiting', async () => {
  const reference = await shop.unnoticed();
  const { transactionPeriodId = '' } = await mark(shop.user);
  await made();
  assert.equal((await report(shop.user, DETAILS, { transactionPeriodId })).resultCode, 2);
  assert.equal((await shop.status(reference)).status, 'PAID');
  await made();
  assert.equal((await report(shop.user, DETAILS, { transactionPeriodId })).resultCode, 0);
});

test("A terminal's period is of its own series, closed by the shop or by itself", async () => {
  await shop.paid({ totalAmount: EUR('2.00') });
  const byShop = await mark(shop.user, { terminalid: terminalId });
  await shop.paid({ totalAmount: EUR('3.00') });
  const bySelf = await mark(shop.terminal);
  await made();
  for (const [period, count] of [
    [byShop, 3],
    [bySelf, 1],
  ] as const) {
    const named = { transactionPeriodId: period.transactionPeriodId ?? '' };
    for (const context of [shop.user, shop.terminal]) {
      const answer = await report(context, OF_TERMINAL, named);
      assert.match(
        answer.report?.contentString ?? '',
        new RegExp(`<SalesCount>${count}</SalesCount>`),
      );
    }
    assert.equal((await report(shop.user, DETAILS, named)).resultCode, 2, 'no period of the shop');
  }
  const newest = await report(shop.terminal, OF_TERMINAL);
  assert.ok(newest.report?.title?.includes(bySelf.transactionPeriodId ?? '-'));
});

test('A terminal may neither close nor see what is not its own', async () => {
  const other = await shop.newTerminal();
  const otherId = other.initiatorPrincipalId.id;
  assert.equal((await mark(shop.terminal, { TERMINALID: terminalId })).resultCode, 0);
  assert.equal((await mark(shop.terminal, { TERMINALID: otherId })).resultCode, 29);
  assert.equal((await mark(shop.user, { TERMINALID: 'nobody' })).resultCode, 29);
  assert.equal((await report(shop.terminal, DETAILS)).resultCode, 21);
  const foreign = { TERMINALID: otherId };
  assert.equal((await report(shop.terminal, OF_TERMINAL, foreign)).resultCode, 21);
  assert.equal((await report(other, OF_TERMINAL)).resultCode, 23, 'none closed yet');
});

test('Parameters are read in the three shapes of the field, keys in any letter case', async () => {
  const { transactionPeriodId = '' } = await mark(shop.user);
  await made();
  const envelope = writeRequest('executeReport', {
    context: shop.user,
    reportId: DETAILS,
    parameters: parameters({ transactionPeriodId: 'here' }),
  });
  const entry = (key: string) =>
    `<entry><key>${key}</key><value>${transactionPeriodId}</value></entry>`;
  const other = entry('other').replace(transactionPeriodId, 'x');
  for (const shape of [
    `<parameters><parameter>${entry('transactionPeriodId')}</parameter></parameters>`,
    `<parameters>${entry('TRANSACTIONPERIODID')}${other}</parameters>`,
    entry('transactionPeriodId'),
    other + entry('transactionperiodid'),
  ]) {
    const sent = envelope.replace(/<parameters>.*<\/parameters>/s, shape);
    assert.notEqual(sent, envelope);
    const { text, type } = await platform.post(sent);
    const read = readResponse('executeReport', Buffer.from(text), type);
    assert.ok(read.kind === 'ANSWER' && read.response.resultCode === 0, shape);
    assert.ok(read.response.report?.title?.includes(transactionPeriodId), shape);
  }
});

test('Two marks at once both close a period, one of them possibly empty', async () => {
  await shop.paid();
  const marks = await Promise.all([mark(shop.user), mark(shop.user), mark(shop.user)]);
  const ids = new Set(marks.map((one) => one.transactionPeriodId));
  assert.equal(ids.size, 3);
  await made();
  const counts = await Promise.all(
    [...ids].map(async (transactionPeriodId = '') => {
      const answer = await report(shop.user, 'Reconciliation/Shop.xml', { transactionPeriodId });
      const [, count = '0'] = /<SalesCount>(\d+)</.exec(answer.report?.contentString ?? '') ?? [];
      return Number(count);
    }),
  );
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    await salesSinceTheFirstMarks(),
  );
});

/** Sales of this file after the last period that was closed alone. */
async function salesSinceTheFirstMarks(): Promise<number> {
  const { rows } = await platform.database.db.statement((tx) =>
    tx.query<{ sales: bigint }>(
      `select count(*) as sales from invoice where state = 'PAID' and shop_period >= (
         select max(number) - 2 from transaction_period where terminal_id is null)`,
    ),
  );
  return Number(rows[0]?.sales);
}
