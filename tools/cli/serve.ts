/** `seqr serve` and `seqr migrate`: a real installation runs, and is brought up to date. */

import { openDatabase } from '../../server/src/db.ts';
import { Refused } from './command.ts';
import type { Settings } from '../../server/src/config.ts';
import type { Command } from './command.ts';
import { useEmbeddedDatabase } from './database-use.ts';
import type { DatabaseUse } from './database-use.ts';
import {
  hasEmbeddedDatabase,
  migrateInstallation,
  onDatabase,
  requireReal,
  settingsOf,
} from './installation.ts';

const serve: Command = {
  name: 'serve',
  summary: 'run the platform of a real installation until it is told to stop',
  details: `Prints one line of JSON on stdout once it answers; logs go to stderr. Never makes
sandbox data, and refuses a sandbox. The embedded database is brought up to date by itself; one of
DATABASE_URL by "seqr migrate" alone. docs/running.md has every setting, such as
  SEQR_HOST, SEQR_PORT          where it listens, 127.0.0.1 and 8080
  SEQR_PUBLIC_URL               what customers see
  SEQR_TLS_CERT, SEQR_TLS_KEY   PEM files, to serve HTTPS`,
  arguments: [],
  options: {},
  json: false,
  async run(_input, terminal) {
    const settings = settingsOf(terminal);
    await buildPages();
    const use = await requireServable(settings);
    try {
      // Loaded here, since no other command needs to wait for it.
      const { runPlatform } = await import('../../server/src/main.ts');
      // It says by the process's exit code how it ended.
      process.exitCode = 0;
      await runPlatform(terminal.environment, { refuseMovedClock: true });
      return { output: '', code: process.exitCode === 0 ? 0 : 1 };
    } finally {
      use?.leave();
    }
  },
};

const migrate: Command = {
  name: 'migrate',
  summary: 'bring the database to the schema of this version',
  details:
    'Makes a real installation of an empty database. Never undoes anything: take a backup first.',
  arguments: [],
  options: {},
  json: true,
  async run(_input, terminal) {
    const ran = await migrateInstallation(terminal);
    const lines = ran.length === 0 ? ['The database is up to date.'] : ran;
    return { output: `${lines.join('\n')}\n`, json: { migrations: ran } };
  },
};

/**
 * Refuses a database that must not serve. The embedded one stays in use by this command, so that no
 * other command stops it before the platform is connected.
 */
async function requireServable(settings: Settings): Promise<DatabaseUse | null> {
  if (settings.databaseUrl !== null) {
    await onDatabase(settings, requireReal);
    return null;
  }
  if (!hasEmbeddedDatabase(settings)) return null;
  const use = await useEmbeddedDatabase(settings.dataDir);
  const db = openDatabase(use.url, { poolSize: 1, applicationName: 'seqr serve' });
  try {
    await requireReal(db);
  } catch (error) {
    await use.end(db);
    throw error;
  }
  await db.close();
  return use;
}

async function buildPages(): Promise<void> {
  const { buildWeb } = await import('../../web/build.ts');
  await buildWeb().catch((error: Error) => {
    throw new Refused(`The wallet could not be built: ${error.message}`, { cause: error });
  });
}

/** The commands that run an installation. */
export const SERVE_COMMANDS = [serve, migrate];
