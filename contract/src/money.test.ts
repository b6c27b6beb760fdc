import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import {
  AMOUNT_DIGITS_MAX,
  currencyDigits,
  formatMinor,
  fromAmountJson,
  parseAmount,
  toAmountJson,
} from './money.ts';

const CURRENCIES = ['EUR', 'SEK', 'USD', 'JPY', 'KWD', 'HUF', 'CLP'];
const LARGEST = 10n ** BigInt(AMOUNT_DIGITS_MAX) - 1n;
const money = fc
  .tuple(fc.bigInt({ min: -LARGEST, max: LARGEST }), fc.constantFrom(...CURRENCIES))
  .map(([minor, currency]) => ({ minor, currency }));

const euros = (value: string): bigint | string => {
  const parsed = parseAmount({ currency: 'EUR', value });
  return parsed.ok ? parsed.money.minor : parsed.fault;
};

test('every amount that can be written is read back exactly', () => {
  fc.assert(
    fc.property(money, (amount) => {
      assert.deepEqual(fromAmountJson(toAmountJson(amount)), amount);
    }),
  );
});

test('zeros and a plus in front, and zeros behind, change nothing', () => {
  const zeros = fc.integer({ min: 0, max: 3 }).map((count) => '0'.repeat(count));
  const cents = fc.bigInt({ min: 0n, max: 10n ** 9n });
  fc.assert(
    fc.property(cents, zeros, zeros, fc.constantFrom('', '+'), (minor, before, after, plus) => {
      assert.equal(euros(`${plus}${before}${formatMinor(minor, 'EUR')}${after}`), minor);
    }),
  );
});

test('a digit beyond the currency is refused, never rounded', () => {
  fc.assert(
    fc.property(money, fc.integer({ min: 1, max: 9 }), ({ minor, currency }, digit) => {
      const text = formatMinor(minor % 10n ** 12n, currency);
      const value = text.includes('.') ? `${text}${digit}` : `${text}.${digit}`;
      assert.deepEqual(parseAmount({ currency, value }), { ok: false, fault: 'MALFORMED' });
    }),
  );
});

test('amounts are read as the merchant API lists them', () => {
  for (const value of ['20', '20.0', '20.00', '020.00', '+20', '20.', '20.0000', ' 20\n']) {
    assert.equal(euros(value), 2000n, value);
  }
  assert.equal(euros('.5'), 50n);
  assert.equal(euros('-20'), -2000n);
  assert.equal(euros('-0'), 0n);
  assert.equal(euros(''), 'MISSING');
  const wrong = ['1e2', '1E2', 'NaN', 'INF', '0x14', '20,00', '1 000', 'kr 20', '20.005', '.', '-'];
  for (const value of [...wrong, '\u00a020', '٢٠', '1234567890123456789', '--1', '1.2.3']) {
    assert.equal(euros(value), 'MALFORMED', value);
  }
  assert.equal(euros('999999999999999999'), 'MALFORMED', 'too large once counted in cents');
  assert.equal(euros('9999999999999999.99'), LARGEST);
});

test('currencies are those of ISO 4217 with its exponents', () => {
  assert.deepEqual(['EUR', 'JPY', 'KWD', 'HUF'].map(currencyDigits), [2, 0, 3, 2]);
  assert.deepEqual(['XYZ', 'eur', '', 'EURO', '€'].map(currencyDigits), Array(5).fill(null));
  assert.deepEqual(parseAmount({ currency: ' sek ', value: '1' }), {
    ok: true,
    money: { minor: 100n, currency: 'SEK' },
  });
  assert.deepEqual(parseAmount({ currency: 'XYZ', value: '1' }), {
    ok: false,
    fault: 'UNKNOWN_CURRENCY',
  });
});

test('an amount that is missing, half or repeated says which', () => {
  assert.deepEqual(parseAmount({}), { ok: false, fault: 'MISSING' });
  assert.deepEqual(parseAmount({ currency: 'EUR' }), { ok: false, fault: 'MISSING' });
  assert.deepEqual(parseAmount({ value: '1' }), { ok: false, fault: 'MISSING' });
  assert.deepEqual(parseAmount({ currency: 'EUR', value: '1', repeated: true }), {
    ok: false,
    fault: 'MALFORMED',
  });
});

test('amounts are written with the digits of the currency', () => {
  assert.equal(formatMinor(2000n, 'EUR'), '20.00');
  assert.equal(formatMinor(5n, 'EUR'), '0.05');
  assert.equal(formatMinor(-5n, 'EUR'), '-0.05');
  assert.equal(formatMinor(2000n, 'JPY'), '2000');
  assert.equal(formatMinor(1n, 'KWD'), '0.001');
  assert.throws(() => formatMinor(1n, 'XYZ'));
  assert.throws(() => fromAmountJson({ value: '1,0', currency: 'EUR' }));
});

test('no text whatever makes reading an amount throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (currency, value) => {
      parseAmount({ currency, value });
      parseAmount({ currency: 'EUR', value });
    }),
  );
});
