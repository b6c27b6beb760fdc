import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connectAsync } from 'mqtt';
import { mqttLink } from './mqtt-link.ts';
import type { MqttLink } from './mqtt-link.ts';
import { testBroker } from '../test/broker.ts';
import { TestMachine } from '../test/machine.ts';
import { stand } from '../test/stand.ts';
import { until } from '../test/wait.ts';

const MOSQUITTO = '/usr/sbin/mosquitto';
const EUR = (minor: bigint) => ({ minor, currency: 'EUR' });

let broker: Awaited<ReturnType<typeof testBroker>>;
let machine: TestMachine;
let link: MqttLink;
before(async () => {
  broker = await testBroker();
  machine = await TestMachine.start('m1', broker.url);
  link = mqttLink({ url: broker.url, replyWithinMs: 200 });
  await link.ready;
  await until('the state is known', () => link.state('m1'));
});
after(async () => {
  await link.close();
  await machine.stop();
  await broker.stop();
});
const session = (leaseId: string, invoiceReference: string) => ({
  leaseId,
  invoiceReference,
  funds: EUR(2000n),
  expiresInMs: 60_000,
});

test('lease, begin, report, end and release are answered by the machine', async () => {
  assert.equal(await link.lease('m1', 'lease-1', 1_000), 'LEASED');
  assert.equal(await link.lease('m1', 'lease-2', 1_000), 'BUSY');
  assert.equal(await link.release('m1', 'lease-1'), true);
  assert.equal(await link.lease('m1', 'lease-2', 1_000), 'LEASED');
  assert.equal(await link.beginSession('m1', session('lease-2', 'r1')), 'BEGUN');
  assert.equal(await link.beginSession('m1', session('lease-2', 'r1')), 'ALREADY_USED');
  assert.deepEqual(await link.report('m1', 'r1'), { progress: 'OPEN', vends: [] });
  assert.deepEqual(await link.endSession('m1', 'r1'), { progress: 'COMPLETE', vends: [] });
  const begun = machine.heard.find((command) => command.type === 'BEGIN_SESSION');
  assert.deepEqual(begun?.funds, { value: '20.00', currency: 'EUR' });
});

test('a machine that says nothing has no answer, within the time given', async () => {
  machine.mute.set('LEASE', 'DEAF').set('REPORT', 'DEAF');
  const begun = performance.now();
  assert.equal(await link.lease('m1', 'lease-3', 1_000), 'NO_ANSWER');
  assert.ok(performance.now() - begun < 2_000);
  assert.equal(await link.report('m1', 'r1'), null);
  machine.mute.clear();
  assert.equal(link.state('no-such-machine'), null);
});

test('an answer on another machine’s topic is no answer, and rubbish is ignored', async () => {
  const other = await connectAsync(broker.url, { protocolVersion: 4 });
  machine.mute.set('RELEASE', 'SILENT');
  const releasing = link.release('m1', 'lease-4');
  const command = await until('the command', () =>
    machine.heard.find((one) => one.type === 'RELEASE' && one.leaseId === 'lease-4'),
  );
  const forged = { type: 'RELEASED', replyTo: 'id' in command ? command.id : '' };
  other.publish('seqr/machine/m2/message', JSON.stringify(forged));
  for (const rubbish of ['', '{', '[]', '{"type":"LEASED"}', '{"type":"SELFDESTRUCT"}']) {
    other.publish('seqr/machine/m1/message', rubbish);
    other.publish('seqr/machine/m2/state', rubbish);
  }
  assert.equal(await releasing, false);
  assert.equal(link.state('m2'), null);
  machine.mute.clear();
  await other.endAsync();
});

test('a machine that has gone is not connected: its last will says so', async () => {
  const gone = await TestMachine.start('m9', broker.url);
  await until('known', () => link.state('m9'));
  gone.drop();
  await until('gone', () => link.state('m9') === null);
  await until('back', () => link.state('m9'));
  await gone.stop();
});

test('while the broker is away nothing is known and nothing waits', async () => {
  const first = await testBroker();
  const port = Number(new URL(first.url).port);
  const machine = await TestMachine.start('m1', first.url);
  const link = mqttLink({ url: first.url, replyWithinMs: 5_000 });
  await link.ready;
  await until('known', () => link.state('m1'));
  machine.mute.set('LEASE', 'DEAF');
  const waiting = link.lease('m1', 'lease-1', 1_000);
  await first.stop();
  assert.equal(await waiting, 'NO_ANSWER');
  await until('not known', () => link.state('m1') === null);
  assert.equal(await link.report('m1', 'r1'), null);
  const second = await testBroker(port);
  await until('known again', () => link.state('m1'));
  machine.mute.clear();
  assert.equal(await link.lease('m1', 'lease-2', 1_000), 'LEASED');
  await link.close();
  await machine.stop();
  await second.stop();
});

const skip = existsSync(MOSQUITTO) ? false : 'mosquitto is not installed';
test('a whole sale over mosquitto, as over the embedded broker', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'seqr-mosquitto-'));
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const broker = spawn(MOSQUITTO, ['-c', config], { stdio: 'ignore' });
  await until('mosquitto listens', () => accepts(port));
  const s = await stand({}, `mqtt://127.0.0.1:${port}`);
  const reference = await s.offer();
  await s.platform.approve(reference);
  assert.equal(await s.machine.take(1), 'VENDED');
  s.machine.finish();
  await until('paid', () => s.platform.invoice(reference).charged?.minor === 250n);
  await s.stop();
  broker.kill();
  await once(broker, 'exit');
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
