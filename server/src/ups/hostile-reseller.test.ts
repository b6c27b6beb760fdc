import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { testAuthority } from '../../test/certificate.ts';
import { rawServer } from '../../test/raw-server.ts';
import {
  HASTY_MS,
  INVOICE_BODY,
  PATIENT_MS,
  assertSystemError,
  callerOf,
  http,
  openResellers,
  type Answer,
} from '../../test/reseller-endpoint.ts';
import { openOutbound } from '../outbound.ts';

/** Slack of a busy machine. */
const LATE_MS = 5_000;

let resellers: Awaited<ReturnType<typeof openResellers>>;
before(async () => {
  resellers = await openResellers();
});
after(() => resellers.close());

test('connections are kept and used again', async (t) => {
  const reseller = await resellers.start(http('200 OK', INVOICE_BODY));
  t.after(() => reseller.close());
  for (let i = 0; i < 8; i += 1)
    assert.equal((await resellers.call(reseller.origin)).kind, 'INVOICE');
  // A second one may be opened while the first is still putting the last answer away.
  assert.ok(reseller.connections() <= 2);
});

test('row 1: no connection is SYSTEM_ERROR after a second attempt', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  assertSystemError(await resellers.call(`https://127.0.0.1:${port}`), /^CONNECT: .*ECONNREFUSED/);
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
  assertSystemError(await resellers.call(`https://127.0.0.1:${port}`), /^TLS: /);
  assert.equal(accepted, 2);
});

test('row 1: a request that was sent is never sent again', async () => {
  const { answer, reseller } = await resellers.callOnce((socket) => socket.destroy());
  assertSystemError(answer, /^PROTOCOL: /);
  assert.equal(reseller.requests.length, 1);
});

test('rows 1 and 44: a certificate of an unknown authority is refused', async (t) => {
  const reseller = await resellers.start(http('200 OK', INVOICE_BODY));
  t.after(() => reseller.close());
  assertSystemError(await resellers.call(reseller.origin, null), /^TLS: /);
  const stranger = await testAuthority();
  assertSystemError(await resellers.call(reseller.origin, stranger.pem), /^TLS: /);
  assertSystemError(await resellers.call(reseller.origin, 'no certificate'), /^TLS: /);
  assert.equal(reseller.requests.length, 0);
});

test('rows 1 and 44: a certificate for another name, or an expired one, is refused', async (t) => {
  for (const wrong of [
    await resellers.authority.issue(['vending.example']),
    await resellers.authority.issue(['127.0.0.1'], -1),
  ]) {
    const reseller = await rawServer(http('200 OK', INVOICE_BODY), wrong);
    t.after(() => reseller.close());
    assertSystemError(await resellers.call(reseller.origin), /^TLS: /);
    assert.equal(reseller.requests.length, 0);
  }
});

test('row 1: a connect deadline of its own ends the call as well', async (t) => {
  const impatient = openOutbound({ allow: ['127.0.0.0/8'], connectTimeoutMs: 100 });
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  t.after(() => {
    silent.close();
    return impatient.close();
  });
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const caller = callerOf(impatient, PATIENT_MS);
  const answer = await resellers.call(`https://127.0.0.1:${port}`, resellers.authority.pem, caller);
  assertSystemError(answer, /^TIMEOUT: not connected within 100 ms/);
});

test('row 1: a server that accepts and says nothing ends the call in time', async (t) => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  t.after(() => silent.close());
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const startMs = performance.now();
  const answer = await resellers.call(
    `https://127.0.0.1:${port}`,
    resellers.authority.pem,
    resellers.hasty,
  );
  assertSystemError(answer, /^TIMEOUT: /);
  assert.ok(performance.now() - startMs < HASTY_MS + LATE_MS);
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

suite('rows 1 and 2: left at the deadline, the connection closed', { concurrency: true }, () => {
  for (const [what, answer] of Object.entries(HANGING)) {
    test(`a reseller that ${what}`, async () => {
      const { promise: closed, resolve } = Promise.withResolvers<void>();
      const startMs = performance.now();
      const { answer: answered, reseller } = await resellers.callOnce((socket) => {
        socket.on('close', () => resolve());
        answer(socket);
      }, resellers.hasty);
      assertSystemError(answered, /^TIMEOUT: /);
      const tookMs = performance.now() - startMs;
      assert.ok(tookMs >= HASTY_MS - 50 && tookMs < HASTY_MS + LATE_MS, `${tookMs} ms`);
      assert.equal(reseller.requests.length, 1);
      await closed;
    });
  }
});

test('row 4: a body above 16 KiB is not read to its end', async () => {
  let written = 0;
  const { answer } = await resellers.callOnce((socket) => {
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

test('interim answers: a few are skipped, a flood ends the call', async () => {
  const hint = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
  const few = await resellers.callOnce((socket) => {
    socket.write(hint.repeat(3));
    http('200 OK', INVOICE_BODY)(socket);
  });
  assert.equal(few.answer.kind, 'INVOICE');
  const flood = await resellers.callOnce((socket) => {
    const timer = setInterval(() => socket.write(hint), 1);
    socket.on('close', () => clearInterval(timer));
  });
  assertSystemError(flood.answer, /^PROTOCOL: too many interim/);
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
    const { answer: answered } = await resellers.callOnce(answer);
    assertSystemError(answered, /^PROTOCOL: /);
  });
}

test('a hanging reseller delays nobody else', async (t) => {
  const hanging = await resellers.start(() => {});
  const good = await resellers.start(http('200 OK', INVOICE_BODY));
  t.after(() => good.close());
  let answered = 0;
  const stuck = Array.from({ length: 100 }, async () => {
    assert.equal((await resellers.call(hanging.origin)).kind, 'ERROR');
    answered += 1;
  });
  for (let i = 0; i < 5; i += 1) assert.equal((await resellers.call(good.origin)).kind, 'INVOICE');
  assert.equal(answered, 0);
  await hanging.close();
  await Promise.all(stuck);
});

test('row 41: an address that is not public is refused without a connection', async (t) => {
  const strict = openOutbound({ allow: [], connectTimeoutMs: PATIENT_MS });
  const reseller = await resellers.start(http('200 OK', INVOICE_BODY));
  t.after(() => Promise.all([strict.close(), reseller.close()]));
  const answer = await resellers.call(
    reseller.origin,
    resellers.authority.pem,
    callerOf(strict, PATIENT_MS),
  );
  assertSystemError(answer, /^REFUSED_ADDRESS: /);
  assert.equal(reseller.connections(), 0);
});
