/** Complete reports in pieces of bounded size, for those who write them into files. */

import type { Tx } from '../db.ts';
import { PERIOD_BEGIN, periodEntries, periodSums } from './period.ts';
import type { EntryPlace, Period, ReportNumber } from './period.ts';
import { csvDetailsRow, csvHead, csvRows, isDetails, summaryRows } from './report-document.ts';

/** Entries of one piece. */
const PIECE_ENTRIES = 1_000;

/** A report's XML as it was made. The report must be complete. */
export async function* reportXml(
  tx: Tx,
  periodId: string,
  number: ReportNumber,
): AsyncGenerator<string> {
  for (let part = 0; ; part += 1) {
    const { rows } = await tx.query<{ content: string }>(
      `select content from report_part where period_id = $1 and report_id = $2 and part = $3`,
      [periodId, String(number), part],
    );
    if (!rows[0]) return;
    yield rows[0].content;
  }
}

/** The same rows as CSV. The period must be settled. */
export async function* reportCsv(
  tx: Tx,
  period: Period,
  number: ReportNumber,
): AsyncGenerator<string> {
  yield csvHead(number);
  if (!isDetails(number)) {
    const sums = await periodSums(tx, period.id);
    yield csvRows(number, summaryRows(number, sums, { currency: true }));
    return;
  }
  let after: EntryPlace | undefined = PERIOD_BEGIN;
  while (after !== undefined) {
    const entries = await periodEntries(tx, period.id, { limit: PIECE_ENTRIES, after });
    yield csvRows(number, entries.map(csvDetailsRow));
    after = entries.at(-1);
  }
}
