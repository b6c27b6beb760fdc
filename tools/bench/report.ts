/** The figures: a table for people and one line of JSON for programs. */

import Table from 'cli-table3';
import { FACTS } from './measure.ts';
import type { Measured } from './measure.ts';
import type { Options } from './options.ts';
import { PARTS } from './processor.ts';
import { percentiles, rounded, tally } from './statistics.ts';

/** How many different reasons of failures are shown. */
const REASONS_SHOWN = 8;

const roundedOrNull = (value: number | null): number | null =>
  value === null ? null : rounded(value);

/** The object of the last line. */
export function figures(measured: Measured, options: Options) {
  const { best, floorPurchasesPerSecond, openSales } = measured;
  const cpu = PARTS.map((part) => [part, roundedOrNull(best.cpuMs[part])] as const);
  return {
    purchasesPerSecond: rounded(best.purchasesPerSecond),
    concurrency: best.lanes,
    commitsPerPurchase: rounded(measured.commitsPerPurchase),
    writesPerPurchase: rounded(measured.writesPerPurchase),
    bareCommitsPerSecond: rounded(floorPurchasesPerSecond * FACTS),
    floorRatio: rounded(best.purchasesPerSecond / floorPurchasesPerSecond),
    cpuMsPerPurchase: Object.fromEntries(cpu),
    othersShare: best.othersShare === null ? null : rounded(best.othersShare),
    openPurchasesPerSecond: rounded(measured.openRate),
    scanToOfferMs: percentiles(openSales.map((sale) => sale.offeredMs - sale.dueMs)),
    approveToUnlockMs: percentiles(openSales.map((sale) => sale.unlockedMs - sale.approvedMs)),
    scanToPaidMs: percentiles(openSales.map((sale) => sale.paidMs - sale.dueMs)),
    seed: options.seed,
    seconds: options.seconds,
    purchases: measured.purchases,
    failed: measured.failures.length,
    stuck: measured.stuck,
    auditClean: measured.findings.length === 0,
  };
}

/** The figures in words. */
export function table(measured: Measured, options: Options): string {
  const found = figures(measured, options);
  const idlePerSecond = measured.backgroundCommitsPerSecond;
  const rows = new Table({
    head: ['', 'figure', 'how it was measured'],
    style: { head: [], border: [], compact: true },
  });
  const latency = ({ p50, p99 }: { p50: number | null; p99: number | null }): string =>
    `p50 ${p50} ms, p99 ${p99} ms`;
  for (const run of measured.runs) {
    rows.push([
      `purchases, ${run.lanes} at once`,
      `${run.purchasesPerSecond.toFixed(1)}/s`,
      run === measured.best ? 'the best one: it counts below' : '',
    ]);
  }
  for (const floor of measured.floors) {
    rows.push([
      `bare commits, ${floor.lanes} connections`,
      `${floor.commitsPerSecond.toFixed(0)}/s`,
      'actors idle, one row each, durable',
    ]);
  }
  rows.push(
    ['floor ratio', String(found.floorRatio), 'purchases/s ÷ (bare commits/s ÷ 7)'],
    [
      'commits a purchase',
      String(found.commitsPerPurchase),
      `reads too; without the ${idlePerSecond.toFixed(0)}/s of idle actors`,
    ],
    ['of them written', String(found.writesPerPurchase), 'transaction ids given out'],
    ...PARTS.map((part) => [
      `processor, ${part}`,
      `${found.cpuMsPerPurchase[part]} ms`,
      'a purchase, user and kernel, at the best concurrency',
    ]),
    [
      'other programs',
      `${((found.othersShare ?? 0) * 100).toFixed(0)} %`,
      'of the processors at the best concurrency: above a few, the figures say little',
    ],
    ['scan to offer', latency(found.scanToOfferMs), openWords(measured, options)],
    [
      'approval to unlock',
      latency(found.approveToUnlockMs),
      'to UNLOCKED on the panel: sent after the unlock is durable, one hop late',
    ],
    ['scan to paid', latency(found.scanToPaidMs), 'to PAID on the wallet’s event stream'],
    ['failed', String(found.failed), 'purchases that went otherwise than they should'],
    ['stuck', String(found.stuck), 'not ended after all has settled'],
    ['audit', found.auditClean ? 'clean' : 'NOT CLEAN', 'seqr audit, after everything'],
  );
  const reasons = tally(measured.failures).slice(0, REASONS_SHOWN);
  return [
    rows.toString(),
    ...reasons.map(({ text, count }) => `failed ${count} times: ${text}`),
    ...measured.findings.map((finding) => `audit: ${finding}`),
  ].join('\n');
}

const openWords = (measured: Measured, options: Options): string =>
  `${measured.openRate.toFixed(1)} arrivals/s, seed ${options.seed}; counts from when it was due`;
