/** Rates and times of a reader over the corpus of frames. */

import Table from 'cli-table3';
import {
  KINDS,
  type Kind,
  LOOKS,
  type Reader,
  sceneOf,
  show,
} from '../../web/test/frames/corpus.ts';
import { ASKED, type Condition, FURTHER } from '../../web/test/frames/view.ts';

/** What became of one condition and kind of code. */
export type FrameRow = {
  readonly condition: string;
  readonly kind: Kind;
  /** Whether the issue asks for it. */
  readonly asked: boolean;
  readonly scenes: number;
  readonly readAtOnce: number;
  readonly read: number;
  /** Milliseconds of each look, in any order. */
  readonly lookMs: readonly number[];
  /** Milliseconds until it was read, of the scenes that were. */
  readonly untilReadMs: readonly number[];
};

/** Looks at so many scenes of each condition and kind. */
export async function measureFrames(scenes: number, reader: Reader): Promise<FrameRow[]> {
  const rows: FrameRow[] = [];
  for (const [conditions, asked] of [
    [ASKED, true],
    [FURTHER, false],
  ] as const) {
    for (const condition of conditions) {
      for (const kind of KINDS) {
        rows.push({ ...(await measureOne(condition, kind, scenes, reader)), asked });
      }
    }
  }
  return rows;
}

async function measureOne(
  condition: Condition,
  kind: Kind,
  scenes: number,
  reader: Reader,
): Promise<Omit<FrameRow, 'asked'>> {
  const lookMs: number[] = [];
  const untilReadMs: number[] = [];
  let readAtOnce = 0;
  for (let index = 0; index < scenes; index += 1) {
    const outcome = await show(sceneOf(condition, kind, index), reader);
    lookMs.push(...outcome.lookMs);
    if (outcome.looks !== null) untilReadMs.push(outcome.lookMs.reduce((sum, ms) => sum + ms, 0));
    if (outcome.looks === 1) readAtOnce += 1;
  }
  const read = untilReadMs.length;
  return { condition: condition.name, kind, scenes, readAtOnce, read, lookMs, untilReadMs };
}

/** The value below which the part `share` of the numbers lies; 0 of none. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Rates in percent: a line for each condition, what the issue asks for first. */
export function frameTable(rows: readonly FrameRow[]): string {
  const table = new Table({
    head: [
      'condition',
      'code',
      'first look %',
      `${String(LOOKS)} looks %`,
      'look ms p50',
      'p95',
      'until read ms p50',
      'p95',
    ],
    style: { head: [], border: [] },
  });
  const percent = (part: number, whole: number): string => ((100 * part) / whole).toFixed(1);
  const ms = (numbers: readonly number[], share: number): string =>
    quantile(numbers, share).toFixed(1);
  const line = (name: string, kind: string, of: readonly FrameRow[]): void => {
    const sum = (count: (row: FrameRow) => number): number =>
      of.reduce((total, row) => total + count(row), 0);
    const scenes = sum((row) => row.scenes);
    const lookMs = of.flatMap((row) => row.lookMs);
    const untilReadMs = of.flatMap((row) => row.untilReadMs);
    table.push([
      name,
      kind,
      percent(
        sum((row) => row.readAtOnce),
        scenes,
      ),
      percent(
        sum((row) => row.read),
        scenes,
      ),
      ms(lookMs, 0.5),
      ms(lookMs, 0.95),
      ms(untilReadMs, 0.5),
      ms(untilReadMs, 0.95),
    ]);
  };
  for (const row of rows) line(row.condition, row.kind, [row]);
  for (const asked of [true, false]) {
    const name = asked ? 'all that is asked for' : 'all further';
    for (const kind of KINDS) {
      line(
        name,
        kind,
        rows.filter((row) => row.asked === asked && row.kind === kind),
      );
    }
  }
  return table.toString();
}
