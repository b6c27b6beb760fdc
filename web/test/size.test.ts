/** The wallet's weight on a customer's first visit. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { builtApp, buildWeb } from '../build.ts';

/** The design's budget. */
const FIRST_LOAD_BYTES_MAX = 60_000;
/** What is fetched when it is asked for: one screen, one language, the second reader of codes. */
const LATER_BYTES_MAX = 20_000;
/** Fetched while the camera starts; every way to pay leads past it. */
const READER = /^reader-worker-.*\.js$/u;

let page: string;
let sizes: Map<string, number>;
before(async () => {
  await buildWeb();
  const root = builtApp('wallet');
  page = await readFile(path.join(root, 'index.html'), 'utf8');
  const assets = path.join(root, 'assets');
  const scripts = (await readdir(assets)).filter((name) => name.endsWith('.js'));
  const weighed = scripts.map(
    async (name) => [name, gzipSync(await readFile(path.join(assets, name))).length] as const,
  );
  sizes = new Map(await Promise.all(weighed));
});

const isFirst = (name: string): boolean => page.includes(`/assets/${name}"`) || READER.test(name);

test('what the page and the scanner need is at most 60 kB of gzipped JavaScript', () => {
  const first = [...sizes].filter(([name]) => isFirst(name));
  const bytes = first.reduce((sum, [, size]) => sum + size, 0);
  const told = first.map(([name, size]) => `${name} ${String(size)}`).join(', ');
  assert.ok(first.length >= 2, told);
  assert.ok(bytes <= FIRST_LOAD_BYTES_MAX, `${String(bytes)} bytes: ${told}`);
});

test('nothing that is fetched later is more than 20 kB', () => {
  for (const [name, size] of sizes) {
    if (!isFirst(name)) assert.ok(size <= LATER_BYTES_MAX, `${name}: ${String(size)} bytes`);
  }
});

test('the reader of codes is a file of its own, which the page does not wait for', () => {
  const reader = [...sizes.keys()].find((name) => READER.test(name));
  assert.ok(reader !== undefined && !page.includes(reader), [...sizes.keys()].join(' '));
});

test('the pages have no inline script or style, so that the strict policy holds', async () => {
  for (const app of ['wallet', 'panel'] as const) {
    const text = await readFile(path.join(builtApp(app), 'index.html'), 'utf8');
    assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/u);
  }
});
