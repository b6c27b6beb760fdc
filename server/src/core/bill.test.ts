/**
 * Bills of tills and web shops: opened by a code, debited at once or reserved, noticed or reversed.
 */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { advanceClock, assertAuditClean, eur, must, openShop, refusal } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { customerAccount } from './account.ts';
import { cancelInvoice, invoiceStatus, issueInvoice, updateInvoice } from './invoice.ts';
import type { InvoiceContent, InvoiceStatus, NamedToken } from './invoice.ts';
import { cancelPurchase, expireDue, openBill } from './purchase.ts';
import type { Purchase } from './purchase.ts';

let database: TestDatabase;
let shop: Shop;
let seqrId: string;
before(async () => {
  database = await testDatabase();
  shop = await openShop(database.db);
  seqrId = randomBytes(6).toString('hex');
  await database.db.statement((tx) =>
    tx.query(`select terminal_assign_seqr_id($1, $2)`, [shop.terminalId, seqrId]),
  );
  await database.db.statement((tx) => expireDue(tx, 1));
  await advanceClock(database.db, 61);
});
after(async () => {
  await assertAuditClean(database.db);
  await database.drop();
});

const BILL: Partial<InvoiceContent> = {
  paymentMode: 'IMMEDIATE_DEBIT',
  total: eur(1000n),
  rows: [],
  commitReservationTimeoutS: null,
};
const bill = async (content: Partial<InvoiceContent> = {}): Promise<string> =>
  must(await shop.issue({ ...BILL, ...content })).reference;
const openTill = (customerId: string, code = seqrId) =>
  database.db.statement((tx) =>
    openBill(tx, { purchaseId: uuidv7(), customerId, code: { kind: 'TILL', seqrId: code } }),
  );
const openInvoice = (customerId: string, invoiceReference: string) =>
  database.db.statement((tx) =>
    openBill(tx, {
      purchaseId: uuidv7(),
      customerId,
      code: { kind: 'INVOICE', invoiceReference },
    }),
  );
const status = async (reference: string): Promise<InvoiceStatus> =>
  must(
    await database.db.statement((tx) =>
      invoiceStatus(tx, { terminalId: shop.terminalId, reference }),
    ),
  );
const sweep = (): Promise<number> => database.db.statement((tx) => expireDue(tx, 100));
const available = async (customerId: string): Promise<bigint> =>
  (await database.db.statement((tx) => customerAccount(tx, customerId))).available.minor;
const paid = async (customerId: string): Promise<{ purchase: Purchase; reference: string }> => {
  const reference = await bill();
  const offer = must(await openTill(customerId));
  return { purchase: must(await shop.approve(offer)).purchase, reference };
};

test('an immediate debit is held until the merchant has noticed, then posted', async () => {
  const customer = await shop.customer(5000n);
  const { purchase, reference } = await paid(customer);
  assert.equal(purchase.state, 'CONFIRMING');
  assert.equal(purchase.kind, 'TILL');
  assert.equal(purchase.reserved?.minor, 1000n);
  assert.equal(purchase.charged, null);
  assert.equal(await available(customer), 4000n);
  const answer = await status(reference);
  assert.equal(answer.state, 'PAID');
  assert.match(answer.payment?.ersReference ?? '', /^[0-9]{25}$/);
  const ended = await shop.now(purchase);
  assert.equal(ended.state, 'PAID');
  assert.equal(ended.charged?.minor, 1000n);
  assert.equal((await status(reference)).payment?.ersReference, answer.payment?.ersReference);
});

test('an immediate debit that nobody asks about within 20 s is reversed by the sweep', async () => {
  const customer = await shop.customer(5000n);
  const { purchase, reference } = await paid(customer);
  await sweep();
  await advanceClock(database.db, 19);
  await sweep();
  assert.equal((await shop.now(purchase)).state, 'CONFIRMING');
  await advanceClock(database.db, 2);
  await sweep();
  const ended = await shop.now(purchase);
  assert.equal(ended.state, 'RELEASED');
  assert.equal(ended.ending, 'NOT_NOTICED');
  assert.equal(await available(customer), 5000n);
  const answer = await status(reference);
  assert.equal(answer.state, 'CANCELED');
  assert.equal(answer.payment, null);
});

test('a query after the 20 s, but before the reversal, is notice', async () => {
  const { purchase, reference } = await paid(await shop.customer());
  await advanceClock(database.db, 25);
  assert.equal((await status(reference)).state, 'PAID');
  await sweep();
  assert.equal((await shop.now(purchase)).state, 'PAID');
});

