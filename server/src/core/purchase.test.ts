import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { assertAuditClean, eur, must, openShop, refusal } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { customerAccount } from './account.ts';
import { setMachine, setMerchant } from './merchant.ts';
import { listPurchases } from './history.ts';
import { PURCHASE_LIMITS, cancelPurchase, settleAnswer } from './purchase.ts';
import type { Purchase } from './purchase.ts';

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

const available = async (customerId: string): Promise<bigint> =>
  (await database.db.statement((tx) => customerAccount(tx, customerId))).available.minor;
const cancel = (purchase: Purchase) =>
  database.db.statement((tx) =>
    cancelPurchase(tx, { customerId: purchase.customerId, purchaseId: purchase.id }),
  );

test('a whole purchase charges exactly what was taken and frees the rest', async () => {
  const customer = await shop.customer(10_000n);
  const { purchase: offer, reference } = await shop.offer(customer);
  assert.equal(offer.maximum?.minor, 1500n);
  assert.equal(offer.reserved, null);
  assert.deepEqual(offer.machine, { token: 'm1', name: 'Coffee', place: 'Hall' });
  assert.equal(await available(customer), 10_000n);

  const approved = must(await shop.approve(offer));
  assert.equal(approved.purchase.state, 'RESERVED');
  assert.equal(approved.purchase.version, 2);
  assert.equal(approved.notification?.url, 'https://vending.example/seqr/n/1');
  assert.equal(approved.notification.body, null);
  assert.equal(await available(customer), 8500n);

  must(await shop.update(reference, 250n));
  const { ersReference } = must(await shop.commit(reference, 250n));
  assert.match(ersReference ?? '', /^[0-9]{25}$/);
  const paid = await shop.now(offer);
  assert.equal(paid.state, 'PAID');
  assert.deepEqual(paid.charged, eur(250n));
  assert.deepEqual(paid.reserved, eur(1500n));
  assert.equal(paid.ending, null);
  assert.equal(paid.expiresAt, null);
  assert.equal(await available(customer), 9750n);
});

test('a merchant that is blocked or has no createPurchase address is refused', async () => {
  const other = await openShop(database.db);
  const customer = await shop.customer();
  await database.db.statement((tx) => setMerchant(tx, other.merchantId, { state: 'BLOCKED' }));
  assert.equal(refusal(await other.scan(customer)), 'UNKNOWN_MERCHANT');
  await database.db.statement((tx) =>
    setMerchant(tx, other.merchantId, { state: 'ACTIVE', createPurchaseUrl: null }),
  );
  assert.equal(refusal(await other.scan(customer)), 'UNKNOWN_MERCHANT');
});

test('a customer without funds is refused before the reseller is asked', async () => {
  const customer = await shop.customer(0n);
  const result = await shop.scan(customer);
  assert.ok(!result.ok && result.refusal.code === 'INSUFFICIENT_FUNDS');
  assert.equal(result.refusal.purchase.state, 'REFUSED');
  assert.equal(result.refusal.purchase.ending, 'INSUFFICIENT_FUNDS');
  assert.equal((await shop.now(result.refusal.purchase)).state, 'REFUSED');
});

test('the smallest maximum is asked for; a deciding balance is rounded down', async () => {
  const asked = async (funds: bigint, token: string): Promise<bigint | undefined> =>
    must(await shop.scan(await shop.customer(funds), token)).call?.reservationAmount.minor;
  await database.db.statement((tx) =>
    setMachine(tx, shop.merchantId, { token: 'small', maximum: eur(700n) }),
  );
  assert.equal(await asked(100_000n, 'm1'), 2000n);
  assert.equal(await asked(100_000n, 'small'), 700n);
  assert.equal(await asked(1999n, 'm1'), 1500n);
  assert.equal(await asked(501n, 'm1'), 500n);
  assert.equal(await asked(499n, 'm1'), 400n);
  assert.equal(refusal(await shop.scan(await shop.customer(99n))), 'INSUFFICIENT_FUNDS');
});

test('row 14: the same customer at the same machine gets the purchase back', async () => {
  const customer = await shop.customer();
  const [one, two] = await Promise.all([shop.scan(customer), shop.scan(customer)]);
  assert.equal(must(one).purchase.id, must(two).purchase.id);
  assert.equal([must(one), must(two)].filter(({ call }) => call !== null).length, 1);
  const { purchase } = must(await shop.scan(customer));
  const { reference } = must(await shop.issue());
  const offer = await shop.settle(purchase.id, reference);
  assert.equal(must(await shop.scan(customer)).purchase.state, 'AWAITING_APPROVAL');
  must(await shop.approve(offer));
  const resumed = must(await shop.scan(customer));
  assert.equal(resumed.purchase.state, 'RESERVED');
  assert.equal(resumed.call, null);
});

test('row 17: cancelling before the approval cancels the invoice too', async () => {
  const { purchase, reference } = await shop.offer(await shop.customer());
  assert.equal(must(await cancel(purchase)).state, 'CANCELED');
  assert.equal((await shop.now(purchase)).ending, 'BY_CUSTOMER');
  assert.equal(refusal(await shop.commit(reference, 100n)), 'INVOICE_STATE_NOT_RESERVED');
  assert.equal(refusal(await shop.update(reference, 100n)), 'INVOICE_ALREADY_CANCELED');
  assert.equal(refusal(await shop.approve(purchase)), 'TOO_LATE');
});

