/**
 * The platform, put together: database, outgoing calls, background loops, edges; and taken apart in
 * the right order.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { codeKeysOf } from './code-keys.ts';
import type { Config, Settings } from './config.ts';
import { openCallers } from './core/callers.ts';
import { isPinKey } from './core/customer.ts';
import { startEmbeddedDatabase } from './database/embedded.ts';
import { migrate, pendingMigrations } from './database/migrate.ts';
import { isAlive } from './database/postmaster.ts';
import { lockDataDir } from './data-lock.ts';
import { openDatabase, type Database } from './db.ts';
import { docsEdge } from './docs/edge.ts';
import { healthRoutes } from './health.ts';
import { openHttpServer, type HttpServer, type WorkKind } from './http.ts';
import { keysOf } from './keys.ts';
import { flushLog, openLog, type Logger } from './log.ts';
import { merchantEdge } from './merchant/edge.ts';
import { openMetrics, type Metrics } from './metrics.ts';
import { openOutbound, type Outbound } from './outbound.ts';
import { SOAP_PATHS, soapEdge } from './soap/edge.ts';
import { pushKeyOf } from './push-key.ts';
import { createPurchaseCaller } from './ups/create-purchase.ts';
import { walletEdge } from './wallet/edge.ts';
import { startEventFeed } from './work/events.ts';
import { startExpiry, startPruning } from './work/expire.ts';
import { startNotifier } from './work/notify.ts';
import { startPushing } from './work/push.ts';
import { startReports } from './work/report.ts';
import { startRollUp } from './work/roll-up.ts';

/** A running platform. */
export type Platform = {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** The embedded database's process; null with another database. */
  readonly databasePid: number | null;
  readonly log: Logger;
  /**
   * Settles with a sentence when the platform cannot go on: its own database's process has ended.
   */
  readonly failed: Promise<string>;
  /**
   * Stops accepting, lets requests under way finish within a bound, then ends loops, outgoing
   * calls, connections and the embedded database. Does nothing the second time.
   */
  stop(): Promise<void>;
};

/** What is to be undone, last thing first. */
type Undo = (() => Promise<void> | void)[];

/**
 * Starts the platform; it is ready when this resolves. A failure undoes what was begun and throws
 * one plain sentence. `refuseMovedClock`: also a sandbox must not have its clock moved (`seqr
 * serve`).
 */
export async function startPlatform(
  settings: Settings,
  options: { readonly refuseMovedClock?: boolean } = {},
): Promise<Platform> {
  const log = openLog(settings.logLevel);
  const undo: Undo = [() => flushLog(log)];
  let stopped: Promise<void> | null = null;
  const stop = (): Promise<void> => (stopped ??= undoAll(undo, log));
  try {
    const database = await openPlatformDatabase(settings, undo);
    await requireServable(database.db, options.refuseMovedClock === true, log);
    const codeKeys = await codeKeysOf(settings);
    const pushKey = await pushKeyOf(settings);
    const config: Config = { ...settings, ...(await keysOf(settings)), codeKeys, pushKey };
    await requirePinKey(database.db, config.pinKey);
    const url = await serve({ ...database, config, log }, undo);
    log.info({ url, databasePid: database.pid }, 'listening');
    return { url, databasePid: database.pid, log, failed: databaseEnded(database.pid, undo), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One step of stopping may take so long; a database that hangs must not keep the process alive. */
const UNDO_STEP_MAX_MS = 15_000;

async function undoAll(undo: Undo, log: Logger): Promise<void> {
  for (const step of undo.toReversed()) {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error('took too long')), UNDO_STEP_MAX_MS);
    try {
      await Promise.race([step(), late]);
    } catch (error) {
      log.error({ err: error }, 'stopping did not go well');
    }
    clearTimeout(timer);
  }
}

/** How often the embedded database's process is looked at. */
const DATABASE_LOOK_MS = 500;

/**
 * The embedded database is not started anew under a running platform: a new start of both goes the
 * one way that is always gone.
 */
function databaseEnded(pid: number | null, undo: Undo): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  if (pid === null) return promise;
  const looking = setInterval(() => {
    if (isAlive(pid)) return;
    clearInterval(looking);
    resolve('The embedded database has ended unexpectedly.');
  }, DATABASE_LOOK_MS);
  undo.push(() => clearInterval(looking));
  return promise;
}

type OpenDatabase = {
  readonly db: Database;
  readonly url: string;
  readonly pid: number | null;
  readonly metrics: Metrics;
};

async function openPlatformDatabase(settings: Settings, undo: Undo): Promise<OpenDatabase> {
  let url = settings.databaseUrl;
  let pid: number | null = null;
  if (url === null) {
    const unlock = lockDataDir(settings.dataDir);
    undo.push(unlock);
    const embedded = await startEmbeddedDatabase(settings.dataDir);
    undo.push(() => embedded.stop());
    ({ url, pid } = embedded);
    await migrate(url, { sandbox: false });
  } else {
    const pending = await pendingMigrations(url).catch((error: Error) => {
      throw new Error(`The database of DATABASE_URL cannot be used: ${error.message}`, {
        cause: error,
      });
    });
    if (pending.length > 0) {
      const missing = `${pending.length} migrations from ${pending[0]} on`;
      throw new Error(`The database lacks ${missing}: run "npx seqr migrate".`);
    }
  }
  const metrics = openMetrics();
  const pool = openDatabase(url, { poolSize: settings.databasePoolSize });
  undo.push(() => pool.close());
  return { db: observed(pool, metrics), url, pid, metrics };
}

