import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { JournalRefused, JournalUnwritable, openJournal } from './journal.ts';
import { sessionTable } from './session-table.ts';
import type { SessionRecord } from './session-record.ts';

const folder = mkdtempSync(join(tmpdir(), 'seqr-journal-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = (): string => join(folder, `${(files += 1)}`, 'journal.db');

const session = (id: string, token = 'm1'): SessionRecord => ({
  id,
  token,
  secret: `secret-${id}`,
  msisdn: '46700000001',
  state: 'LEASED',
  reference: null,
  held: { minor: 2000n, currency: 'EUR' },
  commitReservationTimeoutS: 600,
  leaseUntilMs: 9_007_199_254_740_991,
  notReservedMs: null,
  unlockIntentMs: null,
  chargeMinor: null,
  ersReference: null,
  ending: null,
});

test('the file belongs to its owner alone, and is written through to the disk', () => {
  const path = fresh();
  const journal = openJournal(path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(`${path}-wal`).mode & 0o777, 0o600);
  const pragma = (name: string) => Object.values(journal.prepare(`pragma ${name}`).get() ?? {})[0];
  assert.equal(pragma('synchronous'), 2n);
  assert.equal(pragma('journal_mode'), 'wal');
  journal.close();
});

test('a second process is refused in a plain sentence while the first runs', async () => {
  const path = fresh();
  const journal = openJournal(path);
  const program = `
    import { openJournal } from ${JSON.stringify(import.meta.resolve('./journal.ts'))};
    try { openJournal(process.argv[1]).close(); console.log('opened'); }
    catch (error) { console.log(error.name + ': ' + error.message); }`;
  const open = async () => {
    const run = promisify(execFile);
    const argv = ['--input-type=module', '-e', program, path];
    return (await run(process.execPath, argv)).stdout.trim();
  };
  assert.match(await open(), /^JournalRefused: .* is in use by another process\./);
  assert.throws(() => openJournal(path), JournalRefused);
  journal.close();
  assert.equal(await open(), 'opened');
});

test('a file that is no journal, or of a later version, is refused and left as it is', () => {
  const path = fresh();
  openJournal(path).close();
  const db = new DatabaseSync(path);
  db.exec('pragma user_version = 99');
  db.close();
  assert.throws(() => openJournal(path), /version 99/);
  const text = join(folder, 'text.db');
  writeFileSync(text, 'this is no database at all, but a letter to the operator. '.repeat(20));
  assert.throws(() => openJournal(text), JournalRefused);
});

test('works of one turn share a write; one that fails leaves the others as they are', async () => {
  const journal = openJournal(fresh());
  const sessions = sessionTable(journal);
  const outcomes = await Promise.allSettled([
    journal.durably(() => sessions.lease(session('a', 'm1'), 1)),
    journal.durably(() => {
      sessions.lease(session('b', 'm2'), 1);
      throw new Error('a bug');
    }),
    journal.durably(() => sessions.lease(session('c', 'm3'), 1)),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  const ids = sessions.unfinished().map((record) => record.id);
  assert.deepEqual(ids, ['a', 'c']);
  journal.close();
});

test('one unfinished session holds a machine; a settling one does not', async () => {
  const journal = openJournal(fresh());
  const sessions = sessionTable(journal);
  const change = { reference: 'r', notReservedMs: 2 };
  await journal.durably(() => {
    assert.equal(sessions.lease(session('a'), 1), true);
    assert.equal(sessions.lease(session('b'), 1), false);
    assert.equal(sessions.move('a', ['LEASED'], 'OFFERED', change, 2), true);
    assert.equal(sessions.move('a', ['OFFERED'], 'UNLOCKING', { unlockIntentMs: 3 }, 3), true);
    assert.equal(sessions.move('a', ['OFFERED'], 'CANCELING', {}, 3), false);
    assert.equal(sessions.lease(session('b'), 4), false);
    assert.equal(sessions.move('a', ['UNLOCKING'], 'SETTLING', { chargeMinor: 250n }, 4), true);
    assert.equal(sessions.lease(session('b'), 5), true);
  });
  journal.close();
});

test('everything comes back as it was written; the phone number is gone at the end', async () => {
  const path = fresh();
  let journal = openJournal(path);
  let sessions = sessionTable(journal);
  const change = { reference: '20261123104512345', notReservedMs: 1_795_430_000_000 };
  const vend = {
    vendId: 'v1',
    slot: 3,
    name: 'Crisps',
    price: { minor: 250n, currency: 'EUR' },
    state: 'VENDED',
  } as const;
  await journal.durably(() => {
    sessions.lease(session('a'), 1);
    sessions.move('a', ['LEASED'], 'OFFERED', change, 2);
    sessions.putVends('a', [{ ...vend, state: 'APPROVED' }]);
    sessions.putVends('a', [vend]);
  });
  journal.close();

  journal = openJournal(path);
  sessions = sessionTable(journal);
  const record = sessions.byReference(change.reference);
  assert.deepEqual(record, { ...session('a'), state: 'OFFERED', ...change });
  assert.deepEqual(record && sessions.vends(record), [vend]);
  assert.equal(journal.latestMs(), 2);
  await journal.durably(() => sessions.move('a', ['OFFERED'], 'ENDED', { ending: 'CANCELED' }, 3));
  assert.equal(sessions.byReference(change.reference)?.msisdn, null);
  assert.deepEqual(sessions.unfinished(), []);
  assert.equal(await journal.durably(() => sessions.forget(3)), 0);
  assert.equal(await journal.durably(() => sessions.forget(4)), 1);
  journal.close();
});

test('a closed journal refuses work instead of forgetting it', async () => {
  const journal = openJournal(fresh());
  journal.close();
  await assert.rejects(
    journal.durably(() => 1),
    JournalUnwritable,
  );
});
