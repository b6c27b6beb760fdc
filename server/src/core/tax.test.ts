import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InvoiceRow } from './invoice-row.ts';
import { taxesOf } from './tax.ts';

const eur = (minor: bigint) => ({ minor, currency: 'EUR' });
const row = (minor: bigint, taxRate?: string): InvoiceRow => ({
  total: eur(minor),
  ...(taxRate !== undefined && { taxRate }),
});
const shown = (rows: readonly InvoiceRow[], paid: bigint) =>
  taxesOf(rows, eur(paid)).map(({ rate, total, tax }) => [rate, total.minor, tax.minor]);

test('tax is inside the total, summed by rate before it is rounded, highest rate first', () => {
  const rows = [row(250n, '19'), row(180n, '7.0'), row(119n, '+019.00'), row(107n, '7')];
  assert.deepEqual(shown(rows, 656n), [
    ['19', 369n, 59n],
    ['7', 287n, 19n],
  ]);
  assert.deepEqual(shown([row(1055n, '5.5')], 1055n), [['5.5', 1055n, 55n]]);
  assert.deepEqual(shown([row(100n, '0')], 100n), [['0', 100n, 0n]]);
});

test('halves of a minor unit are rounded away from zero, also of what is given back', () => {
  assert.deepEqual(shown([row(3n, '100')], 3n), [['100', 3n, 2n]]);
  const balanced = [row(500n), row(-3n, '100')];
  assert.deepEqual(shown(balanced, 497n), [['100', -3n, -2n]]);
});

test('nothing is told where lines do not sum to what was paid, or cannot be read', () => {
  assert.deepEqual(shown([row(250n, '19')], 200n), []);
  assert.deepEqual(shown([row(250n, '19'), { description: 'Cup' }], 250n), []);
  assert.deepEqual(
    taxesOf([{ total: { minor: 5n, currency: 'SEK' }, taxRate: '25' }], eur(5n)),
    [],
  );
  assert.deepEqual(taxesOf([row(250n, '19')], null), []);
  assert.deepEqual(shown([], 0n), []);
  for (const odd of ['-12.5', '101', '1e1', 'x', '', '19,0', '9'.repeat(5000)]) {
    assert.deepEqual(shown([row(100n, odd)], 100n), [], odd);
  }
});
