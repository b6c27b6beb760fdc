/** What the first visit of the wallet has to fetch, packed as the check weighs it. */

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { builtApp } from '../../web/build.ts';

/** Bytes, gzipped: the script of the page, the reader of codes, and the styles. */
export type Weight = { readonly page: number; readonly reader: number; readonly styles: number };

/** Weighs the built wallet. */
export async function firstLoadBytes(): Promise<Weight> {
  const root = builtApp('wallet');
  const html = await readFile(path.join(root, 'index.html'), 'utf8');
  const named = [...html.matchAll(/"\/(assets\/[^"]+)"/gu)].map((match) => match[1] ?? '');
  const assets = await readdir(path.join(root, 'assets'));
  const reader = assets.find((name) => /^reader-worker-.*\.js$/u.test(name)) ?? '';
  return {
    page: await weigh(
      root,
      named.filter((name) => name.endsWith('.js')),
    ),
    reader: await weigh(root, [`assets/${reader}`]),
    styles: await weigh(
      root,
      named.filter((name) => name.endsWith('.css')),
    ),
  };
}

async function weigh(root: string, names: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    names.map(async (name) => gzipSync(await readFile(path.join(root, name))).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
