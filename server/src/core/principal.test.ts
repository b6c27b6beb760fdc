import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase } from '../../test/database.ts';
import type { TestDatabase } from '../../test/database.ts';
import { addTestMerchant, addTestTerminal } from '../../test/soap-platform.ts';
import { advanceClock, must } from '../../test/shop.ts';
import type { Database } from '../db.ts';
import { issueInvoice } from './invoice.ts';
import { createPrincipalReader } from './principal.ts';
import { unregisterTerminal } from './terminal.ts';

let database: TestDatabase;

before(async () => {
  database = await testDatabase();
  await addTestMerchant(database.db, { id: 'cafe', password: 'shop-secret' });
});
after(() => database.drop());

/** The database, and how many statements went to it. */
function counted(db: Database) {
  let statements = 0;
  const counting: Database = {
    ...db,
    statement: (work) => {
      statements += 1;
      return db.statement(work);
    },
  };
  return { db: counting, statements: () => statements };
}

test('Calls that come together share reads, and each gets its own principal', async () => {
  const { db, statements } = counted(database.db);
  const known = await addTestTerminal(database.db, 'cafe');
  const other = await addTestTerminal(database.db, 'cafe');
  const reader = createPrincipalReader(db);
  const ids = Array.from({ length: 60 }, (_, at) => [known, other, 'nobody'][at % 3] ?? '');
  const found = await Promise.all(
    ids.map((terminalId) => reader.find({ kind: 'TERMINAL', terminalId })),
  );
  for (const [at, result] of found.entries()) {
    if (ids[at] === 'nobody') {
      assert.deepEqual(result, { ok: false, refusal: 'INVALID_INITIATOR_PRINCIPAL_ID' });
    } else {
      assert.ok(result.ok && result.value.principal.kind === 'TERMINAL');
      assert.equal(result.value.principal.terminalId, ids[at]);
    }
  }
  assert.ok(statements() <= 4, `${statements()} reads for 60 calls`);
});

test('A call never gets what was read before it came', async () => {
  const terminalId = await addTestTerminal(database.db, 'cafe');
  const reader = createPrincipalReader(database.db);
  const claim = { kind: 'TERMINAL', terminalId } as const;
  const before = Array.from({ length: 5 }, () => reader.find(claim));
  await database.db.statement((tx) => unregisterTerminal(tx, terminalId));
  const after = await reader.find(claim);
  assert.deepEqual(after, { ok: false, refusal: 'INVALID_INITIATOR_PRINCIPAL_ID' });
  await Promise.all(before);
});

test('A user is found by merchant and user id, and only by both', async () => {
  const reader = createPrincipalReader(database.db);
  const find = (merchantId: string, userId: string | null) =>
    reader.find({ kind: 'USER', merchantId, userId });
  assert.ok((await find('cafe', '9900')).ok);
  for (const [merchantId, userId] of [
    ['cafe', '9901'],
    ['elsewhere', '9900'],
    ['cafe', null],
  ] as const) {
    const missing = await find(merchantId, userId);
    assert.deepEqual(missing, { ok: false, refusal: 'INITIATOR_PRINCIPAL_NOT_FOUND' });
  }
});

test('When the database fails, every waiting call learns it, and so does the next', async () => {
  const broken = await testDatabase();
  const reader = createPrincipalReader(broken.db);
  await broken.db.close();
  const claim = { kind: 'TERMINAL', terminalId: 'x' } as const;
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => reader.find(claim)));
  assert.ok(results.every((result) => result.status === 'rejected'));
  await assert.rejects(reader.find(claim));
  await broken.drop();
});

test('The invoice asked for comes along, but only a waiting one of this terminal', async () => {
  const { db } = database;
  const [mine, other] = [await addTestTerminal(db, 'cafe'), await addTestTerminal(db, 'cafe')];
  const issue = async (terminalId: string): Promise<string> => {
    const content = {
      paymentMode: 'IMMEDIATE_DEBIT',
      acknowledgmentMode: 'REQUIRE_ACKNOWLEDGMENT',
      total: { minor: 100n, currency: 'EUR' },
      rows: null,
      commitReservationTimeoutS: null,
    } as const;
    return must(await db.statement((tx) => issueInvoice(tx, { terminalId, content }))).reference;
  };
  const reader = createPrincipalReader(db);
  const asked = async (reference: string | null) => {
    const found = must(await reader.find({ kind: 'TERMINAL', terminalId: mine }, reference));
    return found.waitingInvoice;
  };
  const waiting = { version: 1, acknowledgmentMode: 'REQUIRE_ACKNOWLEDGMENT' };
  const [earlier, foreign] = [await issue(mine), await issue(other)];
  assert.deepEqual(await asked(earlier), waiting);
  const reference = await issue(mine);
  assert.deepEqual(
    await Promise.all(
      [reference, earlier, foreign, '20161123000000000', null, reference].map(asked),
    ),
    [waiting, null, null, null, null, waiting],
    'the earlier one is cancelled by the next',
  );
  await advanceClock(db, 3_600);
  assert.equal(await asked(reference), null, 'its time is over');
});
