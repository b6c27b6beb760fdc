import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { assertAuditClean, eur, must, openShop, refusal } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { fundAccount, payOut, rollUpAccounts, showAccount } from './account.ts';
import type { AccountOwner } from './account.ts';

let database: TestDatabase;
let shop: Shop;
let merchant: AccountOwner;
before(async () => {
  database = await testDatabase();
  shop = await openShop(database.db);
  merchant = { kind: 'MERCHANT', merchantId: shop.merchantId, currency: 'EUR' };
});
after(async () => {
  await assertAuditClean(database.db);
  await database.drop();
});

const show = async (owner: AccountOwner) =>
  must(await database.db.statement((tx) => showAccount(tx, owner)));
const sell = async (amountMinor: bigint): Promise<void> => {
  const { reference } = await shop.reserve(await shop.customer());
  must(await shop.commit(reference, amountMinor));
};

test('a merchant’s balance is what was charged, before and after the roll-up', async () => {
  await sell(250n);
  await sell(430n);
  await shop.reserve(await shop.customer());
  const before = await show(merchant);
  assert.deepEqual(before, { balance: eur(680n), held: eur(1500n), available: eur(680n) });
  const folded = await database.db.statement((tx) => rollUpAccounts(tx, 100));
  assert.ok(folded >= 5);
  assert.deepEqual(await show(merchant), before);
  assert.equal(await database.db.statement((tx) => rollUpAccounts(tx, 100)), 0);
});

test('a payout takes at most what is available, of entries not yet rolled up too', async () => {
  await sell(1000n);
  const { available } = await show(merchant);
  const tooMuch = await database.db.transaction((tx) =>
    payOut(tx, merchant, eur(available.minor + 1n)),
  );
  assert.equal(refusal(tooMuch), 'INSUFFICIENT_FUNDS');
  const left = must(await database.db.transaction((tx) => payOut(tx, merchant, available)));
  assert.equal(left.available.minor, 0n);
});

test('payouts at once never take more than there is', async () => {
  await sell(1000n);
  const payouts = await Promise.all(
    Array.from({ length: 6 }, () =>
      database.db.transaction((tx) => payOut(tx, merchant, eur(400n))),
    ),
  );
  assert.equal(payouts.filter(({ ok }) => ok).length, 2);
});

test('sales and roll-ups at once lose nothing', async () => {
  const before = (await show(merchant)).balance.minor;
  const offers = [];
  for (let n = 0; n < 12; n += 1) {
    offers.push(await shop.offer(await shop.customer(), {}, `roll-${n}`));
  }
  const selling = new AbortController();
  const rolling = (async () => {
    while (!selling.signal.aborted) await database.db.statement((tx) => rollUpAccounts(tx, 3));
  })();
  await Promise.all(
    offers.map(async ({ purchase, reference }) => {
      must(await shop.approve(purchase));
      must(await shop.commit(reference, 100n));
    }),
  );
  selling.abort();
  await rolling;
  assert.equal((await show(merchant)).balance.minor, before + 1200n);
});

test('unknown owners and other currencies are refused', async () => {
  const nobody: AccountOwner = { kind: 'CUSTOMER', msisdn: '46799999999' };
  assert.equal(refusal(await database.db.statement((tx) => showAccount(tx, nobody))), 'NOT_FOUND');
  const sek = { minor: 100n, currency: 'SEK' };
  const wrong = await database.db.transaction((tx) => fundAccount(tx, merchant, sek));
  assert.equal(refusal(wrong), 'OTHER_CURRENCY');
});
