import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareAmounts, readAmount, wholeAmount } from './amount-input.ts';

test('amounts are read as people type them, and what is doubtful is not guessed at', () => {
  for (const [text, value] of [
    ['20', '20.00'],
    ['20,5', '20.50'],
    [' 1 250.00 ', '1250.00'],
    ['0', '0.00'],
  ] as const) {
    assert.deepEqual(readAmount(text, 'EUR'), { value, currency: 'EUR' }, text);
  }
  for (const text of [
    '',
    '1.000',
    '1,000.00',
    '-5',
    '+5',
    '5.',
    '.5',
    '1e3',
    '٣',
    'x',
    '9'.repeat(13),
  ]) {
    assert.equal(readAmount(text, 'EUR'), null, text);
  }
  assert.deepEqual(readAmount('500', 'JPY'), { value: '500', currency: 'JPY' });
  assert.equal(readAmount('5,5', 'JPY'), null);
});

test('amounts are compared exactly', () => {
  const euro = (value: string) => ({ value, currency: 'EUR' });
  assert.equal(compareAmounts(euro('9.99'), euro('10.00')), -1);
  assert.equal(compareAmounts(euro('10.00'), euro('10.00')), 0);
  assert.equal(compareAmounts(euro('90071992547409.93'), euro('90071992547409.92')), 1);
  assert.deepEqual(wholeAmount(5, 'EUR'), euro('5.00'));
});
