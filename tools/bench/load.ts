/**
 * The load process: does what the benchmark orders over its channel, one order at a time, and
 * reports.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../server/src/db.ts';
import { openCrowd } from './crowd.ts';
import type { Crowd } from './crowd.ts';
import { nowMs } from './order.ts';
import type { Order, Report, Sale } from './order.ts';

/** A closed run that has not made its least number of sales by then is broken. */
const CLOSED_LIMIT_MS = 120_000;

let crowd: Crowd | null = null;

async function obey(order: Order): Promise<Report> {
  switch (order.kind) {
    case 'PREPARE':
      crowd = await openCrowd(order);
      return { kind: 'PREPARED' };
    case 'CLOSED':
      return closed(open(), order);
    case 'OPEN':
      return openLoop(open(), order.arrivalsMs);
    case 'FLOOR':
      return floor(order);
  }
}

function open(): Crowd {
  if (crowd === null) throw new Error('the crowd was not prepared');
  return crowd;
}

/**
 * Lanes that buy one after another. A lane whose purchase failed pauses, so that a fault is no
 * flood.
 */
async function closed(
  crowd: Crowd,
  { lanes, forMs, salesMin }: Order & { readonly kind: 'CLOSED' },
): Promise<Report> {
  const sales: Sale[] = [];
  const failures: string[] = [];
  const startMs = nowMs();
  const goesOn = (): boolean => {
    const tookMs = nowMs() - startMs;
    return tookMs < forMs || (sales.length < salesMin && tookMs < CLOSED_LIMIT_MS);
  };
  const lane = async (): Promise<void> => {
    while (goesOn()) await attempt(crowd.buy(), sales, failures);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { kind: 'BOUGHT', sales, failures };
}

async function openLoop(crowd: Crowd, arrivalsMs: readonly number[]): Promise<Report> {
  const sales: Sale[] = [];
  const failures: string[] = [];
  const startMs = nowMs();
  const visits: Promise<void>[] = [];
  for (const arrivalMs of arrivalsMs) {
    const dueMs = startMs + arrivalMs;
    const restMs = dueMs - nowMs();
    if (restMs > 0) await sleep(restMs);
    visits.push(attempt(crowd.buy(dueMs), sales, failures));
  }
  await Promise.all(visits);
  return { kind: 'BOUGHT', sales, failures };
}

const FAILURE_PAUSE_MS = 200;

async function attempt(buying: Promise<Sale>, sales: Sale[], failures: string[]): Promise<void> {
  try {
    sales.push(await buying);
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error));
    await sleep(FAILURE_PAUSE_MS);
  }
}

/**
 * The least that a purchase's seven facts could cost: one row each, durable, on as many connections
 * as lanes.
 */
async function floor({
  databaseUrl,
  lanes,
  forMs,
}: Order & { readonly kind: 'FLOOR' }): Promise<Report> {
  const db = openDatabase(databaseUrl, { poolSize: lanes, applicationName: 'seqr-ups bench' });
  try {
    await db.statement((tx) =>
      tx.query('create table if not exists bench_floor (id bigserial primary key, fact text)'),
    );
    let commits = 0;
    const lane = async (untilMs: number): Promise<void> => {
      while (nowMs() < untilMs) {
        await db.statement((tx) =>
          tx.query('insert into bench_floor (fact) values ($1)', ['fact']),
        );
        commits += 1;
      }
    };
    const run = async (runMs: number): Promise<number> => {
      commits = 0;
      const startMs = nowMs();
      await Promise.all(Array.from({ length: lanes }, () => lane(startMs + runMs)));
      return nowMs() - startMs;
    };
    // Connections, plans and the first pages of the table are not what is measured.
    await run(forMs / 4);
    const tookMs = await run(forMs);
    return { kind: 'COMMITTED', commits, tookMs };
  } finally {
    await db.close();
  }
}

process.on('message', (order: Order) => {
  obey(order).then(
    (report) => process.send?.(report),
    (error: unknown) =>
      process.send?.({
        kind: 'BROKEN',
        reason: error instanceof Error ? error.message : String(error),
      } satisfies Report),
  );
});
// The benchmark has ended, however: nobody is left to order anything.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the benchmark, which ends this process after the actors.
process.on('SIGINT', () => {});
