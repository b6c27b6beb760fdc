/** The PIN: attempts, lock-out, guessing in parallel (T11), sign-in apart from approval. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { advanceClock, assertAuditClean, must, openShop, pin, refusal } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { endSession, findSession, isPinKey, signIn, unlockCustomer } from './customer.ts';
import { verifyProof } from './proof.ts';

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

const unlock = async (customerId: string): Promise<void> => {
  const { rows } = await database.db.statement((tx) =>
    tx.query<{ msisdn: string }>(`select msisdn from customer where id = $1`, [customerId]),
  );
  assert.ok(await database.db.statement((tx) => unlockCustomer(tx, rows[0]?.msisdn ?? '')));
};
const enter = (customerId: string, text: string, tokenDigest = randomBytes(32)) =>
  database.db.statement((tx) =>
    signIn(tx, { customerId, pinDigest: pin(customerId, text), tokenDigest, deviceId: null }),
  );

test('row 19: a wrong PIN changes nothing but the count; a right one resets it', async () => {
  const customer = await shop.customer();
  const { purchase } = await shop.offer(customer);
  for (const left of [4, 3, 2, 1]) {
    const wrong = await shop.approve(purchase, { pin: '9999' });
    assert.ok(!wrong.ok && wrong.refusal.code === 'WRONG_PIN');
    assert.equal(wrong.refusal.attemptsLeft, left);
  }
  assert.equal((await shop.now(purchase)).state, 'AWAITING_APPROVAL');
  must(await shop.approve(purchase));
  const { purchase: next } = await shop.offer(customer, {}, 'm2');
  const wrong = await shop.approve(next, { pin: '9999' });
  assert.ok(!wrong.ok && wrong.refusal.code === 'WRONG_PIN' && wrong.refusal.attemptsLeft === 4);
});

test('five wrong PINs over several purchases lock approvals and cancel the open one', async () => {
  const customer = await shop.customer();
  for (const token of ['a', 'b', 'c', 'd']) {
    const { purchase } = await shop.offer(customer, {}, token);
    assert.equal(refusal(await shop.approve(purchase, { pin: '9999' })), 'WRONG_PIN');
  }
  const { purchase } = await shop.offer(customer, {}, 'e');
  assert.equal(refusal(await shop.approve(purchase, { pin: '9999' })), 'PIN_LOCKED');
  const ended = await shop.now(purchase);
  assert.equal(ended.state, 'CANCELED');
  assert.equal(ended.ending, 'PIN_LOCKED');
  assert.equal(refusal(await shop.scan(customer)), 'PIN_LOCKED');
  await unlock(customer);
  must(await shop.scan(customer));
});

test('T11: of many guesses at once exactly five are compared', async () => {
  const customer = await shop.customer();
  const { purchase } = await shop.offer(customer);
  const guesses = await Promise.all(
    Array.from({ length: 30 }, (_, n) => shop.approve(purchase, { pin: `${5000 + n}` })),
  );
  const codes = guesses.map((guess) => refusal(guess));
  assert.equal(codes.filter((code) => code === 'WRONG_PIN').length, 4);
  assert.equal(refusal(await shop.approve(purchase)), 'TOO_LATE');
  assert.equal((await shop.now(purchase)).ending, 'PIN_LOCKED');
});

test('T11: wrong sign-ins pause sign-in for a growing time and never touch approvals', async () => {
  const customer = await shop.customer();
  const { purchase } = await shop.offer(customer);
  for (let count = 0; count < 5; count += 1) {
    assert.equal(refusal(await enter(customer, '9999')), 'UNAUTHORIZED');
  }
  assert.equal(refusal(await enter(customer, '1234')), 'UNAUTHORIZED');
  must(await shop.approve(purchase));
  await advanceClock(database.db, 31);
  assert.equal(refusal(await enter(customer, '9999')), 'UNAUTHORIZED');
  await advanceClock(database.db, 31);
  assert.equal(refusal(await enter(customer, '1234')), 'UNAUTHORIZED');
  await advanceClock(database.db, 30);
  must(await enter(customer, '1234'));
});

test('a session opens with the right PIN and ends when it is ended', async () => {
  const customer = await shop.customer();
  const token = randomBytes(32);
  must(await enter(customer, '1234', token));
  const session = await database.db.statement((tx) => findSession(tx, token));
  assert.equal(session?.customerId, customer);
  await database.db.statement((tx) => endSession(tx, token));
  assert.equal(await database.db.statement((tx) => findSession(tx, token)), null);
});

test('another key than the first one is known for the wrong one', async () => {
  const [key, other] = [randomBytes(32), randomBytes(32)];
  assert.ok(await database.db.statement((tx) => isPinKey(tx, key)));
  assert.ok(await database.db.statement((tx) => isPinKey(tx, key)));
  assert.ok(!(await database.db.statement((tx) => isPinKey(tx, other))));
});

test('a PIN that is only verified is counted like an approval', async () => {
  const customer = await shop.customer();
  const verify = (text: string) =>
    database.db.statement((tx) =>
      verifyProof(tx, {
        customerId: customer,
        proof: { pinDigest: pin(customer, text), deviceId: null },
      }),
    );
  must(await verify('1234'));
  for (let count = 0; count < 4; count += 1) assert.equal(refusal(await verify('0')), 'WRONG_PIN');
  assert.equal(refusal(await verify('0')), 'PIN_LOCKED');
  assert.equal(refusal(await verify('1234')), 'PIN_LOCKED');
});
