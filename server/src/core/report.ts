/** Reconciliation reports as executeReport answers them (`reports.md`). */

import type { Tx } from '../db.ts';
import { REPORTS, findPeriod } from './period.ts';
import type { Period, ReportId, ReportNumber } from './period.ts';
import { ok, refused } from './refusal.ts';
import type { MerchantRefusal, Result } from './refusal.ts';

/** Who asks for which report. */
export type ReportRequest = {
  /** The shop: of the user, or of the terminal, that asks. */
  readonly merchantId: string;
  /** The terminal that asks; null: a user of the shop. */
  readonly terminalId: string | null;
  /** As sent, compared exactly: `Reconciliation/STD_RECON_003.xml`. */
  readonly reportId: string;
  /** Parameter `transactionPeriodId`; null: the newest closed period of the series. */
  readonly periodId: string | null;
  /** Parameter `TERMINALID`; null: the terminal whose period it is. */
  readonly terminalParameter: string | null;
};

/** A report as the answer carries it; the edge sends `content` twice (base64 and text). */
export type ReportAnswer = {
  /** `STD_RECON_003_<period id>.xml`; empty for `Shop.xml`. */
  readonly title: string;
  /** `text/html` though the content is XML: clients are used to it. */
  readonly mimeType: string;
  /** The XML document, the same each time. */
  readonly content: string;
};

/** What executeReport is refused with. */
export type ReportRefusal = Extract<
  MerchantRefusal,
  'REPORT_NOT_READY' | 'INVALID_ERS_REFERENCE' | 'INVALID_PRODUCT' | 'ACCESS_DENIED'
>;

/**
 * executeReport. Refusals: INVALID_PRODUCT (no such report), ACCESS_DENIED (a terminal asks for a
 * report of the shop, or of another terminal), INVALID_ERS_REFERENCE (no such period of this shop,
 * or none closed yet), REPORT_NOT_READY (still being made; for ever when the period is of the other
 * series: reports.md, 5).
 */
export async function executeReport(
  tx: Tx,
  request: ReportRequest,
): Promise<Result<ReportAnswer, ReportRefusal>> {
  const { reportId } = request;
  if (!isReportId(reportId)) return refused('INVALID_PRODUCT');
  const { number, perTerminal } = REPORTS[reportId];
  if (!mayAsk(request, perTerminal)) return refused('ACCESS_DENIED');
  const period = await wantedPeriod(tx, request, perTerminal);
  if (period === null) return refused('INVALID_ERS_REFERENCE');
  if (!fits(period, request, perTerminal)) return refused('REPORT_NOT_READY');
  const content = await readReport(tx, period.id, number);
  if (content === null) return refused('REPORT_NOT_READY');
  const title =
    reportId === 'Reconciliation/Shop.xml' ? '' : `STD_RECON_00${number}_${period.id}.xml`;
  return ok({ title, mimeType: 'text/html', content });
}

const isReportId = (text: string): text is ReportId => Object.hasOwn(REPORTS, text);

/** A user may ask for everything of its shop, a terminal for its own reports. */
function mayAsk({ terminalId, terminalParameter }: ReportRequest, perTerminal: boolean): boolean {
  if (terminalId === null) return true;
  return perTerminal && (terminalParameter === null || terminalParameter === terminalId);
}

/** Another terminal's period is to a terminal as if it did not exist. */
async function wantedPeriod(
  tx: Tx,
  { merchantId, terminalId, periodId, terminalParameter }: ReportRequest,
  perTerminal: boolean,
): Promise<Period | null> {
  const series = perTerminal ? (terminalId ?? terminalParameter) : null;
  if (periodId === null && perTerminal && series === null) return null;
  const period = await findPeriod(tx, { merchantId, terminalId: series, periodId });
  const foreign = terminalId !== null && (period?.terminalId ?? terminalId) !== terminalId;
  return foreign ? null : period;
}

/** A shop's report needs a shop's period, a terminal's that terminal's. */
function fits(period: Period, request: ReportRequest, perTerminal: boolean): boolean {
  if (!perTerminal) return period.terminalId === null;
  const { terminalParameter } = request;
  return (
    period.terminalId !== null &&
    (terminalParameter === null || terminalParameter === period.terminalId)
  );
}

/** A complete report as one text; null: not made yet. */
async function readReport(tx: Tx, periodId: string, number: ReportNumber): Promise<string | null> {
  const { rows } = await tx.query<{ content: string }>(
    `select string_agg(t.content, '' order by t.part) as content
     from report r join report_part t using (period_id, report_id)
     where r.period_id = $1 and r.report_id = $2 having count(*) > 0`,
    [periodId, String(number)],
  );
  return rows[0]?.content ?? null;
}
