/**
 * Debian's PostgreSQL 15, the oldest one supported: the core is tested on it too, and dumps its
 * schema there.
 */

import { access, chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedDatabase } from '../../server/src/database/embedded.ts';

/** Where Debian's package `postgresql-15` puts its programs. */
export const DEBIAN_POSTGRES_BIN = '/usr/lib/postgresql/15/bin';

/** Whether it is installed, server and client. */
export async function hasDebianPostgres(): Promise<boolean> {
  const programs = ['initdb', 'postgres', 'pg_dump'];
  const found = programs.map((name) => access(join(DEBIAN_POSTGRES_BIN, name)));
  return Promise.all(found).then(
    () => true,
    () => false,
  );
}

/**
 * Runs `work` with the address of a fresh, empty server in a temporary directory, and removes it.
 */
export async function withDebianPostgres<T>(work: (url: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'seqr-ups-postgresql-15-'));
  await chmod(directory, 0o711);
  try {
    const server = await startEmbeddedDatabase(directory, { binaries: DEBIAN_POSTGRES_BIN });
    try {
      return await work(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
