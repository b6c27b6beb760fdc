import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { scratch, testMachine } from '../test/fleet.ts';
import { openRecord, recordOn } from './record.ts';

const { dir, remove } = scratch();
after(remove);

const { products } = testMachine('m');
const vend = (vendId: string, slot = 1) => ({
  vendId,
  slot,
  name: 'Nuts',
  price: { value: '2.50', currency: 'EUR' },
});

test('the file is for its owner only, and for one process at a time', () => {
  const path = join(dir, 'own', 'record.sqlite');
  const record = openRecord(path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(`${path}-wal`).mode & 0o777, 0o600);
  assert.throws(() => openRecord(path), /in use by another process/);
  record.close();
  openRecord(path).close();
});

test('a file that is no record is refused in one sentence', () => {
  const refused = /^Error: The machines' record .* cannot be opened: .*\.$/;
  assert.throws(() => openRecord(dir), refused);
  const path = join(dir, 'text');
  writeFileSync(path, 'This is a text, and long enough not to be taken for an empty database.');
  assert.throws(() => openRecord(path), refused);
});

test('what it has said survives: stock, used references, vends in their order', () => {
  const path = join(dir, 'kept.sqlite');
  const first = openRecord(path);
  assert.deepEqual(first.startMachine('m', products), { completed: null, cut: 0 });
  assert.equal(first.beginSession('m', 'A'), true);
  assert.equal(first.isUnlocked('m'), true);
  first.beginVend('m', 'A', vend('v1', 1));
  first.endVend('m', 'v1', 'VENDED');
  first.beginVend('m', 'A', vend('v2', 3));
  first.endVend('m', 'v2', 'JAMMED');
  first.completeSession('m', 'A');
  first.close();

  const second = openRecord(path);
  second.startMachine('m', products);
  assert.deepEqual([...second.stock('m').values()], [2, 3, 3]);
  assert.deepEqual(second.untoldSessions('m'), ['A']);
  assert.equal(second.isUsed('m', 'A'), true);
  assert.equal(second.beginSession('m', 'A'), false);
  assert.equal(second.isUnlocked('m'), false, 'a refused session unlocks nothing');
  assert.deepEqual(second.findSession('m', 'A'), {
    progress: 'COMPLETE',
    vends: [
      { ...vend('v1', 1), result: 'VENDED' },
      { ...vend('v2', 3), result: 'JAMMED' },
    ],
  });
  second.endSession('m', 'A');
  second.endSession('m', 'A');
  assert.deepEqual(second.untoldSessions('m'), []);
  assert.equal(second.findSession('m', 'A').progress, 'COMPLETE');
  second.close();
});

test('a start decides what was cut off: jammed, complete, locked, stock as before', () => {
  const path = join(dir, 'cut.sqlite');
  const first = openRecord(path);
  first.startMachine('m', products);
  first.beginSession('m', 'A');
  first.beginVend('m', 'A', vend('v1'));
  first.close();

  const second = openRecord(path);
  assert.deepEqual(second.startMachine('m', products), { completed: 'A', cut: 1 });
  assert.equal(second.isUnlocked('m'), false);
  assert.equal(second.findSession('m', 'A').vends[0]?.result, 'JAMMED');
  assert.equal(second.stock('m').get(1), 3);
  assert.throws(() => second.endVend('m', 'v1', 'VENDED'), /not turning/, 'decided once');
  second.close();
});

test('what cannot be is refused, and leaves nothing behind', () => {
  const record = openRecord(join(dir, 'rules.sqlite'));
  record.startMachine('m', products);
  record.startMachine('n', products);
  record.beginSession('m', 'A');
  assert.throws(() => record.beginSession('m', 'B'), /UNIQUE/, 'one open session a machine');
  assert.equal(record.isUsed('m', 'B'), false);
  assert.throws(() => record.endSession('m', 'A'), /is open/);
  assert.throws(() => record.beginVend('m', 'unknown', vend('v1')), /FOREIGN KEY/);
  record.beginVend('m', 'A', vend('v1'));
  assert.throws(() => record.beginVend('m', 'A', vend('v2')), /UNIQUE/, 'one motor at a time');
  assert.throws(() => record.endVend('n', 'v1', 'VENDED'), /not turning/);
  record.endVend('m', 'v1', 'JAMMED');
  record.completeSession('m', 'A');
  assert.throws(() => record.completeSession('m', 'A'), /not open/);
  assert.equal(record.beginSession('n', 'A'), true, 'references are unique within a machine');
  record.close();
});

test('a new slot is filled as the fleet file says, a known one keeps what it has', () => {
  const path = join(dir, 'slots.sqlite');
  const record = openRecord(path);
  record.startMachine('m', products);
  record.beginSession('m', 'A');
  record.beginVend('m', 'A', vend('v1', 2));
  record.endVend('m', 'v1', 'VENDED');
  const fourth = { slot: 4, name: 'Tea', price: { value: '1.00', currency: 'EUR' }, stock: 9 };
  record.startMachine('m', [...products.map((product) => ({ ...product, stock: 50 })), fourth]);
  assert.deepEqual([...record.stock('m').values()], [3, 2, 3, 9]);
  record.close();
});

/** A record whose database the test holds too, to look at it and to break it. */
function openBreakable(name: string) {
  const path = join(dir, name);
  openRecord(path).close();
  const db = new DatabaseSync(path);
  const record = recordOn(db);
  const said: string[] = [];
  const after = (word: string) =>
    record.whenDurable(
      () => said.push(word),
      () => said.push(`no ${word}`),
    );
  const turnIsOver = () => new Promise((resolve) => setImmediate(resolve));
  return { db, record, said, after, turnIsOver };
}

test('what rests on a write waits for the one commit of its turn, in order', async () => {
  const { db, record, said, after, turnIsOver } = openBreakable('turn.sqlite');
  after('at once');
  assert.deepEqual(said, ['at once'], 'nothing is being written');
  record.startMachine('m', products);
  after('first');
  record.startMachine('n', products);
  after('second');
  assert.equal(db.isTransaction, true);
  assert.deepEqual(said, ['at once']);
  await turnIsOver();
  assert.equal(db.isTransaction, false);
  assert.deepEqual(said, ['at once', 'first', 'second']);
  record.close();
});

test('a step that fails undoes itself only, not the rest of its turn', async () => {
  const { record, said, after, turnIsOver } = openBreakable('step.sqlite');
  record.startMachine('m', products);
  record.beginSession('m', 'A');
  assert.throws(() => record.beginSession('m', 'B'), /UNIQUE/);
  after('word');
  await turnIsOver();
  assert.deepEqual(said, ['word']);
  assert.deepEqual([record.isUsed('m', 'A'), record.isUsed('m', 'B')], [true, false]);
  record.close();
});

test('when the disk refuses the commit, nothing of the turn is said or kept', async () => {
  const { db, record, said, after, turnIsOver } = openBreakable('refused.sqlite');
  record.startMachine('m', products);
  await turnIsOver();
  record.beginSession('m', 'A');
  after('unlocked');
  // What SQLite itself does when the disk is full.
  db.exec('rollback');
  await turnIsOver();
  assert.deepEqual(said, ['no unlocked']);
  assert.equal(record.isUsed('m', 'A'), false);
  assert.equal(record.beginSession('m', 'A'), true, 'the next turn is a new one');
  record.close();
});
