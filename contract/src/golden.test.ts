/**
 * Golden samples: every folder of `contract/samples` is one exchange, in the form in which it
 * crosses the wire, next to what it means.
 */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import {
  parseCreatePurchaseAnswer,
  parseCreatePurchaseRequest,
  writeCreatePurchaseRequest,
} from './create-purchase.ts';
import { toAmountJson } from './money.ts';
import { OPERATION_NAMES } from './operations.ts';
import type { OperationName, SoapRequest, SoapResponse } from './operations.ts';
import { readRequest, readResponse, writeFault, writeRequest, writeResponse } from './soap.ts';

const SAMPLES = new URL('../samples/', import.meta.url);
const bytes = (path: string): Buffer => readFileSync(new URL(path, SAMPLES));
const text = (path: string): string => bytes(path).toString('utf8').trimEnd();
const json = (path: string): unknown => JSON.parse(text(path));
const has = (path: string): boolean => existsSync(new URL(path, SAMPLES));
/** Samples are indented for people; the wire is not. */
const unindented = (xml: string): string => xml.replaceAll(/>\s+</g, '><').trim();
/** Values compare as the JSON beside them: without undefined members, bytes as `{ base64 }`. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, member: unknown) =>
      member instanceof Uint8Array ? { base64: Buffer.from(member).toString('base64') } : member,
    ),
  );
const withBytes = (path: string): unknown =>
  JSON.parse(text(path), (_key, member: unknown) =>
    typeof member === 'object' && member !== null && 'base64' in member
      ? new Uint8Array(Buffer.from(String(member.base64), 'base64'))
      : member,
  );

type RequestSample = {
  readonly operation: OperationName;
  readonly request: SoapRequest<OperationName>;
  readonly unknownElements: number;
};
type ResponseSample = {
  readonly operation: OperationName;
  readonly response: SoapResponse<OperationName>;
};

const exchange = (name: string): void => {
  const { operation, response } = withBytes(`${name}/response.json`) as ResponseSample;
  const { request } = withBytes(`${name}/request.json`) as RequestSample;
  const write = writeRequest as (o: OperationName, r: unknown) => string;
  const answer = writeResponse as (o: OperationName, r: unknown) => string;
  assert.equal(write(operation, request), unindented(text(`${name}/request.xml`)));
  assert.equal(answer(operation, response), unindented(text(`${name}/response.xml`)));
  const read = readResponse(operation, bytes(`${name}/response.xml`), 'text/xml');
  assert.deepEqual(plain(read), plain({ kind: 'ANSWER', response }));
  assert.ok(read.kind === 'ANSWER');
  assert.deepEqual(Object.keys(read.response), Object.keys(response), 'in schema order');
};

const understood = (name: string): void => {
  const expected = json(`${name}/request.json`) as RequestSample;
  const read = readRequest(bytes(`${name}/request.xml`), 'text/xml; charset=utf-8');
  assert.deepEqual(plain(read), { kind: 'CALL', ...expected });
};

for (const name of readdirSync(SAMPLES).toSorted()) {
  test(`sample ${name} means what stands beside it`, () => {
    if (has(`${name}/request.json`)) understood(name);
    if (has(`${name}/response.xml`)) exchange(name);
    if (has(`${name}/fault.xml`)) {
      const read = readRequest(bytes(`${name}/request.xml`), 'text/xml');
      assert.ok(read.kind === 'FAULT', 'must be refused');
      assert.equal(writeFault(read.fault), unindented(text(`${name}/fault.xml`)));
    }
    if (has(`${name}/body.json`)) {
      const read = parseCreatePurchaseRequest(json(`${name}/body.json`));
      const shown = read.ok ? { ...read, amount: toAmountJson(read.amount) } : read;
      assert.deepEqual(shown, json(`${name}/parsed.json`));
    }
    if (has(`${name}/answer.json`)) {
      const read = parseCreatePurchaseAnswer(bytes(`${name}/answer.json`));
      assert.deepEqual(read, json(`${name}/parsed.json`));
    }
  });
}

test('every operation has a golden exchange', () => {
  const exchanges = readdirSync(SAMPLES)
    .filter((name) => has(`${name}/response.json`))
    .map((name) => (json(`${name}/response.json`) as ResponseSample).operation);
  assert.deepEqual([...new Set(exchanges)].toSorted(), [...OPERATION_NAMES].toSorted());
});

test('createPurchase is written with exactly its four fields, byte for byte', () => {
  const parsed = parseCreatePurchaseRequest(json('create-purchase/body.json'));
  assert.ok(parsed.ok);
  assert.equal(writeCreatePurchaseRequest(parsed.request), text('create-purchase/body.json'));
});
