/**
 * The kit's machine link and the machines' program on one broker: both sides of one declaration.
 */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openRecord } from '../../machine/src/record.ts';
import { makeLog, runFleet, type RunningFleet } from '../../machine/src/run.ts';
import { embeddedBroker, type Broker } from '../../reseller/demo/broker.ts';
import { mqttLink, type MqttLink } from '../../reseller/src/mqtt-link.ts';
import type { ReportedVend } from '../../reseller/src/machine-port.ts';

const EUR = 'EUR';
const product = (slot: number, minor: bigint) => ({
  slot,
  name: `Product ${slot}`,
  price: { value: `0.${minor}`, currency: EUR },
  stock: 2,
});
const machine = (token: string, singleVend: boolean) => ({
  token,
  name: token,
  place: null,
  products: [product(1, 50n), product(2, 70n)],
  singleVend,
  vendMs: 50,
  jammingSlots: [2],
  outOfService: token === 'out',
});

let broker: Broker;
let fleet: RunningFleet;
let link: MqttLink;
const dir = mkdtempSync(join(tmpdir(), 'seqr-link-'));
const record = openRecord(join(dir, 'record.sqlite'));
const ended = new Map<string, readonly ReportedVend[]>();
const results: string[] = [];

before(async () => {
  broker = await embeddedBroker(0, null);
  link = mqttLink({ url: broker.url });
  link.listen({
    vendRequest: (token, { invoiceReference, vendId, price }) => {
      assert.equal(price.currency, EUR);
      link.approveVend(token, invoiceReference, vendId);
    },
    vendResult: (_token, reference, vend) => results.push(`${reference} ${vend.result}`),
    sessionComplete: (_token, reference, vends) => ended.set(reference, vends),
  });
  await link.ready;
  fleet = await runFleet({
    fleet: [machine('one', true), machine('many', false), machine('out', true)],
    record,
    mqttUrl: broker.url,
    port: 0,
    merchantId: 'demo',
    log: makeLog('silent'),
  });
});

after(async () => {
  await fleet.stop();
  record.close();
  await link.close();
  await broker.close();
  rmSync(dir, { recursive: true });
});

async function until(look: () => unknown): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!look()) {
    assert.ok(performance.now() < deadline, 'waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const unlock = async (token: string, invoiceReference: string) => {
  await until(() => link.state(token)?.state === 'IDLE');
  assert.equal(await link.lease(token, `lease of ${invoiceReference}`, 60_000), 'LEASED');
  return link.beginSession(token, {
    leaseId: `lease of ${invoiceReference}`,
    invoiceReference,
    funds: { minor: 2000n, currency: EUR },
    expiresInMs: 60_000,
  });
};

test('a single-vend machine sells one product and tells its end until it is ended', async () => {
  assert.equal(await unlock('one', 'r1'), 'BEGUN');
  assert.equal((await fleet.machines.get('one')?.select(1))?.result, 'VENDED');
  await until(() => ended.get('r1'));
  const vends = ended.get('r1') ?? [];
  assert.deepEqual(
    vends.map(({ slot, name, price, result }) => ({ slot, name, price, result })),
    [{ slot: 1, name: 'Product 1', price: { minor: 50n, currency: EUR }, result: 'VENDED' }],
  );
  assert.deepEqual(await link.report('one', 'r1'), { progress: 'COMPLETE', vends });
  assert.deepEqual(await link.endSession('one', 'r1'), { progress: 'COMPLETE', vends });
  await until(() => link.state('one')?.products[0]?.stock === 1);
  assert.equal(link.state('one')?.longestVendMs, 50);
  assert.equal(await unlock('one', 'r1'), 'ALREADY_USED');
});

test('the reseller may end an open session, and hears each vend', async () => {
  assert.equal(await unlock('many', 'r2'), 'BEGUN');
  const many = fleet.machines.get('many');
  assert.equal((await many?.select(1))?.result, 'VENDED');
  assert.equal((await many?.select(2))?.result, 'JAMMED');
  assert.equal((await link.report('many', 'r2'))?.progress, 'OPEN');
  const report = await link.endSession('many', 'r2');
  assert.equal(report?.progress, 'COMPLETE');
  assert.deepEqual(
    report?.vends.map(({ result }) => result),
    ['VENDED', 'JAMMED'],
  );
  assert.deepEqual(
    results.filter((line) => line.startsWith('r2')),
    ['r2 VENDED', 'r2 JAMMED'],
  );
});

test('leases: taken, busy, released; a machine out of order has none', async () => {
  assert.equal(await link.lease('out', 'a', 1000), 'OUT_OF_SERVICE');
  assert.equal(await link.lease('many', 'a', 60_000), 'LEASED');
  assert.equal(await link.lease('many', 'b', 60_000), 'BUSY');
  assert.equal(await link.release('many', 'a'), true);
  assert.equal(await link.release('many', 'unknown'), true);
  assert.equal(await link.lease('nobody', 'a', 1000), 'NO_ANSWER');
});

test('a reference that never began is unknown and cannot begin after its end', async () => {
  const unknown = { progress: 'UNKNOWN', vends: [] };
  assert.deepEqual(await link.report('many', 'r3'), unknown);
  assert.deepEqual(await link.endSession('many', 'r3'), unknown);
  assert.equal(await unlock('many', 'r3'), 'ALREADY_USED');
});

test('the end of the machines is seen at once', async () => {
  await fleet.stop();
  await until(() => link.state('one') === null && link.state('many') === null);
});
