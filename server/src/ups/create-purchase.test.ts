import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { testAuthority, type TestAuthority } from '../../test/certificate.ts';
import { rawServer, type RawServer } from '../../test/raw-server.ts';
import type { ResellerAnswer } from '../core/purchase.ts';
import { openMetrics } from '../metrics.ts';
import { openOutbound, type Outbound } from '../outbound.ts';
import { createPurchaseCaller, type CreatePurchase } from './create-purchase.ts';

const CONNECT_TIMEOUT_MS = 400;
const TIMEOUT_MS = 800;
/** Slack of a busy machine. */
const LATE_MS = 1_500;

const log = pino({ level: 'silent' });
let authority: TestAuthority;
let certificate: { cert: string; key: string };
let outbound: Outbound;
let createPurchase: CreatePurchase;
const metrics = openMetrics();

before(async () => {
  authority = await testAuthority();
  certificate = await authority.issue(['127.0.0.1']);
  outbound = openOutbound({ allow: ['127.0.0.0/8'], connectTimeoutMs: CONNECT_TIMEOUT_MS });
  const config = { createPurchaseTimeoutMs: TIMEOUT_MS };
  createPurchase = createPurchaseCaller({ outbound, config, log, metrics });
});
after(() => outbound.close());

/** Calls a reseller at an origin, as the wallet edge does. */
const call = (origin: string, caPem: string | null = authority.pem): Promise<ResellerAnswer> =>
  createPurchase({
    purchaseId: '0199a1b2-0000-7000-8000-000000000001',
    url: `${origin}/seqr/createPurchase`,
    caPem,
    reservationToken: 'kiosk-0417',
    reservationAmount: { minor: 1500n, currency: 'EUR' },
    msisdn: '46700000001',
  });

type Answer = (socket: Socket) => void;

/** One call to a reseller that answers with these bytes. */
async function callReseller(
  answer: Answer,
): Promise<{ answer: ResellerAnswer; reseller: RawServer }> {
  const reseller = await rawServer(answer, certificate);
  try {
    return { answer: await call(reseller.origin), reseller };
  } finally {
    await reseller.close();
  }
}

const http =
  (status: string, body: string | Buffer, headers = 'Content-Type: application/json'): Answer =>
  (socket) => {
    const head = `HTTP/1.1 ${status}\r\n${headers}\r\nContent-Length: ${Buffer.byteLength(body)}`;
    socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), Buffer.from(body)]));
  };

const invoice = '{"invoiceReferenceId":"20261123104512345"}';

/** What a failure must look like: SYSTEM_ERROR, with the reason for the operator. */
function assertSystemError(
  answer: ResellerAnswer,
  detail: RegExp,
  reference: string | null = null,
) {
  assert.equal(answer.kind, 'ERROR');
  assert.ok(answer.kind === 'ERROR');
  assert.equal(answer.code, 'SYSTEM_ERROR');
  assert.equal(answer.invoiceReference, reference);
  assert.match(answer.detail, detail);
}

test('the request has exactly four fields, two headers and the purchase as its key', async () => {
  const { answer, reseller } = await callReseller(http('200 OK', invoice));
  assert.deepEqual(answer, { kind: 'INVOICE', invoiceReference: '20261123104512345' });
  const [head, body] = (reseller.requests[0] ?? '').split('\r\n\r\n');
  assert.match(head ?? '', /^POST \/seqr\/createPurchase HTTP\/1\.1\r\n/);
  assert.match(head ?? '', /\r\naccept: application\/json\r\n/i);
  assert.match(head ?? '', /\r\ncontent-type: application\/json;charset=UTF-8\r\n/i);
  assert.match(head ?? '', /\r\nidempotency-key: 0199a1b2-0000-7000-8000-000000000001/i);
  assert.equal(
    body,
    '{"reservationToken":"kiosk-0417","reservationAmount":"15.00",' +
      '"currency":"EUR","msisdn":"46700000001"}',
  );
});

test('connections are kept and used again', async (t) => {
  const reseller = await rawServer(http('200 OK', invoice), certificate);
  t.after(() => reseller.close());
  for (let i = 0; i < 8; i += 1) assert.equal((await call(reseller.origin)).kind, 'INVOICE');
  // A second one may be opened while the first is still putting the last answer away.
  assert.ok(reseller.connections() <= 2);
});

test('row 1: no connection is SYSTEM_ERROR after a second attempt', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  assertSystemError(await call(`https://127.0.0.1:${port}`), /^CONNECT: .*ECONNREFUSED/);
});

