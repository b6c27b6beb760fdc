/**
 * A real PostgreSQL from npm for whoever has no database of their own: made in the data directory
 * at the first start, found again at the next, whatever has happened in between.
 */

import { spawn } from 'node:child_process';
import { open, readFile, realpath, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { SUPERUSER, openHome, programEnvironment } from './placement.ts';
import type { Home } from './placement.ts';
import { findPostmaster, isPostmasterOf, readPostmaster, until } from './postmaster.ts';
import type { Postmaster } from './postmaster.ts';

const DATABASE = 'seqr_ups';
/** Longest start, crash recovery included, before it is given up. */
const START_LIMIT_MS = 120_000;
/** Longest fast shutdown before an immediate one, and longest immediate one. */
const STOP_LIMIT_MS = 30_000;
const IMMEDIATE_STOP_LIMIT_MS = 10_000;
const RETRY_PAUSE_MS = 100;
const CONNECT_TIMEOUT_MS = 5_000;
/**
 * A log that has grown beyond this is put aside at the next start; the one put aside before is
 * dropped.
 */
const LOG_BYTES = 8 * 1024 * 1024;

/** What PostgreSQL says when it could not start only because of something that passes. */
const PASSING = [
  'pre-existing shared memory block', // children of a killed server are still about to notice
  'could not create any TCP/IP sockets', // somebody took the free port in between
  'lock file "postmaster.pid"', // another program starts the same database
];

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  // The planner's compiler costs more than it gains on statements of a millisecond.
  jit: 'off',
  // Once a minute every table that has changed much is vacuumed and analyzed, and all plans on it
  // are made anew. At its usual pace that takes both cores of a small machine for a second, and
  // everybody in front of a machine waits; at this pace (5 MB/s of changed pages) nobody notices.
  autovacuum_vacuum_cost_delay: '10ms',
  autovacuum_vacuum_cost_limit: '50',
  // Refusals that the core expects, such as a taken id, are errors to PostgreSQL; they are not
  // worth a line each.
  log_min_messages: 'log',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * A running embedded database; `pid` is its postmaster, `started` false when it was running
 * already.
 */
export type EmbeddedDatabase = {
  readonly url: string;
  readonly pid: number;
  readonly started: boolean;
  /**
   * Stops the server cleanly, whoever started it, within a bound. Does nothing when it has stopped
   * already.
   */
  stop(): Promise<void>;
};

/**
 * Starts the database of `dataDir` (made at the first start), or attaches to it where it is still
 * running, as after a kill of the program that started it. Listens on 127.0.0.1 on a free port with
 * a generated password. `binaries` is the
 * `bin` directory of another PostgreSQL than the packaged one; `port` is the port of a server that
 * has died, for programs that still know its address. Throws an error with one plain sentence when
 * it cannot.
 */
export async function startEmbeddedDatabase(
  dataDir: string,
  options: { binaries?: string; port?: number } = {},
): Promise<EmbeddedDatabase> {
  if (process.platform === 'win32') {
    throw new Error('The embedded database runs on Linux and macOS only: set DATABASE_URL.');
  }
  const home = await openHome(resolve(dataDir), options.binaries);
  const { postmaster, started } = await startOrAttach(home, options.port);
  const address = (database: string): string =>
    `postgresql://${SUPERUSER}:${home.password}@127.0.0.1:${postmaster.port}/${database}`;
  await prepare(address('postgres'), home);
  return {
    url: address(DATABASE),
    pid: postmaster.pid,
    started,
    stop: () => stopServer(home.data, postmaster.pid),
  };
}

type Running = { postmaster: Postmaster; started: boolean };

async function startOrAttach(home: Home, port: number | undefined): Promise<Running> {
  const end = performance.now() + START_LIMIT_MS;
  for (;;) {
    const found = await findPostmaster(home.data);
    if (found) {
      const ready = await becomesReady(home.data, found.pid, end, () => false);
      if (ready) return { postmaster: ready, started: false };
    } else {
      const attempt = await startServer(home, port ?? (await freePort()), end);
      if ('postmaster' in attempt) return attempt;
      if (!PASSING.some((text) => attempt.said.includes(text)) || performance.now() > end) {
        throw new Error(`The database in ${home.data} did not start: ${lastReason(attempt.said)}`);
      }
      await sleep(RETRY_PAUSE_MS);
    }
    if (performance.now() > end) {
      throw new Error(`The database in ${home.data} was not ready in time; see ${home.log}.`);
    }
  }
}

/** One attempt: the running server, or all that it said before it gave up. */
async function startServer(
  home: Home,
  port: number,
  end: number,
): Promise<Running | { said: string }> {
  await putAsideLongLog(home.log);
  const log = await open(home.log, 'a', 0o600);
  try {
    const before = (await log.stat()).size;
    const settings = { port: String(port), ...SETTINGS };
    const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // In a process group of its own: Ctrl-C in a terminal must reach the database last, through
    // `stop`.
    const child = spawn(join(home.binaries, 'postgres'), ['-D', home.data, ...words], {
      ...home.runAs,
      cwd: '/',
      env: programEnvironment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    let ended = '';
    child.once('error', (error) => (ended = error.message));
    child.once('exit', (code, signal) => (ended ||= `postgres ended (${signal ?? code})`));
    child.unref();
    const ready = await becomesReady(home.data, child.pid, end, () => ended !== '');
    if (ready) return { postmaster: ready, started: true };
    const text = (await readFile(home.log)).subarray(before).toString('utf8');
    return { said: text.trim() === '' ? ended : text };
  } finally {
    await log.close();
  }
}

/** Waits until server `pid` takes connections; null when it ended or `end` passed first. */
async function becomesReady(
  data: string,
  pid: number | undefined,
  end: number,
  hasEnded: () => boolean,
): Promise<Postmaster | null> {
  let ready: Postmaster | null = null;
  await until(end - performance.now(), async () => {
    const now = await readPostmaster(data);
    if (now?.ready && now.pid === pid) ready = now;
    if (ready || hasEnded() || pid === undefined) return true;
    return now?.pid === pid && !(await isPostmasterOf(pid, data));
  });
  return ready;
}

/** Makes sure that it is our server that answers, and that the database is there. */
async function prepare(url: string, home: Home): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'seqr-ups start',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const shown = await client.query<{ data_directory: string }>('show data_directory');
    const theirs = await realpath(shown.rows[0]?.data_directory ?? '');
    if (theirs !== (await realpath(home.data))) {
      throw new Error(`Another database (${theirs}) answers in place of ${home.data}.`);
    }
    const found = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) {
      await client.query(`create database ${DATABASE}`).catch((error: { code?: string }) => {
        const DUPLICATE_DATABASE = '42P04';
        const UNIQUE_VIOLATION = '23505';
        if (error.code !== DUPLICATE_DATABASE && error.code !== UNIQUE_VIOLATION) throw error;
      });
    }
  } finally {
    await client.end();
  }
}

async function stopServer(data: string, pid: number): Promise<void> {
  const gone = async (): Promise<boolean> => !(await isPostmasterOf(pid, data));
  const signal = async (name: NodeJS.Signals, limitMs: number): Promise<boolean> => {
    if (await gone()) return true;
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    return until(limitMs, gone);
  };
  if (await signal('SIGINT', STOP_LIMIT_MS)) return;
  if (await signal('SIGQUIT', IMMEDIATE_STOP_LIMIT_MS)) return;
  throw new Error(`The database server ${pid} in ${data} did not stop.`);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening, failed) => {
    probe.once('error', failed).listen(0, '127.0.0.1', listening);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}

async function putAsideLongLog(log: string): Promise<void> {
  const size = await stat(log).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES) await rename(log, `${log}.old`);
}

/** The line that says why, without its time stamp. */
function lastReason(said: string): string {
  const lines = said.trim().split('\n');
  const reason = lines.findLast((line) => /\b(FATAL|PANIC):/.test(line)) ?? lines.at(-1) ?? '';
  return reason.replace(/^.*?\b(?:FATAL|PANIC):\s*/, '');
}
