/**
 * What operators' machinery asks: does the process live, may it be sent requests, how is it doing.
 */

import type { FastifyInstance } from 'fastify';
import { Gauge } from 'prom-client';
import { readBacklog, recentPurchases } from './core/backlog.ts';
import type { Database } from './db.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';

/** A probe that takes longer is answered "no". */
const PROBE_TIMEOUT_MS = 2_000;
/** What is late by less than this is being worked on. */
const LATE_S = 10;
/** Purchases that began longer ago are not counted by state. */
const RECENT_MINUTES = 10;

/** What the health routes look at. */
export type HealthOptions = {
  readonly db: Database;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Names of migrations that the database lacks. */
  readonly pendingMigrations: () => Promise<readonly string[]>;
  /** Whether the platform is stopping. */
  readonly stopping: () => boolean;
};

/** Adds `/healthz`, `/readyz` and `/metrics`. */
export async function healthRoutes(app: FastifyInstance, options: HealthOptions): Promise<void> {
  const { metrics, log } = options;
  const ready = readiness(options);
  const measureBacklog = backlogGauge(options);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const problem = await withinProbe(ready());
    if (problem === null) return { status: 'ready' };
    return reply.code(503).send({ status: 'not ready', reason: problem });
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    // Without the database the other figures matter all the more.
    const failure = await withinProbe(measureBacklog());
    if (failure !== null) log.warn({ reason: failure }, 'the backlog could not be measured');
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

/**
 * Null, or why this process should not be sent requests. Once the migrations are complete they stay
 * so.
 */
function readiness(options: HealthOptions): () => Promise<string | null> {
  let migrated = false;
  return async () => {
    if (options.stopping()) return 'stopping';
    await options.db.statement((tx) => tx.query('select 1'));
    migrated ||= (await options.pendingMigrations()).length === 0;
    return migrated ? null : 'migrations are pending';
  };
}

function backlogGauge({ db, metrics }: HealthOptions): () => Promise<null> {
  const backlog = new Gauge({
    name: 'seqr_backlog',
    help: `Late by more than ${LATE_S} s; account_entries: not yet in their balances.`,
    labelNames: ['what'] as const,
    registers: [metrics.registry],
  });
  const recent = new Gauge({
    name: 'seqr_purchases_recent',
    help: `Purchases begun in the last ${RECENT_MINUTES} minutes, by state and ending code.`,
    labelNames: ['state', 'code'] as const,
    registers: [metrics.registry],
  });
  return async () => {
    const late = await db.statement((tx) => readBacklog(tx, LATE_S));
    backlog.set({ what: 'purchases' }, late.overduePurchases);
    backlog.set({ what: 'notifications' }, late.overdueNotifications);
    backlog.set({ what: 'reports' }, late.overdueReports);
    backlog.set({ what: 'account_entries' }, late.accountEntries);
    const purchases = await db.statement((tx) => recentPurchases(tx, RECENT_MINUTES));
    recent.reset();
    for (const { state, code, count } of purchases) recent.set({ state, code }, count);
    return null;
  };
}

/** The probe's own answer, or that it failed or took too long. */
async function withinProbe(probe: Promise<string | null>): Promise<string | null> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve('the database does not answer'), PROBE_TIMEOUT_MS);
  const answer = await Promise.race([probe.catch(() => 'the database cannot be reached'), late]);
  clearTimeout(timer);
  return answer;
}
