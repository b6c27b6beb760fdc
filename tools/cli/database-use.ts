/**
 * Who uses the embedded database of a data directory. Commands work beside a running platform and
 * beside each other, and the last one out stops a database that a command has started. Who is in is
 * a shared lock that the operating system keeps on an open file (taken through SQLite), so that a
 * killed command counts no longer.
 */

import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedDatabase } from '../../server/src/database/embedded.ts';
import type { EmbeddedDatabase } from '../../server/src/database/embedded.ts';
import type { Database } from '../../server/src/db.ts';

/** Longer than a database takes to stop. */
const LOCK_WAIT_MS = 60_000;
/** Longer than a command that has given up its lock takes to hang up. */
const LEAVING_MS = 500;
const LOOK_MS = 10;

/** A database in use. */
export type DatabaseUse = {
  readonly url: string;
  /**
   * Ends this use. Closes `db`, this use's only connection, and stops the database if a command
   * started it and nobody else is using it now.
   */
  end(db: Database): Promise<void>;
  /** Ends this use and leaves the database running, for whoever has taken it over. */
  leave(): void;
};

/** Starts or joins the embedded database of `dataDir`. */
export async function useEmbeddedDatabase(dataDir: string): Promise<DatabaseUse> {
  mkdirSync(dataDir, { recursive: true });
  const lock = openLock(join(dataDir, 'commands.lock'));
  const marker = join(dataDir, 'commands.database');
  try {
    enter(lock);
    const database = await startEmbeddedDatabase(dataDir);
    if (database.started) await writeFile(marker, String(database.pid));
    return {
      url: database.url,
      end: async (db) => {
        try {
          const idle = await mayStop(lock, marker, database, db);
          await db.close();
          if (!idle) return;
          await database.stop();
          await rm(marker, { force: true });
        } finally {
          await db.close();
          lock.close();
        }
      },
      leave: () => lock.close(),
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

function openLock(path: string): DatabaseSync {
  // Made here with its mode, because SQLite would ask the umask.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  return new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
}

/** A read inside a transaction keeps the shared lock until the transaction ends. */
function enter(lock: DatabaseSync): void {
  lock.exec('begin');
  lock.prepare('select count(*) from sqlite_schema').get();
}

/**
 * Whether this is the last command of a database that commands started. If so, the exclusive lock
 * is kept: whoever comes now waits until the database has stopped, and starts it again.
 */
async function mayStop(
  lock: DatabaseSync,
  marker: string,
  database: EmbeddedDatabase,
  db: Database,
): Promise<boolean> {
  const starter = await readFile(marker, 'utf8').catch(() => '');
  if (starter !== String(database.pid)) return false;
  lock.exec('commit; pragma busy_timeout = 0');
  try {
    lock.exec('begin exclusive');
  } catch {
    return false;
  }
  return !(await isUsedByOthers(db));
}

/**
 * Also by programs that are no commands: a platform is always connected, a command that has just
 * left only for a moment.
 */
async function isUsedByOthers(db: Database): Promise<boolean> {
  const endMs = performance.now() + LEAVING_MS;
  try {
    while (await hasOthers(db)) {
      if (performance.now() > endMs) return true;
      await pause(LOOK_MS);
    }
    return false;
  } catch {
    // Somebody has stopped it already, or it cannot be asked: not ours to stop.
    return true;
  }
}

async function hasOthers(db: Database): Promise<boolean> {
  const { rows } = await db.statement((tx) =>
    tx.query<{ others: boolean }>(
      `select exists (select from pg_stat_activity
         where backend_type = 'client backend' and pid <> pg_backend_pid()) as others`,
    ),
  );
  return rows[0]?.others !== false;
}
