/** The language of the declarations, tried on operations that the merchant API will have later. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TYPES } from './messages.ts';
import { MERCHANT_SERVICE, OPERATIONS } from './operations.ts';
import { planService } from './plan.ts';
import { RESULT_CODE_FACTS, RESULT_CODES, resultCodeName } from './result-codes.ts';
import type { ServiceDeclaration } from './schema.ts';
import { ENVELOPE_NAMESPACE, readEnvelope, TARGET_NAMESPACE } from './soap-reader.ts';
import { describeService, wsdl } from './wsdl.ts';
import { writeFields } from './xml-output.ts';

const CONTEXT = OPERATIONS.cancelInvoice.request.context;
const quiet = { docs: '', principals: [], codes: [], repetition: '' } as const;

const LATER = {
  enumerations: {},
  types: {
    ...TYPES,
    parameterMap: {
      docs: '',
      elements: { parameter: { type: 'mapArray', occurs: '0..1', unwrapped: true, docs: '' } },
    },
    mapArray: { docs: '', elements: { entry: { type: 'parameter', occurs: '0..*', docs: '' } } },
    parameter: {
      docs: '',
      elements: {
        key: { type: 'string', occurs: '0..1', docs: '' },
        value: { type: 'string', occurs: '0..1', docs: '' },
      },
    },
    receiptDocument: {
      docs: '',
      elements: {
        mimeType: { type: 'string', occurs: '0..1', docs: '' },
        receiptData: { type: 'base64Binary', occurs: '0..1', docs: '' },
      },
    },
  },
  operations: {
    benchmarkingNop: { ...quiet, request: {}, response: 'erswsResponse' },
    submitPaymentReceipt: {
      ...quiet,
      request: {
        context: CONTEXT,
        receiptDocument: { type: 'receiptDocument', occurs: '0..1', docs: '' },
      },
      response: 'erswsResponse',
    },
    executeReport: {
      ...quiet,
      request: {
        context: CONTEXT,
        parameters: { type: 'parameterMap', occurs: '0..1', unwrapped: true, docs: '' },
      },
      response: 'erswsResponse',
    },
  },
} as const satisfies ServiceDeclaration;

const SERVICE = planService({ ...LATER, enumerations: MERCHANT_SERVICE.enumerations });

const read = (inner: string): unknown => {
  const body =
    `<e:Envelope xmlns:e="${ENVELOPE_NAMESPACE}" xmlns:m="${TARGET_NAMESPACE}">` +
    `<e:Body>${inner}</e:Body></e:Envelope>`;
  const lookup = (local: string) => SERVICE.operations.get(local)?.request ?? null;
  return readEnvelope(Buffer.from(body), 'text/xml', 10_000, lookup).value;
};

test('report parameters are read in each of the three shapes on the wire', () => {
  const entry = '<entry><key>TERMINALID</key><value>t</value></entry>';
  const expected = {
    parameters: {
      parameter: { entry: [1, 2].map(() => ({ key: 'TERMINALID', value: 't' })) },
    },
  };
  for (const shape of [
    `<parameters><parameter>${entry}${entry}</parameter></parameters>`,
    `<parameters>${entry}${entry}</parameters>`,
    entry + entry,
  ]) {
    assert.deepEqual(read(`<m:executeReport>${shape}</m:executeReport>`), expected);
  }
  assert.deepEqual(read('<m:executeReport><parameters/></m:executeReport>'), { parameters: {} });
  assert.deepEqual(read('<m:executeReport/>'), {});
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
  const plan = SERVICE.operations.get('submitPaymentReceipt')?.request;
  assert.ok(plan);
  assert.match(
    writeFields(plan, { receiptDocument: { receiptData: Buffer.from('<p>') } }),
    /<receiptData>PHA\+<\/receiptData>/,
  );
});

test('an operation without elements is read and described', () => {
  assert.deepEqual(read('<m:benchmarkingNop/>'), {});
  const text = describeService(LATER, 'Later', 'http://localhost/');
  assert.match(text, /<xs:complexType name="benchmarkingNop">\s*<xs:sequence\/>/);
});

test('a name that is not declared is found at start', () => {
  const broken = { ...LATER, types: {} };
  assert.throws(() => planService(broken), /undeclared type: erswsResponse/);
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
  ]) {
    assert.ok(text.includes(part), part);
  }
  assert.ok(!text.includes('EXPIRED'));
  assert.equal(text.match(/<xs:schema/g)?.length, 1);
  assert.ok(!text.includes('xs:import'));
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