test('row 18: after RESERVED the customer can no longer cancel', async () => {
  const { purchase } = await shop.reserve(await shop.customer());
  assert.equal(refusal(await cancel(purchase)), 'TOO_LATE');
  assert.equal((await shop.now(purchase)).state, 'RESERVED');
});

test('row 20: a balance that fell leaves the offer open and holds nothing', async () => {
  const customer = await shop.customer(2000n);
  const { purchase } = await shop.offer(customer, { total: eur(2000n) });
  await database.db.statement((tx) =>
    tx.query(
      `select ledger_transfer(
         (select id from account where customer_id = $1),
         (select id from account where owner = 'EXTERNAL' and currency = 'EUR'), 1, 'payout')`,
      [customer],
    ),
  );
  const refused = await shop.approve(purchase);
  assert.ok(!refused.ok && refused.refusal.code === 'INSUFFICIENT_FUNDS');
  assert.equal(refused.refusal.purchase.state, 'AWAITING_APPROVAL');
  assert.equal(await available(customer), 1999n);
});

test('row 40: a new scan elsewhere supersedes the unapproved offer', async () => {
  const customer = await shop.customer();
  const { purchase } = await shop.offer(customer);
  const next = must(await shop.scan(customer, 'm2'));
  assert.ok(next.call);
  const old = await shop.now(purchase);
  assert.equal(old.state, 'CANCELED');
  assert.equal(old.ending, 'SUPERSEDED');
});

test('row 40: offers left unapproved bring a pause; refusals by the reseller do not', async () => {
  const customer = await shop.customer();
  for (let count = 0; count < PURCHASE_LIMITS.offersLeftPerTenMinutes; count += 1) {
    const { purchase } = must(await shop.scan(customer));
    await database.db.statement((tx) =>
      settleAnswer(tx, purchase.id, {
        kind: 'ERROR',
        code: 'DEVICE_IN_USE',
        detail: '',
        invoiceReference: null,
      }),
    );
  }
  for (let count = 0; count < PURCHASE_LIMITS.offersLeftPerTenMinutes; count += 1) {
    must(await cancel((await shop.offer(customer)).purchase));
  }
  const paused = await shop.scan(customer);
  assert.ok(!paused.ok && paused.refusal.code === 'RATE_LIMITED');
  assert.ok(paused.refusal.retryAfterS > 0 && paused.refusal.retryAfterS <= 30);
});

test('row 40: a customer’s scans and a machine’s calls are bounded within a minute', async () => {
  const own = await openShop(database.db);
  const limits = { ...PURCHASE_LIMITS, scansPerMinute: 2, callsPerMachinePerMinute: 3 };
  const refuse = async (customer: string, token: string): Promise<void> => {
    const { purchase } = must(await own.scan(customer, token, limits));
    await database.db.statement((tx) =>
      settleAnswer(tx, purchase.id, {
        kind: 'ERROR',
        code: 'DEVICE_IN_USE',
        detail: '',
        invoiceReference: null,
      }),
    );
  };
  const [first, second] = [await own.customer(), await own.customer()];
  await refuse(first, 'm1');
  await refuse(first, 'm2');
  assert.equal(refusal(await own.scan(first, 'm3', limits)), 'RATE_LIMITED');
  await refuse(second, 'm1');
  await refuse(await own.customer(), 'm1');
  assert.equal(refusal(await own.scan(await own.customer(), 'm1', limits)), 'RATE_LIMITED');
  must(await own.scan(await own.customer(), 'm2', limits));
});

test('row 43: an approval of another version is refused and spends no attempt', async () => {
  const { purchase, reference } = await shop.offer(await shop.customer());
  must(await shop.update(reference, 1200n));
  const changed = await shop.approve(purchase, { pin: '0000' });
  assert.ok(!changed.ok && changed.refusal.code === 'OFFER_CHANGED');
  assert.equal(changed.refusal.purchase.maximum?.minor, 1200n);
  assert.equal(changed.refusal.purchase.version, 2);
  const wrong = await shop.approve(purchase, { pin: '0000', version: 2 });
  assert.ok(!wrong.ok && wrong.refusal.code === 'WRONG_PIN' && wrong.refusal.attemptsLeft === 4);
  assert.equal(must(await shop.approve(purchase, { version: 2 })).purchase.reserved?.minor, 1200n);
});

test('history is paged, newest first, and shows only one’s own', async () => {
  const customer = await shop.customer();
  const made: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const { purchase } = await shop.offer(customer);
    must(await cancel(purchase));
    made.unshift(purchase.id);
  }
  const page = (before: string | null) =>
    database.db.statement((tx) => listPurchases(tx, customer, { limit: 2, before }));
  const first = await page(null);
  assert.deepEqual(
    first.items.map(({ id }) => id),
    made.slice(0, 2),
  );
  const second = await page(first.nextCursor);
  assert.deepEqual(
    second.items.map(({ id }) => id),
    made.slice(2),
  );
  assert.equal(second.nextCursor, null);
});
