import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { administer, dropDatabase, freshName, inDatabase } from '../../server/test/server.ts';
import { advanceClock } from '../../server/test/shop.ts';
import { testDatabase } from '../../server/test/database.ts';
import { startEmbeddedDatabase } from '../../server/src/database/embedded.ts';
import { migrate } from '../../server/src/database/migrate.ts';
import { isPostmasterOf } from '../../server/src/database/postmaster.ts';
import { command, runSeqr, startSeqr } from './test/command-line.ts';

const sandbox = await testDatabase();
const empty = inDatabase(sandbox.url, freshName());
await administer(empty, [`create database ${new URL(empty).pathname.slice(1)}`]);
const directories: string[] = [];
after(async () => {
  await dropDatabase(empty);
  await sandbox.drop();
  for (const path of directories) await rm(path, { recursive: true, force: true });
});

async function freshDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'seqr-cli-serve-'));
  directories.push(path);
  return path;
}

/** Starts `serve`; its ready line, and how to stop it. */
async function serve(environment: Readonly<Record<string, string>>) {
  const child = startSeqr(['serve'], { SEQR_PORT: '0', SEQR_LOG_LEVEL: 'silent', ...environment });
  const exit = once(child, 'exit');
  const lines = createInterface({ input: child.stdout, signal: AbortSignal.timeout(60_000) });
  const { value } = await lines[Symbol.asyncIterator]().next();
  return {
    ready: JSON.parse(value ?? '{}') as { platform: string; database: number | null },
    async stop(): Promise<void> {
      child.kill('SIGTERM');
      assert.deepEqual(await exit, [0, null]);
    },
  };
}

test('serve refuses a sandbox, and a clock that was moved', async () => {
  const environment = { DATABASE_URL: sandbox.url, SEQR_DATA_DIR: await freshDirectory() };
  const refused = await command(['serve'], { environment });
  assert.deepEqual([refused.code, refused.stdout], [1, '']);
  assert.match(refused.stderr, /^This database is a sandbox and stays one/);
  await advanceClock(sandbox.db, 60);
  const moved = await command(['serve'], { environment });
  assert.equal(moved.code, 1);
  assert.match(moved.stderr, /clock was moved for tests; it must not serve/);
});

test('a database of DATABASE_URL is migrated by its own command alone, then serves', async () => {
  const environment = { DATABASE_URL: empty, SEQR_DATA_DIR: await freshDirectory() };
  const early = await runSeqr(['serve'], environment);
  assert.equal(early.code, 1);
  assert.match(early.stderr, /lacks \d+ migrations.*seqr migrate/);
  const audit = await command(['audit'], { environment });
  assert.equal(audit.code, 1);
  assert.match(audit.stderr, /lacks \d+ migrations.*seqr migrate/);

  const first = await command(['migrate'], { environment });
  assert.equal(first.code, 0);
  assert.match(first.stdout, /^000001_installation\n000002_/);
  const second = await command(['migrate', '--json'], { environment });
  assert.deepEqual(JSON.parse(second.stdout), { migrations: [] });

  const served = await serve(environment);
  assert.equal(served.ready.database, null);
  const page = await fetch(`${served.ready.platform}/`);
  assert.match(await page.text(), /<html/);
  const accounts = await command(['account', 'show', '--merchant', 'demo'], { environment });
  assert.match(accounts.stderr, /no merchant demo/);
  await served.stop();
});

test('a database that cannot be reached is named without its password', async () => {
  const url = inDatabase(sandbox.url, 'nowhere');
  const environment = { DATABASE_URL: url, SEQR_DATA_DIR: await freshDirectory() };
  for (const words of [['serve'], ['migrate'], ['audit']]) {
    const { code, stderr } = await command(words, { environment });
    assert.equal(code, 1);
    assert.match(stderr, /^The database of DATABASE_URL cannot be used: .*nowhere/);
    assert.ok(!stderr.includes(new URL(url).password));
  }
  const closed = { ...environment, DATABASE_URL: 'postgresql://me:hush@127.0.0.1:1/x' };
  const { stderr } = await command(['audit'], { environment: closed });
  assert.match(stderr, /^The database of DATABASE_URL cannot be used: .*ECONNREFUSED/);
});

test('serve makes a real installation that a sandbox cannot become, and keeps it', async () => {
  const environment = { SEQR_DATA_DIR: await freshDirectory() };
  const first = await serve(environment);
  const add = ['merchant', 'add', 'acme', '--name', 'Acme', '--maximum', '20 EUR'];
  assert.equal((await command(add, { environment })).code, 0);
  const second = await runSeqr(['serve'], { ...environment, SEQR_PORT: '0' });
  assert.equal(second.code, 1);
  assert.match(second.stderr, /Another platform is running on/);
  assert.equal((await fetch(`${first.ready.platform}/readyz`)).status, 200);
  await first.stop();
  const again = await serve(environment);
  assert.equal((await command(add, { environment })).code, 1);
  await again.stop();
});

test('serve refuses the embedded database of a sandbox and leaves it stopped', async () => {
  const dataDir = await freshDirectory();
  const database = await startEmbeddedDatabase(dataDir);
  await migrate(database.url, { sandbox: true });
  await database.stop();
  const { code, stderr } = await command(['serve'], { environment: { SEQR_DATA_DIR: dataDir } });
  assert.equal(code, 1);
  assert.match(stderr, /sandbox and stays one: "npm start" runs it/);
  const again = await startEmbeddedDatabase(dataDir);
  assert.equal(again.started, true);
  await again.stop();
  assert.equal(await isPostmasterOf(again.pid, join(dataDir, 'postgres', 'data')), false);
});
