/** Spending limits: what they refuse, what counts, whose days, and races for the rest. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import {
  PIN,
  advanceClock,
  assertAuditClean,
  eur,
  must,
  openShop,
  pin,
  refusal,
} from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { openDatabase } from '../db.ts';
import type { Database } from '../db.ts';
import { customerAccount } from './account.ts';
import { approvePurchase } from './approval.ts';
import { cancelInvoice } from './invoice.ts';
import { customerLimits, isZone, limitLeft, setLimits } from './limit.ts';
import { refundPayment } from './payment.ts';
import { PURCHASE_LIMITS } from './purchase.ts';

let database: TestDatabase;
let db: Database;
let second: Database;
let shop: Shop;
before(async () => {
  database = await testDatabase();
  ({ db } = database);
  second = openDatabase(database.url);
  shop = await openShop(db);
});
after(async () => {
  await assertAuditClean(db);
  await second.close();
  await database.drop();
});

type Change = { perPurchase?: bigint; perDay?: bigint; perMonth?: bigint; zone?: string };
const set = (customerId: string, change: Change, text = PIN, on = db) =>
  on.statement((tx) =>
    setLimits(tx, {
      customerId,
      proof: { pinDigest: pin(customerId, text), deviceId: null },
      limits: {
        perPurchase: change.perPurchase === undefined ? null : eur(change.perPurchase),
        perDay: change.perDay === undefined ? null : eur(change.perDay),
        perMonth: change.perMonth === undefined ? null : eur(change.perMonth),
        zone: change.zone ?? 'UTC',
      },
    }),
  );
const left = async (customerId: string) => {
  const limit = await db.statement((tx) => limitLeft(tx, customerId));
  return limit && [limit.kind, limit.left.minor];
};
/** Customers here scan more often than people do. */
const UNHURRIED = { ...PURCHASE_LIMITS, scansPerMinute: 1000, offersLeftPerTenMinutes: 1000 };
/** A machine for each purchase: what one customer may do at one is bounded. */
let machines = 0;
const machine = (): string => `limit-${(machines += 1)}`;

test('a purchase above the limit is refused, its offer stays, no attempt is spent', async () => {
  const customer = await shop.customer();
  must(await set(customer, { perPurchase: 1000n }));
  const { purchase } = await shop.offer(customer, {}, machine());
  assert.equal(refusal(await shop.approve(purchase)), 'LIMIT_EXCEEDED');
  assert.equal((await shop.now(purchase)).state, 'AWAITING_APPROVAL');
  const { available } = await db.statement((tx) => customerAccount(tx, customer));
  assert.equal(available.minor, 10_000n);
  const wrong = await shop.approve(purchase, { pin: '9999' });
  assert.ok(!wrong.ok && wrong.refusal.code === 'WRONG_PIN' && wrong.refusal.attemptsLeft === 4);
  must(await set(customer, { perPurchase: 1500n }));
  assert.equal(must(await shop.approve(purchase)).purchase.state, 'RESERVED');
});

test('whoever does not know the PIN hears of the PIN, not of a limit', async () => {
  const customer = await shop.customer();
  must(await set(customer, { perDay: 0n }));
  const { purchase } = await shop.offer(customer, {}, machine());
  assert.equal(refusal(await shop.approve(purchase, { pin: '0000' })), 'WRONG_PIN');
  assert.equal(refusal(await shop.approve(purchase)), 'LIMIT_EXCEEDED');
});

test('held and charged count, released does not, a refund gives nothing back', async () => {
  const customer = await shop.customer();
  must(await set(customer, { perDay: 4000n }));
  const first = await shop.reserve(customer, {}, machine());
  assert.deepEqual(await left(customer), ['PER_DAY', 2500n]);
  must(await shop.commit(first.reference, 400n));
  assert.deepEqual(await left(customer), ['PER_DAY', 3600n]);
  const { terminalId } = await shop.newTerminal();
  const offer = await shop.offer(customer, {}, machine(), terminalId);
  must(await shop.approve(offer.purchase));
  assert.deepEqual(await left(customer), ['PER_DAY', 2100n]);
  const cancel = { terminalId, reference: offer.reference };
  must(await db.statement((tx) => cancelInvoice(tx, cancel)));
  assert.deepEqual(await left(customer), ['PER_DAY', 3600n]);
  const { ersReference } = await shop.now(first.purchase);
  assert.ok(ersReference);
  const refund = { terminalId: shop.terminalId, ersReference, amount: eur(400n) };
  must(await db.statement((tx) => refundPayment(tx, refund)));
  assert.deepEqual(await left(customer), ['PER_DAY', 3600n]);
});

