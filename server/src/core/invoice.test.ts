/**
 * The merchant's side after the PIN: rows 26 to 35, 39 and 42 of the silent cases, and the
 * lifecycle's illegal moves.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { advanceClock, assertAuditClean, eur, must, openShop, refusal } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { customerAccount } from './account.ts';
import { cancelInvoice, commitReservation, invoiceStatus, updateInvoice } from './invoice.ts';
import type { InvoiceStatus } from './invoice.ts';
import { expireDue } from './purchase.ts';
import { unregisterTerminal } from './terminal.ts';

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

const cancel = (reference: string, terminalId = shop.terminalId) =>
  database.db.statement((tx) => cancelInvoice(tx, { terminalId, reference }));
const status = async (
  reference: string | null,
  terminalId = shop.terminalId,
): Promise<InvoiceStatus> =>
  must(await database.db.statement((tx) => invoiceStatus(tx, { terminalId, reference })));
const available = async (customerId: string): Promise<bigint> =>
  (await database.db.statement((tx) => customerAccount(tx, customerId))).available.minor;

test('row 26: a commit that never comes releases everything at the deadline', async () => {
  const customer = await shop.customer(5000n);
  const { purchase, reference } = await shop.reserve(customer);
  await advanceClock(database.db, 601);
  await database.db.statement((tx) => expireDue(tx, 100));
  const ended = await shop.now(purchase);
  assert.equal(ended.state, 'RELEASED');
  assert.equal(ended.ending, 'NOT_COMMITTED');
  assert.equal(ended.charged, null);
  assert.equal(await available(customer), 5000n);
  assert.equal((await status(reference)).state, 'CANCELED');
});

test('row 27: a commit after the deadline is refused and itself ends the reservation', async () => {
  const customer = await shop.customer(5000n);
  const { purchase, reference } = await shop.reserve(customer);
  await advanceClock(database.db, 601);
  assert.equal(refusal(await shop.commit(reference, 100n)), 'INVOICE_STATE_NOT_RESERVED');
  assert.equal((await shop.now(purchase)).state, 'RELEASED');
  assert.equal(await available(customer), 5000n);
});

test('a status query after the deadline answers CANCELED before any sweep', async () => {
  const { purchase, reference } = await shop.reserve(await shop.customer());
  await advanceClock(database.db, 601);
  assert.equal((await status(reference)).state, 'CANCELED');
  assert.equal((await shop.now(purchase)).state, 'RELEASED');
});

test('row 29: the identical commit again has the same answer, another is refused', async () => {
  const customer = await shop.customer(5000n);
  const { reference } = await shop.reserve(customer);
  const first = must(await shop.commit(reference, 400n));
  assert.deepEqual(must(await shop.commit(reference, 400n)), first);
  assert.deepEqual(must(await shop.commit(reference, null)), first);
  assert.equal(refusal(await shop.commit(reference, 401n)), 'INVOICE_STATE_NOT_RESERVED');
  assert.equal(await available(customer), 4600n);
});

test('row 30: an update above the hold changes nothing', async () => {
  const { reference } = await shop.reserve(await shop.customer());
  assert.equal(refusal(await shop.update(reference, 1501n)), 'REJECTED_AMOUNT');
  assert.equal((await status(reference)).version, 2);
  must(await shop.update(reference, 300n));
  must(await shop.update(reference, 1500n));
});

test('row 31: a commit above the hold is refused and a lower one may follow', async () => {
  const { reference } = await shop.reserve(await shop.customer());
  assert.equal(refusal(await shop.commit(reference, 1501n)), 'REJECTED_AMOUNT');
  assert.equal(refusal(await shop.commit(reference, -1n)), 'REJECTED_AMOUNT');
  must(await shop.commit(reference, 1500n));
});

test('row 32: never more than the total last updated; less is charged as committed', async () => {
  const { purchase, reference } = await shop.reserve(await shop.customer());
  must(await shop.update(reference, 500n));
  assert.equal(refusal(await shop.commit(reference, 501n)), 'REJECTED_AMOUNT');
  must(await shop.commit(reference, 450n));
  assert.equal((await shop.now(purchase)).charged?.minor, 450n);
});

test('row 33: a commit without amount means the updated total, and needs the update', async () => {
  const { purchase, reference } = await shop.reserve(await shop.customer());
  assert.equal(refusal(await shop.commit(reference, null)), 'INVALID_INVOICE_DATA');
  must(
    await database.db.statement((tx) =>
      updateInvoice(tx, {
        terminalId: shop.terminalId,
        reference,
        change: { rows: [{ description: 'Tea', total: eur(180n) }] },
      }),
    ),
  );
  assert.equal(refusal(await shop.commit(reference, null)), 'INVALID_INVOICE_DATA');
  must(await shop.update(reference, 180n));
  must(await shop.commit(reference, null));
  const paid = await shop.now(purchase);
  assert.equal(paid.charged?.minor, 180n);
  assert.deepEqual(paid.rows, [{ description: 'Tea', total: eur(180n) }]);
});

test('row 34: a commit with amount needs no update', async () => {
  const { purchase, reference } = await shop.reserve(await shop.customer());
  must(await shop.commit(reference, 250n));
  assert.equal((await shop.now(purchase)).charged?.minor, 250n);
});

test('row 35: cancelInvoice in RESERVED releases; again it says that it is cancelled', async () => {
  const customer = await shop.customer(5000n);
  const { purchase, reference } = await shop.reserve(customer);
  must(await cancel(reference));
  assert.equal((await shop.now(purchase)).ending, 'NOTHING_TAKEN');
  assert.equal(await available(customer), 5000n);
  assert.equal(refusal(await cancel(reference)), 'INVOICE_ALREADY_CANCELED');
  assert.equal(refusal(await shop.commit(reference, 0n)), 'INVOICE_STATE_NOT_RESERVED');
});

test('row 35: update to 0 and commit of 0, or of no amount, releases; repeated too', async () => {
  for (const amount of [0n, null]) {
    const { purchase, reference } = await shop.reserve(await shop.customer());
    must(await shop.update(reference, 0n));
    assert.equal(must(await shop.commit(reference, amount)).ersReference, null);
    assert.equal((await shop.now(purchase)).state, 'RELEASED');
    assert.equal((await shop.now(purchase)).ending, 'NOTHING_TAKEN');
    must(await shop.commit(reference, amount));
    assert.equal(refusal(await shop.commit(reference, 10n)), 'INVOICE_STATE_NOT_RESERVED');
  }
});

test('row 39: unregistering cancels open and claimed invoices; RESERVED ones stay', async () => {
  const { terminalId } = await shop.newTerminal();
  const reserved = await shop.offer(await shop.customer(), {}, 'm1', terminalId);
  must(await shop.approve(reserved.purchase));
  const claimed = await shop.offer(await shop.customer(), {}, 'm2', terminalId);
  await database.db.statement((tx) => unregisterTerminal(tx, terminalId));
  const canceled = await shop.now(claimed.purchase);
  assert.equal(canceled.state, 'CANCELED');
  assert.equal(canceled.ending, 'BY_MERCHANT');
  assert.equal((await shop.now(reserved.purchase)).state, 'RESERVED');
  assert.equal(refusal(await shop.issue({}, terminalId)), 'INVALID_INITIATOR_PRINCIPAL_ID');
  assert.equal(refusal(await shop.commit(reserved.reference, 1n)), 'INVALID_INVOICE_REFERENCE');
});

test('row 42: the merchant cancels before the PIN; a PIN on its way is refused', async () => {
  const { purchase, reference } = await shop.offer(await shop.customer());
  must(await cancel(reference));
  const ended = await shop.now(purchase);
  assert.equal(ended.state, 'CANCELED');
  assert.equal(ended.ending, 'BY_MERCHANT');
  assert.equal(refusal(await shop.approve(purchase)), 'TOO_LATE');
});

test('row 43: before the PIN an update must be within the reservationAmount, above 0', async () => {
  const { reference } = await shop.offer(await shop.customer());
  assert.equal(refusal(await shop.update(reference, 2001n)), 'REJECTED_AMOUNT');
  assert.equal(refusal(await shop.update(reference, 0n)), 'REJECTED_AMOUNT');
  must(await shop.update(reference, 2000n));
});

test('another currency in update or commit is refused and changes nothing', async () => {
  const { terminalId } = shop;
  const { reference } = await shop.reserve(await shop.customer());
  const sek = { minor: 100n, currency: 'SEK' };
  const update = await database.db.statement((tx) =>
    updateInvoice(tx, { terminalId, reference, change: { total: sek } }),
  );
  const commit = await database.db.statement((tx) =>
    commitReservation(tx, { terminalId, reference, amount: sek }),
  );
  assert.equal(refusal(update), 'INVALID_INVOICE_DATA');
  assert.equal(refusal(commit), 'INVALID_INVOICE_DATA');
  const rows = await database.db.statement((tx) =>
    updateInvoice(tx, { terminalId, reference, change: { rows: [{ unitPrice: sek }] } }),
  );
  assert.equal(refusal(rows), 'INVALID_INVOICE_DATA');
  assert.equal((await status(reference)).version, 2);
});

test('texts are stored without the character that PostgreSQL’s JSON cannot hold', async () => {
  const title = `nul \0 and its escape ${String.raw`\u0000`}`;
  const { reference } = await shop.reserve(await shop.customer(), { title });
  must(await shop.commit(reference, 1n));
  const paid = await status(reference);
  assert.equal(paid.payment?.content.title, title.replace('\0', ''));
});

test('a paid invoice can neither be cancelled nor updated, and shows its receipt', async () => {
  const { reference } = await shop.reserve(await shop.customer());
  const { ersReference } = must(await shop.commit(reference, 700n));
  assert.equal(refusal(await cancel(reference)), 'CANNOT_CANCEL_PAID_INVOICE');
  assert.equal(refusal(await shop.update(reference, 1n)), 'SYSTEM_ERROR');
  const paid = await status(reference);
  assert.equal(paid.state, 'PAID');
  assert.equal(paid.payment?.ersReference, ersReference);
  assert.deepEqual(paid.payment.charged, eur(700n));
  assert.equal(paid.payment.content.title, 'Test Vending');
});

test('the version rises with each change and with nothing else', async () => {
  const { reference } = await shop.reserve(await shop.customer());
  assert.equal((await status(reference)).version, 2);
  must(await shop.update(reference, 200n));
  must(await shop.update(reference, 200n));
  assert.equal((await status(reference)).version, 3);
  must(await shop.commit(reference, null));
  assert.equal((await status(reference)).version, 4);
});

test('another terminal’s invoice answers as if it did not exist, to every call', async () => {
  const { terminalId } = await shop.newTerminal();
  const { reference } = await shop.reserve(await shop.customer());
  const calls = await Promise.all([
    cancel(reference, terminalId),
    database.db.statement((tx) => invoiceStatus(tx, { terminalId, reference })),
    database.db.statement((tx) => updateInvoice(tx, { terminalId, reference, change: {} })),
    database.db.statement((tx) => commitReservation(tx, { terminalId, reference, amount: null })),
  ]);
  for (const call of calls) assert.equal(refusal(call), 'INVALID_INVOICE_REFERENCE');
});

test('without a reference a cash register sees its newest invoice', async () => {
  const { terminalId } = await shop.newTerminal();
  await shop.issue({}, terminalId);
  const { reference } = must(await shop.issue({}, terminalId));
  assert.equal((await status(null, terminalId)).reference, reference);
});
