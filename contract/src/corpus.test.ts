/**
 * Hostile and broken XML: each input ends as a call or a fault, within a bound, and nothing throws.
 * Mutated envelopes by the million are in `tools/corpus`.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { OPERATION_NAMES } from './operations.ts';
import type { OperationName } from './operations.ts';
import { OPERATION_SAMPLES } from './samples.ts';
import { ENVELOPE_NAMESPACE, TARGET_NAMESPACE } from './soap-reader.ts';
import {
  readRequest,
  readResponse,
  SOAP_REQUEST_BYTES_MAX,
  writeRequest,
  writeResponse,
} from './soap.ts';
import type { ReadRequest } from './soap.ts';

/** Far above what any input needs, so that only runaway time fails, on a busy machine too. */
const READ_MS_MAX = 3000;
/** Room that an envelope leaves under the limit of a request. */
const FILL = SOAP_REQUEST_BYTES_MAX - 2000;

const frame = (inner: string): string =>
  `<e:Envelope xmlns:e="${ENVELOPE_NAMESPACE}" xmlns:m="${TARGET_NAMESPACE}" ` +
  `xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><e:Body>${inner}</e:Body></e:Envelope>`;
const cancel = (inner: string): string => frame(`<m:cancelInvoice>${inner}</m:cancelInvoice>`);

const read = (body: string | Uint8Array, contentType?: string): ReadRequest => {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const start = performance.now();
  const outcome = readRequest(bytes, contentType);
  const elapsed = performance.now() - start;
  assert.ok(elapsed < READ_MS_MAX, `took ${Math.round(elapsed)} ms`);
  return outcome;
};
const refused = (body: string | Uint8Array, message: RegExp, contentType?: string): void => {
  const outcome = read(body, contentType);
  assert.ok(outcome.kind === 'FAULT', 'must be refused');
  assert.equal(outcome.fault.code, 'Client');
  assert.match(outcome.fault.message, message);
};
const accepted = (body: string): Record<string, unknown> => {
  const outcome = read(body);
  assert.ok(outcome.kind === 'CALL', JSON.stringify(outcome));
  return outcome.request;
};

const many = (text: string, length: number): string =>
  text.repeat(Math.floor(length / text.length));

test('document types are refused before anything in them is expanded', () => {
  const entities = Array.from({ length: 50 }, (_, n) => `<!ENTITY e${n + 1} "&e${n};&e${n};">`);
  const bomb = `<!DOCTYPE r [<!ENTITY e0 "ha">${entities.join('')}]>`;
  refused(bomb + cancel('<invoiceReference>&e50;</invoiceReference>'), /document type/);
  refused(`<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd">${cancel('')}`, /document type/);
  refused(`<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///dev/zero"> %p;]>${cancel('')}`, /document/);
  refused(`<!DOCTYPE r [${many('<!ENTITY a "', FILL)}`, /not well-formed/);
});

test('nesting, attributes, namespaces and names have limits', () => {
  refused(cancel(many('<a>', FILL)), /nested too deeply/);
  refused(many('<a>', FILL), /no SOAP envelope/);
  const levels = 32 - 4;
  const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
  assert.deepEqual(accepted(cancel(nested(levels + 1))), {});
  refused(cancel(nested(levels + 2)), /nested too deeply/);
  const attributes = Array.from({ length: 50_000 }, (_, n) => `a${n}=""`).join(' ');
  refused(cancel(`<context ${attributes}/>`), /too many attributes/);
  const namespaces = (count: number): string =>
    Array.from({ length: count }, (_, n) => `<a xmlns:n${n}="urn:${n}"/>`).join('');
  assert.deepEqual(accepted(cancel(namespaces(900))), {});
  refused(cancel(namespaces(10_000)), /too many namespace declarations/);
  refused(cancel(`<${many('a', FILL)}/>`), /element name is too long/);
  refused(cancel(`<a ${many('b', FILL)}=""/>`), /attribute name is too long/);
  refused(cancel('<a b="1" b="2"/>'), /duplicate/);
});