test('a limit under what was spent leaves nothing, never less; the least one is told', async () => {
  const customer = await shop.customer();
  must(await shop.commit((await shop.reserve(customer, {}, machine())).reference, 900n));
  assert.equal(await left(customer), null);
  must(await set(customer, { perPurchase: 2000n, perDay: 500n, perMonth: 5000n }));
  assert.deepEqual(await left(customer), ['PER_DAY', 0n]);
  must(await set(customer, { perPurchase: 2000n, perMonth: 2500n }));
  assert.deepEqual(await left(customer), ['PER_MONTH', 1600n]);
  const account = await db.statement((tx) => customerAccount(tx, customer));
  assert.deepEqual(account.limit, { kind: 'PER_MONTH', amount: eur(2500n), left: eur(1600n) });
  must(await set(customer, {}));
  assert.equal((await db.statement((tx) => customerAccount(tx, customer))).limit, null);
  const { rows } = await db.statement((tx) =>
    tx.query('select from customer where id = $1 and limited', [customer]),
  );
  assert.equal(rows.length, 0, 'nothing is looked at any more');
});

test('limits change by PIN only, and wrong ones are counted', async () => {
  const customer = await shop.customer();
  must(await set(customer, { perDay: 1000n }));
  for (const _ of [1, 2, 3, 4]) {
    assert.equal(refusal(await set(customer, { perDay: 9000n }, '1111')), 'WRONG_PIN');
  }
  assert.equal(refusal(await set(customer, { perDay: 9000n }, '1111')), 'PIN_LOCKED');
  assert.equal(refusal(await set(customer, { perDay: 9000n })), 'PIN_LOCKED');
  assert.deepEqual(await left(customer), ['PER_DAY', 1000n]);
});

test('days and months end at midnight of the zone that the customer chose', async () => {
  const customer = await shop.customer();
  for (const zone of ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles', 'Europe/Warsaw']) {
    must(await set(customer, { perDay: 1500n, zone }));
    const limits = await db.statement((tx) => customerLimits(tx, customer));
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      day: 'numeric',
      timeStyle: undefined,
      hour: '2-digit',
      minute: '2-digit',
    });
    assert.match(clock.format(limits.dayEndsAt), /, 00:00$/, zone);
    assert.match(clock.format(limits.monthEndsAt), /^1, 00:00$/, zone);
  }
  const known = (name: string) => db.statement((tx) => isZone(tx, name));
  assert.ok(await known('Europe/Stockholm'));
  for (const name of ['Europe/Nowhere', '+05', '', "UTC'", '<+05>-5', 'x'.repeat(64)]) {
    assert.equal(await known(name), false, name);
  }
});

test('the next day everything of a day may be spent again, and the month goes on', async () => {
  const customer = await shop.customer();
  must(await set(customer, { perDay: 1500n }));
  must(await shop.commit((await shop.reserve(customer, {}, machine())).reference, 1500n));
  const { purchase } = await shop.offer(customer, {}, machine());
  assert.equal(refusal(await shop.approve(purchase)), 'LIMIT_EXCEEDED');
  const before = await db.statement((tx) => customerLimits(tx, customer));
  await advanceClock(db, 24 * 3600);
  const after = await db.statement((tx) => customerLimits(tx, customer));
  assert.equal(after.spentToday.minor, 0n);
  const sameMonth = after.monthEndsAt.getTime() === before.monthEndsAt.getTime();
  assert.equal(after.spentThisMonth.minor, sameMonth ? 1500n : 0n);
  const again = await shop.reserve(customer, {}, machine());
  assert.equal(again.purchase.state, 'RESERVED');
});

test('approvals at once, and scans between them, cannot exceed a limit together', async () => {
  const customer = await shop.customer(100_000n);
  must(await set(customer, { perDay: 5000n }));
  const seen: string[] = [];
  const approve = async (on: Database, purchaseId: string): Promise<void> => {
    const proof = { pinDigest: pin(customer), deviceId: null };
    const approval = { customerId: customer, purchaseId, proof, version: null };
    const result = await on.statement((tx) => approvePurchase(tx, approval));
    seen.push(result.ok ? 'APPROVED' : result.refusal.code);
  };
  for (let round = 0; !seen.includes('LIMIT_EXCEEDED') && round < 20; round += 1) {
    const { purchase } = await shop.offer(customer, {}, machine());
    const scan = round % 3 === 1 ? [shop.scan(customer, machine(), UNHURRIED)] : [];
    await Promise.all([approve(db, purchase.id), approve(second, purchase.id), ...scan]);
  }
  assert.ok(seen.includes('LIMIT_EXCEEDED'), seen.join(' '));
  assert.equal(seen.filter((outcome) => outcome === 'APPROVED').length, 3);
  assert.deepEqual(await left(customer), ['PER_DAY', 500n]);
});

test('a limit that is lowered while an approval runs comes before it or after it', async () => {
  for (let round = 0; round < 12; round += 1) {
    const customer = await shop.customer();
    must(await set(customer, { perPurchase: 2000n }));
    const { purchase } = await shop.offer(customer, {}, machine());
    const [approved, lowered] = await Promise.all(
      round % 2 === 0
        ? [shop.approve(purchase), set(customer, { perPurchase: 100n }, PIN, second)]
        : [set(customer, { perPurchase: 100n }, PIN, second), shop.approve(purchase)].reverse(),
    );
    assert.ok(lowered?.ok);
    const state = (await shop.now(purchase)).state;
    assert.equal(state, approved?.ok === true ? 'RESERVED' : 'AWAITING_APPROVAL');
  }
});
