/** The wallet's weight on a customer's first visit. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { builtApp, buildWeb } from '../build.ts';

/** The design's budget. */
const FIRST_LOAD_BYTES_MAX = 60_000;

before(buildWeb);

test('the wallet is at most 60 kB of gzipped JavaScript, its decoder included', async () => {
  const assets = path.join(builtApp('wallet'), 'assets');
  const scripts = (await readdir(assets)).filter((name) => name.endsWith('.js'));
  const sizes = await Promise.all(
    scripts.map(async (name) => gzipSync(await readFile(path.join(assets, name))).length),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(bytes > 0 && bytes <= FIRST_LOAD_BYTES_MAX, `${String(bytes)} bytes`);
});

test('the QR decoder is a file of its own, which the page does not wait for', async () => {
  const root = builtApp('wallet');
  const page = await readFile(path.join(root, 'index.html'), 'utf8');
  const scripts = (await readdir(path.join(root, 'assets'))).filter((name) => name.endsWith('.js'));
  const decoder = scripts.find((name) => name.startsWith('decode-'));
  assert.ok(decoder !== undefined && !page.includes(decoder), scripts.join(' '));
});

test('the pages have no inline script or style, so that the strict policy holds', async () => {
  for (const app of ['wallet', 'panel'] as const) {
    const page = await readFile(path.join(builtApp(app), 'index.html'), 'utf8');
    assert.doesNotMatch(page, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/u);
  }
});
