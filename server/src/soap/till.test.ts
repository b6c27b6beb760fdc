/** Sales at a till and in a web shop, over HTTP: the customer's part is done by the core. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { startSoapEdge } from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';
import { approveBill, EUR, openSoapShop, payBill } from '../../test/soap-shop.ts';
import type { Context, SoapShop } from '../../test/soap-shop.ts';
import { advanceClock, assertAuditClean, must } from '../../test/shop.ts';
import { customerAccount } from '../core/account.ts';
import { expireDue, findPurchase, openBill } from '../core/purchase.ts';
import { saveCard } from '../core/token.ts';

let platform: SoapPlatform;
let shop: SoapShop;
let till: Context;

before(async () => {
  platform = await startSoapEdge();
  shop = await openSoapShop(platform, 'cafe');
  till = await shop.newTerminal('CASH_REGISTER');
  const { db } = platform.database;
  // The first sweep of a database comes after an "outage"; the minute in which nothing is reversed.
  await db.statement((tx) => expireDue(tx, 1));
  await advanceClock(db, 61);
});
after(async () => {
  await assertAuditClean(platform.database.db);
  await platform.stop();
});

const ask = (invoiceReference: string) => shop.status(invoiceReference, till);

/** What the customer does: scans the till's sticker. */
async function scan(seqrId: string) {
  const { db } = platform.database;
  const code = { kind: 'TILL', seqrId } as const;
  const { customerId } = shop;
  return must(await db.statement((tx) => openBill(tx, { purchaseId: uuidv7(), customerId, code })));
}
const now = (purchaseId: string) =>
  platform.database.db.statement((tx) => findPurchase(tx, shop.customerId, purchaseId));
const available = async () =>
  (await platform.database.db.statement((tx) => customerAccount(tx, shop.customerId))).available
    .minor;

test('A sale at a till: sticker, bill, scan, PIN, poll, receipt', async () => {
  const { db } = platform.database;
  assert.equal((await assign(till, 'CAFE0001')).resultCode, 0);
  const before = await available();
  const reference = await shop.issue({ title: 'Lunch', totalAmount: EUR('12.50') }, till);
  const issued = await ask(reference);
  assert.deepEqual([issued.status, issued.version, issued.customerTokens], ['ISSUED', 1, {}]);
  const { id } = await scan('CAFE0001');
  assert.equal((await ask(reference)).version, 1, 'nothing that the till must know');
  await approveBill(db, { customerId: shop.customerId, purchaseId: id });
  const paid = await ask(reference);
  assert.deepEqual([paid.status, paid.version], ['PAID', 2]);
  assert.match(paid.ersReference ?? '', /^\d{25}$/);
  assert.equal(paid.receipt?.paymentReference, paid.ersReference);
  assert.equal(paid.receipt?.invoice?.paymentMode, 'IMMEDIATE_DEBIT');
  assert.deepEqual(paid.receipt?.invoice?.totalAmount, EUR('12.50'));
  assert.equal((await now(id))?.state, 'PAID', 'the answer was the notice');
  assert.equal(await available(), before - 1_250n);
  const { receipt: _receipt, ...again } = await ask(reference);
  const { receipt: _first, ...first } = paid;
  assert.deepEqual(again, first, 'a final answer stays');
  const commit = await platform.call('commitReservation', {
    context: till,
    invoiceReference: reference,
    amount: EUR('12.50'),
  });
  assert.equal(commit.resultCode, 96);
});

const assign = (context: Context, seqrId: string) =>
  platform.call('assignSeqrId', { context, seqrId });

test('A payment that no till asks about within 20 s is given back', async () => {
  const { db } = platform.database;
  const before = await available();
  const reference = await shop.unnoticed({}, till);
  const cancel = await platform.call('cancelInvoice', {
    context: till,
    invoiceReference: reference,
  });
  assert.equal(cancel.resultCode, 50, 'and that is no notice');
  await db.statement((tx) => expireDue(tx, 100));
  await advanceClock(db, 21);
  const ersReference = await referenceOf(reference);
  await db.statement((tx) => expireDue(tx, 100));
  assert.equal(await available(), before);
  const canceled = await ask(reference);
  assert.deepEqual(
    [canceled.status, canceled.ersReference, canceled.receipt],
    ['CANCELED', undefined, undefined],
  );
  const named = { context: till, ersReference };
  assert.equal((await platform.call('submitPaymentReceipt', named)).resultCode, 23);
  const refund = { ...named, invoice: { totalAmount: EUR('1.00') } };
  assert.equal((await platform.call('refundPayment', refund)).resultCode, 23);
});

/** The payment's reference, which a merchant that has not asked cannot know. */
async function referenceOf(invoiceReference: string): Promise<string> {
  const { rows } = await platform.database.db.statement((tx) =>
    tx.query<{ ers_reference: string }>(`select ers_reference from invoice where reference = $1`, [
      invoiceReference,
    ]),
  );
  return rows[0]?.ers_reference ?? '';
}

test('A poll or a receipt after the 20 s, but before the reversal, keeps the payment', async () => {
  const { db } = platform.database;
  const [polled, documented] = [await shop.unnoticed(), await shop.unnoticed()];
  await advanceClock(db, 30);
  assert.equal((await shop.status(polled)).status, 'PAID');
  const receipt = await platform.call('submitPaymentReceipt', {
    context: shop.terminal,
    ersReference: await referenceOf(documented),
  });
  assert.equal(receipt.resultCode, 0);
  await db.statement((tx) => expireDue(tx, 100));
  await advanceClock(db, 61);
  await db.statement((tx) => expireDue(tx, 100));
  for (const reference of [polled, documented]) {
    assert.equal((await shop.status(reference)).status, 'PAID');
  }
});

