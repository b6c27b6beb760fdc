/**
 * What a poll costs: a thousand terminals, each with a connection and an invoice of its own, ask
 * getPaymentStatus once a second. Processor time of the whole platform process and of the whole
 * database server while they do, their background work included, divided by the polls.
 */

import type { LoadClient } from './soap-load-client.ts';
import { processorOf } from './soap-processor.ts';
import type { World } from './soap-world.ts';
import { percentiles } from './statistics.ts';

const TERMINALS = 1_000;
const SHOPS = 10;
const EVERY_MS = 1_000;
/** Polls that only warm the platform up. */
const WARM_MS = 3_000;

/** Costs of a poll. Processor times in ms, null where they cannot be known. */
export type PollingFigures = {
  readonly terminals: number;
  readonly polls: number;
  readonly pollsPerSecond: number;
  readonly platformCpuMs: number | null;
  readonly databaseCpuMs: number | null;
  /** Calls of the database a poll, those of the background loops included. */
  readonly databaseCalls: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly failures: readonly string[];
};

/** Measures for `forMs`, after the terminals have begun. */
export async function measurePolling(
  world: World,
  load: LoadClient,
  forMs: number,
): Promise<PollingFigures> {
  const credentials = [];
  for (let shop = 1; shop <= SHOPS; shop += 1) {
    const { terminals } = await world.addShop(`polling-${shop}`, TERMINALS / SHOPS, {
      hashed: false,
    });
    credentials.push(...terminals);
  }
  const { origin } = world;
  await load.ask('BEGUN', { kind: 'BEGIN', origin, credentials, issuing: false });
  await load.ask('POLLED', { kind: 'POLL', forMs: WARM_MS, everyMs: EVERY_MS });
  const callsBefore = await databaseCalls(origin);
  const platformCpu = processorOf(world.platformPid, { family: false });
  const databaseCpu = processorOf(world.databasePid, { family: true });
  const startMs = performance.now();
  const polled = await load.ask('POLLED', { kind: 'POLL', forMs, everyMs: EVERY_MS });
  const tookMs = performance.now() - startMs;
  const [platformMs, databaseMs] = [platformCpu(), databaseCpu()];
  const calls = (await databaseCalls(origin)) - callsBefore;
  const polls = polled.latenciesMs.length;
  const { p50, p99 } = percentiles(polled.latenciesMs);
  return {
    terminals: TERMINALS,
    polls,
    pollsPerSecond: (polls * 1_000) / tookMs,
    platformCpuMs: platformMs === null ? null : platformMs / polls,
    databaseCpuMs: databaseMs === null ? null : databaseMs / polls,
    databaseCalls: calls / polls,
    p50Ms: p50,
    p99Ms: p99,
    failures: polled.failures,
  };
}

/** Statements and transactions so far, as the platform's own metrics count them. */
async function databaseCalls(origin: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  const counts = text.matchAll(/^seqr_database_call_seconds_count\{[^}]*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
