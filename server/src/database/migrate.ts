/**
 * Brings a database to the schema of `server/sql/`: plain SQL files, numbered, forward only.
 * node-pg-migrate keeps the list of files that have run (table `migration`) and the advisory lock
 * that lets only one program migrate at a time.
 */

import { readFile, readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';

const SQL_DIRECTORY = fileURLToPath(new URL('../../sql', import.meta.url));
const SQL_FILE = /^\d{6}_[a-z0-9_]+\.sql$/;
const MIGRATIONS_TABLE = 'migration';
const OLDEST_POSTGRES = 15;
const CONNECT_TIMEOUT_MS = 5_000;
/** Longest wait for another program's migration, or for a lock that a migration needs. */
const LOCK_TIMEOUT_MS = 60_000;

type Runner = Parameters<typeof runner>[0];
type Loader = Exclude<NonNullable<Runner['migrationLoaderStrategies']>[number]['loader'], string>;

/**
 * Runs every migration that has not run yet, all in one transaction, and returns their names in
 * order. The first call on a database also stores for good whether it is a sandbox, whose clock may
 * be moved (`installation_initialise`); later calls leave that choice alone. Throws when the
 * database cannot be reached, is older than PostgreSQL 15, or a migration fails, which then has
 * changed nothing.
 */
export async function migrate(url: string, options: { sandbox: boolean }): Promise<string[]> {
  return withClient(url, async (client) => {
    await requireSupportedVersion(client);
    const ran = await runner({
      dbClient: client,
      dir: SQL_DIRECTORY,
      ignorePattern: `(?!${SQL_FILE.source.slice(1)}).*`,
      migrationsTable: MIGRATIONS_TABLE,
      direction: 'up',
      singleTransaction: true,
      advisoryLockMode: 'wait',
      migrationLoaderStrategies: [{ extensions: ['.sql'], loader: loadWholeFiles }],
      logger: { info: () => {}, warn: () => {}, error: () => {} },
    });
    await client.query('select installation_initialise($1)', [options.sandbox]);
    return ran.map((migration) => migration.name);
  });
}

/**
 * The names of the migrations that this program knows and the database has not run, in order; empty
 * when ready.
 */
export async function pendingMigrations(url: string): Promise<string[]> {
  const known = (await readdir(SQL_DIRECTORY)).filter((name) => SQL_FILE.test(name)).toSorted();
  return withClient(url, async (client) => {
    const table = await client.query<{ found: boolean }>(
      'select to_regclass($1) is not null as found',
      [`public.${MIGRATIONS_TABLE}`],
    );
    if (table.rows[0]?.found !== true) return known.map(migrationName);
    const ran = await client.query<{ name: string }>(`select name from public.${MIGRATIONS_TABLE}`);
    const names = new Set(ran.rows.map((row) => row.name));
    return known.map(migrationName).filter((name) => !names.has(name));
  });
}

const migrationName = (file: string): string => basename(file, '.sql');

/**
 * The library's own SQL loader would cut a file at a comment that reads like "-- down migration".
 */
const loadWholeFiles: Loader = (paths) =>
  Promise.all(
    paths.map(async (path) => {
      const sql = await readFile(path, 'utf8');
      return { id: path, filePaths: [path], actions: { up: (pgm) => pgm.sql(sql), down: false } };
    }),
  );

async function requireSupportedVersion(client: Client): Promise<void> {
  const answer = await client.query<{ version: string }>(
    `select current_setting('server_version_num') as version`,
  );
  const version = Math.trunc(Number(answer.rows[0]?.version) / 10_000);
  if (version < OLDEST_POSTGRES) {
    throw new Error(`PostgreSQL ${OLDEST_POSTGRES} or newer is needed; this server is ${version}.`);
  }
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    application_name: 'seqr-ups migrate',
  });
  // A connection lost between two queries is reported by the next one, not as an event that ends
  // the process.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
