import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { advanceClock, assertAuditClean, must, openShop } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { invoiceStatus } from './invoice.ts';
import {
  NOTIFICATION_CLAIM_S,
  NOTIFICATION_DELAYS_S,
  claimNotifications,
  recordNotification,
} from './notification.ts';
import type { DueNotification } from './notification.ts';
import type { MerchantRefusal, Result } from './refusal.ts';

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

const claim = (): Promise<DueNotification[]> =>
  database.db.statement((tx) => claimNotifications(tx, 50));
const record = (id: string, status: number | null): Promise<void> =>
  database.db.statement((tx) => recordNotification(tx, id, { status, error: 'x' }));
const approved = async (timeoutS = 600): Promise<{ due: DueNotification; reference: string }> => {
  const { purchase, reference } = await shop.offer(await shop.customer(), {
    commitReservationTimeoutS: timeoutS,
  });
  const { notification: due } = must(await shop.approve(purchase));
  assert.ok(due);
  return { due, reference };
};

test('the approval’s notification is claimed for its sender, due again if that dies', async () => {
  const { due } = await approved();
  assert.deepEqual(await claim(), []);
  await advanceClock(database.db, NOTIFICATION_CLAIM_S + 1);
  const [again] = await claim();
  assert.deepEqual(again, { ...due, attempt: 2 });
  await record(due.id, 200);
  await advanceClock(database.db, 100);
  assert.deepEqual(await claim(), []);
});

test('failed attempts follow the schedule until the deadline makes them moot', async () => {
  const { due } = await approved(3600);
  await record(due.id, 500);
  let sinceStartS = 0;
  for (const [index, delayS] of NOTIFICATION_DELAYS_S.entries()) {
    sinceStartS += delayS;
    if (sinceStartS > 3600) break;
    await advanceClock(database.db, delayS - 0.5);
    assert.deepEqual(await claim(), [], `attempt ${index + 2} is not due yet`);
    await advanceClock(database.db, 0.5);
    const [next] = await claim();
    assert.equal(next?.attempt, index + 2);
    await record(due.id, index % 2 === 0 ? null : 204);
  }
  await advanceClock(database.db, 3600);
  assert.deepEqual(await claim(), []);
  const { rows } = await database.db.statement((tx) =>
    tx.query<{ state: string }>(`select state from notification where id = $1`, [due.id]),
  );
  assert.equal(rows[0]?.state, 'MOOT');
});

test('a merchant that has shown that it knows gets no further attempt', async () => {
  const shows: ((reference: string) => Promise<Result<unknown, MerchantRefusal>>)[] = [
    (reference: string) =>
      database.db.statement((tx) => invoiceStatus(tx, { terminalId: shop.terminalId, reference })),
    (reference: string) => shop.update(reference, 100n),
    (reference: string) => shop.commit(reference, 100n),
  ];
  for (const show of shows) {
    const { due, reference } = await approved();
    await record(due.id, 500);
    must(await show(reference));
    await advanceClock(database.db, 5);
    assert.deepEqual(await claim(), []);
  }
});

test('one merchant’s many due notifications leave room for another’s', async () => {
  const other = await openShop(database.db);
  for (let count = 0; count < 20; count += 1) {
    await record((await approved()).due.id, 500);
  }
  const { purchase } = await other.offer(await other.customer());
  const { notification } = must(await other.approve(purchase));
  await record(notification?.id ?? '', 500);
  await advanceClock(database.db, 2);
  const claimed = await claim();
  assert.ok(claimed.some(({ merchantId }) => merchantId === other.merchantId));
  assert.ok(claimed.filter(({ merchantId }) => merchantId === shop.merchantId).length <= 16);
  assert.deepEqual(
    (await claim()).filter(({ merchantId }) => merchantId === shop.merchantId),
    [],
    'no more while those are under way',
  );
});

test('a web shop terminal’s notification carries the form of the web shop plugins', async () => {
  const { terminalId } = await shop.newTerminal();
  await database.db.statement((tx) =>
    tx.query(`update terminal set notification_body = 'FORM' where id = $1`, [terminalId]),
  );
  const { purchase, reference } = await shop.offer(
    await shop.customer(),
    { clientInvoiceId: 'Å 1&2' },
    'm1',
    terminalId,
  );
  const { notification } = must(await shop.approve(purchase));
  assert.equal(notification?.body, `invoiceReference=${reference}&clientInvoiceId=%C3%85%201%262`);
});