test('nothing is reversed for a minute after the platform was down', async () => {
  const { purchase } = await paid(await shop.customer());
  await database.db.statement((tx) =>
    tx.query(`update sweep set swept_at = swept_at - interval '30 seconds'`),
  );
  await advanceClock(database.db, 25);
  await sweep();
  assert.equal((await shop.now(purchase)).state, 'CONFIRMING');
  await advanceClock(database.db, 61);
  await sweep();
  assert.equal((await shop.now(purchase)).state, 'RELEASED');
});

test('a payment not noticed yet can neither be cancelled nor committed', async () => {
  const { purchase, reference } = await paid(await shop.customer());
  const cancel = await database.db.statement((tx) =>
    cancelInvoice(tx, { terminalId: shop.terminalId, reference }),
  );
  assert.equal(refusal(cancel), 'CANNOT_CANCEL_PAID_INVOICE');
  assert.equal(refusal(await shop.commit(reference, null)), 'INVOICE_STATE_NOT_RESERVED');
  assert.equal((await shop.now(purchase)).state, 'CONFIRMING');
  await status(reference);
  assert.equal(refusal(await shop.commit(reference, 1000n)), 'INVOICE_STATE_NOT_RESERVED');
});

test('a reservation at a till commits its total when no amount is named', async () => {
  const customer = await shop.customer(5000n);
  const other = await openShop(database.db);
  await database.db.statement((tx) =>
    tx.query(`update merchant set create_purchase_url = null where id = $1`, [other.merchantId]),
  );
  const { reference } = must(await other.issue({ ...BILL, paymentMode: 'RESERVATION_REQUIRED' }));
  const offer = must(await openInvoice(customer, reference));
  assert.equal(offer.kind, 'INVOICE');
  const reserved = must(await other.approve(offer)).purchase;
  assert.equal(reserved.state, 'RESERVED');
  const seconds = (Number(reserved.expiresAt) - Number(reserved.updatedAt)) / 1e3;
  assert.ok(Math.abs(seconds - 3600) < 1);
  must(await other.commit(reference, null));
  assert.equal((await other.now(offer)).charged?.minor, 1000n);
});

test('row 13: a machine’s invoice is not payable by its own code, a debit is', async () => {
  const customer = await shop.customer();
  const machine = must(await shop.issue()).reference;
  assert.equal(refusal(await openInvoice(customer, machine)), 'INVALID_CODE');
  assert.equal(must(await openInvoice(customer, await bill())).state, 'AWAITING_APPROVAL');
});

test('a till without an invoice says so, an unknown code too, an ended bill too', async () => {
  const customer = await shop.customer();
  const reference = await bill();
  must(
    await database.db.statement((tx) =>
      cancelInvoice(tx, { terminalId: shop.terminalId, reference }),
    ),
  );
  assert.equal(refusal(await openTill(customer)), 'NO_INVOICE_YET');
  assert.equal(refusal(await openTill(customer, 'unknown1')), 'NOT_FOUND');
  assert.equal(refusal(await openInvoice(customer, '20200101000000000')), 'NOT_FOUND');
  assert.equal(refusal(await openInvoice(customer, reference)), 'TOO_LATE');
});

test('two phones at one till: the first to approve has it, the other is told', async () => {
  const reference = await bill();
  const [one, two] = [await shop.customer(), await shop.customer()];
  const [first, second] = [must(await openTill(one)), must(await openTill(two))];
  const answers = await Promise.all([shop.approve(first), shop.approve(second)]);
  assert.equal(answers.filter(({ ok }) => ok).length, 1);
  const states = [(await shop.now(first)).state, (await shop.now(second)).state].sort();
  assert.deepEqual(states, ['CANCELED', 'CONFIRMING']);
  assert.equal((await status(reference)).state, 'PAID');
});

test('the same customer opens the same bill again and gets the same purchase', async () => {
  const customer = await shop.customer();
  const reference = await bill();
  const first = must(await openTill(customer));
  assert.equal(must(await openTill(customer)).id, first.id);
  assert.equal(must(await openInvoice(customer, reference)).id, first.id);
});

test('a till’s next invoice supersedes the open one for whoever looks at it', async () => {
  await bill();
  const offer = must(await openTill(await shop.customer()));
  const next = await bill({ total: eur(700n) });
  const ended = await shop.now(offer);
  assert.equal(ended.state, 'CANCELED');
  assert.equal(ended.ending, 'SUPERSEDED');
  assert.equal(must(await openTill(offer.customerId)).invoiceReference, next);
});

