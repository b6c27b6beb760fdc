/**
 * Makes the reports of a closed, settled period, a bounded amount of work at a time. What is made
 * is kept, so that anybody can go on, and several at once make the same.
 */

import type { Tx } from '../db.ts';
import {
  PERIOD_BEGIN,
  PERIOD_FIELDS,
  REPORTS_OF_SHOP,
  REPORTS_OF_TERMINAL,
  periodEntries,
  periodSums,
} from './period.ts';
import type { EntryPlace, Period, ReportNumber } from './period.ts';
import {
  detailsRow,
  isDetails,
  summaryRows,
  xmlHead,
  xmlRows,
  xmlTail,
} from './report-document.ts';

/** Entries of one part of a document: some hundred kilobytes. */
const PART_ENTRIES = 1_000;

/**
 * Takes up to `limit` closed, settled periods that lack reports, those that had the fewest turns
 * first; nobody else takes them in the same moment.
 */
export async function takePeriodsToReport(tx: Tx, limit: number): Promise<Period[]> {
  const { rows } = await tx.query<Period>(`select ${PERIOD_FIELDS} from report_take($1)`, [limit]);
  return rows;
}

/** How far the reports of a period are. */
export type ReportProgress = {
  readonly done: boolean;
  /** Entries of the period, and how many of them its details hold. */
  readonly entries: bigint;
  readonly written: bigint;
};

/**
 * Makes what is missing of a period's reports: the summaries, then at most `partsMax` parts of the
 * details. The period must be settled. Every query commits by itself.
 */
export async function makeReports(
  tx: Tx,
  period: Period,
  partsMax: number,
): Promise<ReportProgress> {
  const totals = await makeSummaries(tx, period);
  const number = period.terminalId === null ? 3 : 7;
  let place = await lastPart(tx, period, number);
  for (let parts = 0; !place.complete && parts < partsMax; parts += 1) {
    await makePart(tx, { period, number, several: totals.several, place });
    place = await lastPart(tx, period, number);
  }
  if (place.complete) {
    await tx.query(
      `update transaction_period set reported_at = seqr_clock()
       where id = $1 and reported_at is null`,
      [period.id],
    );
  }
  return { done: place.complete, entries: totals.entries, written: place.entries };
}

type Totals = { readonly entries: bigint; readonly several: boolean };

/** Once they are there, only their totals are read. */
async function makeSummaries(tx: Tx, period: Period): Promise<Totals> {
  const { rows } = await tx.query<{ entries: bigint | null; several: boolean | null }>(
    `select entries, several_currencies as several from transaction_period where id = $1`,
    [period.id],
  );
  const [known] = rows;
  if (known && known.entries !== null && known.several !== null) {
    return { entries: known.entries, several: known.several };
  }
  const sums = await periodSums(tx, period.id);
  const entries = sums.reduce((sum, { count }) => sum + count, 0n);
  const several = new Set(sums.map(({ currency }) => currency)).size > 1;
  const madeAt = await clock(tx);
  for (const number of period.terminalId === null ? REPORTS_OF_SHOP : REPORTS_OF_TERMINAL) {
    if (isDetails(number)) continue;
    const rows = xmlRows(summaryRows(number, sums, { currency: several }));
    const content = xmlHead(number, period, madeAt) + rows + xmlTail(number);
    await keep(tx, { period, number, part: 0, content, entries, last: PERIOD_BEGIN, isLast: true });
  }
  await tx.query(
    `update transaction_period set entries = $2, several_currencies = $3 where id = $1`,
    [period.id, entries, several],
  );
  return { entries, several };
}

/** Where a document ends so far. */
type Place = {
  readonly part: number;
  readonly entries: bigint;
  readonly last: EntryPlace;
  readonly complete: boolean;
};

async function lastPart(tx: Tx, period: Period, number: ReportNumber): Promise<Place> {
  const { rows } = await tx.query<
    { part: number; entries: bigint; complete: boolean } & EntryPlace
  >(
    `select part, entries, last_at::text as "atExactly", last_reference as "ersReference",
       exists (select from report r where r.period_id = $1 and r.report_id = $2) as complete
     from report_part where period_id = $1 and report_id = $2 order by part desc limit 1`,
    [period.id, String(number)],
  );
  const [row] = rows;
  if (row === undefined) return { part: -1, entries: 0n, last: PERIOD_BEGIN, complete: false };
  const { part, entries, complete, ...last } = row;
  return { part, entries, complete, last };
}

async function makePart(
  tx: Tx,
  {
    period,
    number,
    several,
    place,
  }: {
    readonly period: Period;
    readonly number: ReportNumber;
    readonly several: boolean;
    readonly place: Place;
  },
): Promise<void> {
  const entries = await periodEntries(tx, period.id, { limit: PART_ENTRIES, after: place.last });
  const isLast = entries.length < PART_ENTRIES;
  const head = place.part < 0 ? xmlHead(number, period, await clock(tx)) : '';
  const rows = xmlRows(entries.map((entry) => detailsRow(entry, { currency: several })));
  await keep(tx, {
    period,
    number,
    part: place.part + 1,
    content: head + rows + (isLast ? xmlTail(number) : ''),
    entries: place.entries + BigInt(entries.length),
    last: entries.at(-1) ?? place.last,
    isLast,
  });
}

async function keep(
  tx: Tx,
  part: {
    readonly period: Period;
    readonly number: ReportNumber;
    readonly part: number;
    readonly content: string;
    readonly entries: bigint;
    readonly last: EntryPlace;
    readonly isLast: boolean;
  },
): Promise<void> {
  await tx.query(`select report_keep($1, $2, $3, $4, $5, $6::text::timestamptz, $7, $8)`, [
    part.period.id,
    String(part.number),
    part.part,
    part.content,
    part.entries,
    part.last.atExactly,
    part.last.ersReference,
    part.isLast,
  ]);
}

async function clock(tx: Tx): Promise<Date> {
  const { rows } = await tx.query<{ now: Date }>(`select seqr_clock() as now`);
  if (!rows[0]) throw new Error('the clock answered nothing');
  return rows[0].now;
}
