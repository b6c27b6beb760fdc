import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openDatabase } from './db.ts';
import { ok, refused } from './core/refusal.ts';
import { testDatabase } from '../test/database.ts';

const { db, url, drop } = await testDatabase();
after(drop);
await db.statement((tx) =>
  tx.query('create table note (id int primary key, value int8 not null default 0)'),
);

const values = async (): Promise<bigint[]> => {
  const found = await db.statement((tx) =>
    tx.query<{ value: bigint }>('select value from note order by id'),
  );
  return found.rows.map((row) => row.value);
};

test('int8 is read exactly as bigint, timestamptz as a Date, numeric as text', async () => {
  const answer = await db.statement((tx) =>
    tx.query('select $1::int8 as big, $2::timestamptz as at, 1.10::numeric as amount', [
      9_223_372_036_854_775_807n,
      '2026-11-24T10:00:00+02:00',
    ]),
  );
  assert.deepEqual(answer.rows[0], {
    big: 9_223_372_036_854_775_807n,
    at: new Date('2026-11-24T08:00:00Z'),
    amount: '1.10',
  });
});

test('a success commits, a refusal rolls back, a throw rolls back', async () => {
  await db.transaction(async (tx) => ok(await tx.query('insert into note values (1, 5)')));
  const refusal = await db.transaction(async (tx) => {
    await tx.query('insert into note values (2, 6)');
    return refused('NO' as const);
  });
  assert.deepEqual(refusal, { ok: false, refusal: 'NO' });
  await assert.rejects(
    db.transaction(async (tx) => {
      await tx.query('insert into note values (3, 7)');
      throw new Error('a bug');
    }),
    /a bug/,
  );
  assert.deepEqual(await values(), [5n]);
});

test('a statement whose columns a migration changed meanwhile is prepared anew', async () => {
  const one = openDatabase(url, { poolSize: 1 });
  const look = () => one.statement((tx) => tx.query('select * from widening where $1', [true]));
  await one.statement((tx) => tx.query('create table widening (first int)'));
  await look();
  await one.statement((tx) => tx.query('alter table widening add column second int'));
  assert.equal((await look()).fields.length, 2);
  await one.statement((tx) => tx.query('alter table widening add column third int'));
  const inTransaction = await one.transaction(async (tx) =>
    ok(await tx.query('select * from widening where $1', [true])),
  );
  assert.equal(inTransaction.ok && inTransaction.value.fields.length, 3);
  await one.close();
});

test('a COMMIT that the database answers with ROLLBACK is a failure', async () => {
  await assert.rejects(
    db.transaction(async (tx) => {
      await tx.query('select 1 / 0').catch(() => {});
      return ok('looks fine');
    }),
    /COMMIT was answered ROLLBACK/,
  );
});

test('two transactions in deadlock both succeed, since the victim is run again', async () => {
  await db.statement((tx) => tx.query('insert into note values (11), (12)'));
  let arrived = 0;
  let meet = (): void => {};
  const both = new Promise<void>((resolve) => (meet = resolve));
  const add = (first: number, second: number): Promise<unknown> =>
    db.transaction(async (tx) => {
      await tx.query('update note set value = value + 1 where id = $1', [first]);
      arrived += 1;
      if (arrived >= 2) meet();
      await both;
      return ok(await tx.query('update note set value = value + 1 where id = $1', [second]));
    });
  await Promise.all([add(11, 12), add(12, 11)]);
  assert.ok(arrived >= 3, 'one of the two ran again');
  assert.deepEqual((await values()).slice(-2), [2n, 2n]);
});

test('a transaction that keeps failing for serialization is given up in the end', async () => {
  let attempts = 0;
  const fail = `do $$ begin raise exception 'again' using errcode = '40001'; end $$`;
  await assert.rejects(
    db.transaction(async (tx) => {
      attempts += 1;
      return ok(await tx.query(fail));
    }),
    { code: '40001' },
  );
  assert.equal(attempts, 8);
});

test('connections killed while idle or inside a transaction do not harm later work', async () => {
  const other = openDatabase(url, { poolSize: 1, applicationName: 'victim' });
  const kill = (): Promise<unknown> =>
    db.statement((tx) =>
      tx.query(
        `select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where application_name = 'victim'`,
      ),
    );
  await other.statement((tx) => tx.query('select 1'));
  await kill();
  await assert.rejects(
    other.transaction(async (tx) => {
      await tx.query('select 1');
      await kill();
      return ok(await tx.query('select 2'));
    }),
  );
  const answer = await other.statement((tx) => tx.query('select 3 as n'));
  assert.equal(answer.rows[0]?.['n'], 3);
  await other.close();
});

test('a query after the end of its transaction is refused', async () => {
  const leaked = await db.transaction(async (tx) => ok(tx));
  assert.ok(leaked.ok);
  assert.throws(() => leaked.value.query('select 1'), /has ended/);
});

test('a plan that was made while the tables were empty reads none of them whole', async () => {
  const { rows } = await db.statement((tx) =>
    tx.query<{ 'QUERY PLAN': string }>(
      "explain select * from purchase_view where id = any('{}'::uuid[])",
    ),
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  assert.match(plan, /Index Scan/);
  assert.doesNotMatch(plan, /Seq Scan/);
});
