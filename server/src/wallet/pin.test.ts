/** New PINs over HTTP, by the old one and by an operator's code. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { codeFor, enrolled } from '../../test/enrolled.ts';
import { signedAct } from '../../test/signing-device.ts';
import { PIN, assertAuditClean } from '../../test/shop.ts';
import { startWalletEdge, wordsOfLog } from '../../test/wallet-platform.ts';
import type { JsonAnswer, TestCustomer, WalletPlatform } from '../../test/wallet-platform.ts';

let platform: WalletPlatform;
before(async () => {
  platform = await startWalletEdge({ config: { deviceSignature: 'REQUIRED' } });
});
after(async () => {
  await assertAuditClean(platform.db);
  await platform.stop();
});

const shown = ({ status, body }: JsonAnswer) => [status, (body as typeof body | null)?.code];
const signIn = (msisdn: string, pin: string) => platform.call('POST', '/sessions', { msisdn, pin });
const change = (customer: TestCustomer, body: object) => customer.call('POST', '/pin', body);

test('a new PIN takes the place of the old one and ends every session and stream', async () => {
  const { customer, device } = await enrolled(platform);
  const other = await platform.signIn(customer.msisdn, customer.customerId);
  const streams = await Promise.all([customer.listen(), other.listen()]);
  const signature = signedAct(device, 'CHANGE_PIN', customer.msisdn);
  const changed = await change(customer, { pin: PIN, newPin: '4711', device: signature });
  assert.equal(changed.status, 204);
  await Promise.all(streams.map(({ ended }) => ended));
  for (const session of [customer, other]) {
    assert.equal((await session.call('GET', '/account')).status, 401);
  }
  assert.equal((await signIn(customer.msisdn, PIN)).status, 401);
  assert.equal((await signIn(customer.msisdn, '4711')).status, 201);
});

test('a PIN is not changed without the old one and a signature, or to an easy one', async () => {
  const { customer, device } = await enrolled(platform);
  const signature = () => signedAct(device, 'CHANGE_PIN', customer.msisdn);
  const newPin = '4711';
  for (const [body, code] of [
    [{ pin: PIN, newPin }, 'DEVICE_REQUIRED'],
    [{ pin: PIN, newPin, device: signedAct(device, 'SIGN_IN', customer.msisdn) }, 'DEVICE_REFUSED'],
    [
      { pin: PIN, newPin, device: signedAct(device, 'CHANGE_PIN', '46700000001') },
      'DEVICE_REFUSED',
    ],
    [{ pin: '9999', newPin, device: signature() }, 'WRONG_PIN'],
    [{ pin: PIN, newPin: '1111', device: signature() }, 'INVALID_REQUEST'],
    [{ pin: PIN, newPin: '4321', device: signature() }, 'INVALID_REQUEST'],
    [{ pin: '4711', newPin, device: signature() }, 'INVALID_REQUEST'],
    [{ pin: PIN, newPin: '471', device: signature() }, 'INVALID_REQUEST'],
  ] as const) {
    const answer = await change(customer, body);
    assert.equal(answer.body.code, code, JSON.stringify(body));
  }
  assert.equal((await customer.call('GET', '/account')).status, 200);
});

test('a code ends a lock with a new PIN, once, and every session', async () => {
  const { customer, device } = await enrolled(platform);
  const signature = signedAct(device, 'CHANGE_PIN', customer.msisdn);
  for (let count = 0; count < 5; count += 1) {
    await change(customer, { pin: '9999', newPin: '4711', device: signature });
  }
  assert.deepEqual(shown(await customer.scan()), [403, 'PIN_LOCKED']);
  const code = await codeFor(platform, customer.customerId);
  const unlock = (given: string, newPin = '4711') =>
    platform.call('POST', '/pin/unlocking', { msisdn: `+${customer.msisdn}`, code: given, newPin });
  assert.deepEqual(shown(await unlock(code, '2222')), [400, 'INVALID_REQUEST']);
  assert.deepEqual(shown(await unlock('0000-0000-0000')), [403, 'WRONG_CODE']);
  const stream = await customer.listen();
  assert.equal((await unlock(code.toLowerCase())).status, 204);
  await stream.ended;
  assert.deepEqual(shown(await unlock(code)), [403, 'WRONG_CODE']);
  assert.equal((await customer.call('GET', '/account')).status, 401);
  assert.equal((await signIn(customer.msisdn, '4711')).status, 201);
});

test('unlocking says the same whether the number is known or not, and slows guessing', async () => {
  const { msisdn, customerId } = await platform.customer();
  await codeFor(platform, customerId);
  const guess = async (number: string) => {
    const body = { msisdn: number, code: '7K2M-9QRT-4XWB', newPin: '4711' };
    const answers: JsonAnswer[] = [];
    for (let count = 0; count < 11; count += 1) {
      answers.push(await platform.call('POST', '/pin/unlocking', body));
    }
    return answers.map(({ status, body }) => [status, body.code, body.detail]);
  };
  const [known, unknown] = await Promise.all([guess(msisdn), guess('46799999998')]);
  assert.deepEqual(known, unknown);
  assert.deepEqual([known[0]?.[1], known.at(-1)?.[1]], ['WRONG_CODE', 'RATE_LIMITED']);
});

test('the log tells of devices and PINs by ids, never by what is secret', async () => {
  const { customer, device } = await enrolled(platform);
  const code = await codeFor(platform, customer.customerId);
  const body = { msisdn: customer.msisdn, code, newPin: '8642' };
  assert.equal((await platform.call('POST', '/pin/unlocking', body)).status, 204);
  const text = platform.logText();
  for (const event of ['device added', 'PIN set by a one-time code']) {
    assert.ok(text.includes(event), event);
  }
  assert.ok(text.includes(device.id));
  for (const secret of [code, device.publicKey, device.keyDigest, customer.msisdn]) {
    assert.ok(!text.includes(secret), secret);
  }
  assert.ok(!wordsOfLog(text).includes(body.newPin), 'the PIN');
});