test('an offer that runs out leaves the bill payable; cancelling it does not', async () => {
  const reference = await bill();
  const customer = await shop.customer();
  const first = must(await openTill(customer));
  await advanceClock(database.db, 121);
  await sweep();
  assert.equal((await shop.now(first)).state, 'EXPIRED');
  assert.equal((await status(reference)).state, 'ISSUED');
  const again = must(await openTill(customer));
  const canceled = await database.db.statement((tx) =>
    cancelPurchase(tx, { customerId: customer, purchaseId: again.id }),
  );
  assert.equal(must(canceled).ending, 'BY_CUSTOMER');
  assert.equal((await status(reference)).state, 'CANCELED');
});

/** A loyalty card of the shop, and a customer who has stored one. */
async function member(): Promise<string> {
  const customer = await shop.customer();
  await database.db.statement((tx) =>
    tx.query(
      `insert into token_type (merchant_id, id, description) values ($1, 'CLUB', 'Coffee club')
       on conflict do nothing`,
      [shop.merchantId],
    ),
  );
  await database.db.statement((tx) =>
    tx.query(
      `insert into customer_token (customer_id, merchant_id, id, value)
       values ($1, $2, 'CLUB', '42')`,
      [customer, shop.merchantId],
    ),
  );
  return customer;
}
const answer = async (reference: string, total: bigint, tokens: NamedToken[]): Promise<void> => {
  must(
    await database.db.statement((tx) =>
      updateInvoice(tx, {
        terminalId: shop.terminalId,
        reference,
        change: { total: eur(total) },
        tokens,
      }),
    ),
  );
};

test('loyalty: the merchant is asked and answers with a new total, which is paid', async () => {
  const customer = await member();
  const reference = await bill({ acknowledgmentMode: 'OPTIONAL_ACKNOWLEDGMENT' });
  const asked = must(await openTill(customer));
  assert.equal(asked.state, 'AWAITING_MERCHANT');
  assert.equal(refusal(await shop.approve(asked)), 'TOO_LATE');
  const pending = await status(reference);
  assert.equal(pending.state, 'PENDING_ISSUER_ACKNOWLEDGE');
  assert.equal(pending.version, 2);
  assert.deepEqual(pending.offeredTokens, [
    { id: 'CLUB', description: 'Coffee club', value: '42', status: 0 },
  ]);
  await answer(reference, 900n, [{ id: 'CLUB', status: 1 }]);
  const offer = await shop.now(asked);
  assert.equal(offer.state, 'AWAITING_APPROVAL');
  assert.equal(offer.maximum?.minor, 900n);
  assert.equal(offer.tokens[0]?.status, 1);
  assert.equal((await status(reference)).state, 'ISSUED');
  assert.equal(must(await shop.approve(offer)).purchase.state, 'CONFIRMING');
  await status(reference);
});

test('loyalty: without an answer OPTIONAL goes on after 60 s, REQUIRE waits', async () => {
  const customer = await member();
  const optional = await bill({ acknowledgmentMode: 'OPTIONAL_ACKNOWLEDGMENT' });
  const asked = must(await openTill(customer));
  await advanceClock(database.db, 61);
  await sweep();
  const goesOn = await shop.now(asked);
  assert.equal(goesOn.state, 'AWAITING_APPROVAL');
  assert.deepEqual(goesOn.tokens, []);
  assert.equal((await status(optional)).state, 'ISSUED');
  const required = await bill({ acknowledgmentMode: 'REQUIRE_ACKNOWLEDGMENT' });
  const waits = must(await openTill(await shop.customer()));
  assert.equal(waits.state, 'AWAITING_MERCHANT');
  await advanceClock(database.db, 200);
  await sweep();
  assert.equal((await shop.now(waits)).state, 'AWAITING_MERCHANT');
  assert.deepEqual((await status(required)).offeredTokens, []);
  await answer(required, 1000n, []);
  assert.equal((await shop.now(waits)).state, 'AWAITING_APPROVAL');
});

test('loyalty: a card that the merchant swiped wins, unknown types are invalid', async () => {
  const customer = await member();
  const { reference } = must(
    await database.db.statement((tx) =>
      issueInvoice(tx, {
        terminalId: shop.terminalId,
        content: {
          ...(BILL as InvoiceContent),
          acknowledgmentMode: 'OPTIONAL_ACKNOWLEDGMENT',
        },
        tokens: [
          { id: 'CLUB', value: '77' },
          { id: 'NOBODYS', value: '1' },
        ],
      }),
    ),
  );
  const offer = must(await openInvoice(customer, reference));
  assert.equal(offer.state, 'AWAITING_APPROVAL');
  assert.deepEqual(
    offer.tokens.map(({ id, value, status: given }) => [id, value, given]),
    [
      ['CLUB', '77', 1],
      ['NOBODYS', '1', 99],
    ],
  );
});
