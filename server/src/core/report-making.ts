/**
 * Makes the reports of a closed, settled period, a bounded amount of work at a time. What is made
 * is kept, so that anybody can go on, and several at once make the same.
 */

import type { Tx } from '../db.ts';
import {
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
  let made = await readMade(tx, period);
  const totals = made.totals ?? (await makeSummaries(tx, period, made.now));
  for (let parts = 0; !made.complete && parts < partsMax; parts += 1) {
    made = (await makePart(tx, period, made, totals)) ?? (await readMade(tx, period));
  }
  return { done: made.complete, entries: totals.entries, written: made.written };
}

/** What the summaries say of the details. */
type Totals = { readonly entries: bigint; readonly several: boolean };

/** What is there of a period's reports. */
type Made = {
  /** Null: there are no summaries yet. */
  readonly totals: Totals | null;
  /** The last part of the details, -1 before the first. */
  readonly part: number;
  /** Entries up to its end, and the last of them. */
  readonly written: bigint;
  readonly last: EntryPlace;
  readonly complete: boolean;
  readonly now: Date;
};

const detailsOf = (period: Period): ReportNumber => (period.terminalId === null ? 3 : 7);

async function readMade(tx: Tx, period: Period): Promise<Made> {
  const { rows } = await tx.query<
    Omit<Made, 'totals' | 'last'> & EntryPlace & { [name in keyof Totals]: Totals[name] | null }
  >(
    `select p.entries, p.several_currencies as several, coalesce(t.part, -1) as part,
       coalesce(t.entries, 0) as written, coalesce(t.last_at, '-infinity')::text as "atExactly",
       coalesce(t.last_reference, '') as "ersReference", p.reported_at is not null as complete,
       seqr_clock() as now
     from transaction_period p left join lateral (
       select * from report_part where period_id = p.id and report_id = $2
       order by part desc limit 1
     ) t on true
     where p.id = $1`,
    [period.id, String(detailsOf(period))],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`period ${period.id} is gone`);
  const { entries, several, atExactly, ersReference, ...rest } = row;
  const totals = entries === null || several === null ? null : { entries, several };
  return { totals, last: { atExactly, ersReference }, ...rest };
}

async function makeSummaries(tx: Tx, period: Period, madeAt: Date): Promise<Totals> {
  const sums = await periodSums(tx, period.id);
  const entries = sums.reduce((sum, { count }) => sum + count, 0n);
  const several = new Set(sums.map(({ currency }) => currency)).size > 1;
  const all = period.terminalId === null ? REPORTS_OF_SHOP : REPORTS_OF_TERMINAL;
  const numbers = all.filter((number) => !isDetails(number));
  const contents = numbers.map((number) => {
    const rows = xmlRows(summaryRows(number, sums, { currency: several }));
    return xmlHead(number, period, madeAt) + rows + xmlTail(number);
  });
  await tx.query(`select report_keep_summaries($1, $2, $3, $4, $5)`, [
    period.id,
    numbers.map(String),
    contents,
    entries,
    several,
  ]);
  return { entries, several };
}

/** Makes the next part of the details; null when somebody else has made it meanwhile. */
async function makePart(
  tx: Tx,
  period: Period,
  made: Made,
  { several }: Totals,
): Promise<Made | null> {
  const number = detailsOf(period);
  const entries = await periodEntries(tx, period.id, { limit: PART_ENTRIES, after: made.last });
  const isLast = entries.length < PART_ENTRIES;
  const head = made.part < 0 ? xmlHead(number, period, made.now) : '';
  const rows = xmlRows(entries.map((entry) => detailsRow(entry, { currency: several })));
  const part = made.part + 1;
  const written = made.written + BigInt(entries.length);
  const last = entries.at(-1) ?? made.last;
  const { rows: answers } = await tx.query<{ kept: boolean }>(
    `select report_keep_part($1, $2, $3, $4, $5, $6::text::timestamptz, $7, $8) as kept`,
    [
      period.id,
      String(number),
      part,
      head + rows + (isLast ? xmlTail(number) : ''),
      written,
      last.atExactly,
      last.ersReference,
      isLast,
    ],
  );
  return answers[0]?.kept === true ? { ...made, part, written, last, complete: isLast } : null;
}
