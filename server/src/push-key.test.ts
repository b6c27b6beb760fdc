import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readSettings } from './config.ts';
import { parsePushKey, pushKeyOf } from './push-key.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'seqr-push-key-'));
after(() => rm(dataDir, { recursive: true, force: true }));

test('a key is made once, and kept', async () => {
  const first = await pushKeyOf({ pushKey: null, dataDir });
  assert.deepEqual(await pushKeyOf({ pushKey: null, dataDir }), first);
  assert.equal(Buffer.from(first.publicKey, 'base64url').length, 65);
  assert.equal(Buffer.from(first.privateKey, 'base64url').length, 32);
  const text = await readFile(join(dataDir, 'push-key'), 'utf8');
  const read = readSettings({ SEQR_PUSH_KEY: text });
  assert.ok(read.ok);
  assert.deepEqual(await pushKeyOf({ ...read.settings, dataDir: '/nowhere' }), first);
});

test('what is no key is refused, and not replaced', async () => {
  assert.equal(parsePushKey(''), null);
  assert.equal(parsePushKey('AAAA'), null);
  const read = readSettings({ SEQR_PUSH_KEY: 'AAAA' });
  assert.ok(!read.ok && read.faults[0]?.startsWith('SEQR_PUSH_KEY must be'));
  await writeFile(join(dataDir, 'push-key'), 'AAAA');
  await assert.rejects(pushKeyOf({ pushKey: null, dataDir }), /does not hold the key/);
});
