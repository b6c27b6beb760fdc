/** The installation that a command works on: as the environment says, found and fit, or refused. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../server/src/config.ts';
import type { Settings } from '../../server/src/config.ts';
import { isPinKey } from '../../server/src/core/customer.ts';
import { migrate, pendingMigrations } from '../../server/src/database/migrate.ts';
import { openDatabase } from '../../server/src/db.ts';
import type { Database } from '../../server/src/db.ts';
import { keysOf } from '../../server/src/keys.ts';
import { Refused } from './command.ts';
import type { Terminal } from './command.ts';
import { useEmbeddedDatabase } from './database-use.ts';

/** What commands work with. */
export type Installation = {
  readonly db: Database;
  /** The key under which the platform compares PINs. Made, with a note, where there is none yet. */
  readonly pinKey: () => Promise<Buffer>;
};

/** One connection: a command does one thing, and then nobody else must be found connected. */
const CONNECTION = { poolSize: 1, applicationName: 'seqr' };

/** The settings of the environment. Throws {@link Refused} with a sentence a fault. */
export function settingsOf(terminal: Terminal): Settings {
  const read = readSettings(terminal.environment);
  if (!read.ok) throw new Refused(read.faults.join('\n'));
  return read.settings;
}

/** Whether there is an embedded database in the data directory. */
export const hasEmbeddedDatabase = ({ dataDir }: Settings): boolean =>
  existsSync(join(dataDir, 'postgres'));

/**
 * Runs `work` on an installation that exists and is up to date, beside its platform or alone.
 * Throws {@link Refused} where there is none, or it needs `seqr migrate`.
 */
export async function withInstallation<T>(
  terminal: Terminal,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const settings = settingsOf(terminal);
  if (settings.databaseUrl === null && !hasEmbeddedDatabase(settings)) {
    throw new Refused(
      `There is no installation in ${settings.dataDir}: "seqr migrate" makes one, or set ` +
        'SEQR_DATA_DIR or DATABASE_URL.',
    );
  }
  return onDatabase(settings, async (db, url) => {
    const pending = await pendingMigrations(url);
    if (pending.length > 0) {
      throw new Refused(
        `The database lacks ${pending.length} migrations, the first is ${pending[0]}: ` +
          'run "seqr migrate".',
      );
    }
    return work({ db, pinKey: () => pinKeyOf(settings, terminal) });
  });
}

/**
 * The key of the PINs, once the database has agreed that it is the one that its PINs were made
 * with.
 */
export async function rightPinKey({ db, pinKey }: Installation): Promise<Buffer> {
  const key = await pinKey();
  if (await db.statement((tx) => isPinKey(tx, key))) return key;
  throw new Refused('The key of the PINs is not the one of this database: set SEQR_PIN_KEY.');
}

/** Runs the migrations; the database is made where it is the embedded one. Returns their names. */
export function migrateInstallation(terminal: Terminal): Promise<readonly string[]> {
  return onDatabase(settingsOf(terminal), (_, url) => migrate(url, { sandbox: false }));
}

/**
 * Refuses what must not serve real customers: a sandbox, or a clock that was moved. A database that
 * is still empty becomes a real installation.
 */
export async function requireReal(db: Database): Promise<void> {
  if (!(await isInitialised(db))) return;
  const { rows } = await db.statement((tx) =>
    tx.query<{ sandbox: boolean; moved: boolean }>(
      `select sandbox, clock_offset <> interval '0' as moved from installation`,
    ),
  );
  if (rows[0]?.moved) {
    throw new Refused("The database's clock was moved for tests; it must not serve.");
  }
  if (rows[0]?.sandbox) {
    throw new Refused(
      'This database is a sandbox and stays one: "npm start" runs it. Set SEQR_DATA_DIR or ' +
        'DATABASE_URL to another for a real installation.',
    );
  }
}

async function isInitialised(db: Database): Promise<boolean> {
  const { rows } = await db.statement((tx) =>
    tx.query<{ found: boolean }>(`select to_regclass('public.installation') is not null as found`),
  );
  return rows[0]?.found === true;
}

/** Opens the database of the settings for as long as `work` takes. */
export async function onDatabase<T>(
  { databaseUrl, dataDir }: Settings,
  work: (db: Database, url: string) => Promise<T>,
): Promise<T> {
  if (databaseUrl !== null) {
    const db = openDatabase(databaseUrl, CONNECTION);
    try {
      await db.statement((tx) => tx.query('select')).catch(refuseUnreachable);
      return await work(db, databaseUrl);
    } finally {
      await db.close();
    }
  }
  const use = await useEmbeddedDatabase(dataDir);
  const db = openDatabase(use.url, CONNECTION);
  try {
    return await work(db, use.url);
  } finally {
    await use.end(db);
  }
}

/** The address itself stays out of the sentence: it usually holds a password. */
function refuseUnreachable(error: NodeJS.ErrnoException): never {
  const reason = error.message === '' ? error.code : error.message;
  throw new Refused(`The database of DATABASE_URL cannot be used: ${reason}`, { cause: error });
}

async function pinKeyOf(settings: Settings, terminal: Terminal): Promise<Buffer> {
  const keyFile = join(settings.dataDir, 'keys');
  const isNew = settings.pinKey === null && !existsSync(keyFile);
  const { pinKey } = await keysOf(settings);
  if (isNew) {
    terminal.note(
      `Made the keys of this installation: ${keyFile}. Every platform of it needs them.`,
    );
  }
  return pinKey;
}
