import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { writeRequest } from '@seqr-ups/contract';
import {
  addTestMerchant,
  addTestTerminal,
  PUBLIC_URL,
  startSoapEdge,
  TERMINAL_PASSWORD,
  terminalContext,
} from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';
import type { WorkKind } from '../http.ts';
import { SESSION_INFO_PATH, SOAP_PATHS } from './edge.ts';

let platform: SoapPlatform;
let overloaded: readonly WorkKind[] = [];
/** A getPaymentStatus that is answered 54: understood, authenticated, and no such invoice. */
let envelope: string;

before(async () => {
  platform = await startSoapEdge({ overloaded: (work) => overloaded.includes(work) });
  await addTestMerchant(platform.database.db, { id: 'cafe', password: 'shop-secret' });
  const terminalId = await addTestTerminal(platform.database.db, 'cafe');
  envelope = writeRequest('getPaymentStatus', {
    context: { ...terminalContext(terminalId, TERMINAL_PASSWORD), clientId: 'Café 4.1' },
    invoiceReference: '20261123000000000',
    invoiceVersion: 0,
  });
});
after(() => platform.stop());

const UNDERSTOOD = /<resultCode>54<\/resultCode>/;

test('Every path of the field answers, with a slash or parameters behind it too', async () => {
  for (const path of SOAP_PATHS) {
    for (const variant of [path, `${path}/`, `${path}?client=4.1`]) {
      const answer = await platform.post(envelope, { path: variant });
      assert.equal(answer.status, 200, variant);
      assert.match(answer.text, UNDERSTOOD, variant);
      assert.equal(answer.type, 'text/xml; charset=utf-8');
    }
  }
});

test('The WSDL names the public address of its path, whatever Host says', async () => {
  for (const path of SOAP_PATHS) {
    for (const query of ['?wsdl', '?WSDL', '?Wsdl=', '?a=b&wSdL', '/?wsdl']) {
      const answer = await fetch(`${platform.url}${path}${query}`);
      assert.equal(answer.status, 200);
      const text = await answer.text();
      assert.match(text, /<wsdl:definitions|<definitions/);
      assert.ok(text.includes(`"${PUBLIC_URL}${path}"`), `${path}${query}`);
      assert.ok(!text.includes('127.0.0.1'), 'no trace of the Host header');
    }
  }
});

test('Sessions have an endpoint of their own, with a WSDL of its service', async () => {
  const answer = await platform.post(envelope, { path: SESSION_INFO_PATH });
  assert.match(answer.text, UNDERSTOOD);
  const text = await (await fetch(`${platform.url}${SESSION_INFO_PATH}?WSDL`)).text();
  assert.ok(text.includes(`"${PUBLIC_URL}${SESSION_INFO_PATH}"`));
  assert.match(text, /<wsdl:service name="ERSWSClientSessionInfoServiceService">/);
  assert.doesNotMatch(text, /sendInvoice/);
});

test('The schema can be had alone', async () => {
  for (const query of ['?xsd', '?XSD=1']) {
    const answer = await fetch(`${platform.url}${SOAP_PATHS[0]}${query}`);
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /^<\?xml[^>]*>\s*<xs:schema/);
  }
});

test('Anything else than POST and the WSDL is 405 with a short text', async () => {
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const answer = await fetch(`${platform.url}${SOAP_PATHS[0]}?wsdls`, { method });
    assert.equal(answer.status, 405, method);
    assert.equal(answer.headers.get('allow'), 'GET, POST');
  }
});

test('Content types of the field, missing and absurd ones too, are read', async () => {
  const types = [
    'text/xml',
    'text/xml;charset=UTF-8',
    'text/xml; charset="utf-8"; action=""',
    'application/xml',
    'application/octet-stream',
    'application/json',
    'text/xml; charset=',
    'xml',
    '',
  ];
  for (const type of types) {
    const answer = await platform.post(envelope, { headers: { 'content-type': type } });
    assert.match(answer.text, UNDERSTOOD, type);
  }
});

test('ISO-8859-1 and UTF-16 bodies are read by their charset, mark or declaration', async () => {
  const latin = Buffer.from(envelope.replace('"UTF-8"', '"ISO-8859-1"'), 'latin1');
  const wide = Buffer.from(`\ufeff${envelope.replace('"UTF-8"', '"UTF-16"')}`, 'utf16le');
  const marked = Buffer.from(`\ufeff${envelope}`);
  for (const [bytes, type] of [
    [latin, 'text/xml; charset=iso-8859-1'],
    [latin, 'text/xml'],
    [wide, 'text/xml; charset=utf-16'],
    [wide, 'text/xml'],
    [marked, 'text/xml'],
  ] as const) {
    const answer = await platform.post(bytes, { headers: { 'content-type': type } });
    assert.match(answer.text, UNDERSTOOD, type);
  }
});