/** Counts and times every use of the database. */
function observed(db: Database, metrics: Metrics): Database {
  const observe = async <T>(work: () => Promise<T>): Promise<T> => {
    const startMs = performance.now();
    let outcome = 'FAILED';
    metrics.databaseCallsInWork.inc();
    try {
      const result = await work();
      outcome = 'OK';
      return result;
    } finally {
      metrics.databaseCallsInWork.dec();
      metrics.databaseCalls.observe({ outcome }, (performance.now() - startMs) / 1_000);
    }
  };
  return {
    statement: (work) => observe(() => db.statement(work)),
    transaction: (work) => observe(() => db.transaction(work)),
    close: () => db.close(),
  };
}

/** A clock that was moved judges every deadline wrongly; only a sandbox may have one. */
async function requireServable(
  db: Database,
  refuseMovedClock: boolean,
  log: Logger,
): Promise<void> {
  const { rows } = await db.statement((tx) =>
    tx.query<{ problem: string | null; sandbox: boolean | null }>(
      `select installation_problem() as problem, (select sandbox from installation) as sandbox`,
    ),
  );
  const [installation] = rows;
  if (installation?.sandbox === true) log.warn('this database is a sandbox; no money here is real');
  const problem = installation?.problem ?? null;
  if (problem === null) return;
  if (refuseMovedClock || installation?.sandbox !== true) throw new Error(problem);
  log.warn({ problem }, 'serving all the same, for this is a sandbox');
}

/**
 * With another key than the database's every PIN would be wrong, and every customer soon locked.
 */
async function requirePinKey(db: Database, key: Buffer): Promise<void> {
  if (await db.statement((tx) => isPinKey(tx, key))) return;
  throw new Error(
    'The key of the PINs is not the one of this database: set SEQR_PIN_KEY, or put back "keys".',
  );
}

/** Starts everything that uses the database; returns the address. */
async function serve(
  base: OpenDatabase & { readonly config: Config; readonly log: Logger },
  undo: Undo,
): Promise<string> {
  const { db, config, log, metrics } = base;
  const { connectTimeoutMs, outboundAllow } = config;
  const outbound = openOutbound({ allow: outboundAllow, connectTimeoutMs });
  undo.push(() => outbound.close());
  const work = { db, config, log, metrics };
  const notifier = startNotifier({ ...work, outbound });
  undo.push(() => notifier.stop());
  const loops = [startExpiry(work), startRollUp(work), startPruning(work), startReports(work)];
  for (const loop of loops) {
    undo.push(() => loop.stop());
  }
  const events = await startEventFeed(work);
  undo.push(() => events.stop());
  const pushing = startPushing({ ...work, outbound, isListening: (id) => events.isListening(id) });
  undo.push(() => pushing.stop());
  const http = await openHttpServer(config, log, metrics);
  undo.push(() => http.stop());
  let stopping = false;
  undo.push(() => {
    stopping = true;
  });
  await registerEdges({ ...base, http, outbound, notifier, events, stopping: () => stopping });
  return listen(http, config);
}

async function registerEdges(
  parts: OpenDatabase & {
    readonly config: Config;
    readonly log: Logger;
    readonly http: HttpServer;
    readonly outbound: Outbound;
    readonly notifier: ReturnType<typeof startNotifier>;
    readonly events: Awaited<ReturnType<typeof startEventFeed>>;
    readonly stopping: () => boolean;
  },
): Promise<void> {
  const { http, db, config, log, metrics, stopping } = parts;
  const edge = { db, config, log, metrics };
  const overloaded = (work?: WorkKind): boolean => http.overloaded(work);
  const callReseller = createPurchaseCaller({ outbound: parts.outbound, config, log, metrics });
  await http.app.register(healthRoutes, {
    db,
    metrics,
    log,
    stopping,
    pendingMigrations: () => pendingMigrations(parts.url),
  });
  await http.app.register(async (app) => {
    // A merchant's call may have changed a purchase whose customer is watching.
    app.addHook('onResponse', async () => parts.events.poke());
    const waiting = (work: () => Promise<void>): Promise<void> => http.waiting(work);
    const callers = openCallers(db);
    await app.register(soapEdge, { ...edge, callers, overloaded, waiting });
    await app.register(merchantEdge, { ...edge, callers, overloaded, waiting });
  });
  await http.app.register(docsEdge, { config, log, soapPath: SOAP_PATHS[0] });
  await http.app.register(walletEdge, {
    ...edge,
    overloaded,
    createPurchase: (call) => http.waiting(() => callReseller(call)),
    notifyNow: (notification) => parts.notifier.notifyNow(notification),
    events: parts.events,
  });
}

/** Times that a port in use is tried again: a predecessor may be about to give it back. */
const LISTEN_ATTEMPTS = 5;
const LISTEN_PAUSE_MS = 200;

async function listen({ app }: HttpServer, config: Config): Promise<string> {
  const { host, port } = config;
  await app.ready();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await app.listen({ host, port });
      break;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' || attempt === LISTEN_ATTEMPTS) throw cannotListen(config, error);
      await sleep(LISTEN_PAUSE_MS);
    }
  }
  const address = app.server.address();
  const shown = host.includes(':') ? `[${host}]` : host;
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return `${config.tls === null ? 'http' : 'https'}://${shown}:${bound}`;
}

function cannotListen({ host, port }: Config, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is in use: stop what listens there, or set SEQR_PORT.`,
    EACCES: `Port ${port} may not be opened by this user: set SEQR_PORT to one above 1023.`,
    EADDRNOTAVAIL: `SEQR_HOST ${host} is not an address of this machine.`,
    ENOTFOUND: `SEQR_HOST ${host} is not an address of this machine.`,
  };
  return new Error(reasons[code ?? ''] ?? `Cannot listen on ${host}:${port}: ${message}`, {
    cause: error,
  });
}