test('row 1: a connection lost before anything was sent is tried once more', async (t) => {
  let accepted = 0;
  const refuser = createServer((socket) => {
    accepted += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  t.after(() => refuser.close());
  await once(refuser, 'listening');
  const { port } = refuser.address() as AddressInfo;
  assertSystemError(await call(`https://127.0.0.1:${port}`), /^TLS: /);
  assert.equal(accepted, 2);
});

test('row 1: a request that was sent is never sent again', async () => {
  const { answer, reseller } = await callReseller((socket) => socket.destroy());
  assertSystemError(answer, /^PROTOCOL: /);
  assert.equal(reseller.requests.length, 1);
});

test('rows 1 and 44: a certificate of an unknown authority is refused', async (t) => {
  const reseller = await rawServer(http('200 OK', invoice), certificate);
  t.after(() => reseller.close());
  assertSystemError(await call(reseller.origin, null), /^TLS: /);
  const stranger = await testAuthority();
  assertSystemError(await call(reseller.origin, stranger.pem), /^TLS: /);
  assertSystemError(await call(reseller.origin, 'no certificate'), /^TLS: /);
  assert.equal(reseller.requests.length, 0);
});

test('rows 1 and 44: a certificate for another name, or an expired one, is refused', async (t) => {
  for (const wrong of [
    await authority.issue(['vending.example']),
    await authority.issue(['127.0.0.1'], -1),
  ]) {
    const reseller = await rawServer(http('200 OK', invoice), wrong);
    t.after(() => reseller.close());
    assertSystemError(await call(reseller.origin), /^TLS: /);
    assert.equal(reseller.requests.length, 0);
  }
});

test('row 1: a server that accepts and says nothing ends the call in time', async (t) => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  t.after(() => silent.close());
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const startMs = performance.now();
  assertSystemError(await call(`https://127.0.0.1:${port}`), /^TIMEOUT: /);
  assert.ok(performance.now() - startMs < TIMEOUT_MS + LATE_MS);
});

const HANGING: Readonly<Record<string, Answer>> = {
  'never answers': () => {},
  'drips its headers': (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nX-A: '),
  'drips its body': (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n'),
  'drips a chunked body': (socket) =>
    drip(socket, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\nx\r\n'),
};

function drip(socket: Socket, start: string, drop = 'a'): void {
  socket.write(start);
  const timer = setInterval(() => socket.write(drop), 20);
  socket.on('close', () => clearInterval(timer));
}

for (const [what, answer] of Object.entries(HANGING)) {
  test(`rows 1 and 2: a reseller that ${what} is left at the deadline`, async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const startMs = performance.now();
    const { answer: answered, reseller } = await callReseller((socket) => {
      socket.on('close', () => resolve());
      answer(socket);
    });
    assertSystemError(answered, /^TIMEOUT: /);
    const tookMs = performance.now() - startMs;
    assert.ok(tookMs >= TIMEOUT_MS - 50 && tookMs < TIMEOUT_MS + LATE_MS, `${tookMs} ms`);
    assert.equal(reseller.requests.length, 1);
    await closed;
  });
}

for (const status of [
  '201 Created',
  '202 Accepted',
  '204 No Content',
  '301 Moved',
  '302 Found',
  '400 Bad',
  '404 Not Found',
  '500 Broken',
  '503 Busy',
  '999 Odd',
]) {
  test(`row 3: status ${status} is SYSTEM_ERROR even with a valid body`, async () => {
    const { answer } = await callReseller(http(status, status.startsWith('204') ? '' : invoice));
    const reference = status.startsWith('204') ? null : '20261123104512345';
    assertSystemError(answer, new RegExp(`^HTTP ${status.slice(0, 3)}: `), reference);
  });
}

test('row 3: a redirect is not followed', async (t) => {
  const target = await rawServer(http('200 OK', invoice), certificate);
  t.after(() => target.close());
  const { answer } = await callReseller(
    http('307 Temporary Redirect', '', `Location: ${target.origin}/seqr/createPurchase`),
  );
  assertSystemError(answer, /^HTTP 307/);
  assert.equal(target.connections(), 0);
});

test('row 3: of a wrong answer only the first KiB is kept', async () => {
  const { answer } = await callReseller(http('500 Broken', `<html>${'x'.repeat(9_000)}`));
  assert.ok(answer.kind === 'ERROR' && answer.detail.length < 1_100);
});

const GARBAGE: Readonly<Record<string, string | Buffer>> = {
  HTML: '<html><body>Welcome</body></html>',
  'an empty body': '',
  'a JSON text': '"20261123104512345"',
  'a JSON array': `[${invoice}]`,
  'JSON null': 'null',
  'cut JSON': '{"invoiceReferenceId":"2026',
  'no known field': '{"reference":"20261123104512345"}',
  'both fields null or empty': '{"invoiceReferenceId":null,"errorCode":""}',
  'a reference that is a number': '{"invoiceReferenceId":20261123104512345}',
  'UTF-16': Buffer.from(invoice, 'utf16le'),
  'Latin-1': Buffer.from('{"errorCode":"DEVICE_IN_USE","text":"h\u00e4"}', 'latin1'),
};

for (const [what, body] of Object.entries(GARBAGE)) {
  test(`row 4: ${what} is SYSTEM_ERROR`, async () => {
    const { answer } = await callReseller(http('200 OK', body));
    assertSystemError(answer, /./);
  });
}

test('row 4: a body above 16 KiB is not read to its end', async () => {
  let written = 0;
  const { answer } = await callReseller((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n');
    const more = () => {
      while (socket.writable && socket.write('x'.repeat(65_536))) written += 65_536;
    };
    socket.on('drain', more);
    more();
  });
  assertSystemError(answer, /^TOO_LARGE: /);
  assert.ok(written < 50_000_000);
});

test('row 4: any content type is read when the body is JSON', async () => {
  for (const headers of [
    'Content-Type: text/html',
    'Content-Type: application/json;charset=latin1',
    'X-None: 1',
  ]) {
    const { answer } = await callReseller(http('200 OK', invoice, headers));
    assert.equal(answer.kind, 'INVOICE');
  }
});

for (const code of [
  '"device_in_use"',
  '" DEVICE_IN_USE"',
  '"OUT_OF_COFFEE"',
  '5',
  '["DEVICE_IN_USE"]',
  'true',
]) {
  test(`row 5: errorCode ${code} is SYSTEM_ERROR and the original is kept`, async () => {
    const { answer } = await callReseller(http('200 OK', `{"errorCode":${code}}`));
    assertSystemError(answer, /errorCode/);
  });
}

for (const code of [
  'INSUFFICIENT_FUNDS',
  'DEVICE_IN_USE',
  'DEVICE_UNAVAILABLE',
  'INVOICING_ERROR',
  'SYSTEM_ERROR',
]) {
  test(`a reseller's ${code} is handed on as it is`, async () => {
    const { answer } = await callReseller(http('200 OK', `{"errorCode":"${code}"}`));
    assert.deepEqual(answer, { kind: 'ERROR', code, detail: '', invoiceReference: null });
  });
}

test('row 6: with both fields the error wins and the invoice is named', async () => {
  const both = '{"invoiceReferenceId":"20261123104512345","errorCode":"DEVICE_IN_USE"}';
  const { answer } = await callReseller(http('200 OK', both));
  assert.deepEqual(answer, {
    kind: 'ERROR',
    code: 'DEVICE_IN_USE',
    detail: '',
    invoiceReference: '20261123104512345',
  });
});

test('row 6: null and "" count as absent', async () => {
  for (const absent of ['null', '""']) {
    const body = `{"invoiceReferenceId":"20261123104512345","errorCode":${absent}}`;
    const { answer } = await callReseller(http('200 OK', body));
    assert.deepEqual(answer, { kind: 'INVOICE', invoiceReference: '20261123104512345' });
  }
});

test('interim answers: a few are skipped, a flood ends the call', async () => {
  const hint = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
  const few = await callReseller((socket) => {
    socket.write(hint.repeat(3));
    http('200 OK', invoice)(socket);
  });
  assert.equal(few.answer.kind, 'INVOICE');
  const startMs = performance.now();
  const flood = await callReseller((socket) => {
    const timer = setInterval(() => socket.write(hint), 1);
    socket.on('close', () => clearInterval(timer));
  });
  assertSystemError(flood.answer, /^PROTOCOL: too many interim/);
  assert.ok(performance.now() - startMs < TIMEOUT_MS);
});

const BROKEN: Readonly<Record<string, Answer>> = {
  'closes early within the body': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"invoice'),
  'closes early within the headers': (socket) => socket.end('HTTP/1.1 200 OK\r\nConte'),
  'sends endless headers': (socket) =>
    socket.write(`HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(40_000)}`),
  'does not speak HTTP': (socket) => socket.end('220 mail.example ESMTP\r\n'),
  'switches protocols': (socket) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
  'sends two lengths': (socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd'),
};

for (const [what, answer] of Object.entries(BROKEN)) {
  test(`row 4: a reseller that ${what} is SYSTEM_ERROR`, async () => {
    const { answer: answered } = await callReseller(answer);
    assertSystemError(answered, /^PROTOCOL: /);
  });
}

test('a hanging reseller delays nobody else', async (t) => {
  const hanging = await rawServer(() => {}, certificate);
  const good = await rawServer(http('200 OK', invoice), certificate);
  t.after(() => Promise.all([hanging.close(), good.close()]));
  const stuck = Array.from({ length: 300 }, () => call(hanging.origin));
  const startMs = performance.now();
  for (let i = 0; i < 10; i += 1) assert.equal((await call(good.origin)).kind, 'INVOICE');
  assert.ok(performance.now() - startMs < TIMEOUT_MS);
  for (const answer of await Promise.all(stuck)) assert.equal(answer.kind, 'ERROR');
});

test('row 41: an address that is not public is refused without a connection', async (t) => {
  const strict = openOutbound({ allow: [], connectTimeoutMs: CONNECT_TIMEOUT_MS });
  const config = { createPurchaseTimeoutMs: TIMEOUT_MS };
  const strictly = createPurchaseCaller({ outbound: strict, config, log, metrics });
  const reseller = await rawServer(http('200 OK', invoice), certificate);
  t.after(() => Promise.all([strict.close(), reseller.close()]));
  const answer = await strictly({
    purchaseId: '0199a1b2-0000-7000-8000-000000000002',
    url: `${reseller.origin}/seqr/createPurchase`,
    caPem: authority.pem,
    reservationToken: '1',
    reservationAmount: { minor: 1n, currency: 'EUR' },
    msisdn: '46700000001',
  });
  assertSystemError(answer, /^REFUSED_ADDRESS: /);
  assert.equal(reseller.connections(), 0);
});
