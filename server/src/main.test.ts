import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { testDatabase, type TestDatabase } from '../test/database.ts';
import { startProgram, type PlatformProcess } from '../test/program.ts';
import { advanceClock } from '../test/shop.ts';
import { eventually } from '../test/work.ts';

let database: TestDatabase;
let directory: string;
const started: PlatformProcess[] = [];
before(async () => {
  database = await testDatabase();
  directory = await mkdtemp(join(tmpdir(), 'seqr-ups-main-'));
});
after(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await database.drop();
  await rm(directory, { recursive: true });
});

function start(environment: Record<string, string> = {}): PlatformProcess {
  const program = startProgram({
    DATABASE_URL: database.url,
    SEQR_DATA_DIR: directory,
    SEQR_LOG_LEVEL: 'debug',
    ...environment,
  });
  started.push(program);
  return program;
}

const status = (url: string): Promise<number | null> =>
  fetch(url).then(
    (answer) => answer.status,
    () => null,
  );

test('it prints one line once it answers, and ends cleanly when asked', async () => {
  const program = start();
  const ready = await program.ready();
  assert.deepEqual(Object.keys(ready), ['event', 'platform', 'database']);
  assert.equal(ready.event, 'listening');
  assert.equal(ready.database, null);
  assert.equal(await status(`${ready.platform}/healthz`), 200);
  assert.equal(await status(`${ready.platform}/readyz`), 200);
  assert.equal(await status(`${ready.platform}/soap/merchant/cashregister-2?wsdl`), 200);
  assert.equal(await status(`${ready.platform}/wallet/v1/account`), 401);
  const metrics = await (await fetch(`${ready.platform}/metrics`)).text();
  assert.match(metrics, /^seqr_backlog\{what="purchases"\} 0$/m);
  assert.match(metrics, /^seqr_http_request_seconds_count\{edge="soap"/m);
  program.child.kill('SIGTERM');
  assert.equal(await program.ended(), 0);
  assert.equal(program.out().split('\n').length, 2);
  for (const line of program.err().trim().split('\n')) JSON.parse(line);
});

test('it ends when its parent is gone', async () => {
  const program = start();
  await program.ready();
  program.child.disconnect();
  assert.equal(await program.ended(), 0);
});

test('what prevents the start is one plain sentence', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const wrong: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ SEQR_PORT: String(port) }, /^Port \d+ is in use: .*\.$/],
    [{ SEQR_PORT: 'eighty' }, /^SEQR_PORT must be .*\.$/],
    [
      { SEQR_HOST: '203.0.113.1' },
      /^SEQR_HOST 203\.0\.113\.1 is not an address of this machine\.$/,
    ],
    [
      { DATABASE_URL: 'postgresql://127.0.0.1:1/none' },
      /^The database of DATABASE_URL cannot be used: .*$/,
    ],
    [{ SEQR_TLS_CERT: '/none', SEQR_TLS_KEY: '/none' }, /^SEQR_TLS_CERT cannot be read .*\.$/],
  ];
  for (const [environment, sentence] of wrong) {
    const program = start({ SEQR_LOG_LEVEL: 'silent', ...environment });
    assert.equal(await program.ended(), 1);
    assert.equal(program.out(), '');
    assert.match(program.err().trim(), sentence);
  }
});

test('an outage of the database is survived: not ready meanwhile, ready afterwards', async (t) => {
  const proxy = await databaseProxy(database.url);
  t.after(() => proxy.cut());
  const program = start({ DATABASE_URL: proxy.url });
  const { platform } = await program.ready();
  proxy.cut();
  await eventually('not ready', async () => (await status(`${platform}/readyz`)) === 503);
  assert.equal(await status(`${platform}/healthz`), 200);
  assert.equal(await status(`${platform}/metrics`), 200);
  await eventually('a loop has noticed', () => program.err().includes('failed; goes on trying'));
  await proxy.restore();
  await eventually('ready', async () => (await status(`${platform}/readyz`)) === 200);
  await eventually('loops work again', () => program.err().includes('works again'));
  program.child.kill('SIGTERM');
  assert.equal(await program.ended(), 0);
});

test('a sandbox whose clock was moved is served, and says so', async () => {
  await advanceClock(database.db, 3_600);
  const program = start();
  await program.ready();
  program.child.kill('SIGTERM');
  assert.equal(await program.ended(), 0);
  assert.match(program.err(), /clock was moved/);
});

/** A way to the database that can be cut and restored. */
async function databaseProxy(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {}).on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    cut() {
      server.close();
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    restore: () => listen(port),
  };
}
