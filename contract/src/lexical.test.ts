/** Values as text: what is read, what is not, and that writing is the way back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { readPrimitive, trimXml, writePrimitive } from './lexical.ts';

const blanks = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

test('whole numbers are read exactly, with sign, zeros and blanks around them', () => {
  const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(int, blanks, blanks, (value, before, after) => {
      assert.equal(readPrimitive('int', before + String(value) + after), value);
      assert.equal(writePrimitive('int', value), String(value));
    }),
  );
  assert.equal(readPrimitive('int', '+007'), 7);
  assert.ok(Object.is(readPrimitive('int', '-00'), 0), 'there is one zero');
  for (const text of ['', ' ', '1.0', '1e3', '0x10', '2147483648', '--1', '٣', '1 2']) {
    assert.equal(readPrimitive('int', text), undefined, text);
  }
});

test('a long is canonical, and beyond 64 bits the nearest bound', () => {
  const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(long, fc.integer({ min: 0, max: 30 }), (value, zeros) => {
      const sign = value < 0n ? '-' : '';
      const digits = String(value < 0n ? -value : value);
      assert.equal(readPrimitive('long', sign + '0'.repeat(zeros) + digits), String(value));
    }),
  );
  assert.equal(readPrimitive('long', '9223372036854775808'), '9223372036854775807');
  assert.equal(readPrimitive('long', '-9223372036854775809'), '-9223372036854775808');
  assert.equal(readPrimitive('long', '-0'), '0');
});

test('bytes are read whatever breaks or padding their base64 has', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 76 }), (bytes, width) => {
      const written = writePrimitive('base64Binary', bytes);
      const broken = written.replaceAll('=', '').replace(new RegExp(`.{${width}}`, 'g'), '$&\r\n ');
      assert.deepEqual(readPrimitive('base64Binary', written), bytes);
      assert.deepEqual(readPrimitive('base64Binary', broken), bytes);
    }),
  );
});

test('a date is read with and without time, fraction and zone, if there is such a day', () => {
  for (const text of [
    '2026-02-28T23:59:59',
    '2026-02-28T23:59:59.123456789+01:00',
    '2024-02-29T00:00:00Z',
  ]) {
    assert.equal(readPrimitive('dateTime', `\n${text} `), text);
  }
  assert.equal(readPrimitive('dateTime', '2026-03-01'), '2026-03-01T00:00:00');
  assert.equal(readPrimitive('dateTime', '2026-03-01+02:00'), '2026-03-01T00:00:00+02:00');
  for (const text of [
    '2026-02-29T00:00:00',
    '2026-13-01',
    '2026-01-01T24:00:00',
    '2026-01-01T00:00:00+15:00',
    '26-01-01',
    'today',
    '2026-01-01TT',
  ]) {
    assert.equal(readPrimitive('dateTime', text), undefined, text);
  }
});

test('only the white space of XML is trimmed', () => {
  assert.equal(trimXml(' \t\r\n a b \n'), 'a b');
  assert.equal(trimXml('\u00a01\u00a0'), '\u00a01\u00a0');
  assert.equal(trimXml('  '), '');
});

test('a value of another type is not written', () => {
  for (const [name, value] of [
    ['int', '1'],
    ['int', 1.5],
    ['int', 2 ** 31],
    ['long', 1],
    ['decimal', '1,0'],
    ['dateTime', '2026-01-01'],
    ['string', 1],
    ['base64Binary', 'AA=='],
  ] as const) {
    assert.throws(() => writePrimitive(name, value), TypeError);
  }
});
