/** Devices over HTTP, where their signature is required: in, seen, out. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { DeviceJson, DeviceListJson, SessionJson } from '@seqr-ups/contract';
import { addDevice, codeFor, enrolled } from '../../test/enrolled.ts';
import { newKey, signedAct, signedApproval, signedEnrolment } from '../../test/signing-device.ts';
import { PIN, advanceClock, assertAuditClean } from '../../test/shop.ts';
import { startWalletEdge } from '../../test/wallet-platform.ts';
import type { JsonAnswer, TestCustomer, WalletPlatform } from '../../test/wallet-platform.ts';

let platform: WalletPlatform;
before(async () => {
  platform = await startWalletEdge({ config: { deviceSignature: 'REQUIRED' }, heartbeatMs: 50 });
});
after(async () => {
  await assertAuditClean(platform.db);
  await platform.stop();
});

const shown = ({ status, body }: JsonAnswer) => [status, (body as typeof body | null)?.code];
const again = ({ msisdn, customerId }: TestCustomer) => platform.signIn(msisdn, customerId);
const list = async (customer: TestCustomer): Promise<readonly DeviceJson[]> =>
  (await customer.call<DeviceListJson>('GET', '/devices')).body.items;
const remove = (customer: TestCustomer, id: string, body: object) =>
  customer.call('POST', `/devices/${id}/removal`, body);

test('an installation says what it asks for, before anybody signs in', async () => {
  const { body } = await platform.call('GET', '/installation');
  const { sandbox, deviceSignature } = body as unknown as Record<string, unknown>;
  assert.deepEqual({ sandbox, deviceSignature }, { sandbox: true, deviceSignature: 'REQUIRED' });
});

test('a code lets the first device in, which lets the second in, by digits compared', async () => {
  const { customer, device } = await enrolled(platform);
  const second = await again(customer);
  const waiting = await addDevice(second);
  assert.deepEqual([waiting.json.state, waiting.json.current], ['PENDING', true]);
  assert.match(waiting.json.check ?? '', /^[0-9]{4}$/);
  const [seen, own] = await list(customer);
  assert.deepEqual([seen?.id, seen?.check, seen?.current], [waiting.id, waiting.json.check, false]);
  assert.equal(seen?.keyDigest, waiting.keyDigest);
  assert.deepEqual([own?.id, own?.state, own?.current], [device.id, 'ACTIVE', true]);

  const letIn = (signature: object, pin = PIN) =>
    customer.call<DeviceJson>('POST', `/devices/${waiting.id}/approval`, {
      pin,
      device: signature,
    });
  for (const signature of [
    signedEnrolment(device, { ...waiting, keyDigest: device.keyDigest }),
    signedEnrolment(device, { ...waiting, id: device.id }),
    signedEnrolment({ ...newKey(), id: device.id }, waiting),
    signedEnrolment(waiting, waiting),
    signedAct(device, 'REMOVE_DEVICE', waiting.id),
  ]) {
    const answer = await letIn(signature, '9999');
    assert.deepEqual(
      [answer.status, (answer as never as JsonAnswer).body.code],
      [403, 'DEVICE_REFUSED'],
    );
  }
  const wrong = (await letIn(signedEnrolment(device, waiting), '9999')) as never as JsonAnswer;
  assert.deepEqual([wrong.body.code, wrong.body.attemptsLeft], ['WRONG_PIN', 4]);
  const answer = await letIn(signedEnrolment(device, waiting));
  assert.deepEqual([answer.status, answer.body.state, answer.body.check], [200, 'ACTIVE', null]);
  assert.equal((await list(second)).find(({ id }) => id === waiting.id)?.current, true);

  const { body: offer } = await second.scan();
  const body = { pin: PIN, version: offer.version, device: signedApproval(waiting, offer) };
  const approved = await second.call('POST', `/purchases/${offer.id}/approval`, body);
  assert.deepEqual([approved.status, approved.body.state], [200, 'RESERVED']);
});

test('a device is added once, by a key of the right kind and a name', async () => {
  const customer = await platform.customer();
  const key = newKey();
  const body = { name: ' Phone ', publicKey: key.publicKey };
  const first = await customer.call<DeviceJson>('POST', '/devices', body);
  const same = await customer.call<DeviceJson>('POST', '/devices', body);
  assert.deepEqual([first.body.name, first.body], ['Phone', same.body]);
  for (const changes of [
    { publicKey: newKey('secp256k1').publicKey },
    { publicKey: newKey('P-384').publicKey },
    { publicKey: `${key.publicKey.slice(0, -2)}AA` },
    { publicKey: 'A'.repeat(122) },
    { name: '' },
    { name: '   ' },
    { name: 'a\u0007b' },
    { name: 'x'.repeat(61) },
    { code: '' },
  ]) {
    const answer = await customer.call('POST', '/devices', { ...body, ...changes });
    assert.deepEqual(shown(answer), [400, 'INVALID_REQUEST'], JSON.stringify(changes));
  }
  const wrong = await customer.call('POST', '/devices', { ...body, code: '0000-0000-0000' });
  assert.deepEqual(shown(wrong), [403, 'WRONG_CODE']);
  const code = await codeFor(platform, customer.customerId);
  const active = await customer.call<DeviceJson>('POST', '/devices', { ...body, code });
  assert.deepEqual([active.body.id, active.body.state], [first.body.id, 'ACTIVE']);
});

test('a removed device ends its session and stream, and signs no more', async () => {
  const { customer, device } = await enrolled(platform);
  const other = await again(customer);
  const otherDevice = await addDevice(other, await codeFor(platform, customer.customerId));
  const stream = await other.listen();
  const gone = signedAct(device, 'REMOVE_DEVICE', otherDevice.id);
  for (const signature of [
    signedAct(device, 'REMOVE_DEVICE', device.id),
    signedAct(device, 'CHANGE_PIN', otherDevice.id),
    { ...gone, signedAt: new Date(Date.now() + 1000).toISOString() },
    signedAct(device, 'REMOVE_DEVICE', otherDevice.id, new Date(Date.now() - 121_000)),
    signedAct(device, 'REMOVE_DEVICE', otherDevice.id, new Date(Date.now() + 125_000)),
    signedAct({ ...newKey(), id: device.id }, 'REMOVE_DEVICE', otherDevice.id),
  ]) {
    const answer = await remove(customer, otherDevice.id, { pin: '9999', device: signature });
    assert.deepEqual(shown(answer), [403, 'DEVICE_REFUSED']);
  }
  const removed = await remove(customer, otherDevice.id, { pin: PIN, device: gone });
  assert.equal(removed.status, 204);
  await stream.ended;
  assert.equal((await other.call('GET', '/account')).status, 401);
  assert.deepEqual(
    (await list(customer)).map(({ id }) => id),
    [device.id],
  );
  const twice = await remove(customer, otherDevice.id, {
    pin: PIN,
    device: signedAct(device, 'REMOVE_DEVICE', otherDevice.id),
  });
  assert.deepEqual(shown(twice), [404, 'NOT_FOUND']);
  // Its own removal, by itself.
  const own = signedAct(device, 'REMOVE_DEVICE', device.id);
  assert.equal((await remove(customer, device.id, { pin: PIN, device: own })).status, 204);
  assert.equal((await customer.call('GET', '/account')).status, 401);
});

test('a waiting device is turned away by another one, with the PIN', async () => {
  const { customer, device } = await enrolled(platform);
  const waiting = await addDevice(await again(customer));
  const signature = signedAct(device, 'REMOVE_DEVICE', waiting.id);
  const refused = await remove(customer, waiting.id, { pin: PIN, device: signature });
  assert.equal(refused.status, 204);
  assert.equal((await list(customer)).length, 1);
});

test('a sign-in that a device signed is bound to it; any other one is not', async () => {
  const { customer, device } = await enrolled(platform);
  const { msisdn } = customer;
  const signIn = (signature: object) =>
    platform.call<SessionJson>('POST', '/sessions', { msisdn, pin: PIN, device: signature });
  const bound = await signIn(signedAct(device, 'SIGN_IN', msisdn));
  assert.deepEqual([bound.status, bound.body.device], [201, { id: device.id }]);
  for (const signature of [
    signedAct(device, 'SIGN_IN', '46700000001'),
    signedAct(device, 'SIGN_IN', msisdn, new Date(Date.now() - 121_000)),
    signedAct({ ...device, id: randomUUID() }, 'SIGN_IN', msisdn),
    signedAct({ ...newKey(), id: device.id }, 'SIGN_IN', msisdn),
  ]) {
    const unbound = await signIn(signature);
    assert.deepEqual([unbound.status, unbound.body.device], [201, null]);
  }
});

test('strangers who guess at a number keep nobody from their own device', async () => {
  const { customer, device } = await enrolled(platform);
  const { msisdn } = customer;
  const codes = new Set<string>();
  for (let count = 0; count < 12; count += 1) {
    codes.add((await platform.call('POST', '/sessions', { msisdn, pin: '9999' })).body.code);
  }
  assert.deepEqual(Array.from(codes), ['UNAUTHORIZED', 'RATE_LIMITED']);
  const right = await platform.call('POST', '/sessions', { msisdn, pin: PIN });
  assert.equal(right.body.code, 'RATE_LIMITED');
  const signature = signedAct(device, 'SIGN_IN', msisdn);
  const own = await platform.call('POST', '/sessions', { msisdn, pin: PIN, device: signature });
  assert.equal(own.status, 201);
});

test('a code that ran out lets nothing in', async () => {
  const customer = await platform.customer();
  const code = await codeFor(platform, customer.customerId);
  await advanceClock(platform.db, 24 * 3600 + 1);
  const body = { name: 'Phone', publicKey: newKey().publicKey, code };
  assert.deepEqual(shown(await customer.call('POST', '/devices', body)), [403, 'WRONG_CODE']);
});
