import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readSettings } from './config.ts';
import { keptKeys, keysOf } from './keys.ts';

const directories: string[] = [];
async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'seqr-ups-keys-'));
  directories.push(path);
  return path;
}
after(() => Promise.all(directories.map((path) => rm(path, { recursive: true }))));

test('keys are made once, for their owner only, and are the same ever after', async () => {
  const dataDir = join(await directory(), 'new');
  const first = await keptKeys(dataDir);
  assert.equal(first.pinKey.length, 32);
  assert.equal(first.tokenKey.length, 32);
  assert.notDeepEqual(first.pinKey, first.tokenKey);
  assert.deepEqual(await keptKeys(dataDir), first);
  assert.equal((await stat(join(dataDir, 'keys'))).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(dataDir), ['keys']);
});

test('of many that begin at once all get the same keys', async () => {
  const dataDir = await directory();
  const all = await Promise.all(Array.from({ length: 20 }, () => keptKeys(dataDir)));
  for (const keys of all) assert.deepEqual(keys, all[0]);
  assert.deepEqual(await readdir(dataDir), ['keys']);
});

test('a damaged file is refused, not replaced', async () => {
  const dataDir = await directory();
  for (const text of ['', '{}', '{"pinKey":"ab","tokenKey":"ab"}', 'not json']) {
    await writeFile(join(dataDir, 'keys'), text);
    await assert.rejects(keptKeys(dataDir), /does not hold the keys any more/);
  }
});

test('keys of the environment need no file', async () => {
  const dataDir = join(await directory(), 'never');
  const read = readSettings({
    SEQR_DATA_DIR: dataDir,
    SEQR_PIN_KEY: 'ab'.repeat(32),
    SEQR_TOKEN_KEY: 'cd'.repeat(32),
  });
  assert.ok(read.ok);
  assert.deepEqual((await keysOf(read.settings)).tokenKey, Buffer.alloc(32, 0xcd));
  await assert.rejects(stat(dataDir), { code: 'ENOENT' });
});
