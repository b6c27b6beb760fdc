/** The measurements, in the order in which they are made. */

import { setTimeout as sleep } from 'node:timers/promises';
import { audit } from '../../server/src/core/audit.ts';
import { startEmbeddedDatabase } from '../../server/src/database/embedded.ts';
import { DEMO, SANDBOX_PIN } from '../sandbox/seed.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { COUNTS_LATE_MS, readCounts, terminalCount, unfinishedCount } from './counters.ts';
import type { Counts } from './counters.ts';
import type { LoadProcess } from './load-process.ts';
import type { Options } from './options.ts';
import { nowMs } from './order.ts';
import type { Sale } from './order.ts';
import { PARTS, machineTimes, processorTimes } from './processor.ts';
import type { MachineTimes, Part, ProcessorTimes } from './processor.ts';
import type { Shop } from './shop.ts';
import { arrivals } from './statistics.ts';

/** Purchases at once while warming up, and for how long; every machine sells at least once. */
const WARM_UP_LANES = 32;
const WARM_UP_MS = 6_000;
/**
 * Lanes start together; the window in which purchases are counted begins so much later, and ends
 * before they stop.
 */
const LEAD_MS = 1_000;
const TAIL_MS = 250;
/** Idle time in which the background's commits are counted. */
const BACKGROUND_MS = 5_000;
/** Facts of a purchase that must become durable. */
export const FACTS = 7;
/** One bare measurement; shorter, since it has no long tail. */
const FLOOR_SHARE = 4;
/** Longest wait for purchases under way to end by themselves. */
const SETTLE_LIMIT_MS = 30_000;
const REGISTER_LIMIT_MS = 60_000;
const LOOK_MS = 100;

/** One concurrency's measurement. */
export type ClosedRun = {
  readonly lanes: number;
  readonly purchasesPerSecond: number;
  readonly sales: readonly Sale[];
  readonly cpuMs: Readonly<Record<Part, number | null>>;
  /** Share of the machine's processors that other programs took; null where it cannot be known. */
  readonly othersShare: number | null;
};

/** Everything that was measured. */
export type Measured = {
  readonly runs: readonly ClosedRun[];
  readonly best: ClosedRun;
  readonly commitsPerPurchase: number;
  readonly writesPerPurchase: number;
  readonly backgroundCommitsPerSecond: number;
  readonly floors: readonly { readonly lanes: number; readonly commitsPerSecond: number }[];
  readonly floorPurchasesPerSecond: number;
  readonly openRate: number;
  readonly openSales: readonly Sale[];
  readonly purchases: number;
  readonly failures: readonly string[];
  readonly stuck: number;
  readonly findings: readonly string[];
};

/** What there is to measure with. */
export type Bench = {
  readonly sandbox: Sandbox;
  readonly dataDir: string;
  readonly shop: Shop;
  readonly load: LoadProcess;
  readonly options: Options;
  /** Says what happens. */
  readonly tell: (text: string) => void;
};

/** Runs all of it. */
export async function measure(bench: Bench): Promise<Measured> {
  const { sandbox, load, options, tell } = bench;
  const failures: string[] = [];
  const warmUp = await prepare(bench);
  failures.push(...warmUp.failures);

  tell('counting the background of idle actors');
  await sleep(COUNTS_LATE_MS);
  const idle = await readCounts(sandbox.db);
  await sleep(BACKGROUND_MS + COUNTS_LATE_MS);
  const before = await readCounts(sandbox.db);
  const runs: ClosedRun[] = [];
  let sold = 0;
  for (const lanes of options.concurrency) {
    const run = await closedRun(bench, lanes);
    runs.push(run);
    sold += run.sales.length;
    failures.push(...run.failures);
    tell(`${lanes} at once: ${run.purchasesPerSecond.toFixed(1)} purchases/s${othersWords(run)}`);
  }
  await settled(bench);
  await sleep(COUNTS_LATE_MS);
  const after = await readCounts(sandbox.db);
  const best = runs.reduce((a, b) => (b.purchasesPerSecond > a.purchasesPerSecond ? b : a));

  const openRate = best.purchasesPerSecond / 2;
  tell(`latencies at ${openRate.toFixed(1)} purchases/s`);
  const arrivalsMs = arrivals(openRate, options.seconds * 1000, options.seed);
  const opened = await load.order({ kind: 'OPEN', arrivalsMs }, 'BOUGHT');
  failures.push(...opened.failures);

  tell('settling, then the audit');
  const stuck = await settled(bench);
  const findings = await sandbox.db.statement(audit);
  // Last: it leaves a table of a million rows, which the database then vacuums for a while.
  const floors = await floorRuns(bench);
  return {
    runs,
    best,
    ...perPurchase({ idle, before, after, sold }),
    floors,
    floorPurchasesPerSecond: Math.max(...floors.map((run) => run.commitsPerSecond)) / FACTS,
    openRate,
    openSales: opened.sales,
    purchases: warmUp.sales.length + sold + opened.sales.length,
    failures,
    stuck,
    findings: findings.map(
      ({ invariant, subject, problem }) => `${invariant} ${subject}: ${problem}`,
    ),
  };
}

