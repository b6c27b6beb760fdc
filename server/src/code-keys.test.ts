import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { codeSignedText } from '@seqr-ups/contract';
import { TEST_CODE_KEYS } from '../test/code-keys.ts';
import { CODE_KEYS_MAX, codeKeysOf, parseCodeKeys, rotateCodeKeys } from './code-keys.ts';
import { readSettings } from './config.ts';

const directories: string[] = [];
async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'seqr-ups-code-keys-'));
  directories.push(path);
  return path;
}
after(() => Promise.all(directories.map((path) => rm(path, { recursive: true }))));

test('a signature is right for its machine alone, whatever the ids', () => {
  const id = fc.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/);
  fc.assert(
    fc.property(id, id, id, id, (merchantId, token, otherMerchant, otherToken) => {
      const signature = TEST_CODE_KEYS.sign(merchantId, token);
      assert.ok(TEST_CODE_KEYS.verify(merchantId, token, signature));
      const same = merchantId === otherMerchant && token === otherToken;
      assert.equal(TEST_CODE_KEYS.verify(otherMerchant, otherToken, signature), same);
    }),
    { numRuns: 50 },
  );
});

test('a signature with any byte changed is wrong', () => {
  const signature = TEST_CODE_KEYS.sign('demo', '1001');
  fc.assert(
    fc.property(fc.nat(63), fc.integer({ min: 1, max: 255 }), (place, change) => {
      const bytes = Buffer.from(signature, 'base64url');
      bytes.writeUInt8((bytes[place] ?? 0) ^ change, place);
      return !TEST_CODE_KEYS.verify('demo', '1001', bytes.toString('base64url'));
    }),
  );
  for (const text of ['', 'x', `${signature}A`, signature.slice(1)]) {
    assert.equal(TEST_CODE_KEYS.verify('demo', '1001', text), false);
  }
});

test('a browser verifies by the published key what the platform has signed', async () => {
  const { subtle } = globalThis.crypto;
  const [published] = TEST_CODE_KEYS.published;
  assert.ok(published);
  const key = await subtle.importKey(
    'spki',
    Buffer.from(published.publicKey, 'base64url'),
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['verify'],
  );
  const signature = Buffer.from(TEST_CODE_KEYS.sign('demo', '1001'), 'base64url');
  const text = new TextEncoder().encode(codeSignedText('demo', '1001'));
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
  assert.ok(await subtle.verify(algorithm, key, signature, text));
});

test('the keys are made once, for their owner only, and two nodes can share them', async () => {
  const dataDir = await directory();
  const many = await Promise.all(
    Array.from({ length: 10 }, () => codeKeysOf({ codeKey: null, dataDir })),
  );
  for (const keys of many) assert.deepEqual(keys.published, many[0]?.published);
  const path = join(dataDir, 'code-keys');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const read = readSettings({ SEQR_CODE_KEY: await readFile(path, 'utf8') });
  assert.ok(read.ok);
  const other = await codeKeysOf(read.settings);
  const signature = many[0]?.sign('demo', '1001') ?? '';
  assert.ok(other.verify('demo', '1001', signature));
});

test('after a rotation the newest key signs, and older codes stay good for a while', async () => {
  const dataDir = await directory();
  const settings = { codeKey: null, dataDir };
  const first = await codeKeysOf(settings);
  const label = first.sign('demo', '1001');
  const second = await rotateCodeKeys(settings);
  assert.equal(second.published.length, 2);
  assert.equal(second.published[1]?.id, first.published[0]?.id);
  assert.ok(second.verify('demo', '1001', label));
  assert.ok(!first.verify('demo', '1001', second.sign('demo', '1001')));
  assert.deepEqual((await codeKeysOf(settings)).published, second.published);
  let keys = second;
  while (keys.published.length < CODE_KEYS_MAX) keys = await rotateCodeKeys(settings);
  assert.ok(keys.verify('demo', '1001', label));
  keys = await rotateCodeKeys(settings);
  assert.equal(keys.published.length, CODE_KEYS_MAX);
  assert.ok(!keys.verify('demo', '1001', label));
});

test('what are no keys is refused by a sentence, and never replaced', async () => {
  const dataDir = await directory();
  await writeFile(join(dataDir, 'code-keys'), 'nonsense');
  await assert.rejects(codeKeysOf({ codeKey: null, dataDir }), /does not hold the keys/);
  const [published] = TEST_CODE_KEYS.published;
  for (const text of ['', 'AAAA', published?.publicKey ?? '', ',', 'a,b']) {
    assert.equal(parseCodeKeys(text), null, text);
  }
  const read = readSettings({ SEQR_CODE_KEY: 'AAAA' });
  assert.ok(!read.ok && read.faults[0]?.startsWith('SEQR_CODE_KEY must be'));
});
