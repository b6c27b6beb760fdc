/** Makes the reconciliation reports of closed periods once every payment in them is final. */

import type { Period } from '../core/period.ts';
import { makeReports, takePeriodsToReport } from '../core/report-making.ts';
import type { WorkOptions } from './expire.ts';
import { startLoop, type Loop } from './loop.ts';

/** A till asks about 3 s after its mark. */
const INTERVAL_MS = 1_000;
/** Periods worked on in one run. */
const PERIODS_MAX = 30;
/** Periods worked on at once: whole cities close their shops at the same minute. */
const LANES = 3;
/** Parts of one period made in one run; a longer one goes on after the others have had a turn. */
const PARTS_MAX = 5;

/** Starts the making of reports. */
export function startReports({ db, log, metrics }: WorkOptions): Loop {
  const makeSome = async (period: Period): Promise<void> => {
    const progress = await db.statement((tx) => makeReports(tx, period, PARTS_MAX));
    const { done, entries, written } = progress;
    if (done) metrics.reportedPeriods.inc();
    const context = { merchantId: period.merchantId, periodId: period.id };
    // Only long ones are worth a line.
    if (!done) log.info({ ...context, entries, written }, 'a report is being made');
    else log.debug({ ...context, entries }, 'reports are made');
  };
  return startLoop({
    name: 'report',
    intervalMs: INTERVAL_MS,
    log,
    metrics,
    run: async () => {
      const periods = await db.statement((tx) => takePeriodsToReport(tx, PERIODS_MAX));
      const failures: unknown[] = [];
      const left = periods.values();
      const lane = async (): Promise<void> => {
        for (const period of left) {
          // One that cannot be made must not keep back the others.
          await makeSome(period).catch((error: unknown) => failures.push(error));
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      if (failures.length > 0) throw failures[0];
      return periods.length > 0;
    },
  });
}
