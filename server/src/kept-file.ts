/** Small files of the data directory that hold secrets: made once, whole or not at all. */

import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The content of a kept file, or null where there is none. */
export const readKept = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });

/**
 * Makes a file that is not there yet, readable by its owner only, and returns its content. Whole or
 * not at all, and only once: of two programs that begin at the same time, both use what one has
 * made.
 */
export async function makeKept(path: string, content: string): Promise<string> {
  await put(path, content, (draft) =>
    link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    }),
  );
  return readFile(path, 'utf8');
}

/** Puts another content in the place of a kept file's, whole or not at all. */
export const replaceKept = (path: string, content: string): Promise<void> =>
  put(path, content, (draft) => rename(draft, path));

async function put(
  path: string,
  content: string,
  place: (draft: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
    await place(draft);
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
}
