import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CERT, KEY } from '../test/certificate.ts';
import { startChild } from '../test/child.ts';
import type { Child } from '../test/child.ts';
import { TestMachine } from '../test/machine.ts';
import { TestPlatform } from '../test/platform.ts';
import { until } from '../test/wait.ts';

const PROGRAM = new URL('./main.ts', import.meta.url);
const TOKENS = ['1001', '1004', '1005', '1007', '1009', '1010', '1011'];
const FOREIGN = 'public_test_shop_terminal';

const folder = mkdtempSync(join(tmpdir(), 'seqr-demo-'));
const machines = new Map<string, TestMachine>();
let platform: TestPlatform;
let demo: Child;
let env: Record<string, string>;

const url = (): string => String(demo.ready['reseller']);
const scan = (token: string) => platform.scan(url(), token);
const machine = (token: string): TestMachine => {
  const found = machines.get(token);
  if (found === undefined) throw new Error(`no machine ${token}`);
  return found;
};

async function offer(token: string): Promise<string> {
  let reference: string | null = null;
  await until(`an offer at ${token}`, async () => {
    const answer = await scan(token);
    if (answer.kind === 'INVOICE') reference = answer.invoiceReference;
    return reference !== null;
  });
  return reference ?? '';
}

before(async () => {
  platform = await TestPlatform.start();
  platform.terminals.set(FOREIGN, '12345678');
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  env = {
    SEQR_PLATFORM_URL: new URL('/', platform.url).href,
    SEQR_DEMO_PORT: '0',
    SEQR_DATA_DIR: folder,
    SEQR_MQTT_PORT: '0',
    SEQR_DEMO_TLS_CERT: file('cert.pem', CERT),
    SEQR_DEMO_TLS_KEY: file('key.pem', KEY),
    SEQR_FLEET: file('fleet.json', JSON.stringify(TOKENS.map((token) => ({ token, name: token })))),
  };
  demo = await startChild(PROGRAM, env);
  for (const token of TOKENS) {
    machines.set(token, await TestMachine.start(token, String(demo.ready['mqtt'])));
  }
});
after(async () => {
  for (const one of machines.values()) await one.stop();
  await demo.kill();
  await platform.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('says on one line where it listens, and nothing else on stdout', () => {
  assert.equal(demo.ready['event'], 'listening');
  assert.match(url(), /^https:\/\/127\.0\.0\.1:\d+\/seqr\/createPurchase$/);
  assert.match(String(demo.ready['mqtt']), /^mqtt:\/\/seqr:[^@]+@127\.0\.0\.1:\d+$/);
});

test('the embedded broker admits nobody without the password', async () => {
  const { hostname, port } = new URL(String(demo.ready['mqtt']));
  const { connectAsync } = await import('mqtt');
  for (const credentials of [{}, { username: 'seqr', password: 'guess' }]) {
    const connecting = connectAsync(`mqtt://${hostname}:${port}`, {
      ...credentials,
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    await assert.rejects(connecting);
  }
});

test('1001 sells, and its terminal is registered once, also over a restart', async () => {
  const reference = await offer('1001');
  await platform.approve(reference);
  assert.equal(await machine('1001').take(1), 'VENDED');
  machine('1001').finish();
  await until('paid', () => platform.invoice(reference).charged?.minor === 250n);
  await until('all are registered', () => platform.count('registerTerminal') === TOKENS.length);
});

test('1004 is INVOICING_ERROR, since its password is wrong', async () => {
  await until('so', async () => {
    const answer = await scan('1004');
    return answer.kind === 'ERROR' && answer.code === 'INVOICING_ERROR';
  });
  assert.ok(demo.lines.some((line) => line.includes('"code":')));
});

test('1005 is SYSTEM_ERROR', async () => {
  const answer = await scan('1005');
  assert.deepEqual(answer, { kind: 'ERROR', code: 'SYSTEM_ERROR', invoiceReference: null });
});

test('1007 never answers', async () => {
  const signal = AbortSignal.timeout(300);
  await assert.rejects(platform.scan(url(), '1007', { signal }), /Timeout|aborted/i);
});

test('1009 unlocks, then is silent: no update, no commit, within its 20 s', async () => {
  const reference = await offer('1009');
  assert.equal(platform.invoice(reference).timeoutS, 20);
  await platform.approve(reference);
  assert.equal(await machine('1009').take(1), 'VENDED');
  machine('1009').finish();
  await until('the end is acknowledged', () => machine('1009').sessions.get(reference)?.told);
  // The machine is free again and sells, while the first sale is never settled.
  await offer('1009');
  assert.equal(platform.invoice(reference).state, 'RESERVED');
  const about = platform.calls.filter((call) => call.reference === reference);
  assert.deepEqual([...new Set(about.map((call) => call.operation))], ['getPaymentStatus']);
});

test('1010 ignores the first notification, and polls nothing, until the second', async () => {
  const reference = await offer('1010');
  assert.equal(await platform.approve(reference), 500);
  assert.equal(machine('1010').unlocked, 0);
  assert.ok(!platform.calls.some(isStatusOf(reference)));
  assert.equal(await platform.notify(reference), 200);
  assert.equal(await machine('1010').take(1), 'VENDED');
  machine('1010').finish();
  await until('paid', () => platform.invoice(reference).state === 'PAID');
});

const isStatusOf = (reference: string) => (call: TestPlatform['calls'][number]) =>
  call.operation === 'getPaymentStatus' && call.reference === reference;

test('1011 answers with an invoice of another merchant, which is really there', async () => {
  const reference = await offer('1011');
  assert.equal(platform.invoice(reference).terminalId, FOREIGN);
});

test('a second one on the same data is refused in a sentence', async () => {
  const second = startChild(PROGRAM, env);
  await assert.rejects(second, /journal\.db is in use by another process/);
});

test('SIGTERM ends it cleanly; the next start knows its terminals', async () => {
  demo.process.kill('SIGTERM');
  await demo.ended;
  assert.equal(demo.process.exitCode, 0);
  const registered = platform.count('registerTerminal');
  demo = await startChild(PROGRAM, env);
  const moved = await TestMachine.start('1001', String(demo.ready['mqtt']));
  const reference = await offer('1001');
  assert.ok(platform.invoice(reference));
  assert.equal(platform.count('registerTerminal'), registered);
  await moved.stop();
});

test('when whoever started it is gone, it ends', async () => {
  demo.process.disconnect();
  await demo.ended;
  assert.equal(demo.process.exitCode, 0);
});

test('a missing or wrong setting is said in a sentence', async () => {
  const broken = (change: Record<string, string>) => startChild(PROGRAM, { ...env, ...change });
  await assert.rejects(broken({ SEQR_PLATFORM_URL: '' }), /SEQR_PLATFORM_URL is not set\./);
  await assert.rejects(broken({ SEQR_DEMO_PORT: 'x' }), /SEQR_DEMO_PORT must be a port/);
  await assert.rejects(broken({ SEQR_FLEET: join(folder, 'none') }), /SEQR_FLEET: ENOENT/);
});
