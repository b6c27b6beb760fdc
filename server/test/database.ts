/**
 * A database for one test file: real PostgreSQL, migrated, empty, a sandbox whose clock may be
 * moved.
 */

import { openDatabase } from '../src/db.ts';
import type { Database } from '../src/db.ts';
import { administer, dropDatabase, freshName, inDatabase, openTestServer } from './server.ts';
import type { TestServer } from './server.ts';

/** `url` is for programs and further connections; `drop` closes `db` and removes the database. */
export type TestDatabase = {
  readonly db: Database;
  readonly url: string;
  readonly drop: () => Promise<void>;
};

/** The server of this process alone, where the run has none; closed with its last database. */
let own: { readonly opening: Promise<TestServer>; databases: number } | undefined;

/** Clones the migrated template. Call once in a test file, and `drop` in its `after`. */
export async function testDatabase(): Promise<TestDatabase> {
  const shared = process.env['SEQR_TEST_TEMPLATE'];
  if (shared === undefined) {
    own ??= { opening: openTestServer(), databases: 0 };
    own.databases += 1;
  }
  const templateUrl = shared ?? (await own?.opening)?.templateUrl ?? '';
  const template = new URL(templateUrl).pathname.slice(1);
  const name = freshName();
  await administer(templateUrl, [`create database ${name} template ${template} strategy wal_log`]);
  const url = inDatabase(templateUrl, name);
  const db = openDatabase(url, { applicationName: name });
  return {
    db,
    url,
    drop: async () => {
      await db.close();
      await dropDatabase(url);
      if (shared === undefined) await closeOwn();
    },
  };
}

async function closeOwn(): Promise<void> {
  if (!own) return;
  own.databases -= 1;
  if (own.databases > 0) return;
  const server = await own.opening;
  own = undefined;
  await server.close();
}
