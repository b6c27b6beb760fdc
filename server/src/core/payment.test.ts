/** Refunds, receipts and periods: what a merchant does with its payments. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { advanceClock, assertAuditClean, eur, must, openShop, refusal } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { customerAccount, payOut, showAccount } from './account.ts';
import { refundPayment, submitReceipt } from './payment.ts';
import {
  PERIOD_BEGIN,
  findPeriod,
  markPeriod,
  periodEntries,
  periodIsSettled,
  periodSums,
} from './period.ts';
import type { Purchase } from './purchase.ts';
import { findReceipt, listReceipts } from './receipt.ts';

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

type Payment = { readonly purchase: Purchase; readonly ersReference: string };
let machines = 0;
async function payment(amountMinor = 1000n, of = shop): Promise<Payment> {
  const token = `m${(machines += 1)}`;
  const { purchase, reference } = await of.reserve(await of.customer(), {}, token);
  const { ersReference } = must(await of.commit(reference, amountMinor));
  return { purchase: await of.now(purchase), ersReference: ersReference ?? '' };
}
const refund = (
  { ersReference }: Payment,
  amountMinor: bigint,
  rest: { clientInvoiceId?: string; terminalId?: string } = {},
) =>
  database.db.statement((tx) =>
    refundPayment(tx, {
      terminalId: shop.terminalId,
      title: 'Stale sandwich',
      ...rest,
      ersReference,
      amount: eur(amountMinor),
    }),
  );

test('a payment is refunded in parts that the customer sees, never beyond it', async () => {
  const paid = await payment(1000n);
  const first = must(await refund(paid, 300n));
  assert.notEqual(first.ersReference, paid.ersReference);
  must(await refund(paid, 700n));
  assert.equal(
    refusal(await refund(paid, 1n)),
    'SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION',
  );
  const { refunds, state } = await shop.now(paid.purchase);
  assert.equal(state, 'PAID');
  assert.deepEqual(
    refunds.map(({ amount, reason }) => [amount, reason]),
    [
      [eur(300n), 'Stale sandwich'],
      [eur(700n), 'Stale sandwich'],
    ],
  );
  const account = await database.db.statement((tx) =>
    customerAccount(tx, paid.purchase.customerId),
  );
  assert.equal(account.available.minor, 10_000n);
});

test('refunds of one payment at once never sum above it', async () => {
  const paid = await payment(1000n);
  await payment(1000n);
  const refunds = await Promise.all(Array.from({ length: 6 }, () => refund(paid, 400n)));
  assert.equal(refunds.filter(({ ok }) => ok).length, 2);
});

test('the same refund with a clientInvoiceId is made once within a minute', async () => {
  const paid = await payment(1000n);
  const first = must(await refund(paid, 600n, { clientInvoiceId: 'RF-1' }));
  assert.deepEqual(must(await refund(paid, 600n, { clientInvoiceId: 'RF-1' })), first);
  must(await refund(paid, 100n, { clientInvoiceId: 'RF-1' }));
  await advanceClock(database.db, 61);
  assert.equal(
    refusal(await refund(paid, 600n, { clientInvoiceId: 'RF-1' })),
    'SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION',
  );
});

test('another merchant’s, an unknown and a refund’s own reference cannot be refunded', async () => {
  const other = await openShop(database.db);
  const foreign = await payment(500n, other);
  assert.equal(refusal(await refund(foreign, 1n)), 'INVALID_ERS_REFERENCE');
  const own = await payment(500n);
  const { ersReference } = must(await refund(own, 1n));
  assert.equal(refusal(await refund({ ...own, ersReference }, 1n)), 'INVALID_ERS_REFERENCE');
  const { terminalId } = await shop.newTerminal();
  must(await refund(own, 1n, { terminalId }));
});

test('who may not refund, takes no refund or is short of funds is told', async () => {
  const own = await openShop(database.db);
  const paid = await payment(500n, own);
  const give = () => refund(paid, 500n, { terminalId: own.terminalId });
  const set = (sql: string, value: string): Promise<unknown> =>
    database.db.statement((tx) => tx.query(sql, [value]));
  await set(`update merchant set refunds_allowed = false where id = $1`, own.merchantId);
  assert.equal(refusal(await give()), 'RESELLER_NOT_ALLOWED_TO_DO_REFUND');
  await set(`update merchant set refunds_allowed = true where id = $1`, own.merchantId);
  const payer = paid.purchase.customerId;
  await set(`update customer set refunds_allowed = false where id = $1`, payer);
  assert.equal(refusal(await give()), 'RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS');
  await set(`update customer set refunds_allowed = true where id = $1`, payer);
  const owner = { kind: 'MERCHANT', merchantId: own.merchantId, currency: 'EUR' } as const;
  must(await database.db.transaction((tx) => payOut(tx, owner, eur(500n))));
  assert.equal(refusal(await give()), 'SERVICE_UNAVAILABLE');
  assert.equal(must(await database.db.statement((tx) => showAccount(tx, owner))).balance.minor, 0n);
});

test('a receipt is stored once, for the merchant’s own payments, for its customer', async () => {
  const paid = await payment();
  const submit = (ersReference: string, content = 'thank you') =>
    database.db.statement((tx) =>
      submitReceipt(tx, {
        terminalId: shop.terminalId,
        ersReference,
        document: { type: 'PAYMENT_RECEIPT', mimeType: 'text/html', content: Buffer.from(content) },
      }),
    );
  must(await submit(paid.ersReference));
  must(await submit(paid.ersReference));
  must(await submit(paid.ersReference, 'another'));
  assert.equal(refusal(await submit('1'.repeat(25))), 'INVALID_ERS_REFERENCE');
  const { customerId, id } = paid.purchase;
  const stored = await database.db.statement((tx) => listReceipts(tx, customerId, id));
  assert.deepEqual(
    stored.map(({ sizeBytes }) => sizeBytes),
    ['thank you'.length, 'another'.length],
  );
  const first = { customerId, purchaseId: id, id: stored[0]?.id ?? '' };
  const document = await database.db.statement((tx) => findReceipt(tx, first));
  assert.equal(Buffer.from(document?.content ?? []).toString(), 'thank you');
  const stranger = await shop.customer();
  assert.deepEqual(await database.db.statement((tx) => listReceipts(tx, stranger, id)), []);
});

test('a mark closes a period with its payments and refunds; the next is empty', async () => {
  const own = await openShop(database.db);
  const mark = async (terminalId: string | null): Promise<string> =>
    must(
      await database.db.statement((tx) =>
        markPeriod(tx, { merchantId: own.merchantId, terminalId }),
      ),
    ).periodId;
  const period = async (periodId: string) => {
    const found = await database.db.statement((tx) =>
      findPeriod(tx, { merchantId: own.merchantId, terminalId: null, periodId }),
    );
    assert.ok(found);
    return found;
  };
  const one = await payment(500n, own);
  await payment(300n, own);
  must(await refund(one, 200n, { terminalId: own.terminalId }));
  const closed = await period(await mark(null));
  assert.ok(await database.db.statement((tx) => periodIsSettled(tx, closed.id)));
  const entries = await database.db.statement((tx) =>
    periodEntries(tx, closed.id, { limit: 10, after: PERIOD_BEGIN }),
  );
  assert.deepEqual(
    entries.map(({ amountMinor }) => amountMinor).toSorted((a, b) => Number(a - b)),
    [-200n, 300n, 500n],
  );
  const sums = await database.db.statement((tx) => periodSums(tx, closed.id));
  assert.deepEqual(
    sums.map(({ kind, count, sumMinor }) => [kind, count, sumMinor]),
    [
      ['PAYMENT', 2n, 800n],
      ['REFUND', 1n, -200n],
    ],
  );
  await payment(100n, own);
  const empty = await period(await mark(own.terminalId));
  assert.equal(empty.number, 1n);
  const next = await period(await mark(null));
  assert.equal(next.number, 2n);
  const later = await database.db.statement((tx) =>
    periodEntries(tx, next.id, { limit: 10, after: PERIOD_BEGIN }),
  );
  assert.deepEqual(
    later.map(({ amountMinor }) => amountMinor),
    [100n],
  );
});

test('marks and payments at once: every payment is in exactly one period', async () => {
  const own = await openShop(database.db);
  const offers = [];
  for (let n = 0; n < 10; n += 1) {
    offers.push(await own.offer(await own.customer(), {}, `p${n}`));
  }
  const ids: string[] = [];
  await Promise.all([
    ...offers.map(async ({ purchase, reference }) => {
      must(await own.approve(purchase));
      must(await own.commit(reference, 100n));
    }),
    ...Array.from({ length: 5 }, async () => {
      const { periodId } = must(
        await database.db.statement((tx) =>
          markPeriod(tx, { merchantId: own.merchantId, terminalId: null }),
        ),
      );
      ids.push(periodId);
    }),
  ]);
  const last = must(
    await database.db.statement((tx) =>
      markPeriod(tx, { merchantId: own.merchantId, terminalId: null }),
    ),
  );
  const { rows } = await database.db.statement((tx) =>
    tx.query<{ count: bigint }>(`select count(*) from unnest($1::text[]) id, period_entries(id)`, [
      [...ids, last.periodId],
    ]),
  );
  assert.equal(rows[0]?.count, 10n);
});

test('another shop’s terminal cannot be marked, another shop’s period not be found', async () => {
  const other = await openShop(database.db);
  const foreign = await database.db.statement((tx) =>
    markPeriod(tx, { merchantId: shop.merchantId, terminalId: other.terminalId }),
  );
  assert.equal(refusal(foreign), 'INVALID_INITIATOR_PRINCIPAL_ID');
  const { periodId } = must(
    await database.db.statement((tx) =>
      markPeriod(tx, { merchantId: other.merchantId, terminalId: null }),
    ),
  );
  const found = await database.db.statement((tx) =>
    findPeriod(tx, { merchantId: shop.merchantId, terminalId: null, periodId }),
  );
  assert.equal(found, null);
});
