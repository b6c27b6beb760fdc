/** `server/schema.sql`: what all migrations together make, as PostgreSQL itself tells it. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { migrate } from '../../server/src/database/migrate.ts';
import { DEBIAN_POSTGRES_BIN, withDebianPostgres } from './debian-postgres.ts';

const DUMP_BYTES = 16 * 1024 * 1024;
const HEADER = `-- The whole schema after all of server/sql/, by the pg_dump of PostgreSQL 15.
-- Made by "npm run generate"; the check proves it fresh.

`;

/**
 * Migrates an empty database on Debian's PostgreSQL 15 and dumps its schema; the same migrations,
 * the same text.
 */
export function schemaText(): Promise<string> {
  return withDebianPostgres(async (url) => {
    await migrate(url, { sandbox: false });
    const dumped = await promisify(execFile)(
      join(DEBIAN_POSTGRES_BIN, 'pg_dump'),
      ['--schema-only', '--no-owner', '--no-privileges', url],
      { maxBuffer: DUMP_BYTES },
    );
    return HEADER + withoutChance(dumped.stdout);
  });
}

/**
 * Drops what differs from run to run: versions of server and dump, and the tokens of psql's
 * restricted mode.
 */
function withoutChance(dump: string): string {
  const kept = dump
    .split('\n')
    .filter((line) => !/^(-- Dumped (from|by) |\\(un)?restrict )/.test(line))
    .join('\n');
  return `${kept.replaceAll(/\n{3,}/g, '\n\n').trim()}\n`;
}
