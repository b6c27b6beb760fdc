import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { startWalletEdge } from '../../test/wallet-platform.ts';
import type { WalletPlatform } from '../../test/wallet-platform.ts';

const INDEX = '<!doctype html><title>the wallet</title>';

let platform: WalletPlatform;
let folder: string;
let webRoot: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seqr-pages-'));
  webRoot = join(folder, 'wallet');
  platform = await startWalletEdge({ webRoot });
});
after(async () => {
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
});

const get = async (path: string, init: RequestInit = {}) => {
  const answer = await fetch(`${platform.url}${path}`, { redirect: 'manual', ...init });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

test('before the wallet is built a plain page says so', async () => {
  for (const path of ['/', '/000/ups?w=demo&t=1001']) {
    const page = await get(path);
    assert.equal(page.status, 503);
    assert.match(page.text, /have not been built/);
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
  }
  await mkdir(join(webRoot, 'assets'), { recursive: true });
  await writeFile(join(webRoot, 'index.html'), INDEX);
  await writeFile(join(webRoot, 'sw.js'), '// worker');
  await writeFile(join(webRoot, 'robots.txt'), 'none');
  await writeFile(join(webRoot, '.secret'), 'secret');
  await writeFile(join(webRoot, 'assets', 'index-CrQHMlyN.js'), 'run()');
  await writeFile(join(folder, 'outside.txt'), 'outside');
});

test('the wallet is at the root and behind every code, in any letter case', async () => {
  for (const path of [
    '/',
    '/index.html',
    '/000/ups?w=demo&t=1001',
    '/000/UPS?W=demo&T=1001',
    '/R20261123104512345',
    '/r20261123104512345',
    '/Q1234',
    '/qABC',
  ]) {
    const page = await get(path);
    assert.equal(page.status, 200, path);
    assert.equal(page.text, INDEX);
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    assert.equal(page.headers.get('cache-control'), 'no-cache');
  }
});

test('pages carry a strict policy and may use the camera', async () => {
  const { headers } = await get('/');
  const policy = headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'self'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.ok(!/unsafe|\*|http/.test(policy), policy);
  assert.match(headers.get('permissions-policy') ?? '', /camera=\(self\)/);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.equal(headers.get('x-powered-by'), null);
});

test('files with a hash in their names are kept, others asked for again', async () => {
  const script = await get('/assets/index-CrQHMlyN.js');
  assert.equal(script.status, 200);
  assert.match(script.headers.get('cache-control') ?? '', /immutable/);
  assert.match(script.headers.get('content-type') ?? '', /javascript/);
  const worker = await get('/sw.js');
  assert.equal(worker.headers.get('cache-control'), 'no-cache');
  const etag = worker.headers.get('etag') ?? '';
  const again = await get('/sw.js', {
    headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' },
  });
  assert.equal(again.status, 304);
  // Begins like a code, but is a file.
  assert.equal((await get('/robots.txt')).text, 'none');
});

test('what the build packed is sent packed to whoever takes it so', async () => {
  const file = join(webRoot, 'assets', 'index-CrQHMlyN.js');
  await writeFile(`${file}.br`, brotliCompressSync('run()'));
  const packed = await get('/assets/index-CrQHMlyN.js', { headers: { 'accept-encoding': 'br' } });
  assert.equal(packed.text, 'run()');
  assert.equal(packed.headers.get('content-encoding'), 'br');
  assert.match(packed.headers.get('vary') ?? '', /accept-encoding/i);
  assert.match(packed.headers.get('content-type') ?? '', /javascript/);
  assert.match(packed.headers.get('cache-control') ?? '', /immutable/);
  const plain = await get('/assets/index-CrQHMlyN.js', {
    headers: { 'accept-encoding': 'identity' },
  });
  assert.equal(plain.text, 'run()');
  assert.equal(plain.headers.get('content-encoding'), null);
});

test('unknown paths get a page, and nothing outside the folder is served', async () => {
  for (const path of [
    '/console',
    '/nothing',
    '/R',
    '/000/other?a=b',
    '/assets/',
    '/assets/old.js',
    '/.secret',
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
  ]) {
    const page = await get(path);
    assert.ok([403, 404].includes(page.status), `${path} ${page.status}`);
    assert.ok(!/secret|outside/.test(page.text), path);
  }
  const page = await get('/nothing');
  assert.match(page.text, /Open the wallet/);
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src/);
  assert.equal((await get('/nothing', { method: 'POST' })).status, 404);
});
