/** Devices: which is let in, by what, and what ends with them; one-time codes; new PINs. */

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { advanceClock, assertAuditClean, must, openShop, pin, refusal } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { newKey } from '../../test/signing-device.ts';
import { approvePurchase } from './approval.ts';
import { changePin, findSession, signIn, unlockCustomer } from './customer.ts';
import { addDevice, approveDevice, listDevices, pruneDevices } from './device.ts';
import { removeDevice, revokeDevice } from './device.ts';
import { readPublicKey } from './device-key.ts';
import { codeDigest, giveCode, makeCode, unlockByCode } from './one-time-code.ts';
import { verifyProof } from './proof.ts';

const KEY = Buffer.alloc(32, 7);

let database: TestDatabase;
let shop: Shop;
before(async () => {
  database = await testDatabase();
  shop = await openShop(database.db);
});
after(async () => {
  await assertAuditClean(database.db);
  await database.drop();
});

/** A session of a customer, by the digest of its token. */
async function session(customerId: string, deviceId: string | null = null): Promise<Buffer> {
  const tokenDigest = randomBytes(32);
  const digest = pin(customerId);
  const attempt = { customerId, pinDigest: digest, tokenDigest, deviceId };
  must(await database.db.statement((tx) => signIn(tx, attempt)));
  return tokenDigest;
}

type Added = Parameters<typeof addDevice>[1];
const add = (customerId: string, tokenDigest: Buffer, changes: Partial<Added> = {}) =>
  database.db.statement((tx) =>
    addDevice(tx, {
      customerId,
      tokenDigest,
      deviceId: randomUUID(),
      name: 'Phone',
      publicKey: readPublicKey(newKey().publicKey) ?? Buffer.alloc(0),
      codeDigest: null,
      pinSuffices: false,
      ...changes,
    }),
  );

const devices = (customerId: string, tokenDigest: Buffer | null = null) =>
  database.db.statement((tx) => listDevices(tx, { customerId, tokenDigest }));

async function code(customerId: string): Promise<string> {
  const made = makeCode();
  const digest = codeDigest(KEY, customerId, made);
  await database.db.statement((tx) => giveCode(tx, customerId, digest));
  return made;
}

/** A customer with a device and the session that is bound to it. */
async function withDevice() {
  const customerId = await shop.customer();
  const tokenDigest = await session(customerId);
  const given = { codeDigest: codeDigest(KEY, customerId, await code(customerId)) };
  const { deviceId } = must(await add(customerId, tokenDigest, given));
  return { customerId, tokenDigest, deviceId };
}

const proof = (customerId: string, deviceId: string | null, text?: string) => ({
  pinDigest: pin(customerId, text),
  deviceId,
});

test('where the PIN suffices, it lets in the first device that a customer ever had', async () => {
  const customerId = await shop.customer();
  const tokenDigest = await session(customerId);
  const { deviceId } = must(await add(customerId, tokenDigest, { pinSuffices: true }));
  const [first] = await devices(customerId, tokenDigest);
  assert.deepEqual([first?.state, first?.current, first?.check], ['ACTIVE', true, null]);
  const bound = await database.db.statement((tx) => findSession(tx, tokenDigest));
  assert.equal(bound?.deviceId, deviceId);

  must(await add(customerId, await session(customerId), { pinSuffices: true }));
  assert.deepEqual(
    (await devices(customerId)).map(({ state }) => state),
    ['PENDING', 'ACTIVE'],
  );
  // Nor is one that comes after all were removed.
  for (const { id } of await devices(customerId)) {
    await database.db.statement((tx) => revokeDevice(tx, customerId, id));
  }
  must(await add(customerId, await session(customerId), { pinSuffices: true }));
  assert.deepEqual(
    (await devices(customerId)).map(({ state }) => state),
    ['PENDING'],
  );
});

test('a PIN given long ago lets nothing in, nor does one that never suffices', async () => {
  const customerId = await shop.customer();
  const tokenDigest = await session(customerId);
  must(await add(customerId, tokenDigest));
  assert.equal((await devices(customerId))[0]?.state, 'PENDING');
  await advanceClock(database.db, 601);
  assert.deepEqual(await devices(customerId), []);
  must(await add(customerId, tokenDigest, { pinSuffices: true }));
  assert.equal((await devices(customerId))[0]?.state, 'PENDING');
});

test('of two first devices at once, one is let in', async () => {
  const customerId = await shop.customer();
  const sessions = await Promise.all([session(customerId), session(customerId)]);
  await Promise.all(sessions.map((digest) => add(customerId, digest, { pinSuffices: true })));
  assert.deepEqual(
    (await devices(customerId)).map(({ state }) => state),
    ['PENDING', 'ACTIVE'],
  );
});

