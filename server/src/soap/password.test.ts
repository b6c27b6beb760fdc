import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startSoapEdge, TERMINAL_PASSWORD, userContext } from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';
import { openSoapShop } from '../../test/soap-shop.ts';
import type { Context, SoapShop } from '../../test/soap-shop.ts';

let platform: SoapPlatform;
let shop: SoapShop;

before(async () => {
  platform = await startSoapEdge();
  shop = await openSoapShop(platform, 'cafe');
});
after(() => platform.stop());

type PrincipalId = { readonly id?: string; readonly type?: string; readonly userId?: string };
const change = async (context: Context, newPassword?: string, principalId?: PrincipalId) =>
  (await platform.call('changePrincipalPassword', { context, newPassword, principalId }))
    .resultCode;
/** 54: let in, for it names no invoice. 22: let in, for it names no password. */
const terminalCode = async (context: Context) =>
  (await platform.call('cancelInvoice', { context })).resultCode;
const userCode = async (context: Context) =>
  (await platform.call('registerTerminal', { context })).resultCode;

test('A terminal changes its password: the old one ends at once, the new one counts', async () => {
  const old = await shop.newTerminal();
  assert.equal(await terminalCode(old), 54, 'verified, and remembered');
  assert.equal(await change(old, ' new ☕ secret '), 0);
  assert.equal(await terminalCode(old), 20);
  assert.equal(await terminalCode({ ...old, password: ' new ☕ secret ' }), 54);
  assert.equal(await terminalCode({ ...old, password: 'new ☕ secret' }), 20);
});

test('A user of a shop changes its own, whatever the name is written like', async () => {
  const named: readonly PrincipalId[] = [
    { id: 'cafe', type: 'RESELLERUSER', userId: '9900' },
    { id: 'cafe/9900', type: 'reselleruser' },
    {},
  ];
  let { password }: { password: string } = shop.user;
  for (const [at, principalId] of named.entries()) {
    const next = `secret-${at}`;
    assert.equal(await change({ ...shop.user, password }, next, principalId), 0);
    assert.equal(await userCode({ ...shop.user, password }), 20);
    password = next;
  }
  assert.equal(await userCode({ ...shop.user, password }), 22);
  assert.equal(await change({ ...shop.user, password }, shop.user.password), 0);
});

test("Nobody changes another's password, whether that other exists or not", async () => {
  const [one, two] = [await shop.newTerminal(), await shop.newTerminal()];
  const others: readonly PrincipalId[] = [
    { id: two.initiatorPrincipalId.id, type: 'TERMINALID' },
    { id: 'f'.repeat(32), type: 'TERMINALID' },
    { id: one.initiatorPrincipalId.id },
    { id: one.initiatorPrincipalId.id, type: 'SUBSCRIBERMSISDN' },
    { id: 'cafe', type: 'RESELLERUSER', userId: '9900' },
  ];
  for (const principalId of others) assert.equal(await change(one, 'stolen', principalId), 21);
  const shops: readonly PrincipalId[] = [
    { id: 'cafe', type: 'RESELLERUSER', userId: '1' },
    { id: 'cafe', type: 'RESELLERUSER' },
    { id: two.initiatorPrincipalId.id, type: 'TERMINALID' },
  ];
  for (const principalId of shops) assert.equal(await change(shop.user, 'stolen', principalId), 21);
  assert.equal(await terminalCode(two), 54);
  assert.equal(await userCode(shop.user), 22);
});

test('A new password that is missing, short or too long is 22; the old one stays', async () => {
  const terminal = await shop.newTerminal();
  for (const password of [undefined, '', 'abc', '😀😀😀', 'x'.repeat(2_000)]) {
    assert.equal(await change(terminal, password), 22);
  }
  assert.equal(await terminalCode(terminal), 54);
});

test('A password that was changed meanwhile changes nothing any more', async () => {
  const terminal = await shop.newTerminal();
  const wanted = ['first-secret', 'second-secret', 'third-secret', 'fourth-secret'];
  const codes = await Promise.all(wanted.map((password) => change(terminal, password)));
  assert.equal(codes.filter((code) => code === 0).length, 1, 'one of those at once');
  assert.ok(codes.every((code) => code === 0 || code === 20));
  const winner = wanted[codes.indexOf(0)] ?? '';
  assert.equal(await terminalCode({ ...terminal, password: winner }), 54);
  assert.equal(await terminalCode({ ...terminal, password: TERMINAL_PASSWORD }), 20);
});

test('Operations that are not offered are 91 to those who are known, 20 to others', async () => {
  for (const operation of ['requestTopup', 'requestTransfer', 'requestPurchase'] as const) {
    for (const context of [shop.terminal, shop.user]) {
      assert.equal((await platform.call(operation, { context })).resultCode, 91);
    }
    const context = userContext('cafe', '9900', 'wrong');
    assert.equal((await platform.call(operation, { context })).resultCode, 20);
  }
});
