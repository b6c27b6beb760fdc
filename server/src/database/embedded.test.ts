import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDatabase } from '../db.ts';
import { rootIdentity } from './binaries.ts';
import { startEmbeddedDatabase } from './embedded.ts';
import type { EmbeddedDatabase } from './embedded.ts';
import { isPostmasterOf, until } from './postmaster.ts';

const isRoot = process.getuid?.() === 0;
const directories: string[] = [];
const servers = new Set<EmbeddedDatabase>();
after(async () => {
  for (const server of servers) await server.stop();
  for (const path of directories) await rm(path, { recursive: true, force: true });
});

async function freshDirectory(mode = 0o755): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'seqr-ups-embedded-'));
  directories.push(path);
  await chmod(path, mode);
  return path;
}

async function start(dataDir: string): Promise<EmbeddedDatabase> {
  const server = await startEmbeddedDatabase(dataDir);
  servers.add(server);
  return server;
}

/** Runs one query by a connection of its own and returns the first column of the first row. */
async function ask(server: EmbeddedDatabase, sql: string): Promise<unknown> {
  const db = openDatabase(server.url, { poolSize: 1 });
  try {
    const answer = await db.statement((tx) => tx.query(sql));
    return Object.values(answer.rows[0] ?? {})[0];
  } finally {
    await db.close();
  }
}

const dataOf = (server: EmbeddedDatabase): Promise<unknown> => ask(server, 'show data_directory');
const remember = (server: EmbeddedDatabase, note: string): Promise<unknown> =>
  ask(server, `create table kept as select '${note}' as note`);
const recall = (server: EmbeddedDatabase): Promise<unknown> => ask(server, 'select note from kept');

/** Kills a server as a power cut would, and waits until it is gone. */
async function killHard(server: EmbeddedDatabase): Promise<void> {
  const data = String(await dataOf(server));
  process.kill(server.pid, 'SIGKILL');
  assert.ok(await until(5_000, async () => !(await isPostmasterOf(server.pid, data))));
}

test('a fresh database is durable, checksummed and closed; its secret is private', async () => {
  const dataDir = await freshDirectory();
  const server = await start(dataDir);
  assert.equal(server.started, true);
  assert.equal(await ask(server, 'show fsync'), 'on');
  assert.equal(await ask(server, 'show synchronous_commit'), 'on');
  assert.equal(await ask(server, 'show data_checksums'), 'on');
  assert.equal(await ask(server, 'show server_encoding'), 'UTF8');
  assert.equal(await ask(server, 'show listen_addresses'), '127.0.0.1');
  assert.match(String(await ask(server, 'show server_version')), /^18\./);
  const secret = join(dataDir, 'postgres', 'password');
  assert.equal((await stat(secret)).mode & 0o777, 0o600);
  const wrong = server.url.replace(await readFile(secret, 'utf8'), 'guess');
  await assert.rejects(ask({ ...server, url: wrong }, 'select 1'), { code: '28P01' });
  await server.stop();
});

test('a restart keeps the data, and stopping twice is harmless', async () => {
  const dataDir = await freshDirectory();
  const first = await start(dataDir);
  await remember(first, 'still here');
  await first.stop();
  await first.stop();
  const second = await start(dataDir);
  assert.equal(second.started, true);
  assert.equal(await recall(second), 'still here');
  await second.stop();
});

test('a database that was killed recovers by itself at the next start', async () => {
  const dataDir = await freshDirectory();
  const first = await start(dataDir);
  await remember(first, 'committed before the kill');
  await killHard(first);
  const second = await start(dataDir);
  assert.equal(second.started, true);
  assert.equal(await recall(second), 'committed before the kill');
  await second.stop();
});