test('long content of every kind is read in time', () => {
  const reference = (text: string): string =>
    cancel(`<invoiceReference>${text}</invoiceReference>`);
  const blanks = `x${many(' ', FILL)}x`;
  assert.equal(accepted(reference(blanks))['invoiceReference'], blanks);
  assert.equal(accepted(reference(many(' \n', FILL)))['invoiceReference'], undefined);
  const escaped = accepted(reference(many('&amp;', FILL)))['invoiceReference'];
  assert.ok(typeof escaped === 'string' && /^&+$/.test(escaped));
  accepted(reference(many('<![CDATA[x]]>', FILL)));
  accepted(reference(many('<!---->', FILL)));
  accepted(reference(`<!--${many('- ', FILL)}-->`));
  accepted(cancel(`<a b="${many('&lt;', FILL)}"/>`));
  accepted(cancel(many('<u/>', FILL)));
  const timeout = (text: string): unknown =>
    accepted(
      frame(
        '<m:sendInvoice><invoice><commitReservationTimeout>' +
          `${text}</commitReservationTimeout></invoice></m:sendInvoice>`,
      ),
    )['invoice'];
  assert.deepEqual(timeout(`${many('0', FILL)}x`), {});
  assert.deepEqual(timeout(`${many('0', FILL)}7`), { commitReservationTimeout: '7' });
  assert.deepEqual(timeout(`-${many('9', FILL)}`), {
    commitReservationTimeout: '-9223372036854775808',
  });
  const amounts = accepted(
    frame(
      `<m:commitReservation><amount><value>${many('1', FILL)}x</value></amount>` +
        '</m:commitReservation>',
    ),
  );
  assert.equal(Object.keys(amounts['amount'] as object).length, 1);
});

test('tens of thousands of rows and tokens are read, for the edge to count', () => {
  const rows = many('<invoiceRow/>', FILL);
  const request = accepted(
    frame(`<m:sendInvoice><invoice><invoiceRows>${rows}</invoiceRows></invoice></m:sendInvoice>`),
  );
  const invoice = request['invoice'] as { invoiceRows: { invoiceRow: unknown[] } };
  assert.equal(invoice.invoiceRows.invoiceRow.length, Math.floor(FILL / '<invoiceRow/>'.length));
  accepted(frame(`<m:sendInvoice>${many('<tokens/>', FILL)}</m:sendInvoice>`));
});

test('a body far above the limit is refused without being looked at', () => {
  refused(Buffer.alloc(100 * 1024 * 1024, '<a>'), /too large/);
});

test('bytes in the wrong encoding are refused', () => {
  const text = Buffer.from(cancel('<invoiceReference>é</invoiceReference>'));
  refused(text, /not utf-16be/, 'text/xml; charset=utf-16be');
  refused(text, /unsupported encoding/, 'text/xml; charset=utf-7');
  refused(text, /unsupported encoding/, `text/xml; charset=${many('x', 5000)}`);
  refused(Buffer.concat([Buffer.from([0, 0, 0xfe, 0xff]), text]), /not well-formed|not utf/);
  refused(Buffer.from([0xc0, 0xaf]), /not utf-8/i);
  refused(Buffer.from([0xff, 0xfe, 0x00, 0xd8]), /not utf-16le/);
  refused(Buffer.alloc(1000), /not well-formed/);
  refused('', /not well-formed/);
  refused(' \n ', /not well-formed/);
  refused(cancel('<invoiceReference>\u0001</invoiceReference>'), /not well-formed/);
  refused(cancel('<invoiceReference>&#x0;</invoiceReference>'), /not well-formed/);
  refused(cancel('<invoiceReference>&#xD800;</invoiceReference>'), /not well-formed/);
});

test('names that mean something to JavaScript mean nothing here', () => {
  const names = '<__proto__><polluted>1</polluted></__proto__><constructor/><toString/>';
  assert.deepEqual(accepted(cancel(names)), {});
  assert.deepEqual(accepted(cancel('<a xmlns:__proto__="urn:x" __proto__:b="1"/>')), {});
  refused(frame('<m:__proto__/>'), /unknown operation/);
  refused(frame('<m:constructor/>'), /unknown operation/);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

type Exchange = {
  readonly operation: OperationName;
  readonly request: Buffer;
  readonly response: Buffer;
};

const EXCHANGES = OPERATION_NAMES.map((operation): Exchange => {
  const { request, response } = OPERATION_SAMPLES[operation];
  return {
    operation,
    request: Buffer.from(writeRequest(operation, request)),
    response: Buffer.from(writeResponse(operation, response)),
  };
});

test('every truncation of a valid envelope is refused', () => {
  for (const { operation, request, response } of EXCHANGES) {
    for (let length = 0; length < request.length; length += 3) {
      assert.equal(read(request.subarray(0, length)).kind, 'FAULT');
    }
    for (let length = 0; length < response.length; length += 3) {
      const part = response.subarray(0, length);
      assert.equal(readResponse(operation, part, 'text/xml').kind, 'FAULT');
    }
  }
});
