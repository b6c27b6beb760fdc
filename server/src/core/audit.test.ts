/** The audit finds each kind of fault: a check that cannot fail would be a defect. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { advanceClock, must, openShop } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { audit } from './audit.ts';
import { refused } from './refusal.ts';

let database: TestDatabase;
let shop: Shop;
let paid: { reference: string; id: string };
let reserved: { reference: string; id: string };
before(async () => {
  database = await testDatabase();
  shop = await openShop(database.db);
  const first = await shop.reserve(await shop.customer());
  must(await shop.update(first.reference, 500n));
  must(await shop.commit(first.reference, 500n));
  paid = { reference: first.reference, id: first.purchase.id };
  const second = await shop.reserve(await shop.customer());
  reserved = { reference: second.reference, id: second.purchase.id };
});
after(() => database.drop());

/** The invariants found broken after `sql`, which is undone again. */
async function broken(sql: string, values: unknown[] = []): Promise<number[]> {
  const result = await database.db.transaction(async (tx) => {
    await tx.query(sql, values);
    return refused(await audit(tx));
  });
  assert.ok(!result.ok);
  return [...new Set(result.refusal.map(({ invariant }) => invariant))];
}

test('books in order have no findings', async () => {
  assert.deepEqual(await database.db.statement(audit), []);
});

test('1 and 2: money from nowhere', async () => {
  assert.deepEqual(
    await broken(
      `update account set credits_posted = credits_posted + 1 where customer_id is not null`,
    ),
    [1, 2],
  );
});

test('2: an entry of no account, a transfer of none', async () => {
  assert.deepEqual(
    await broken(`insert into account_entry (account_id, credits_posted) values (-1, 0)`),
    [2],
  );
  assert.ok(
    (
      await broken(
        `insert into transfer
           (kind, debit_account_id, credit_account_id, amount_minor, currency, reason)
         values ('DIRECT', -1, -2, 5, 'EUR', 'stray')`,
      )
    ).includes(2),
  );
});

test('4: a posted transfer above its hold', async () => {
  const found = await broken(`update transfer set amount_minor = 1501 where kind = 'POST'`);
  assert.ok(found.includes(4));
});

test('5: PAID without its transfer, RESERVED without its hold, a hold of nobody', async () => {
  assert.ok(
    (
      await broken(`update invoice set committed_minor = 499 where reference = $1`, [
        paid.reference,
      ])
    ).includes(5),
  );
  assert.ok(
    (
      await broken(
        `insert into transfer
           (kind, debit_account_id, credit_account_id, amount_minor, currency, pending_id, reason)
         select 'VOID', debit_account_id, credit_account_id, amount_minor, currency, id, 'x'
         from transfer where id = (select hold_id from invoice where reference = $1)`,
        [reserved.reference],
      )
    ).includes(5),
  );
  assert.ok(
    (
      await broken(`update invoice set state = 'CANCELED' where reference = $1`, [
        reserved.reference,
      ])
    ).includes(5),
  );
});

test('6: an ending that disagrees with its invoice, a charge above what was shown', async () => {
  assert.deepEqual(
    await broken(
      `update purchase set state = 'RELEASED', ending_code = 'NOTHING_TAKEN' where id = $1`,
      [paid.id],
    ),
    [6],
  );
  assert.deepEqual(
    await broken(`update invoice set reserved_total_minor = 400 where reference = $1`, [
      paid.reference,
    ]),
    [6],
  );
});

test('6: a purchase that nobody swept', async () => {
  await advanceClock(database.db, 606);
  assert.deepEqual(
    (await database.db.statement(audit)).map(({ invariant, subject }) => [invariant, subject]),
    [[6, `purchase ${reserved.id}`]],
  );
  await advanceClock(database.db, -606);
});

test('7: a purchase and an invoice that do not name each other', async () => {
  assert.deepEqual(
    await broken(`update purchase set invoice_reference = null where id = $1`, [paid.id]),
    [7],
  );
});

test('8: a reservation without its notification', async () => {
  assert.deepEqual(
    await broken(`delete from notification where invoice_reference = $1`, [paid.reference]),
    [8],
  );
});

test('11: a session of a device that is gone, a device let in by a stranger', async () => {
  const [ann, bo] = [await shop.customer(), await shop.customer()];
  const device = (id: string, customer: string, state: string) =>
    `insert into customer_device
       (id, customer_id, name, public_key, state, session_digest, let_in_by, removed_at)
     values ('${id}', '${customer}', 'Phone', decode(repeat('${id.slice(-2)}', 91), 'hex'),
       '${state}', '', 'CODE', ${state === 'REMOVED' ? 'seqr_clock()' : 'null'});`;
  const [first, second] = [
    '00000000-0000-4000-8000-000000000001',
    '00000000-0000-4000-8000-000000000002',
  ];
  const session = `insert into customer_session (token_digest, customer_id, device_id, expires_at)
    values (decode(repeat('07', 32), 'hex'), '${ann}', '${first}', seqr_clock());`;
  assert.deepEqual(await broken(device(first, ann, 'ACTIVE') + session), []);
  assert.deepEqual(await broken(device(first, ann, 'REMOVED') + session), [11]);
  assert.deepEqual(await broken(device(first, bo, 'ACTIVE') + session), [11]);
  assert.deepEqual(
    await broken(
      `${device(first, ann, 'ACTIVE')}${device(second, bo, 'ACTIVE')}
       update customer_device set let_in_by = 'DEVICE', let_in_by_device = '${first}'
         where id = '${second}'`,
    ),
    [11],
  );
  assert.deepEqual(
    await broken(
      `${device(first, bo, 'ACTIVE')} insert into approval_signature values
         ('${reserved.id}', '${first}', 1, decode(repeat('00', 64), 'hex'))`,
    ),
    [11],
  );
});