test('A loyalty card: offered, applied by the till, seen before the PIN', async () => {
  const { db } = platform.database;
  await db.statement((tx) =>
    tx.query(
      `insert into token_type (merchant_id, id, description) values ($1, 'COFFEE', 'Coffee club')`,
      [shop.merchantId],
    ),
  );
  const card = { customerId: shop.customerId, merchantId: shop.merchantId, type: 'COFFEE' };
  must(await db.statement((tx) => saveCard(tx, card, '2610400000017')));
  await assign(till, 'CAFE0001');
  const reference = await shop.issue({ totalAmount: EUR('5.00') }, till);
  const { id } = await scan('CAFE0001');
  const asked = await ask(reference);
  const token = { description: 'Coffee club', id: 'COFFEE', value: '2610400000017' };
  assert.deepEqual([asked.status, asked.version], ['PENDING_ISSUER_ACKNOWLEDGE', 2]);
  assert.deepEqual(asked.customerTokens, { token: [{ ...token, status: 0 }] });
  assert.deepEqual(await ask(reference), asked, 'the same until it is answered');
  const answer = await platform.call('updateInvoice', {
    context: till,
    invoiceReference: reference,
    invoice: { totalAmount: EUR('4.50') },
    tokens: [{ ...token, status: 1 }],
  });
  assert.equal(answer.resultCode, 0);
  const updated = await ask(reference);
  assert.deepEqual([updated.status, updated.customerTokens], ['ISSUED', {}]);
  assert.ok(updated.version > asked.version);
  const offer = await now(id);
  assert.equal(offer?.state, 'AWAITING_APPROVAL');
  assert.equal(offer.maximum?.minor, 450n);
  assert.deepEqual(offer.tokens, [{ ...token, status: 1 }]);
  const { customerId } = shop;
  await approveBill(db, { customerId, purchaseId: id, version: offer.version });
  assert.equal((await ask(reference)).status, 'PAID');
  await db.statement((tx) => tx.query(`delete from customer_token`));
});

test('A card swiped at the till asks nobody; an unknown one is kept as invalid', async () => {
  const sent = await platform.call('sendInvoice', {
    context: till,
    invoice: { totalAmount: EUR('5.00') },
    tokens: [
      { id: 'COFFEE', value: '1', status: 1 },
      { id: 'NO_SUCH', value: '2', status: 1 },
    ],
  });
  const reference = sent.invoiceReference ?? '';
  const purchaseId = await payBill(platform.database.db, {
    customerId: shop.customerId,
    invoiceReference: reference,
  });
  assert.equal((await ask(reference)).status, 'PAID');
  assert.deepEqual(
    (await now(purchaseId))?.tokens.map(({ id, status }) => [id, status]),
    [
      ['COFFEE', 1],
      ['NO_SUCH', 99],
    ],
  );
});

test('More tokens than any bill has, or an absurd id, are 49', async () => {
  const tokens = Array.from({ length: 21 }, (_, at) => ({ id: `T${at}`, status: 1 }));
  for (const sent of [tokens, [{ id: 'T'.repeat(101), status: 1 }]]) {
    const answer = await platform.call('sendInvoice', {
      context: shop.terminal,
      invoice: { totalAmount: EUR('5.00') },
      tokens: sent,
    });
    assert.equal(answer.resultCode, 49);
  }
});

test('A reservation at a till: commit without amount takes the total last sent', async () => {
  for (const [update, taken] of [
    [null, '1.00'],
    ['0.70', '0.70'],
  ] as const) {
    const reference = await shop.reserved({}, till);
    assert.equal((await ask(reference)).status, 'RESERVED');
    const named = { context: till, invoiceReference: reference };
    if (update !== null) {
      const change = { ...named, invoice: { totalAmount: EUR(update) } };
      assert.equal((await platform.call('updateInvoice', change)).resultCode, 0);
    }
    const committed = await platform.call('commitReservation', named);
    assert.equal(committed.resultCode, 0);
    assert.deepEqual((await ask(reference)).receipt?.invoice?.totalAmount, EUR(taken));
  }
});

test('A sticker moves with its code, and is free again when its terminal has gone', async () => {
  const [one, two] = [await shop.newTerminal('CASH_REGISTER'), await shop.newTerminal()];
  assert.equal((await assign(one, 'SHELF1')).resultCode, 0);
  assert.equal((await assign(one, 'SHELF1')).resultCode, 0, 'again');
  assert.equal((await assign(two, 'SHELF1')).resultCode, 53);
  assert.equal((await assign(one, 'SHELF2')).resultCode, 0);
  assert.equal((await assign(two, 'SHELF1')).resultCode, 0, 'the old code is free');
  assert.equal((await platform.call('unregisterTerminal', { context: one })).resultCode, 0);
  assert.equal((await assign(two, 'SHELF2')).resultCode, 0);
  for (const seqrId of ['', 'CAFÉ', 'A B', 'A-1', 'A'.repeat(65)]) {
    assert.equal((await assign(two, seqrId)).resultCode, 53, seqrId);
  }
});
