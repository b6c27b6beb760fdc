/** Signed codes and their keys, from the operator's side. */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { PNG } from 'pngjs';
import { decodeQR } from 'qr/decode.js';
import { parseQr } from '@seqr-ups/contract';
import { codeKeysOf } from '../../server/src/code-keys.ts';
import { command } from './test/command-line.ts';
import type { Ended } from './test/command-line.ts';

const directory = await mkdtemp(join(tmpdir(), 'seqr-cli-qr-'));
after(() => rm(directory, { recursive: true, force: true }));
const run = (words: readonly string[], dataDir = directory): Promise<Ended> =>
  command(words, { environment: { SEQR_DATA_DIR: dataDir } });
const keys = await codeKeysOf({ codeKey: null, dataDir: directory });

/** Whether the text is the code of this machine, rightly signed. */
function isSigned(text: string, merchantId: string, token: string): boolean {
  const target = parseQr(text);
  assert.ok(target?.kind === 'MACHINE');
  assert.deepEqual([target.merchantId, target.token], [merchantId, token]);
  return keys.verify(merchantId, token, target.signature ?? '');
}

test('a code is signed where the keys are, as text and as a picture that reads back', async () => {
  const text = await run(['qr', 'Acme', 'K-1', '--format', 'text']);
  assert.deepEqual([text.code, text.stderr], [0, '']);
  assert.ok(isSigned(text.stdout.trim(), 'Acme', 'K-1'));
  const png = await run(['qr', 'Acme', 'K-1', '--format', 'png', '--scale', '4']);
  const image = PNG.sync.read(png.bytes);
  assert.equal(image.width, (49 + 2 * 2) * 4);
  assert.ok(isSigned(decodeQR(image), 'Acme', 'K-1'));
  const file = join(directory, 'k1.svg');
  const svg = await run(['qr', 'Acme', 'K-1', '--output', file, '--host', 'pay.example']);
  assert.match(svg.stdout, /k1\.svg: HTTP:\/\/PAY\.EXAMPLE\/000\/ups\?w=Acme&t=K-1&s=[\w-]{86}\n$/);
  assert.match(await readFile(file, 'utf8'), /^<svg viewBox="0 0 53 53" /);
});

test('the longest ids that can be printed can be printed signed', async () => {
  const words = ['qr', 'a'.repeat(11), 'b'.repeat(23), '--long', '--format', 'png'];
  const { code, bytes } = await run(words);
  assert.equal(code, 0);
  assert.ok(isSigned(decodeQR(PNG.sync.read(bytes)), 'a'.repeat(11), 'b'.repeat(23)));
});

test('an unsigned code is written when asked for, or with a note without keys', async () => {
  const plain = await run(['qr', 'Acme', 'K-1', '--format', 'text', '--no-signed']);
  assert.deepEqual([plain.stdout, plain.stderr], ['HTTP://SEQR.SE/000/ups?w=Acme&t=K-1\n', '']);
  const elsewhere = join(directory, 'elsewhere');
  const noted = await run(['qr', 'Acme', 'K-1', '--format', 'text'], elsewhere);
  assert.equal(noted.stdout, plain.stdout);
  assert.match(noted.stderr, /^The code is not signed: there are no keys of codes in /);
  const refused = await run(['qr', 'Acme', 'K-1', '--signed'], elsewhere);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^The code cannot be signed: /);
  assert.equal((await run(['code-key', 'list'], elsewhere)).code, 1);
});

test('a rotation lets a new key sign and keeps the old one to check by', async () => {
  const list = async (...words: readonly string[]) =>
    (JSON.parse((await run([...words, '--json'])).stdout) as { keys: { id: string }[] }).keys;
  const before = await list('code-key', 'list');
  const after = await list('code-key', 'rotate');
  assert.deepEqual(after.slice(1), before);
  assert.deepEqual(await list('code-key', 'list'), after);
  const text = (await run(['qr', 'Acme', 'K-1', '--format', 'text'])).stdout.trim();
  assert.equal(isSigned(text, 'Acme', 'K-1'), false);
  assert.match((await run(['code-key', 'list'])).stdout, /signs .*\n.*checks/);
});
