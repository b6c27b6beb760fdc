/** Signed and unsigned codes, as the wallet API takes them and as it tells what they stand for. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { machineQr, signedMachineQr, tillQr } from '@seqr-ups/contract';
import type { CodeJson, ProblemJson } from '@seqr-ups/contract';
import { setMerchant } from '../core/merchant.ts';
import { TEST_CODE_KEYS } from '../../test/code-keys.ts';
import { assertAuditClean, eur, must } from '../../test/shop.ts';
import { startWalletEdge } from '../../test/wallet-platform.ts';
import type { WalletPlatform } from '../../test/wallet-platform.ts';

let platform: WalletPlatform;
before(async () => {
  platform = await startWalletEdge();
});
after(async () => {
  await assertAuditClean(platform.db);
  await platform.stop();
});

const set = (settings: Parameters<typeof setMerchant>[2]) =>
  platform.db.statement((tx) => setMerchant(tx, platform.shop.merchantId, settings));

/** The code of machine `m1`: unsigned, as the platform signs it, and with another's signature. */
function codes(): { unsigned: string; signed: string; wrong: string } {
  const { merchantId } = platform.shop;
  const signed = (token: string): string => TEST_CODE_KEYS.sign(merchantId, token);
  return {
    unsigned: machineQr(merchantId, 'm1'),
    signed: signedMachineQr(merchantId, 'm1', signed('m1')),
    wrong: signedMachineQr(merchantId, 'm1', signed('m2')),
  };
}
const ask = (text: string) =>
  platform.call<CodeJson & ProblemJson>('GET', `/codes?text=${encodeURIComponent(text)}`);

for (const unsignedCodesAllowed of [true, false]) {
  const setting = unsignedCodesAllowed ? 'takes unsigned codes' : 'takes signed codes alone';
  for (const kind of ['unsigned', 'signed', 'wrong'] as const) {
    const isTaken = kind === 'signed' || (kind === 'unsigned' && unsignedCodesAllowed);
    test(`${isTaken ? 'taken' : 'refused'}: ${kind}, where the merchant ${setting}`, async () => {
      await set({ unsignedCodesAllowed });
      const customer = await platform.customer(5_000n);
      const callsBefore = platform.calls.length;
      const qr = codes()[kind];
      const scan = await customer.call('POST', '/purchases', { qr });
      const shown = await ask(qr);
      if (isTaken) {
        assert.equal(scan.status, 201);
        assert.deepEqual(shown.body, {
          kind: 'MACHINE',
          merchant: { id: platform.shop.merchantId, name: 'Test Vending' },
          machine: { token: 'm1', name: 'Coffee', place: 'Hall' },
          signature: kind === 'signed' ? 'VALID' : 'ABSENT',
        });
      } else {
        assert.deepEqual([scan.status, scan.body.code], [400, 'INVALID_CODE']);
        assert.match(scan.body.detail ?? '', /nothing was charged/i);
        assert.deepEqual([shown.status, shown.body.code], [400, 'INVALID_CODE']);
        // Nobody was asked, and there is nothing in the customer's history.
        assert.equal(platform.calls.length, callsBefore);
        const { body } = await customer.call<{ items: unknown[] }>('GET', '/purchases');
        assert.deepEqual(body.items, []);
      }
      await set({ unsignedCodesAllowed: true });
    });
  }
}

test('an empty or broken signature is a wrong one', async () => {
  const customer = await platform.customer();
  for (const end of ['&s=', '&s', '&s=x', `&s=${'A'.repeat(86)}`]) {
    const scan = await customer.call('POST', '/purchases', { qr: codes().unsigned + end });
    assert.equal(scan.body.code, 'INVALID_CODE', end);
  }
});

test('a machine that the operator has not named is told by its token', async () => {
  const { body } = await ask(machineQr(platform.shop.merchantId, 'm77'));
  assert.deepEqual(body.machine, { token: 'm77', name: 'm77', place: null });
});

test('codes of merchants that sell nothing, and texts that are no codes, are refused', async () => {
  assert.equal((await ask(machineQr('nobody', 'm1'))).body.code, 'UNKNOWN_MERCHANT');
  assert.equal((await ask('https://evil.example/000/ups?w=a&t=b')).body.code, 'INVALID_CODE');
  assert.equal((await ask('')).body.code, 'INVALID_REQUEST');
  assert.equal((await platform.call('GET', '/codes')).body.code, 'INVALID_REQUEST');
  await set({ state: 'BLOCKED' });
  assert.equal((await ask(codes().signed)).body.code, 'UNKNOWN_MERCHANT');
  await set({ state: 'ACTIVE' });
});

test("a till's code tells its merchant; a bill's only while it can be paid", async () => {
  const { shop } = platform;
  const merchant = { id: shop.merchantId, name: 'Test Vending' };
  await platform.db.statement((tx) =>
    tx.query(`select terminal_assign_seqr_id($1, 'TILL77')`, [shop.terminalId]),
  );
  const till = { kind: 'TILL', merchant, machine: null, signature: 'ABSENT' };
  assert.deepEqual((await ask(tillQr('TILL77'))).body, till);
  assert.equal((await ask(tillQr('TILL78'))).body.code, 'NOT_FOUND');
  const { reference } = must(await shop.issue({ total: eur(100n) }));
  const bill = { ...till, kind: 'INVOICE' };
  assert.deepEqual((await ask(`HTTP://SEQR.SE/R${reference}`)).body, bill);
  await platform.db.statement((tx) => tx.query(`update invoice set state = 'CANCELED'`));
  assert.equal((await ask(`HTTP://SEQR.SE/R${reference}`)).body.code, 'NOT_FOUND');
});

test('an address that asks about very many codes is slowed down', async () => {
  let answer = await ask(codes().unsigned);
  for (let asked = 0; asked < 400 && answer.status === 200; asked += 1) {
    answer = await ask(codes().unsigned);
  }
  assert.deepEqual([answer.status, answer.body.code], [429, 'RATE_LIMITED']);
});
