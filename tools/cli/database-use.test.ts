import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openDatabase } from '../../server/src/db.ts';
import { startEmbeddedDatabase } from '../../server/src/database/embedded.ts';
import type { EmbeddedDatabase } from '../../server/src/database/embedded.ts';
import { isAlive } from '../../server/src/database/postmaster.ts';
import { useEmbeddedDatabase } from './database-use.ts';
import { command, runSeqr } from './test/command-line.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'seqr-cli-use-'));
const environment = { SEQR_DATA_DIR: dataDir };
before(async () => {
  assert.equal((await command(['migrate'], { environment })).code, 0);
});
after(async () => {
  await (await startEmbeddedDatabase(dataDir)).stop();
  await rm(dataDir, { recursive: true, force: true });
});

const add = (id: string): string[] => `merchant add ${id} --name ${id} --maximum 20EUR`.split(' ');
const connection = { poolSize: 1 };

/** Whether the database was stopped when it is asked for; it runs afterwards. */
async function wasStopped(): Promise<EmbeddedDatabase | null> {
  const database = await startEmbeddedDatabase(dataDir);
  return database.started ? database : null;
}

test('a command alone starts the database and stops it again', async () => {
  assert.equal((await command(add('alone'), { environment })).code, 0);
  const stopped = await wasStopped();
  assert.ok(stopped);
  await stopped.stop();
  assert.ok(!existsSync(join(dataDir, 'commands.database')));
  assert.equal((await stat(join(dataDir, 'commands.lock'))).mode & 0o777, 0o600);
});

test('a refused command stops it too', async () => {
  assert.equal((await command(add('alone'), { environment })).code, 1);
  const stopped = await wasStopped();
  assert.ok(stopped);
  await stopped.stop();
});

test('a command beside a database that runs leaves it running', async () => {
  const database = await startEmbeddedDatabase(dataDir);
  assert.equal((await command(add('beside'), { environment })).code, 0);
  assert.ok(isAlive(database.pid));
  await database.stop();
});

test('many commands at once all do, and the last one stops the database', async () => {
  const ids = ['p1', 'p2', 'p3', 'p4'];
  const ended = await Promise.all(ids.map((id) => runSeqr(add(id), environment)));
  assert.deepEqual(
    ended.map(({ code, stderr }) => [code, stderr]),
    ids.map(() => [0, '']),
  );
  const stopped = await wasStopped();
  assert.ok(stopped);
  await stopped.stop();
});

test('the one that started it may leave before the others', async () => {
  const first = await useEmbeddedDatabase(dataDir);
  const firstDb = openDatabase(first.url, connection);
  const second = await useEmbeddedDatabase(dataDir);
  const secondDb = openDatabase(second.url, connection);
  await first.end(firstDb);
  await secondDb.statement((tx) => tx.query('select'));
  await second.end(secondDb);
  const stopped = await wasStopped();
  assert.ok(stopped);
  await stopped.stop();
});

test('a command that is still hanging up does not keep the database running', async () => {
  const leaving = await useEmbeddedDatabase(dataDir);
  const leavingDb = openDatabase(leaving.url, connection);
  await leavingDb.statement((tx) => tx.query('select'));
  const last = await useEmbeddedDatabase(dataDir);
  const lastDb = openDatabase(last.url, connection);
  const [hangingUp, asked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const left = leaving.end({
    ...leavingDb,
    close: async () => {
      hangingUp.resolve();
      await asked.promise;
      await leavingDb.close();
    },
  });
  await hangingUp.promise;
  await last.end({
    ...lastDb,
    statement: (work) => lastDb.statement(work).finally(() => asked.resolve()),
  });
  await left;
  const stopped = await wasStopped();
  assert.ok(stopped);
  await stopped.stop();
});

test('whoever is connected without being a command keeps the database running', async () => {
  const use = await useEmbeddedDatabase(dataDir);
  const platform = openDatabase(use.url, connection);
  await platform.statement((tx) => tx.query('select'));
  await use.end(openDatabase(use.url, connection));
  await platform.statement((tx) => tx.query('select'));
  await platform.close();
  assert.equal(await wasStopped(), null);
});

test('a database that a killed command left running is stopped by the next one', async () => {
  await (await startEmbeddedDatabase(dataDir)).stop();
  // All that a death leaves behind: the file that locked is closed, the database runs on.
  const use = await useEmbeddedDatabase(dataDir);
  use.leave();
  const marked = await readFile(join(dataDir, 'commands.database'), 'utf8');
  assert.ok(isAlive(Number(marked)));
  assert.equal((await command(['audit'], { environment })).code, 0);
  const stopped = await wasStopped();
  assert.ok(stopped);
  await stopped.stop();
});

test('where there is no installation nothing is made', async () => {
  const nowhere = join(dataDir, 'nowhere');
  const { code, stderr } = await command(['audit'], { environment: { SEQR_DATA_DIR: nowhere } });
  assert.equal(code, 1);
  assert.match(stderr, /^There is no installation in .*nowhere: "seqr migrate" makes one/);
  assert.ok(!existsSync(nowhere));
});

test('the keys are made once, with a note, and kept', async () => {
  const customer = (number: string): string[] =>
    `customer add ${number} --name A --currency EUR`.split(' ');
  const first = await command(customer('46700000011'), { environment });
  assert.match(first.stderr, /^Made the keys of this installation: .*keys\./);
  const second = await command(customer('46700000012'), { environment });
  assert.deepEqual([second.code, second.stderr], [0, '']);
});
