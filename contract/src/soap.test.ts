import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { MERCHANT_SERVICE, OPERATION_NAMES } from './operations.ts';
import type { OperationName } from './operations.ts';
import { planService } from './plan.ts';
import type { FieldPlan, TypePlan } from './plan.ts';
import { OPERATION_SAMPLES } from './samples.ts';
import {
  readRequest,
  readResponse,
  SOAP_REQUEST_BYTES_MAX,
  writeFault,
  writeRequest,
  writeResponse,
} from './soap.ts';
import { removeForbidden } from './xml-output.ts';

const SERVICE = planService(MERCHANT_SERVICE);
/** The types of one operation are too narrow for tests that walk over all of them. */
const write: (operation: OperationName, request: object) => string = writeRequest;
const answer = writeResponse as (operation: OperationName, response: object) => string;

const two = (value: number): string => String(value).padStart(2, '0');

/** Text that XML can carry; characters that it cannot are removed by the writer. */
const text = fc.string({ unit: 'binary', maxLength: 12 }).map(removeForbidden);
const token = fc.stringMatching(/^[!-~]([ -~]*[!-~])?$/);
const digits = fc.bigInt({ min: 1n - 2n ** 63n, max: 2n ** 63n - 1n }).map(String);
const dateTime = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([month, day]) => `2026-${two(month)}-${two(day)}T23:59:01.5+01:00`);

const primitive = (field: FieldPlan): fc.Arbitrary<unknown> => {
  if (field.values) return fc.constantFrom(...field.values);
  switch (field.primitive) {
    case 'string':
      return field.declaration.token ? token : text;
    case 'int':
      return fc.integer({ min: field.declaration.notNegative ? 0 : -(2 ** 31), max: 2 ** 31 - 1 });
    case 'long':
      return field.declaration.notNegative ? digits.map((n) => n.replace('-', '')) : digits;
    case 'decimal':
      return fc.constantFrom('0', '-1.50', '+2', '.5', '3.', '0012.000');
    case 'dateTime':
      return dateTime;
    case 'base64Binary':
      return fc.uint8Array();
  }
};

const one = (field: FieldPlan): fc.Arbitrary<unknown> =>
  field.type ? anyOf(field.type) : primitive(field);

/** Any value of a declared type. Absent elements are left out. */
const anyOf = (plan: TypePlan): fc.Arbitrary<Record<string, unknown>> => {
  const members = plan.fields.map((field) => {
    const value = field.many ? fc.array(one(field), { minLength: 1, maxLength: 3 }) : one(field);
    const present: fc.Arbitrary<unknown> = field.required
      ? value
      : fc.option(value, { nil: undefined });
    return present.map((content) => [field.name, content] as const);
  });
  return fc
    .tuple(...members)
    .map((entries) => Object.fromEntries(entries.filter(([, value]) => value !== undefined)));
};

test('every request that is written is read as it was', () => {
  for (const operation of OPERATION_NAMES) {
    const plan = SERVICE.operations.get(operation)?.request;
    assert.ok(plan);
    fc.assert(
      fc.property(anyOf(plan), (request) => {
        const read = readRequest(Buffer.from(write(operation, request)), 'text/xml');
        assert.deepEqual(read, { kind: 'CALL', operation, request, unknownElements: 0 });
      }),
      { numRuns: 60 },
    );
  }
});

test('every answer that is written is read as it was', () => {
  for (const operation of OPERATION_NAMES) {
    const plan = SERVICE.operations.get(operation)?.response.byName.get('return')?.type;
    assert.ok(plan);
    fc.assert(
      fc.property(anyOf(plan), (response) => {
        const body = Buffer.from(answer(operation, response));
        assert.deepEqual(readResponse(operation, body, undefined), { kind: 'ANSWER', response });
      }),
      { numRuns: 60 },
    );
  }
});

test('a request reads the same in every encoding that clients use', () => {
  const request = { invoiceReference: 'Café-17' };
  const xml = write('cancelInvoice', request).replace(/^<\?xml[^>]*>/, '');
  const expected = { kind: 'CALL', operation: 'cancelInvoice', request, unknownElements: 0 };
  const bom = (bytes: readonly number[], body: Buffer): Buffer =>
    Buffer.concat([Buffer.from(bytes), body]);
  const latin1 = (name: string): Buffer =>
    Buffer.from(`<?xml version='1.0' encoding='${name}'?>${xml}`, 'latin1');
  const cases: [string, Buffer, string | undefined][] = [
    ['nothing said', Buffer.from(xml), undefined],
    ['UTF-8 by parameter', Buffer.from(xml), 'text/xml; charset="UTF-8"'],
    ['UTF-8 by mark', bom([0xef, 0xbb, 0xbf], Buffer.from(xml)), 'text/xml; charset=utf-16'],
    ['Latin-1 by parameter', Buffer.from(xml, 'latin1'), 'text/xml;charset=ISO-8859-1'],
    ['Latin-1 by declaration', latin1('ISO-8859-1'), 'text/xml'],
    ['UTF-16 LE by mark', bom([0xff, 0xfe], Buffer.from(xml, 'utf16le')), 'text/xml'],
    ['UTF-16 LE by its shape', Buffer.from(xml, 'utf16le'), 'text/xml; charset=utf-16'],
    ['UTF-16 BE by mark', bom([0xfe, 0xff], Buffer.from(xml, 'utf16le').swap16()), undefined],
    ['UTF-16 BE by its shape', Buffer.from(xml, 'utf16le').swap16(), 'text/xml'],
    ['UTF-8 that claims UTF-16', Buffer.from(`<?xml version="1.0" encoding="utf-16"?>${xml}`), ''],
  ];
  for (const [name, body, contentType] of cases) {
    assert.deepEqual(readRequest(body, contentType), expected, name);
  }
});