async function prepare({ sandbox, shop, load, tell }: Bench) {
  tell(`${shop.tokens.length} machines, ${shop.msisdns.length} customers; registering terminals`);
  const end = nowMs() + REGISTER_LIMIT_MS;
  while ((await terminalCount(sandbox.db, DEMO.id)) < shop.tokens.length) {
    if (nowMs() > end) throw new Error('The reseller did not register its terminals in time.');
    await sleep(LOOK_MS);
  }
  const { platform, machines } = sandbox;
  await load.order({ kind: 'PREPARE', platform, machines, ...shop, pin: SANDBOX_PIN }, 'PREPARED');
  tell('warming up');
  return load.order(
    { kind: 'CLOSED', lanes: WARM_UP_LANES, forMs: WARM_UP_MS, salesMin: shop.tokens.length },
    'BOUGHT',
  );
}

async function closedRun(
  { sandbox, load, options }: Bench,
  lanes: number,
): Promise<ClosedRun & { readonly failures: readonly string[] }> {
  const look = processorTimes({
    platform: sandbox.program('platform').pid,
    database: sandbox.databasePid,
    reseller: sandbox.program('reseller').pid,
    machine: sandbox.program('machines').pid,
    load: load.pid,
  });
  const windowMs = options.seconds * 1000;
  const forMs = LEAD_MS + windowMs + TAIL_MS;
  const bought = load.order({ kind: 'CLOSED', lanes, forMs, salesMin: 0 }, 'BOUGHT');
  // Whoever waits for the window must not be ended by an order that fails meanwhile.
  bought.catch(() => {});
  await sleep(LEAD_MS);
  const [from, machineFrom, fromMs] = [look(), machineTimes(), nowMs()];
  await sleep(windowMs);
  const [to, machineTo, toMs] = [look(), machineTimes(), nowMs()];
  const { sales, failures } = await bought;
  const counted = sales.filter(({ paidMs }) => paidMs >= fromMs && paidMs < toMs).length;
  return {
    lanes,
    purchasesPerSecond: (counted * 1000) / (toMs - fromMs),
    sales,
    cpuMs: cpuPerPurchase(from, to, counted),
    othersShare: othersShare([machineFrom, machineTo], [from, to]),
    failures,
  };
}

/** Above this share of other programs a run says little about ours. */
const OTHERS_SHARE_MAX = 0.05;

const othersWords = ({ othersShare }: ClosedRun): string =>
  othersShare === null || othersShare < OTHERS_SHARE_MAX
    ? ''
    : ` (other programs took ${(othersShare * 100).toFixed(0)} % of the processors)`;

function othersShare(
  [machineFrom, machineTo]: readonly [MachineTimes, MachineTimes],
  [from, to]: readonly [ProcessorTimes, ProcessorTimes],
): number | null {
  if (machineFrom === null || machineTo === null) return null;
  const oursMs = PARTS.reduce((sum, part) => sum + (to[part] ?? 0) - (from[part] ?? 0), 0);
  const busyMs = machineTo.busyMs - machineFrom.busyMs;
  return Math.max(0, busyMs - oursMs) / (machineTo.allMs - machineFrom.allMs);
}

function cpuPerPurchase(from: ProcessorTimes, to: ProcessorTimes, counted: number) {
  const used = (part: Part): number | null => {
    const [a, b] = [from[part], to[part]];
    return a === null || b === null || counted === 0 ? null : (b - a) / counted;
  };
  return Object.fromEntries(PARTS.map((part) => [part, used(part)])) as ClosedRun['cpuMs'];
}

/** Commits of the runs, without what idle actors would have committed in the same time. */
function perPurchase(counts: { idle: Counts; before: Counts; after: Counts; sold: number }) {
  const { idle, before, after, sold } = counts;
  const idleMs = before.atMs - idle.atMs;
  const tookMs = after.atMs - before.atMs;
  const added = (of: 'commits' | 'writes'): number =>
    (after[of] - before[of] - ((before[of] - idle[of]) / idleMs) * tookMs) / Math.max(1, sold);
  return {
    commitsPerPurchase: added('commits'),
    writesPerPurchase: added('writes'),
    backgroundCommitsPerSecond: ((before.commits - idle.commits) * 1000) / idleMs,
  };
}

async function floorRuns({ dataDir, load, options, tell }: Bench) {
  // Running already: this only says where.
  const { url: databaseUrl } = await startEmbeddedDatabase(dataDir);
  const forMs = (options.seconds * 1000) / FLOOR_SHARE;
  const floors: Measured['floors'][number][] = [];
  for (const lanes of options.concurrency) {
    const run = await load.order({ kind: 'FLOOR', databaseUrl, lanes, forMs }, 'COMMITTED');
    const commitsPerSecond = (run.commits * 1000) / run.tookMs;
    floors.push({ lanes, commitsPerSecond });
    tell(`${lanes} connections: ${commitsPerSecond.toFixed(0)} bare commits/s`);
  }
  return floors;
}

/** Waits for purchases under way; returns how many have not ended in time. */
async function settled({ sandbox }: Bench): Promise<number> {
  const end = nowMs() + SETTLE_LIMIT_MS;
  for (;;) {
    const unfinished = await unfinishedCount(sandbox.db);
    if (unfinished === 0 || nowMs() > end) return unfinished;
    await sleep(LOOK_MS);
  }
}
