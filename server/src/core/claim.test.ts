/** What a purchase does with the reseller's answer: rows 2 and 6 to 13 of the silent cases. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { advanceClock, assertAuditClean, eur, must, openShop, refusal } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { cancelInvoice, invoiceStatus, issueInvoice } from './invoice.ts';
import type { InvoiceContent } from './invoice.ts';
import { expireDue, settleAnswer } from './purchase.ts';
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

const opened = async (): Promise<Purchase> => must(await shop.scan(await shop.customer())).purchase;
const invoice = async (
  content: Partial<InvoiceContent> = {},
  of = shop,
  terminal?: string,
): Promise<string> => must(await of.issue(content, terminal)).reference;
const stateOf = async (reference: string, of = shop, terminal?: string): Promise<string> =>
  must(
    await database.db.statement((tx) =>
      invoiceStatus(tx, { terminalId: terminal ?? of.terminalId, reference }),
    ),
  ).state;
const assertRefused = (purchase: Purchase): void => {
  assert.equal(purchase.state, 'REFUSED');
  assert.equal(purchase.ending, 'SYSTEM_ERROR');
  assert.equal(purchase.invoiceReference, null);
};

test('row 2: an answer after the deadline is refused and its invoice cancelled', async () => {
  const purchase = await opened();
  const reference = await invoice();
  await advanceClock(database.db, 16);
  assertRefused(await shop.settle(purchase.id, reference));
  assert.equal(await stateOf(reference), 'CANCELED');
});

test('row 2: a foreign or claimed invoice learned late is left alone', async () => {
  const other = await openShop(database.db);
  const foreign = must(await other.issue()).reference;
  const claimed = await shop.offer(await shop.customer());
  for (const reference of [foreign, claimed.reference]) {
    const purchase = await opened();
    await advanceClock(database.db, 16);
    assertRefused(await shop.settle(purchase.id, reference));
  }
  assert.equal(await stateOf(foreign, other), 'ISSUED');
  assert.equal(await stateOf(claimed.reference), 'ISSUED');
  assert.equal((await shop.now(claimed.purchase)).state, 'AWAITING_APPROVAL');
});

test('a purchase whose reseller never answered is ended by the sweep', async () => {
  const purchase = await opened();
  await advanceClock(database.db, 14);
  await database.db.statement((tx) => expireDue(tx, 100));
  assert.equal((await shop.now(purchase)).state, 'OPENED');
  await advanceClock(database.db, 2);
  await database.db.statement((tx) => expireDue(tx, 100));
  assertRefused(await shop.now(purchase));
});

test('row 6: an error code wins over an invoice that was named too', async () => {
  const purchase = await opened();
  const reference = await invoice();
  const refused = await database.db.statement((tx) =>
    settleAnswer(tx, purchase.id, {
      kind: 'ERROR',
      code: 'DEVICE_IN_USE',
      detail: 'both',
      invoiceReference: reference,
    }),
  );
  assert.equal(refused.state, 'REFUSED');
  assert.equal(refused.ending, 'DEVICE_IN_USE');
  assert.equal(await stateOf(reference), 'CANCELED');
});

test('row 7: an unknown reference and another merchant’s are refused alike', async () => {
  const other = await openShop(database.db);
  const foreign = must(await other.issue()).reference;
  assertRefused(await shop.settle((await opened()).id, foreign));
  assertRefused(await shop.settle((await opened()).id, '20990101000000000'));
  assertRefused(await shop.settle((await opened()).id, 'nonsense'));
  assert.equal(await stateOf(foreign, other), 'ISSUED');
});

test('row 8: an invoice that is not ISSUED is refused and left alone', async () => {
  const reference = await invoice();
  must(
    await database.db.statement((tx) =>
      cancelInvoice(tx, { terminalId: shop.terminalId, reference }),
    ),
  );
  assertRefused(await shop.settle((await opened()).id, reference));
});

test('row 9: another currency is refused and the invoice cancelled', async () => {
  const purchase = await opened();
  await database.db.statement((tx) =>
    tx.query(`insert into account (owner, merchant_id, currency) values ('MERCHANT', $1, 'SEK')`, [
      shop.merchantId,
    ]),
  );
  const reference = await invoice({ total: { minor: 1500n, currency: 'SEK' } });
  assertRefused(await shop.settle(purchase.id, reference));
  assert.equal(await stateOf(reference), 'CANCELED');
});

test('row 10: a total above the reservationAmount is refused, the exact amount taken', async () => {
  const above = await invoice({ total: eur(2001n) });
  assertRefused(await shop.settle((await opened()).id, above));
  assert.equal(await stateOf(above), 'CANCELED');
  const exact = await shop.settle((await opened()).id, await invoice({ total: eur(2000n) }));
  assert.equal(exact.state, 'AWAITING_APPROVAL');
});

test('row 11: an invoice claimed by another purchase is refused; the other goes on', async () => {
  const { purchase, reference } = await shop.offer(await shop.customer());
  assertRefused(await shop.settle((await opened()).id, reference));
  assert.equal((await shop.now(purchase)).state, 'AWAITING_APPROVAL');
});

test('row 11: two purchases that claim one invoice at once: exactly one gets it', async () => {
  const [one, two] = [await opened(), await opened()];
  const reference = await invoice();
  const settled = await Promise.all([
    shop.settle(one.id, reference),
    shop.settle(two.id, reference),
  ]);
  assert.deepEqual(settled.map(({ state }) => state).sort(), ['AWAITING_APPROVAL', 'REFUSED']);
});

test('row 12: wrong modes and too long a timeout are refused, the invoice cancelled', async () => {
  const wrong: Partial<InvoiceContent>[] = [
    { paymentMode: 'IMMEDIATE_DEBIT' },
    { acknowledgmentMode: 'REQUIRE_ACKNOWLEDGMENT' },
    { commitReservationTimeoutS: 3601 },
  ];
  for (const content of wrong) {
    const reference = await invoice(content);
    assertRefused(await shop.settle((await opened()).id, reference));
    assert.equal(await stateOf(reference), 'CANCELED');
  }
});

test('row 12: another reservation mode without timeout or notificationUrl is taken', async () => {
  const { reference } = must(
    await database.db.statement((tx) =>
      issueInvoice(tx, {
        terminalId: shop.terminalId,
        content: {
          paymentMode: 'RESERVATION_DESIRED',
          acknowledgmentMode: 'OPTIONAL_ACKNOWLEDGMENT',
          total: eur(1500n),
          rows: null,
          commitReservationTimeoutS: null,
        },
      }),
    ),
  );
  const offer = await shop.settle((await opened()).id, reference);
  assert.equal(offer.state, 'AWAITING_APPROVAL');
  const approved = must(await shop.approve(offer));
  assert.equal(approved.notification, null);
  const seconds = (Number(approved.purchase.expiresAt) - Number(approved.purchase.updatedAt)) / 1e3;
  assert.ok(Math.abs(seconds - 600) < 1, `default commit timeout, got ${seconds}`);
});

test('row 13: an unclaimed machine invoice lives 10 minutes, others an hour', async () => {
  const debits = (await shop.newTerminal()).terminalId;
  const machine = await invoice();
  const till = await invoice({ paymentMode: 'IMMEDIATE_DEBIT' }, shop, debits);
  await advanceClock(database.db, 601);
  await database.db.statement((tx) => expireDue(tx, 100));
  assert.equal(await stateOf(machine), 'CANCELED');
  assert.equal(await stateOf(till, shop, debits), 'ISSUED');
  await advanceClock(database.db, 3000);
  assert.equal(await stateOf(till, shop, debits), 'CANCELED');
});

test('a till’s next sendInvoice cancels its open invoice, but none that is claimed', async () => {
  const first = await invoice();
  const second = await invoice();
  assert.equal(await stateOf(first), 'CANCELED');
  const purchase = await shop.settle((await opened()).id, second);
  await invoice();
  assert.equal(await stateOf(second), 'ISSUED');
  must(await shop.approve(purchase));
});

test('an answer after the purchase was cancelled changes nothing; its invoice dies', async () => {
  const purchase = await opened();
  const reference = await invoice();
  must(await shop.scan(purchase.customerId, 'elsewhere'));
  const settled = await shop.settle(purchase.id, reference);
  assert.equal(settled.state, 'CANCELED');
  assert.equal(settled.ending, 'SUPERSEDED');
  assert.equal(await stateOf(reference), 'CANCELED');
  assert.equal(refusal(await shop.commit(reference, 1n)), 'INVOICE_STATE_NOT_RESERVED');
});
