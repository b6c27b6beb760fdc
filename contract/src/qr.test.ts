import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import {
  codeSignedText,
  invoiceQr,
  isCodeSignature,
  machineQr,
  parseQr,
  QR_TEXT_LENGTH_MAX,
  signedMachineQr,
  tillQr,
} from './qr.ts';

const machine = { kind: 'MACHINE', merchantId: 'demo', token: '1008' };

test('the three forms are written in capitals', () => {
  assert.equal(machineQr('demo', '1008'), 'HTTP://SEQR.SE/000/ups?w=demo&t=1008');
  assert.equal(tillQr('CAFE0002'), 'HTTP://SEQR.SE/QCAFE0002');
  assert.equal(invoiceQr('20261123104512345'), 'HTTP://SEQR.SE/R20261123104512345');
  assert.equal(invoiceQr('1', 'pay.example:8080'), 'HTTP://PAY.EXAMPLE:8080/R1');
  assert.throws(() => machineQr('demo', 'a b'));
  assert.throws(() => tillQr('a-b'));
});

test('what is written is read, whatever the ids', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/);
  fc.assert(
    fc.property(id, id, (merchantId, token) => {
      assert.deepEqual(parseQr(machineQr(merchantId, token)), {
        kind: 'MACHINE',
        merchantId,
        token,
      });
    }),
  );
});

test('letter case, scheme and order of a machine code do not matter, its values do', () => {
  for (const text of [
    'http://seqr.se/000/ups?w=demo&t=1008',
    'HTTPS://SEQR.SE/000/UPS?T=1008&W=demo',
    'seqr://SEQR.SE/000/ups?w=demo&t=1008',
    'seqr-debug://seqr.se/000/Ups?w=demo&t=1008#top',
    ' http://seqr.se/000/ups?lang=sv&w=demo&t=%31008\n',
  ]) {
    assert.deepEqual(parseQr(text), machine, text);
  }
  assert.deepEqual(parseQr('http://seqr.se/000/ups?w=Demo&t=a.B'), {
    kind: 'MACHINE',
    merchantId: 'Demo',
    token: 'a.B',
  });
});

test('an invoice or till code is read in either letter case', () => {
  const invoice = { kind: 'INVOICE', invoiceReference: '20160301120000417' };
  assert.deepEqual(parseQr('http://seqr.se/r20160301120000417'), invoice);
  assert.deepEqual(parseQr('HTTP://SEQR.SE/R20160301120000417'), invoice);
  assert.deepEqual(parseQr('HTTP://SEQR.SE/Qcafe2'), { kind: 'TILL', seqrId: 'cafe2' });
});

test('only SEQR.SE and the hosts of the installation are known', () => {
  const text = 'http://127.0.0.1:8080/000/ups?w=demo&t=1008';
  assert.equal(parseQr(text), null);
  assert.deepEqual(parseQr(text, { publicHosts: ['127.0.0.1:8080'] }), machine);
  assert.equal(parseQr('http://SEQR.SE@evil.example/R1'), null);
  assert.equal(parseQr('http://SEQR.SE.evil.example/R1'), null);
});

test('anything else is no code', () => {
  for (const text of [
    '',
    'hello',
    'HTTP://SEQR.SE',
    'HTTP://SEQR.SE/',
    'HTTP://SEQR.SE/R',
    'HTTP://SEQR.SE/S12?34',
    'HTTP://SEQR.SE/000/invoice?j=x',
    'HTTP://SEQR.SE/000/ups?w=demo',
    'HTTP://SEQR.SE/000/ups?w=&t=1',
    'HTTP://SEQR.SE/000/ups?w=demo&t=1&t=2',
    'HTTP://SEQR.SE/000/ups?w=demo&W=demo&t=1',
    'HTTP://SEQR.SE/000/ups?w=demo&t=%zz',
    'HTTP://SEQR.SE/000/ups?w=demo&t=%2531',
    'HTTP://SEQR.SE/000/ups?w=demo&t=a+b',
    `HTTP://SEQR.SE/000/ups?w=demo&t=${'1'.repeat(65)}`,
    'ftp://SEQR.SE/R1',
    'javascript:alert(1)',
  ]) {
    assert.equal(parseQr(text), null, text);
  }
  fc.assert(fc.property(fc.string(), (text) => parseQr(`HTTP://SEQR.SE/${text}`) !== undefined));
});

const SIGNATURE = `${'aB-_'.repeat(21)}xA`;

test('a signed code is an unsigned one with a parameter more', () => {
  const text = signedMachineQr('demo', '1008', SIGNATURE);
  assert.equal(text, `HTTP://SEQR.SE/000/ups?w=demo&t=1008&s=${SIGNATURE}`);
  assert.deepEqual(parseQr(text), { ...machine, signature: SIGNATURE });
  assert.throws(() => signedMachineQr('demo', '1008', 'short'));
  assert.equal(codeSignedText('demo', '1008'), 'SEQR code\ndemo\n1008');
});

test('whatever is signed is read back, wherever the signature stands', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/);
  const bytes = fc.uint8Array({ minLength: 64, maxLength: 64 });
  fc.assert(
    fc.property(id, id, bytes, fc.constantFrom('s', 'S', '%73'), (merchantId, token, raw, name) => {
      const signature = Buffer.from(raw).toString('base64url');
      assert.ok(isCodeSignature(signature));
      const target = { kind: 'MACHINE', merchantId, token, signature };
      assert.deepEqual(parseQr(signedMachineQr(merchantId, token, signature)), target);
      const moved = `HTTP://SEQR.SE/000/ups?${name}=${signature}&t=${token}&x=1&w=${merchantId}`;
      assert.deepEqual(parseQr(moved), target);
      assert.ok(signedMachineQr(merchantId, token, signature).length <= QR_TEXT_LENGTH_MAX);
    }),
  );
});

test('a signature that cannot be right is given back, not taken for an absent one', () => {
  const link = 'HTTP://SEQR.SE/000/ups?w=demo&t=1008';
  for (const [query, signature] of [
    ['&s=', ''],
    ['&s', ''],
    ['&s=x', 'x'],
    ['&s=%zz', ''],
    [`&s=${SIGNATURE}&s=${SIGNATURE}`, ''],
    [`&s=${SIGNATURE}&S=`, ''],
  ] as const) {
    assert.deepEqual(parseQr(link + query), { ...machine, signature }, query);
    assert.equal(isCodeSignature(signature), false);
  }
});
