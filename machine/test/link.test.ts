import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { SelectionJson } from '@seqr-ups/contract';
import { scratch, startFleet, testMachine } from './fleet.ts';
import { Reseller, startBroker, until } from './reseller.ts';

const MOSQUITTO = '/usr/sbin/mosquitto';
const { dir, remove } = scratch();
after(remove);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('without a broker the panel answers and the machine does not look free', async () => {
  const port = await freePort();
  const fleet = await startFleet(join(dir, 'away'), `mqtt://127.0.0.1:${port}`, [
    testMachine('away'),
  ]);
  const { state, display } = fleet.machine('away').snapshot();
  assert.deepEqual([state, display], ['OUT_OF_SERVICE', 'Out of order\nNo connection']);
  const broker = await startBroker(port);
  await until('the link', () => fleet.machine('away').snapshot().state === 'IDLE');
  await broker.stop();
  await until('the loss', () => fleet.machine('away').snapshot().state === 'OUT_OF_SERVICE');
  await fleet.stop();
});

test('a session survives the loss of the broker, and what waited is said again', async () => {
  const first = await startBroker();
  const fleet = await startFleet(join(dir, 'back'), first.url, [testMachine('back')]);
  const machine = fleet.machine('back');
  const reseller = await Reseller.connect(first.url);
  await reseller.unlock('back', 'back-1');
  await first.stop();
  assert.equal(machine.snapshot().state, 'UNLOCKED');

  const selected = machine.select(1);
  const second = await startBroker(first.port);
  await reseller.answer('back', 'back-1', true);
  assert.equal((await selected).result, 'VENDED');
  await reseller.hears('VEND_SUCCESS', 'back-1');
  await second.stop();

  await machine.finish();
  assert.deepEqual(reseller.heard('SESSION_COMPLETE', 'back-1'), []);
  const third = await startBroker(first.port);
  const { vends } = await reseller.hears('SESSION_COMPLETE', 'back-1');
  assert.equal(vends.length, 1);
  const { products } = await reseller.stateIs('back', 'IDLE');
  assert.equal(products[0]?.stock, 2, 'a broker that has forgotten is told the state again');
  await reseller.close();
  await fleet.stop();
  await third.stop();
});

test('a clean stop locks an open session, tells its end and leaves the state offline', async () => {
  const broker = await startBroker();
  const fleet = await startFleet(join(dir, 'stop'), broker.url, [
    testMachine('stop', { vendMs: 200 }),
  ]);
  const reseller = await Reseller.connect(broker.url);
  await reseller.unlock('stop', 'stop-1');
  const selected = fetch(`${fleet.address}/api/machines/stop/selections`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"slot":1}',
  });
  await reseller.answer('stop', 'stop-1', true);
  await until('the motor', () => fleet.record.findSession('stop', 'stop-1').vends[0]);
  await fleet.stop();
  const { result } = (await (await selected).json()) as SelectionJson;
  assert.equal(result, 'VENDED', 'a vend is not interrupted, and its customer hears of it');
  const { vends } = await reseller.hears('SESSION_COMPLETE', 'stop-1');
  assert.equal(vends[0]?.result, 'VENDED');
  await reseller.stateIs('stop', 'OUT_OF_SERVICE', false);
  await reseller.close();
  await broker.stop();
});

test(
  'the same over mosquitto',
  { skip: !existsSync(MOSQUITTO) && 'mosquitto is not installed' },
  async () => {
    const port = await freePort();
    const config = join(dir, 'mosquitto.conf');
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
    const broker = spawn(MOSQUITTO, ['-c', config], { stdio: 'ignore' });
    const url = `mqtt://127.0.0.1:${port}`;
    const fleet = await startFleet(join(dir, 'mosquitto'), url, [
      testMachine('real', { singleVend: true }),
    ]);
    const reseller = await Reseller.connect(url);
    assert.equal((await reseller.unlock('real', 'real-1')).type, 'SESSION_BEGUN');
    const selected = fleet.machine('real').select(1);
    await reseller.answer('real', 'real-1', true);
    assert.equal((await selected).result, 'VENDED');
    await reseller.hears('SESSION_COMPLETE', 'real-1');
    await reseller.ask('real', { type: 'END_SESSION', invoiceReference: 'real-1' });
    await reseller.stateIs('real', 'IDLE');
    await fleet.stop();
    await reseller.stateIs('real', 'OUT_OF_SERVICE', false);
    await reseller.close();
    broker.kill();
    await once(broker, 'exit');
  },
);
