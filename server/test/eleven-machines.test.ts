/**
 * Each of the sandbox's machines through all the actors, driven by the wallet API and the panels
 * alone.
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { PurchaseJson } from '@seqr-ups/contract';
import { startSandbox } from '../../tools/sandbox/sandbox.ts';
import type { Sandbox } from '../../tools/sandbox/sandbox.ts';
import { audit } from '../src/core/audit.ts';
import { eventually, panel, signIn } from './actors.ts';
import type { Wallet } from './actors.ts';

let sandbox: Sandbox;
let dataDir: string;
before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'seqr-eleven-'));
  sandbox = await startSandbox({ dataDir, platformPort: 0, resellerPort: 0, machinePort: 0 });
  await panel(sandbox.machines, '1001').until('IDLE');
});
after(async () => {
  assert.deepEqual(await sandbox.db.statement(audit), []);
  await sandbox.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const rich = (): Promise<Wallet> => signIn(sandbox.platform, '46700000004');
const at = (token: string) => panel(sandbox.machines, token);
const scan = async (wallet: Wallet, token: string) => wallet.scan((await at(token).look()).qr);

/** Scans until the machine is free of what another test did to it, and the reseller knows it. */
async function offer(wallet: Wallet, token: string): Promise<PurchaseJson> {
  return eventually(`an offer at ${token}`, async () => {
    const answer = await scan(wallet, token);
    return answer.status === 201 && answer.body;
  });
}

/** Scan, PIN, and the machine unlocked. */
async function unlocked(wallet: Wallet, token: string): Promise<PurchaseJson> {
  const purchase = await offer(wallet, token);
  const approved = await wallet.approve(purchase);
  assert.equal(approved.status, 200, JSON.stringify(approved.body));
  await at(token).until('UNLOCKED');
  return approved.body;
}

async function refused(token: string, code: string): Promise<void> {
  const wallet = await rich();
  const before = await wallet.account();
  const answer = await scan(wallet, token);
  assert.equal(answer.status, 422);
  assert.equal(answer.body.code, code);
  const ended = await wallet.purchase(answer.body.purchaseId ?? '');
  assert.equal(ended.state, 'REFUSED');
  assert.equal(ended.ending?.code, code);
  assert.deepEqual(await wallet.account(), before);
}

test('1001 works: PAID with what was taken', async () => {
  const wallet = await signIn(sandbox.platform, '46700000001');
  const before = await wallet.account();
  const purchase = await unlocked(wallet, '1001');
  assert.equal(purchase.reserved?.value, '20.00');
  assert.deepEqual(await at('1001').select(1), {
    result: 'VENDED',
    price: { value: '2.50', currency: 'EUR' },
  });
  const paid = await wallet.until(purchase.id, 'PAID');
  assert.equal(paid.charged?.value, '2.50');
  assert.equal(paid.rows[0]?.description, 'Coffee');
  assert.equal(paid.ending, null);
  const account = await wallet.account();
  assert.equal(account.balance.value, (Number(before.balance.value) - 2.5).toFixed(2));
  assert.deepEqual(account.balance, account.available);
});

test('1002 is out of service: DEVICE_UNAVAILABLE', () => refused('1002', 'DEVICE_UNAVAILABLE'));
test('1003 sells nothing below any reservation: INSUFFICIENT_FUNDS', () =>
  refused('1003', 'INSUFFICIENT_FUNDS'));
test('1004 cannot invoice: INVOICING_ERROR', () => refused('1004', 'INVOICING_ERROR'));
test('1005 answers SYSTEM_ERROR', () => refused('1005', 'SYSTEM_ERROR'));
test('1007 never answers: SYSTEM_ERROR after the deadline, nothing held', () =>
  refused('1007', 'SYSTEM_ERROR'));
test('1011 names another merchant’s invoice: SYSTEM_ERROR, nothing held', () =>
  refused('1011', 'SYSTEM_ERROR'));

test('1006 jams: RELEASED, nothing charged', async () => {
  const wallet = await rich();
  const before = await wallet.account();
  const purchase = await unlocked(wallet, '1006');
  assert.equal((await at('1006').select(1)).result, 'JAMMED');
  const released = await wallet.until(purchase.id, 'RELEASED');
  assert.equal(released.ending?.code, 'NOTHING_TAKEN');
  assert.equal(released.charged, null);
  assert.deepEqual(await wallet.account(), before);
});

test('1008 sells several in one session, slot 3 jams: PAID with the delivered ones', async () => {
  const wallet = await rich();
  const purchase = await unlocked(wallet, '1008');
  assert.equal((await at('1008').select(1)).result, 'VENDED');
  assert.equal((await at('1008').select(3)).result, 'JAMMED');
  assert.equal((await at('1008').select(2)).result, 'VENDED');
  await at('1008').finish();
  const paid = await wallet.until(purchase.id, 'PAID');
  assert.equal(paid.charged?.value, '4.30');
  assert.equal(paid.rows.length, 2);
});

test('1009 unlocks, then its reseller falls silent: RELEASED at the deadline', async () => {
  const wallet = await rich();
  const purchase = await unlocked(wallet, '1009');
  await at('1009').select(1);
  const released = await wallet.until(purchase.id, 'RELEASED');
  assert.equal(released.ending?.code, 'NOT_COMMITTED');
  assert.equal(released.charged, null);
});

test('1010 answers its first notification with 500: PAID, a little later', async () => {
  const wallet = await rich();
  const purchase = await unlocked(wallet, '1010');
  assert.equal((await at('1010').select(1)).result, 'VENDED');
  assert.equal((await wallet.until(purchase.id, 'PAID')).state, 'PAID');
});

test('a second customer gets DEVICE_IN_USE, and an offer 2 s after the first at most', async () => {
  const [first, second] = [
    await signIn(sandbox.platform, '46700000001'),
    await signIn(sandbox.platform, '46700000004'),
  ];
  const purchase = await offer(first, '1001');
  assert.equal((await scan(second, '1001')).body.code, 'DEVICE_IN_USE');
  await first.approve(purchase);
  await at('1001').until('UNLOCKED');
  assert.equal((await scan(second, '1001')).body.code, 'DEVICE_IN_USE');
  await at('1001').select(1);
  await first.until(purchase.id, 'PAID');
  const next = await eventually(
    'the next offer',
    async () => {
      const answer = await scan(second, '1001');
      return answer.status === 201 && answer.body;
    },
    2000,
  );
  assert.equal((await second.cancel(next.id)).body.state, 'CANCELED');
});
