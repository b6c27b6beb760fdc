import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nameServer, type NameServer } from '../test/name-server.ts';
import { rawServer, type RawServer } from '../test/raw-server.ts';
import {
  openOutbound,
  type Outbound,
  type OutboundRequest,
  type OutboundResult,
} from './outbound.ts';

const CONNECT_TIMEOUT_MS = 1_500;
const TIMEOUT_MS = 2_000;

/** Names as a hostile merchant's name server would answer them. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'loopback.example': ['127.0.0.1'],
  'metadata.example': ['169.254.169.254'],
  'private.example': ['10.0.0.1', '192.168.0.1'],
  'six.example': ['::1'],
  'mapped.example': ['::ffff:7f00:1'],
  'nat64.example': ['64:ff9b::7f00:1'],
  'mixed.example': ['10.0.0.1', '127.0.0.1', 'fd00::1'],
};

let names: NameServer;
let server: RawServer;
let strict: Outbound;
let open: Outbound;
let rebinds = 0;

before(async () => {
  names = await nameServer((name) => {
    if (name === 'silent.example') return undefined;
    // Rebinding: a public address first, this machine from then on.
    if (name === 'rebind.example') return (rebinds += 1) <= 2 ? ['192.0.1.1'] : ['127.0.0.1'];
    return NAMES[name] ?? null;
  });
  server = await rawServer((socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
  );
  const options = { connectTimeoutMs: CONNECT_TIMEOUT_MS, nameServers: [names.address] };
  strict = openOutbound({ ...options, allow: [] });
  open = openOutbound({ ...options, allow: ['127.0.0.0/8'] });
});
after(() => Promise.all([strict.close(), open.close(), server.close(), names.close()]));

const request = (url: string, changes: Partial<OutboundRequest> = {}): OutboundRequest => ({
  url,
  headers: {},
  body: '',
  caPem: null,
  allowHttp: true,
  timeoutMs: TIMEOUT_MS,
  answerMaxBytes: 1_000,
  onlyStatusCounts: false,
  ...changes,
});

const port = () => new URL(server.origin).port;

function assertFailed(result: OutboundResult, reason: string): void {
  assert.ok(result.kind === 'FAILED', result.kind);
  assert.equal(result.reason, reason, result.detail);
  assert.equal(result.requestSent, false);
}

const ADDRESSES = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f.1',
  '0x7f000001',
  '0177.0.0.1',
  '017700000001',
  '0',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '169.254.169.254',
  '[fd00:ec2::254]',
  '10.0.0.1',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'a.localhost',
  '１２７.0.0.1',
  '127。0。0。1',
];

for (const host of [...ADDRESSES, ...Object.keys(NAMES)]) {
  test(`${host} is refused without a connection`, async () => {
    const before = server.connections();
    assertFailed(await strict.post(request(`http://${host}:${port()}/`)), 'REFUSED_ADDRESS');
    assertFailed(await strict.post(request(`https://${host}:${port()}/`)), 'REFUSED_ADDRESS');
    assert.equal(server.connections(), before);
  });
}

test('of a name with several addresses only those that may be reached are tried', async () => {
  const result = await open.post(request(`http://mixed.example:${port()}/`));
  assert.equal(result.kind, 'ANSWER');
});

test('rebinding: a name that turns to this machine later is refused then', async () => {
  const quick = openOutbound({ allow: [], connectTimeoutMs: 100, nameServers: [names.address] });
  const first = await quick.post(request(`http://rebind.example:${port()}/`));
  assert.ok(first.kind === 'FAILED' && first.reason !== 'REFUSED_ADDRESS');
  const second = await quick.post(request(`http://rebind.example:${port()}/`));
  assertFailed(second, 'REFUSED_ADDRESS');
  await quick.close();
});

test('a name that nobody knows, and a name server that says nothing, end in time', async () => {
  const unknown = await strict.post(request('http://unknown.invalid/'));
  assert.ok(unknown.kind === 'FAILED' && !unknown.requestSent);
  const startMs = performance.now();
  assertFailed(await strict.post(request('http://silent.example/')), 'TIMEOUT');
  assert.ok(performance.now() - startMs < CONNECT_TIMEOUT_MS + 1_000);
});

for (const url of ['ftp://8.8.8.8/', 'file:///etc/passwd', 'no address', '', 'javascript:1']) {
  test(`"${url}" is refused`, async () => {
    assertFailed(await open.post(request(url)), 'REFUSED_ADDRESS');
  });
}

test('http is refused unless it is allowed', async () => {
  const result = await open.post(request(`${server.origin}/`, { allowHttp: false }));
  assertFailed(result, 'REFUSED_ADDRESS');
});

const SPELLINGS: Readonly<Record<string, string>> = {
  '': '/',
  '/': '/',
  '?o=1': '/?o=1',
  '/seqr/n/7f3c?o=a%20b&o=a+b&&x': '/seqr/n/7f3c?o=a%20b&o=a+b&&x',
  '/a/../b//c/./d': '/a/../b//c/./d',
  '/n#fragment': '/n',
  '/n?q#fragment?x': '/n?q',
  '/ä b': '/%C3%A4%20b',
};

for (const [spelling, sent] of Object.entries(SPELLINGS)) {
  test(`an address ending in "${spelling}" is asked for as "${sent}"`, async () => {
    const result = await open.post(request(`${server.origin}${spelling}`));
    assert.equal(result.kind, 'ANSWER');
    assert.equal(server.requests.at(-1)?.split(' ')[1], sent);
  });
}

test('an empty body says so by its length', async () => {
  await open.post(request(`${server.origin}/n`));
  assert.match(
    server.requests.at(-1) ?? '',
    /^POST \/n HTTP\/1\.1\r\n(.*\r\n)*content-length: 0\r\n/i,
  );
});

test('where only the status counts, a long, slow or broken body is no failure', async () => {
  const bodies: Readonly<Record<string, string>> = {
    long: `Content-Length: 100000\r\n\r\n${'x'.repeat(100_000)}`,
    slow: 'Content-Length: 10\r\n\r\nx',
    broken: 'Transfer-Encoding: chunked\r\n\r\nnonsense',
  };
  for (const body of Object.values(bodies)) {
    const rude = await rawServer((socket) => socket.write(`HTTP/1.1 200 OK\r\n${body}`));
    const result = await open.post(
      request(`${rude.origin}/`, { onlyStatusCounts: true, timeoutMs: 200 }),
    );
    assert.ok(result.kind === 'ANSWER');
    assert.equal(result.status, 200);
    await rude.close();
  }
});

test('closing ends the calls under way', async () => {
  const hanging = await rawServer(() => {});
  const own = openOutbound({ allow: ['127.0.0.0/8'], connectTimeoutMs: CONNECT_TIMEOUT_MS });
  const call = own.post(request(`${hanging.origin}/`, { timeoutMs: 60_000 }));
  while (hanging.requests.length === 0) await new Promise(setImmediate);
  await own.close();
  assert.equal((await call).kind, 'FAILED');
  await hanging.close();
});
