/** The figures of the wallet's benchmark: for people, for programs, and against the budgets. */

import Table from 'cli-table3';
import { type FrameRow, frameTable, quantile } from '../frames/measure.ts';
import { rounded } from './statistics.ts';
import type { Visit } from './wallet-load.ts';
import { CPU_SLOWDOWN } from './wallet-phone.ts';
import type { PurchaseTimes } from './wallet-purchase.ts';
import type { Weight } from './wallet-weight.ts';

/** All that was measured. `machineLoad`: the one-minute load average before and after. */
export type WalletMeasured = {
  readonly weight: Weight;
  readonly first: readonly Visit[];
  readonly later: readonly Visit[];
  readonly purchases: readonly PurchaseTimes[];
  readonly frames: readonly FrameRow[];
  readonly machineLoad: readonly [number, number];
};

/** What must hold, as the issue has it; times are medians, in ms. */
const BUDGETS = {
  firstLoadBytes: 60_000,
  paintMs: 1_000,
  interactiveMs: 1_500,
  /** Within this a code is to be read, at these rates in percent. */
  readMs: 300,
  readPercent: 95,
} as const;

const median = (numbers: readonly number[]): number => rounded(quantile(numbers, 0.5));
const worst = (numbers: readonly number[]): number => rounded(Math.max(...numbers));

/** Scenes of the asked conditions that a phone so much slower reads within the budget, percent. */
function readInTime(frames: readonly FrameRow[], kind: FrameRow['kind']): number {
  const asked = frames.filter((row) => row.asked && row.kind === kind);
  const scenes = asked.reduce((sum, row) => sum + row.scenes, 0);
  const inTime = asked
    .flatMap((row) => row.untilReadMs)
    .filter((ms) => ms * CPU_SLOWDOWN <= BUDGETS.readMs);
  return rounded((100 * inTime.length) / scenes);
}

function visitFigures(visits: readonly Visit[]) {
  const of = (pick: (visit: Visit) => number): number => median(visits.map((one) => pick(one)));
  return {
    paintMs: of((visit) => visit.paintMs),
    interactiveMs: of((visit) => visit.interactiveMs),
    interactiveWorstMs: worst(visits.map((visit) => visit.interactiveMs)),
    longTasks: of((visit) => visit.longTasks),
    longestTaskMs: of((visit) => visit.longestTaskMs),
    requests: of((visit) => visit.requests),
    bytes: of((visit) => visit.bytes),
  };
}

const PARTS = [
  ['cameraMs', 'tap to the first picture of the camera'],
  ['readingMs', 'to the text of its code'],
  ['sendingMs', 'to the request'],
  ['answerMs', 'to its answer: platform, reseller, machine'],
  ['drawingMs', 'to the offer on the screen'],
  ['offerMs', 'all of it: tap to offer'],
  ['longestTaskMs', 'longest task of the page meanwhile'],
  ['unlockMs', 'last digit of the PIN to the open machine'],
  ['saidMs', 'last digit to the screen that says so'],
] as const;

/** The object of the last line. */
export function figures(measured: WalletMeasured) {
  const { weight, first, later, purchases, frames } = measured;
  const times = PARTS.map(([name]) => {
    const all = purchases.map((purchase) => purchase[name]);
    return [name, { median: median(all), worst: worst(all) }] as const;
  });
  return {
    firstLoad: { ...weight, scripts: weight.page + weight.reader },
    firstVisit: visitFigures(first),
    laterVisit: visitFigures(later),
    purchase: Object.fromEntries(times),
    codes: {
      plainReadInTimePercent: readInTime(frames, 'plain'),
      signedReadInTimePercent: readInTime(frames, 'signed'),
      lookMsMedian: median(frames.flatMap((row) => row.lookMs)),
      lookMs95: rounded(
        quantile(
          frames.flatMap((row) => row.lookMs),
          0.95,
        ),
      ),
      slowdown: CPU_SLOWDOWN,
    },
    machineLoad: measured.machineLoad.map((load) => rounded(load)),
  };
}

/** The budgets that are missed, in words; empty when all are kept. */
export function missedBudgets(measured: WalletMeasured): string[] {
  const { firstLoad, firstVisit, codes } = figures(measured);
  const missed: string[] = [];
  const most = (what: string, value: number, limit: number): void => {
    if (!(value <= limit)) missed.push(`${what}: ${String(value)}, at most ${String(limit)}`);
  };
  const least = (what: string, value: number): void => {
    const limit = BUDGETS.readPercent;
    if (!(value >= limit)) missed.push(`${what}: ${String(value)} %, at least ${String(limit)}`);
  };
  most('bytes of the first load', firstLoad.scripts, BUDGETS.firstLoadBytes);
  most('ms to the first paint', firstVisit.paintMs, BUDGETS.paintMs);
  most('ms to a scan button that answers', firstVisit.interactiveMs, BUDGETS.interactiveMs);
  least('codes read within 300 ms', codes.plainReadInTimePercent);
  least('signed codes read within 300 ms', codes.signedReadInTimePercent);
  return missed;
}

/** Everything, for people. */
export function table(measured: WalletMeasured): string {
  const { firstLoad, firstVisit, laterVisit, purchase, codes, machineLoad } = figures(measured);
  const style = { head: [], border: [] };
  const visits = new Table({ head: ['', 'first visit', 'later visit', 'budget'], style });
  const line = (what: string, name: keyof typeof firstVisit, budget = ''): void => {
    visits.push([what, firstVisit[name], laterVisit[name], budget]);
  };
  line('first contentful paint, ms', 'paintMs', `≤ ${String(BUDGETS.paintMs)}`);
  line('scan button answers, ms', 'interactiveMs', `≤ ${String(BUDGETS.interactiveMs)}`);
  line('the same, worst', 'interactiveWorstMs');
  line('tasks of more than 50 ms', 'longTasks');
  line('longest task, ms', 'longestTaskMs');
  line('requests', 'requests');
  line('bytes over the network', 'bytes');
  visits.push(['scripts gzipped, with the reader', firstLoad.scripts, '', '≤ 60000']);
  const buying = new Table({ head: ['ms', 'median', 'worst'], style });
  for (const [name, words] of PARTS) {
    buying.push([words, purchase[name]?.median ?? '', purchase[name]?.worst ?? '']);
  }
  const inTime =
    `read within ${String(BUDGETS.readMs)} ms on a phone ${String(CPU_SLOWDOWN)} times slower: ` +
    `plain ${String(codes.plainReadInTimePercent)} %, ` +
    `signed ${String(codes.signedReadInTimePercent)} % (at least ${String(BUDGETS.readPercent)})`;
  return [
    visits.toString(),
    buying.toString(),
    frameTable(measured.frames),
    inTime,
    `load average of the machine: ${machineLoad.join(' before, ')} after`,
  ].join('\n');
}
