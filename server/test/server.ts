/** The PostgreSQL that tests run on, with a migrated template in it. */

import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedDatabase } from '../src/database/embedded.ts';
import { migrate } from '../src/database/migrate.ts';
import { findPostmaster, isAlive } from '../src/database/postmaster.ts';

const PREFIX = 'seqr-ups-test-';

/**
 * A server for a test run; `templateUrl` names a migrated sandbox database that takes no
 * connections.
 */
export type TestServer = { readonly templateUrl: string; close(): Promise<void> };

/**
 * Uses the server at `SEQR_TEST_DATABASE_URL` (any role that may create databases), or else starts
 * an embedded one in a temporary directory. `close` removes whatever was made.
 */
export async function openTestServer(): Promise<TestServer> {
  const given = process.env['SEQR_TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') {
    const templateUrl = await makeTemplate(given);
    return { templateUrl, close: () => dropDatabase(templateUrl) };
  }
  await removeAbandoned();
  const directory = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  await chmod(directory, 0o711);
  const server = await startEmbeddedDatabase(directory);
  const close = async (): Promise<void> => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { templateUrl: await makeTemplate(server.url), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Runs statements, each by itself, on the database `postgres` of the server that `url` names. */
export async function administer(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: inDatabase(url, 'postgres') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The same server's address with another database. */
export function inDatabase(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}

/** A name that no other test run on the same server takes. */
export function freshName(): string {
  return `seqr_test_${process.pid}_${randomBytes(5).toString('hex')}`;
}

/** Drops a test database or template, connections or not. */
export async function dropDatabase(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await administer(url, [
    `alter database ${name} is_template false`,
    `drop database ${name} with (force)`,
  ]);
}

async function makeTemplate(url: string): Promise<string> {
  const name = freshName();
  const templateUrl = inDatabase(url, name);
  await administer(url, [`create database ${name} template template0 encoding 'UTF8'`]);
  try {
    await migrate(templateUrl, { sandbox: true });
  } catch (error) {
    await dropDatabase(templateUrl);
    throw error;
  }
  await administer(url, [`alter database ${name} is_template true allow_connections false`]);
  return templateUrl;
}

/**
 * Ends the servers of test runs that were killed: their directory names the process that would have
 * ended them.
 */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = /^seqr-ups-test-(\d+)-/.exec(name)?.[1];
    if (owner === undefined || isAlive(Number(owner))) continue;
    const directory = join(tmpdir(), name);
    const running = await findPostmaster(join(directory, 'postgres', 'data'));
    try {
      if (running) process.kill(running.pid, 'SIGQUIT');
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      // Another user's, or another test run is at the same, or the server still ends: next time.
    }
  }
}