test('bytes that are not the encoding they claim are refused, never replaced', () => {
  const xml = write('cancelInvoice', { invoiceReference: 'Café' });
  const fault = (body: Buffer, contentType: string): string => {
    const read = readRequest(body, contentType);
    assert.equal(read.kind, 'FAULT');
    return read.kind === 'FAULT' ? read.fault.message : '';
  };
  assert.equal(fault(Buffer.from(xml, 'latin1'), 'text/xml'), 'the body is not UTF-8');
  assert.equal(
    fault(Buffer.from(xml), 'text/xml; charset=klingon'),
    'unsupported encoding klingon',
  );
  const half = Buffer.from(xml, 'utf16le').subarray(0, 99);
  assert.equal(fault(half, 'text/xml'), 'the body is not utf-16le');
  assert.match(fault(Buffer.from(xml), 'multipart/related; type="text/xml"'), /attachments/);
});

test('a request up to the limit is read, one byte more is refused', () => {
  const frame = write('cancelInvoice', { invoiceReference: '' });
  const fill = SOAP_REQUEST_BYTES_MAX - Buffer.byteLength(frame);
  const largest = Buffer.from(write('cancelInvoice', { invoiceReference: 'x'.repeat(fill) }));
  assert.equal(readRequest(largest, 'text/xml').kind, 'CALL');
  const larger = Buffer.concat([largest, Buffer.from(' ')]);
  assert.deepEqual(readRequest(larger, 'text/xml'), {
    kind: 'FAULT',
    fault: { code: 'Client', message: 'the message is too large' },
  });
});

test('whatever is no answer of the operation is a fault at the client', () => {
  const read = (body: string): unknown =>
    readResponse('cancelInvoice', Buffer.from(body), 'text/xml');
  const server = (message: string): unknown => ({
    kind: 'FAULT',
    fault: { code: 'Server', message },
  });
  assert.deepEqual(read(writeFault({ code: 'VersionMismatch', message: 'only <1.1>' })), {
    kind: 'FAULT',
    fault: { code: 'VersionMismatch', message: 'only <1.1>' },
  });
  assert.deepEqual(read('<html/>'), server('the document is no SOAP envelope'));
  const other = answer('sendInvoice', { resultCode: 0 });
  assert.match(JSON.stringify(read(other)), /unknown operation/);
  const mine = answer('cancelInvoice', { resultCode: 0 });
  assert.deepEqual(read(mine.replace(/<return>.*<\/return>/, '')), server('the answer is empty'));
  assert.deepEqual(
    read(mine.replace(/<resultCode>.*<\/resultCode>/, '')),
    server('erswsResponse lacks resultCode'),
  );
});

test('characters that XML cannot carry are removed, the others arrive unchanged', () => {
  const sent = 'a\u0000\u000b\ud800b\udfff\uffff😀 & <b> ]]> "q" \' \r\n\t\u0085\u2028';
  const xml = write('registerTerminal', { name: sent });
  const read = readRequest(Buffer.from(xml), 'text/xml');
  assert.deepEqual(read.kind === 'CALL' ? read.request : null, {
    name: 'ab😀 & <b> ]]> "q" \' \r\n\t\u0085\u2028',
  });
});

test('a value that its declaration does not allow is a bug and throws', () => {
  assert.throws(() => answer('cancelInvoice', {}), /lacks resultCode/);
  assert.throws(() => answer('cancelInvoice', { resultCode: 0.5 }), /not a int/);
  assert.throws(() => answer('cancelInvoice', { resultCode: 0, ersReference: 7 }), /not a string/);
  assert.throws(
    () => answer('getPaymentStatus', { resultCode: 0, version: 1, status: 'EXPIRED' }),
    /undeclared value of status/,
  );
  assert.throws(
    () =>
      answer('getPaymentStatus', { resultCode: 0, version: 1, receipt: { paymentDate: 'now' } }),
    /not a dateTime/,
  );
});

test('the samples of the reference pages cross the wire', () => {
  for (const operation of OPERATION_NAMES) {
    const { request, response } = OPERATION_SAMPLES[operation];
    const call = readRequest(Buffer.from(write(operation, request)), 'text/xml');
    assert.deepEqual(call, { kind: 'CALL', operation, request, unknownElements: 0 });
    const body = Buffer.from(answer(operation, response));
    assert.deepEqual(readResponse(operation, body, 'text/xml'), { kind: 'ANSWER', response });
  }
});
