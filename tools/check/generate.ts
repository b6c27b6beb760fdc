/**
 * `npm run generate`: writes the files that programs make and that are committed. The check
 * compares them.
 */

import '../../server/src/node-version.js';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generated } from '../../contract/src/generate.ts';
import { hasDebianPostgres } from './debian-postgres.ts';
import { designTable } from './design-tokens.ts';
import { schemaText } from './schema.ts';
import { ROOT } from './step.ts';

const SCHEMA = 'server/schema.sql';

/**
 * Every generated file: path in the repository and text. Without Debian's PostgreSQL 15 the schema
 * is not among them.
 */
export async function generatedFiles(): Promise<Map<string, string>> {
  const files = new Map(generated());
  files.set(...designTable(ROOT));
  if (await hasDebianPostgres()) files.set(SCHEMA, await schemaText());
  return files;
}

/** The paths, among those of `files`, whose committed text differs. */
export async function staleFiles(files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of files) {
    const committed = await readFile(join(ROOT, path), 'utf8').catch(() => null);
    if (committed !== text) stale.push(path);
  }
  return stale;
}

if (import.meta.main) {
  const files = await generatedFiles();
  if (!files.has(SCHEMA)) console.log(`${SCHEMA} is left as it is: it needs postgresql-15.`);
  for (const path of await staleFiles(files)) {
    await mkdir(dirname(join(ROOT, path)), { recursive: true });
    await writeFile(join(ROOT, path), files.get(path) ?? '');
    console.log(`wrote ${path}`);
  }
}
