/**
 * Races on one purchase (T2, short form): approve, customer's cancel, merchant's cancel, update,
 * commit, expiry, status. Exactly one legal outcome of each pair; and a lock held across the
 * deadline never lets a late action through, however the lock's holder ends.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { advanceClock, assertAuditClean, must, openShop, pin, refusal } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { openDatabase } from '../db.ts';
import type { Database } from '../db.ts';
import { cancelInvoice, commitReservation, invoiceStatus, updateInvoice } from './invoice.ts';
import { approvePurchase } from './approval.ts';
import { cancelPurchase } from './purchase.ts';
import type { Purchase } from './purchase.ts';

let database: TestDatabase;
let second: Database;
let shop: Shop;
before(async () => {
  database = await testDatabase();
  second = openDatabase(database.url);
  shop = await openShop(database.db);
});
after(async () => {
  await assertAuditClean(database.db);
  await second.close();
  await database.drop();
});

/** A fresh machine for each round, since one machine's calls are bounded within a minute. */
let machines = 0;
const begin = async (stage: 'offer' | 'reserve', totalMinor = 1500n): Promise<Round> =>
  shop[stage](
    await shop.customer(2000n),
    { total: { minor: totalMinor, currency: 'EUR' } },
    `m${(machines += 1)}`,
  );

type Round = { readonly purchase: Purchase; readonly reference: string };
const ACTIONS = {
  approve: (db: Database, { purchase }: Round) =>
    db.statement((tx) =>
      approvePurchase(tx, {
        customerId: purchase.customerId,
        purchaseId: purchase.id,
        proof: { pinDigest: pin(purchase.customerId), deviceId: null },
        version: null,
      }),
    ),
  cancelByCustomer: (db: Database, { purchase }: Round) =>
    db.statement((tx) =>
      cancelPurchase(tx, { customerId: purchase.customerId, purchaseId: purchase.id }),
    ),
  cancelByMerchant: (db: Database, { reference }: Round) =>
    db.statement((tx) => cancelInvoice(tx, { terminalId: shop.terminalId, reference })),
  update: (db: Database, { reference }: Round) =>
    db.statement((tx) =>
      updateInvoice(tx, {
        terminalId: shop.terminalId,
        reference,
        change: { total: { minor: 300n, currency: 'EUR' } },
      }),
    ),
  commit: (db: Database, { reference }: Round) =>
    db.statement((tx) =>
      commitReservation(tx, {
        terminalId: shop.terminalId,
        reference,
        amount: { minor: 300n, currency: 'EUR' },
      }),
    ),
  status: (db: Database, { reference }: Round) =>
    db.statement((tx) => invoiceStatus(tx, { terminalId: shop.terminalId, reference })),
} as const;
type Action = keyof typeof ACTIONS;
const ALL = Object.keys(ACTIONS) as Action[];
/** Actions that end the purchase one way or the other, of which at most one may succeed. */
const ENDING: ReadonlySet<Action> = new Set(['cancelByCustomer', 'cancelByMerchant', 'commit']);
const REPEATS = 4;

for (const stage of ['offer', 'reserve'] as const) {
  for (const [place, one] of ALL.entries()) {
    for (const two of ALL.slice(place + 1)) {
      test(`${one} against ${two} after ${stage}: one legal outcome`, async () => {
        for (let repeat = 0; repeat < REPEATS; repeat += 1) {
          const round = await begin(stage);
          const answers = await Promise.all([
            ACTIONS[one](database.db, round),
            ACTIONS[two](second, round),
          ]);
          const ended = await shop.now(round.purchase);
          const endings = [one, two].filter(
            (action, index) => ENDING.has(action) && answers[index]?.ok,
          );
          assert.ok(endings.length <= 1, `${endings.join(' and ')} both succeeded`);
          assert.equal(ended.expiresAt === null, endings.length === 1);
          if (endings[0] === 'commit') assert.equal(ended.charged?.minor, 300n);
        }
      });
    }
  }
}

/**
 * Locks a purchase's row, lets its deadline pass while `late` waits for the lock, and gives it up
 * as asked.
 */
async function holdAcrossDeadline<T>(
  round: Round,
  seconds: number,
  end: 'commit' | 'rollback',
  late: () => Promise<T>,
): Promise<T> {
  let waiting: Promise<T> | undefined;
  await second.transaction(async (tx) => {
    await tx.query(`select from purchase where id = $1 for update`, [round.purchase.id]);
    if (end === 'rollback') {
      await tx.query(`update purchase set updated_at = updated_at where id = $1`, [
        round.purchase.id,
      ]);
    }
    waiting = late();
    await waitForLock();
    await advanceClock(database.db, seconds);
    return end === 'commit' ? { ok: true, value: null } : { ok: false, refusal: 'given up' };
  });
  if (!waiting) throw new Error('the late call never began');
  return waiting;
}

/** Until somebody waits for a lock in this database. */
async function waitForLock(): Promise<void> {
  const bound = Date.now() + 10_000;
  for (;;) {
    const { rows } = await database.db.statement((tx) =>
      tx.query<{ waiting: bigint }>(
        `select count(*) as waiting from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      ),
    );
    if ((rows[0]?.waiting ?? 0n) > 0n) return;
    assert.ok(Date.now() < bound, 'nobody waited for the lock');
  }
}

for (const end of ['commit', 'rollback'] as const) {
  test(`row 28: a commit that waited across the deadline is late (${end})`, async () => {
    const round = await begin('reserve');
    const answer = await holdAcrossDeadline(round, 601, end, () =>
      ACTIONS.commit(database.db, round),
    );
    assert.equal(refusal(answer), 'INVOICE_STATE_NOT_RESERVED');
    assert.equal((await shop.now(round.purchase)).ending, 'NOT_COMMITTED');
  });

  test(`an approval that waited across the deadline is late (${end})`, async () => {
    const round = await begin('offer');
    const answer = await holdAcrossDeadline(round, 121, end, () =>
      ACTIONS.approve(database.db, round),
    );
    assert.equal(refusal(answer), 'TOO_LATE');
    assert.equal((await shop.now(round.purchase)).ending, 'NOT_APPROVED');
  });
}

test('row 28: a commit and the sweep at the same instant: exactly one wins', async () => {
  for (let repeat = 0; repeat < 10; repeat += 1) {
    const round = await begin('reserve');
    await advanceClock(database.db, 600 - 0.004);
    const [commit] = await Promise.all([
      ACTIONS.commit(database.db, round),
      second.statement((tx) => tx.query(`select purchase_expire($1)`, [round.purchase.id])),
    ]);
    const ended = await shop.now(round.purchase);
    if (commit.ok) assert.equal(ended.state, 'PAID');
    else {
      assert.equal(refusal(commit), 'INVOICE_STATE_NOT_RESERVED');
      assert.equal((await ACTIONS.status(database.db, round)).ok, true);
      assert.equal((await shop.now(round.purchase)).state, 'RELEASED');
    }
  }
});

test('a hold is never made twice: two phones approve one offer at once', async () => {
  const round = await begin('offer', 2000n);
  const answers = await Promise.all([
    ACTIONS.approve(database.db, round),
    ACTIONS.approve(second, round),
  ]);
  assert.equal(answers.filter(({ ok }) => ok).length, 1);
  must(await ACTIONS.commit(database.db, round));
});