test('the same key is the same device; of a session one waits, of a customer three', async () => {
  const customerId = await shop.customer();
  const sessions = await Promise.all(Array.from({ length: 4 }, () => session(customerId)));
  const [a, b, c, d] = sessions as [Buffer, Buffer, Buffer, Buffer];
  const publicKey = readPublicKey(newKey().publicKey) ?? Buffer.alloc(0);
  const first = must(await add(customerId, a, { publicKey }));
  assert.deepEqual(must(await add(customerId, a, { publicKey })), first);
  const other = must(await add(customerId, a));
  assert.deepEqual(
    (await devices(customerId)).map(({ id }) => id),
    [other.deviceId],
  );
  must(await add(customerId, b));
  must(await add(customerId, c));
  const fourth = await add(customerId, d);
  assert.ok(!fourth.ok && fourth.refusal.code === 'RATE_LIMITED');
  assert.ok(fourth.refusal.retryAfterS > 590 && fourth.refusal.retryAfterS <= 600);
  const checks = (await devices(customerId)).map(({ check }) => check ?? '');
  assert.equal(new Set(checks).size, 3);
  for (const check of checks) assert.match(check, /^[0-9]{4}$/);
  await advanceClock(database.db, 601);
  must(await add(customerId, d));
});

test('a code lets one device in, once, within its day; five wrong tries end it', async () => {
  const customerId = await shop.customer();
  const tokenDigest = await session(customerId);
  const given = async (text: string) =>
    add(customerId, tokenDigest, { codeDigest: codeDigest(KEY, customerId, text) });
  const right = await code(customerId);
  const typed = ` ${right.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')} `;
  must(await given(typed.replaceAll('1', 'l')));
  assert.equal((await devices(customerId))[0]?.state, 'ACTIVE');
  assert.equal(refusal(await given(right)), 'WRONG_CODE');

  const old = await code(customerId);
  const newer = await code(customerId);
  assert.equal(refusal(await given(old)), 'WRONG_CODE');
  must(await given(newer));

  const tried = await code(customerId);
  for (let count = 0; count < 5; count += 1) {
    assert.equal(refusal(await given('0000-0000-0000')), 'WRONG_CODE');
  }
  assert.equal(refusal(await given(tried)), 'WRONG_CODE');

  const late = await code(customerId);
  await advanceClock(database.db, 24 * 3600 + 1);
  assert.equal(refusal(await given(late)), 'WRONG_CODE');
  const others = await code(await shop.customer());
  assert.equal(refusal(await given(others)), 'WRONG_CODE');
});

