import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import {
  CREATE_PURCHASE_ANSWER_BYTES_MAX,
  parseCreatePurchaseAnswer,
  parseCreatePurchaseRequest,
  writeCreatePurchaseAnswer,
  writeCreatePurchaseRequest,
} from './create-purchase.ts';
import { CREATE_PURCHASE_ERRORS } from './wallet.ts';

const request = {
  reservationToken: 'kiosk-0417',
  reservationAmount: '15.00',
  currency: 'EUR',
  msisdn: '46700000001',
};
const answer = (text: string) => parseCreatePurchaseAnswer(Buffer.from(text));

test('every answer that the kit writes is read as what it says', () => {
  for (const code of CREATE_PURCHASE_ERRORS) {
    const read = answer(writeCreatePurchaseAnswer({ kind: 'ERROR', code }));
    assert.deepEqual(read, { kind: 'ERROR', code, invoiceReference: null });
  }
  const invoice = { kind: 'INVOICE', invoiceReference: '20261123104512345' } as const;
  assert.deepEqual(answer(writeCreatePurchaseAnswer(invoice)), invoice);
});

test('an answer that is no answer is garbage, with a reason', () => {
  const problem = (bytes: Uint8Array): string => {
    const read = parseCreatePurchaseAnswer(bytes);
    assert.equal(read.kind, 'GARBAGE');
    return read.kind === 'GARBAGE' ? read.problem : '';
  };
  assert.equal(problem(Buffer.from('')), 'the body is not JSON');
  assert.equal(problem(Buffer.from('[1]')), 'the body is not a JSON object');
  assert.equal(problem(Buffer.from('null')), 'the body is not a JSON object');
  assert.equal(problem(Buffer.from([0x22, 0xff, 0x22])), 'the body is not UTF-8');
  const large = Buffer.alloc(CREATE_PURCHASE_ANSWER_BYTES_MAX + 1, ' ');
  assert.equal(problem(large), 'the body is too large');
  const long = `{"invoiceReferenceId":"${'1'.repeat(65)}"}`;
  assert.equal(problem(Buffer.from(long)), 'invoiceReferenceId is not a reference');
  const nested = `{"errorCode":${'['.repeat(8000)}${']'.repeat(8000)}}`;
  assert.match(problem(Buffer.from(nested)), /^unknown errorCode/);
});

test('an invoice named beside an unknown error is handed on, to be cancelled', () => {
  assert.deepEqual(answer('{"invoiceReferenceId":"20261123104512345","errorCode":7}'), {
    kind: 'GARBAGE',
    problem: 'unknown errorCode 7',
    invoiceReference: '20261123104512345',
  });
});

test('no bytes whatever make reading an answer throw', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => parseCreatePurchaseAnswer(bytes) !== null));
  fc.assert(fc.property(fc.json(), (text) => answer(text) !== null));
  const member = fc.constantFrom('invoiceReferenceId', 'errorCode');
  fc.assert(
    fc.property(fc.dictionary(member, fc.jsonValue()), (value) =>
      ['INVOICE', 'ERROR', 'GARBAGE'].includes(answer(JSON.stringify(value)).kind),
    ),
  );
});

test('a request is read as written, and refused in words when it is wrong', () => {
  const written: unknown = JSON.parse(writeCreatePurchaseRequest(request));
  assert.deepEqual(parseCreatePurchaseRequest(written), {
    ok: true,
    request,
    amount: { minor: 1500n, currency: 'EUR' },
  });
  for (const [change, problem] of [
    [{ reservationToken: '' }, 'reservationToken is missing'],
    [{ reservationToken: 'x'.repeat(65) }, 'reservationToken is too long'],
    [{ reservationAmount: null }, 'reservationAmount is missing'],
    [{ reservationAmount: '15,00' }, 'reservationAmount: MALFORMED'],
    [{ reservationAmount: 1e21 }, 'reservationAmount: MALFORMED'],
    [{ reservationAmount: '-1' }, 'reservationAmount is negative'],
    [{ currency: 'XXY' }, 'reservationAmount: UNKNOWN_CURRENCY'],
    [{ currency: 978 }, 'currency is missing'],
    [{ msisdn: '+46700000001' }, 'msisdn is missing or not digits'],
  ] as const) {
    assert.deepEqual(parseCreatePurchaseRequest({ ...request, ...change }), { ok: false, problem });
  }
  assert.equal(parseCreatePurchaseRequest([]).ok, false);
  fc.assert(fc.property(fc.jsonValue(), (json) => parseCreatePurchaseRequest(json) !== null));
});