test('a database that outlived the program that started it is attached to', async () => {
  const dataDir = await freshDirectory();
  const module = JSON.stringify(new URL('./embedded.ts', import.meta.url).href);
  const script = `const { startEmbeddedDatabase } = await import(${module});
    const server = await startEmbeddedDatabase(process.argv[1]);
    console.log(server.pid);
    setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(starter.stdout, 'data')) as [Buffer];
  starter.kill('SIGKILL');
  await once(starter, 'exit');
  const server = await start(dataDir);
  assert.equal(server.started, false);
  assert.equal(server.pid, Number(line.toString()));
  await remember(server, 'attached');
  await server.stop();
  const again = await start(dataDir);
  assert.equal(again.started, true);
  assert.equal(await recall(again), 'attached');
  await again.stop();
});

test('a lock whose process id is a stranger by now does not prevent the start', async () => {
  const dataDir = await freshDirectory();
  const first = await start(dataDir);
  await remember(first, 'behind a stale lock');
  const lock = join(String(await dataOf(first)), 'postmaster.pid');
  const text = await readFile(lock, 'utf8');
  await killHard(first);
  // This very process is alive and not a PostgreSQL.
  await writeFile(lock, text.replace(/^\d+/, String(process.pid)));
  const second = await start(dataDir);
  assert.equal(await recall(second), 'behind a stale lock');
  await second.stop();
});

test('a lock whose process id is that of another PostgreSQL leaves that one alone', async () => {
  const other = await start(await freshDirectory());
  const dataDir = await freshDirectory();
  const first = await start(dataDir);
  const lock = join(String(await dataOf(first)), 'postmaster.pid');
  const text = await readFile(lock, 'utf8');
  await killHard(first);
  await writeFile(lock, text.replace(/^\d+/, String(other.pid)));
  const second = await start(dataDir);
  assert.notEqual(second.pid, other.pid);
  assert.equal(await ask(other, 'select 1'), 1);
  await second.stop();
  assert.equal(await ask(other, 'select 1'), 1);
  await other.stop();
});

test('two data directories run at once, and two starts of one share a server', async () => {
  const [one, two] = [await freshDirectory(), await freshDirectory()];
  const [a, b, c] = await Promise.all([start(one), start(one), start(two)]);
  assert.equal(a.pid, b.pid);
  assert.equal(a.url, b.url);
  assert.notEqual(a.pid, c.pid);
  assert.notEqual(await dataOf(a), await dataOf(c));
  await Promise.all([a.stop(), c.stop()]);
});

test('a start that cannot succeed says why in one sentence', async () => {
  const dataDir = await freshDirectory();
  const first = await start(dataDir);
  const data = String(await dataOf(first));
  await first.stop();
  await writeFile(join(data, 'PG_VERSION'), '11\n');
  await assert.rejects(start(dataDir), (error: Error) => {
    assert.match(error.message, /did not start: /);
    assert.equal(error.message.split('\n').length, 1);
    return true;
  });
});

test('root runs it as postgres, else as a user of its own that needs no entry anywhere', () => {
  const line = 'postgres:x:101:104:PostgreSQL administrator:/var/lib/postgresql:/bin/bash\n';
  const nobody = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533:nobody:/:/usr/sbin/nologin\n';
  const known = rootIdentity(nobody + line);
  assert.deepEqual(known.server, { uid: 101, gid: 104 });
  assert.deepEqual(known.initdb, known.server);
  const unknown = rootIdentity(nobody);
  assert.deepEqual(unknown.initdb, { uid: 65_534, gid: 65_533 });
  assert.notEqual(unknown.server.uid, 0);
  assert.notEqual(unknown.server.uid, unknown.initdb.uid);
});

test(
  'as root, a data directory that others may not enter points to one that PostgreSQL can',
  { skip: !isRoot && 'needs root' },
  async () => {
    const dataDir = await freshDirectory(0o700);
    const first = await start(dataDir);
    await remember(first, 'elsewhere');
    const place = await readFile(join(dataDir, 'postgres', 'location'), 'utf8');
    directories.push(place);
    assert.equal(await dataOf(first), join(place, 'data'));
    await first.stop();
    const second = await start(dataDir);
    assert.equal(await recall(second), 'elsewhere');
    await second.stop();
    const copied = await freshDirectory(0o700);
    await cp(join(dataDir, 'postgres'), join(copied, 'postgres'), { recursive: true });
    await assert.rejects(start(copied), /names the database of .*: remove .* to begin/);
    const fresh = await freshDirectory(0o700);
    const third = await start(fresh);
    directories.push(await readFile(join(fresh, 'postgres', 'location'), 'utf8'));
    assert.notEqual(await dataOf(third), join(place, 'data'));
    await third.stop();
  },
);
