/** What follows from the declarations besides reading and writing: WSDL, schema, codes, names. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { operationCodes } from './operation-codes.ts';
import { MERCHANT_SERVICE, OPERATION_NAMES, OPERATIONS } from './operations.ts';
import { planService } from './plan.ts';
import {
  COMMON_RESULT_CODES,
  RESULT_CODE_FACTS,
  RESULT_CODES,
  resultCodeName,
} from './result-codes.ts';
import type { OperationDeclaration } from './schema.ts';
import { clientSessionInfoWsdl, readRequest, wsdl, writeRequest, xsd } from './soap.ts';
import { ENVELOPE_NAMESPACE, TARGET_NAMESPACE } from './soap-reader.ts';

const read = (inner: string): unknown => {
  const body =
    `<e:Envelope xmlns:e="${ENVELOPE_NAMESPACE}" xmlns:m="${TARGET_NAMESPACE}">` +
    `<e:Body>${inner}</e:Body></e:Envelope>`;
  const outcome = readRequest(Buffer.from(body), 'text/xml');
  assert.ok(outcome.kind === 'CALL', JSON.stringify(outcome));
  return outcome.request;
};

test('report parameters are read in each of the three shapes on the wire', () => {
  const entry = '<entry><key> TERMINALID </key><value>t</value></entry>';
  const expected = {
    parameters: {
      parameter: { entry: [1, 2].map(() => ({ key: 'TERMINALID', value: 't' })) },
    },
  };
  for (const operation of ['executeReport', 'markTransactionPeriod']) {
    for (const shape of [
      `<parameters><parameter>${entry}${entry}</parameter></parameters>`,
      `<parameters>${entry}${entry}</parameters>`,
      entry + entry,
    ]) {
      assert.deepEqual(read(`<m:${operation}>${shape}</m:${operation}>`), expected);
    }
    assert.deepEqual(read(`<m:${operation}><parameters/></m:${operation}>`), { parameters: {} });
    assert.deepEqual(read(`<m:${operation}/>`), {});
  }
});

test('report parameters are written in one shape only', () => {
  const entry = [{ key: 'transactionPeriodId', value: '1' }];
  const written = writeRequest('executeReport', { parameters: { parameter: { entry } } });
  assert.match(written, /<parameters><parameter><entry><key>transactionPeriodId<\/key>/);
});

test('a document is read although its base64 is not validly padded', () => {
  const value = read(
    '<m:submitPaymentReceipt><receiptDocument><mimeType>text/html</mimeType>' +
      '<receiptData>\n PHA+ S3Zp\n ZHR </receiptData></receiptDocument></m:submitPaymentReceipt>',
  );
  assert.deepEqual(value, {
    receiptDocument: {
      mimeType: 'text/html',
      receiptData: new Uint8Array(Buffer.from('<p>Kvidt')),
    },
  });
});

test('an operation without elements is read and described', () => {
  assert.deepEqual(read('<m:benchmarkingNop/>'), {});
  assert.match(xsd(), /<xs:complexType name="benchmarkingNop">\s*<xs:sequence\/>/);
});

test('a name that is not declared is found at start', () => {
  const broken = { ...MERCHANT_SERVICE, types: {} };
  assert.throws(() => planService(broken), /undeclared type: clientContext/);
});

test('the WSDL has the names that generated clients refer to, and the address given', () => {
  const text = wsdl('https://pay.example/soap?a=1&b=2');
  for (const part of [
    '<wsdl:portType name="ERSWSExternalClientService">',
    '<wsdl:binding name="ERSWSExternalClientServiceServiceSoapBinding"',
    '<wsdl:service name="ERSWSExternalClientServiceService">',
    '<wsdl:port name="ERSWSExternalClientServicePort"',
    '<soap:address location="https://pay.example/soap?a=1&amp;b=2"/>',
    '<xs:element name="resultCode" type="xs:int">',
    '<xs:extension base="tns:erswsResponse">',
    'soapAction=""',
    'elementFormDefault="unqualified"',
    '<xs:complexType name="principalPurchaseProductSpecifier">',
  ]) {
    assert.ok(text.includes(part), part);
  }
  assert.ok(!text.includes('EXPIRED"'));
  assert.equal(text.match(/<xs:schema/g)?.length, 1);
  assert.ok(!text.includes('xs:import'));
});

test('the schema to download is the schema inside the WSDL', () => {
  const [prologue = '', ...schema] = xsd().trimEnd().split('\n');
  assert.match(prologue, /^<\?xml /);
  const indented = schema.map((line) => `    ${line}\n`).join('');
  assert.ok(wsdl('http://localhost/').includes(indented));
});

test('the WSDL for session information has its own names, and only the types that it needs', () => {
  const text = clientSessionInfoWsdl('https://pay.example/sessions');
  for (const part of [
    '<wsdl:portType name="ERSWSClientSessionInfoService">',
    '<wsdl:service name="ERSWSClientSessionInfoServiceService">',
    '<wsdl:port name="ERSWSClientSessionInfoServicePort"',
    '<soap:address location="https://pay.example/sessions"/>',
    '<xs:complexType name="erswsClientSessionInfoResponse">',
    '<xs:complexType name="principalId">',
  ]) {
    assert.ok(text.includes(part), part);
  }
  assert.ok(!text.includes('sendInvoice') && !text.includes('paymentMode'));
});

test('result codes have one number and one name each', () => {
  const codes = Object.values(RESULT_CODES);
  assert.equal(new Set(codes).size, codes.length);
  assert.deepEqual(
    codes,
    codes.toSorted((a, b) => a - b),
  );
  assert.equal(RESULT_CODES.INVOICE_STATE_NOT_RESERVED, 96);
  assert.equal(resultCodeName(49), 'INVALID_INVOICE_DATA');
  assert.equal(resultCodeName(17), null);
  for (const { codes: names } of Object.values(OPERATIONS)) {
    for (const name of names) assert.ok(!RESULT_CODE_FACTS[name].meaning.startsWith('Not sent'));
  }
});

/** The codes besides the common ones, as `result-codes.md` 3 lists them. */
const LISTED = {
  sendInvoice: [11, 21, 48, 49, 64],
  updateInvoice: [11, 21, 48, 49, 54, 64, 95],
  getPaymentStatus: [21, 54],
  cancelInvoice: [21, 48, 50, 51, 54, 95],
  commitReservation: [11, 21, 49, 54, 96],
  submitPaymentReceipt: [21, 23, 49],
  refundPayment: [11, 21, 23, 48, 49, 64, 97, 98, 99],
  registerTerminal: [21, 22, 56],
  unregisterTerminal: [21, 48],
  assignSeqrId: [21, 53],
  markTransactionPeriod: [21],
  executeReport: [2, 21, 23, 41],
  getClientSessionInfo: [21, 60, 61, 62, 63],
} as const;

test('every operation has the codes of the contract', () => {
  const common: readonly string[] = COMMON_RESULT_CODES;
  for (const [operation, listed] of Object.entries(LISTED)) {
    const codes = operationCodes(operation as keyof typeof LISTED);
    const own = codes.filter(({ name }) => !common.includes(name)).map(({ code }) => code);
    assert.deepEqual(own, listed, operation);
  }
  assert.deepEqual(
    operationCodes('benchmarkingNop').map(({ code }) => code),
    [0],
  );
});

test('a code is either answered by an operation or there is a reason why it is not', () => {
  for (const operation of OPERATION_NAMES) {
    const { offered }: OperationDeclaration = OPERATIONS[operation];
    const codes = operationCodes(operation);
    assert.deepEqual(
      codes.map(({ code }) => code),
      codes.map(({ code }) => code).toSorted((a, b) => a - b),
    );
    const never = codes.filter(({ unreachable }) => unreachable !== null);
    for (const { unreachable } of never) assert.match(unreachable ?? '', /^.{20,}\.$/);
    assert.equal(
      never.some(({ name }) => name === 'SUCCESS'),
      offered === false,
      operation,
    );
  }
});