test('a code is 60 random bits that can be read out over the telephone', () => {
  const codes = new Set(Array.from({ length: 1_000 }, makeCode));
  assert.equal(codes.size, 1_000);
  for (const made of codes)
    assert.match(made, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
});

test('an existing device and the PIN let another one in, and bind its session', async () => {
  const { customerId, deviceId } = await withDevice();
  const tokenDigest = await session(customerId);
  const { deviceId: waiting } = must(await add(customerId, tokenDigest));
  const letIn = (by: string, text?: string) =>
    database.db.statement((tx) =>
      approveDevice(tx, { customerId, deviceId: waiting, proof: proof(customerId, by, text) }),
    );
  assert.equal(refusal(await letIn(randomUUID())), 'DEVICE_REFUSED');
  assert.equal(refusal(await letIn(waiting)), 'DEVICE_REFUSED');
  assert.equal(refusal(await letIn(deviceId, '9999')), 'WRONG_PIN');
  must(await letIn(deviceId));
  must(await letIn(deviceId));
  const found = await database.db.statement((tx) => findSession(tx, tokenDigest));
  assert.equal(found?.deviceId, waiting);
  const stranger = await shop.customer();
  const answer = await database.db.statement((tx) =>
    approveDevice(tx, {
      customerId: stranger,
      deviceId: waiting,
      proof: proof(stranger, deviceId),
    }),
  );
  assert.equal(refusal(answer), 'NOT_FOUND');
});

test('a device that waited too long is let in no more', async () => {
  const { customerId, deviceId } = await withDevice();
  const { deviceId: waiting } = must(await add(customerId, await session(customerId)));
  await advanceClock(database.db, 600);
  const late = await database.db.statement((tx) =>
    approveDevice(tx, { customerId, deviceId: waiting, proof: proof(customerId, deviceId) }),
  );
  assert.equal(refusal(late), 'NOT_FOUND');
  await database.db.statement(pruneDevices);
  const { rows } = await database.db.statement((tx) =>
    tx.query(`select from customer_device where id = $1`, [waiting]),
  );
  assert.equal(rows.length, 0);
});

test('a removed device signs no more, and its sessions end; others stay', async () => {
  const { customerId, tokenDigest, deviceId } = await withDevice();
  const unbound = await session(customerId);
  const remove = (id: string, text?: string) =>
    database.db.statement((tx) =>
      removeDevice(tx, { customerId, deviceId: id, proof: proof(customerId, deviceId, text) }),
    );
  assert.equal(refusal(await remove(randomUUID())), 'NOT_FOUND');
  assert.equal(refusal(await remove(deviceId, '9999')), 'WRONG_PIN');
  const { endedSessions } = must(await remove(deviceId));
  assert.deepEqual(
    endedSessions.map((digest) => digest.toString('hex')),
    [tokenDigest.toString('hex')],
  );
  const find = (digest: Buffer) => database.db.statement((tx) => findSession(tx, digest));
  assert.equal(await find(tokenDigest), null);
  assert.notEqual(await find(unbound), null);
  const { purchase } = await shop.offer(customerId);
  const approved = await database.db.statement((tx) =>
    approvePurchase(tx, {
      customerId,
      purchaseId: purchase.id,
      version: purchase.version,
      proof: proof(customerId, deviceId),
    }),
  );
  assert.equal(refusal(approved), 'DEVICE_REFUSED');
  assert.equal((await shop.now(purchase)).state, 'AWAITING_APPROVAL');
});

test('of a removal and an approval at once, the approval is first or is refused', async () => {
  for (let round = 0; round < 12; round += 1) {
    const { customerId, deviceId } = await withDevice();
    const { purchase } = await shop.offer(customerId, {}, `race-${round}`);
    const [approved, removed] = await Promise.all([
      database.db.statement((tx) =>
        approvePurchase(tx, {
          customerId,
          purchaseId: purchase.id,
          version: purchase.version,
          proof: proof(customerId, deviceId),
        }),
      ),
      database.db.statement((tx) => revokeDevice(tx, customerId, deviceId)),
    ]);
    assert.ok(removed);
    if (!approved.ok) assert.equal(approved.refusal.code, 'DEVICE_REFUSED');
    const { state } = await shop.now(purchase);
    assert.equal(state, approved.ok ? 'RESERVED' : 'AWAITING_APPROVAL');
    const after = await database.db.statement((tx) =>
      verifyProof(tx, { customerId, proof: proof(customerId, deviceId) }),
    );
    assert.equal(refusal(after), 'DEVICE_REFUSED');
  }
});

test('a refused device spends no attempt at the PIN', async () => {
  const { customerId } = await withDevice();
  const verify = (deviceId: string | null, text: string) =>
    database.db.statement((tx) =>
      verifyProof(tx, { customerId, proof: proof(customerId, deviceId, text) }),
    );
  for (let count = 0; count < 9; count += 1) {
    assert.equal(refusal(await verify(randomUUID(), '9999')), 'DEVICE_REFUSED');
  }
  const wrong = await verify(null, '9999');
  assert.ok(!wrong.ok && wrong.refusal.code === 'WRONG_PIN' && wrong.refusal.attemptsLeft === 4);
});

test('strangers who guess at sign-in keep nobody from their own device', async () => {
  const { customerId, deviceId } = await withDevice();
  const enter = (text: string, by: string | null) =>
    database.db.statement((tx) =>
      signIn(tx, {
        customerId,
        pinDigest: pin(customerId, text),
        tokenDigest: randomBytes(32),
        deviceId: by,
      }),
    );
  for (let count = 0; count < 6; count += 1) {
    assert.equal(refusal(await enter('9999', null)), 'UNAUTHORIZED');
  }
  assert.equal(refusal(await enter('1234', null)), 'UNAUTHORIZED');
  assert.equal(must(await enter('1234', deviceId)).deviceId, deviceId);
  // Its own wrong PINs pause the device, as a stranger's pause strangers.
  for (let count = 0; count < 5; count += 1) {
    assert.equal(refusal(await enter('9999', deviceId)), 'UNAUTHORIZED');
  }
  assert.equal(refusal(await enter('1234', deviceId)), 'UNAUTHORIZED');
  const { rows } = await database.db.statement((tx) =>
    tx.query<{ msisdn: string }>(`select msisdn from customer where id = $1`, [customerId]),
  );
  await database.db.statement((tx) => unlockCustomer(tx, rows[0]?.msisdn ?? ''));
  must(await enter('1234', deviceId));
  assert.equal(must(await enter('1234', null)).deviceId, null);
});

test('a new PIN ends sessions, and devices that only wait; a code also ends a lock', async () => {
  const { customerId, tokenDigest, deviceId } = await withDevice();
  must(await add(customerId, await session(customerId)));
  const change = (text: string, newText: string) =>
    database.db.statement((tx) =>
      changePin(tx, {
        customerId,
        proof: proof(customerId, deviceId, text),
        newPinDigest: pin(customerId, newText),
      }),
    );
  assert.equal(refusal(await change('9999', '4711')), 'WRONG_PIN');
  must(await change('1234', '4711'));
  assert.equal(await database.db.statement((tx) => findSession(tx, tokenDigest)), null);
  assert.deepEqual(
    (await devices(customerId)).map(({ id }) => id),
    [deviceId],
  );
  for (let count = 0; count < 5; count += 1) await change('1234', '0815');
  assert.equal(refusal(await change('4711', '0815')), 'PIN_LOCKED');

  const unlock = (text: string) =>
    database.db.statement((tx) =>
      unlockByCode(tx, {
        customerId,
        codeDigest: codeDigest(KEY, customerId, text),
        newPinDigest: pin(customerId, '0815'),
      }),
    );
  const right = await code(customerId);
  assert.equal(await unlock('0000-0000-0000'), false);
  assert.equal(await unlock(right), true);
  assert.equal(await unlock(right), false);
  must(await change('0815', '1234'));
});