test('Gzip is inflated, but no further than 1 MiB', async () => {
  const headers = { 'content-encoding': 'gzip' };
  const answer = await platform.post(gzipSync(envelope), { headers });
  assert.match(answer.text, UNDERSTOOD);
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
  assert.ok(bomb.byteLength < 100_000);
  await assertFault(platform.post(bomb, { headers }), 'Client');
  await assertFault(platform.post('not gzip', { headers }), 'Client');
  await assertFault(platform.post(envelope, { headers: { 'content-encoding': 'br' } }), 'Client');
});

test('Expect: 100-continue and chunked bodies work', async () => {
  const text = await new Promise<string>((resolve, reject) => {
    const request = httpRequest(`${platform.url}${SOAP_PATHS[0]}`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml', expect: '100-continue' },
    });
    request.on('continue', () => {
      request.write(envelope.slice(0, 100));
      request.end(envelope.slice(100));
    });
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve(body));
    });
    request.on('error', reject);
    request.flushHeaders();
  });
  assert.match(text, UNDERSTOOD);
});

test('The SOAPAction header is ignored', async () => {
  for (const soapaction of ['', '""', '"cancelInvoice"', 'http://example.org/x']) {
    const answer = await platform.post(envelope, { headers: { soapaction } });
    assert.match(answer.text, UNDERSTOOD);
  }
});

test('What is no call is a fault with status 500 and no word about our insides', async () => {
  const frame = (body: string) => envelope.replace(/<soap:Body>.*<\/soap:Body>/s, body);
  await assertFault(platform.post('{"json": true}'), 'Client');
  await assertFault(platform.post(''), 'Client');
  await assertFault(platform.post(envelope.slice(0, 200)), 'Client');
  await assertFault(platform.post(frame('<soap:Body><launchRocket/></soap:Body>')), 'Client');
  await assertFault(platform.post(`<!DOCTYPE x [<!ENTITY a "b">]>${envelope}`), 'Client');
  await assertFault(platform.post('x'.repeat(1_048_577)), 'Client');
  const twelve = envelope.replaceAll(
    'http://schemas.xmlsoap.org/soap/envelope/',
    'http://www.w3.org/2003/05/soap-envelope',
  );
  await assertFault(platform.post(twelve), 'VersionMismatch');
  const header = '<soap:Header><a soap:mustUnderstand="1"/></soap:Header><soap:Body>';
  await assertFault(platform.post(envelope.replace('<soap:Body>', header)), 'MustUnderstand');
});

async function assertFault(answer: ReturnType<SoapPlatform['post']>, code: string): Promise<void> {
  const { status, type, text } = await answer;
  assert.equal(status, 500);
  assert.equal(type, 'text/xml; charset=utf-8');
  assert.match(text, new RegExp(`<faultcode>[^<]*${code}</faultcode>`));
  assert.doesNotMatch(text, /\.ts|node_modules|    at /);
}

test('When overloaded, a call is answered 93 and its credentials are not read', async () => {
  overloaded = ['NEW', 'UNDER_WAY'];
  try {
    const wrong = envelope.replace(TERMINAL_PASSWORD, 'wrong');
    const answer = await platform.post(wrong);
    assert.equal(answer.status, 200);
    assert.match(answer.text, /<resultCode>93<\/resultCode>/);
    assert.match(answer.text, /<resultDescription>SYSTEM_BUSY<\/resultDescription>/);
    assert.match(answer.text, /<version>0<\/version>/);
    assert.equal((await platform.call('benchmarkingNop', {})).resultCode, 0);
  } finally {
    overloaded = [];
  }
});

test('Calls of purchases under way are shed last, new ones first', async () => {
  overloaded = ['NEW'];
  try {
    assert.match((await platform.post(envelope)).text, UNDERSTOOD);
    const context = terminalContext(await addTestTerminal(platform.database.db, 'cafe'), 'x');
    for (const operation of ['updateInvoice', 'cancelInvoice', 'commitReservation'] as const) {
      assert.equal((await platform.call(operation, { context })).resultCode, 20, operation);
    }
    for (const operation of ['sendInvoice', 'refundPayment', 'executeReport'] as const) {
      assert.equal((await platform.call(operation, { context })).resultCode, 93, operation);
    }
  } finally {
    overloaded = [];
  }
});

test('A failure of ours inside an operation is its own answer with code 90', async () => {
  const broken = await startSoapEdge();
  try {
    await broken.database.db.close();
    const answer = await broken.post(envelope);
    assert.equal(answer.status, 200);
    assert.match(answer.text, /getPaymentStatusResponse/);
    assert.match(answer.text, /<resultCode>90<\/resultCode>/);
    assert.match(answer.text, /<version>0<\/version>/);
    assert.doesNotMatch(answer.text, /pool|\.ts/);
  } finally {
    await broken.stop();
  }
});
