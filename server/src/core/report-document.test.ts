import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeriodEntry, PeriodSum } from './period.ts';
import {
  csvDetailsRow,
  csvHead,
  csvRows,
  detailsRow,
  summaryRows,
  xmlHead,
  xmlRows,
} from './report-document.ts';

const sum = (change: Partial<PeriodSum>): PeriodSum => ({
  terminalId: 't1',
  cashierId: null,
  currency: 'EUR',
  kind: 'PAYMENT',
  count: 1n,
  sumMinor: 100n,
  ...change,
});
const entry = (change: Partial<PeriodEntry>): PeriodEntry => ({
  ersReference: '2026112310471893201000031',
  terminalId: 't1',
  cashierId: null,
  amountMinor: 430n,
  currency: 'EUR',
  at: new Date('2026-11-23T10:47:18.932Z'),
  atExactly: '2026-11-23 10:47:18.932+00',
  kind: 'PAYMENT',
  ...change,
});
const one = { currency: false };

test('amounts have five decimals whatever their currency has', () => {
  for (const [amountMinor, currency, text] of [
    [9331n, 'EUR', '93.31000'],
    [1n, 'EUR', '0.01000'],
    [-1n, 'EUR', '-0.01000'],
    [0n, 'SEK', '0.00000'],
    [1500n, 'JPY', '1500.00000'],
    [1234n, 'KWD', '1.23400'],
    [10n ** 20n, 'EUR', '1000000000000000000.00000'],
  ] as const) {
    assert.equal(detailsRow(entry({ amountMinor, currency }), one)['SalesAmount'], text);
  }
});

test('several currencies in one period are never added: a row for each names it', () => {
  const sums = [sum({}), sum({ currency: 'SEK' }), sum({ currency: 'SEK', cashierId: 'x' })];
  assert.deepEqual(summaryRows(1, sums, { currency: true }), [
    { SalesCount: '1', SalesTotal: '1.00000', Currency: 'EUR' },
    { SalesCount: '2', SalesTotal: '2.00000', Currency: 'SEK' },
  ]);
  const row = detailsRow(entry({ currency: 'SEK' }), { currency: true });
  assert.deepEqual(Object.keys(row).slice(2, 4), ['SalesAmount', 'Currency']);
});

test('a cashier called NULL is counted with those that have no name', () => {
  const sums = [sum({ cashierId: 'NULL' }), sum({}), sum({ cashierId: 'A', sumMinor: -5n })];
  assert.deepEqual(
    summaryRows(4, sums, one).map((row) => [row['CashierId'], row['SalesTotal']]),
    [
      ['A', '-0.05000'],
      ['NULL', '2.00000'],
    ],
  );
});

test('a document stays XML whatever a cashier is called', () => {
  const row = detailsRow(entry({ cashierId: ']]> <b>&\u0001\u{1f600}' }), one);
  assert.ok(xmlRows([row]).includes('<CashierId>]]&gt; &lt;b&gt;&amp;\u{1f600}</CashierId>\n'));
});

test('GeneratedAt is local time to the minute', () => {
  const period = {
    id: '1',
    merchantId: 'demo',
    terminalId: 't',
    number: 1n,
    closedAt: new Date(0),
  };
  const head = xmlHead(6, period, new Date(2026, 0, 2, 3, 4, 59));
  assert.ok(head.endsWith('<GeneratedAt>2026-01-02 03:04</GeneratedAt>\n</Meta>\n'));
  assert.ok(head.includes('<ResellerId>demo</ResellerId>\n<TerminalId>t</TerminalId>\n'));
});

test('CSV has the same rows, and is no formula to a spreadsheet', () => {
  assert.equal(csvHead(3), 'TerminalId,CashierId,SalesAmount,Currency,ErsReference,Kind,Time\r\n');
  const lines = (change: Partial<PeriodEntry>): string =>
    csvRows(3, [csvDetailsRow(entry(change))]);
  const rest = 'EUR,2026112310471893201000031,';
  const time = ',2026-11-23T10:47:18.932Z\r\n';
  assert.equal(lines({}), `t1,NULL,4.30000,${rest}PAYMENT${time}`);
  const back = lines({ kind: 'REFUND', amountMinor: -5n });
  assert.equal(back, `t1,NULL,-0.05000,${rest}REFUND${time}`);
  for (const [cashierId, cell] of [
    ['a,"b"', '"a,""b"""'],
    ['=1+1', "'=1+1"],
    ['-1.00000+cmd', "'-1.00000+cmd"],
    ['@x', "'@x"],
    ['two\nlines', '"two\nlines"'],
  ] as const) {
    assert.ok(lines({ cashierId }).startsWith(`t1,${cell},4.30000,`), cashierId);
  }
  assert.equal(csvRows(1, summaryRows(1, [sum({})], { currency: true })), '1,1.00000,EUR\r\n');
});
