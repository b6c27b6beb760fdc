/**
 * Packs the built files once, as small as they get, so that the server packs nothing while a
 * customer waits. Beside `a.js` lie `a.js.br` and `a.js.gz`; the server sends what a browser takes.
 */

import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const PACKED = /\.(?:html|js|css|svg|webmanifest)$/u;
/** Below this the answer's head is most of it. */
const BYTES_MIN = 512;

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** Pack every file of text under `folder`. */
export async function precompress(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && PACKED.test(entry.name));
  await Promise.all(files.map((entry) => pack(path.join(entry.parentPath, entry.name))));
}

async function pack(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length < BYTES_MIN) return;
  const params = {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  const [small, smallForOld] = await Promise.all([
    brotli(content, { params }),
    gzipped(content, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  await Promise.all([writeFile(`${file}.br`, small), writeFile(`${file}.gz`, smallForOld)]);
}
