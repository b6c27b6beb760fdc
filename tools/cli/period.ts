/** `seqr period …`: transaction periods, as merchants mark them over SOAP. */

import { findPeriod, listPeriods, markPeriod } from '../../server/src/core/period.ts';
import type { ListedPeriod, Period } from '../../server/src/core/period.ts';
import type { Tx } from '../../server/src/db.ts';
import { Refused } from './command.ts';
import type { Command, Input, Option } from './command.ts';
import { withInstallation } from './installation.ts';
import { readMerchant } from './merchant-record.ts';
import { listTable } from './table.ts';
import { readCodeId } from './value.ts';

/** Periods that a list shows. */
const LIST_MAX = 50;

const MERCHANT = { name: 'merchant', help: 'id of the merchant' };
const TERMINAL: Option = { value: 'id', help: "a terminal's series instead of the shop's" };

/** Whose periods: a shop's, or those of one of its terminals. */
export type Series = { readonly merchantId: string; readonly terminalId: string | null };

const mark: Command = {
  name: 'period mark',
  summary: 'close the open period of a shop or terminal, and begin the next',
  details: 'What a till does at the end of a shift (markTransactionPeriod).',
  arguments: [MERCHANT],
  options: { terminal: TERMINAL },
  json: true,
  async run(input, terminal) {
    const series = readSeries(input, input.needed('merchant'));
    const marked = await withInstallation(terminal, ({ db }) =>
      db.statement(async (tx) => {
        await readMerchant(tx, series.merchantId);
        return markPeriod(tx, series);
      }),
    );
    if (!marked.ok) throw noTerminal(series);
    const { periodId } = marked.value;
    return { output: `${periodId}\n`, json: { ...series, periodId } };
  },
};

const list: Command = {
  name: 'period list',
  summary: `list the newest ${LIST_MAX} closed periods of a shop or terminal`,
  arguments: [MERCHANT],
  options: { terminal: TERMINAL },
  json: true,
  async run(input, terminal) {
    const series = readSeries(input, input.needed('merchant'));
    const periods = await withInstallation(terminal, ({ db }) =>
      db.statement(async (tx) => {
        await readMerchant(tx, series.merchantId);
        await requireTerminal(tx, series);
        return listPeriods(tx, series, LIST_MAX);
      }),
    );
    const json = { periods: periods.map(periodJson) };
    if (periods.length === 0) return { output: 'No period has been closed yet.\n', json };
    const rows = periods.map((period) => [
      String(period.number),
      period.id,
      period.closedAt.toISOString(),
      period.entries === null ? '' : String(period.entries),
      stateOf(period),
    ]);
    return { output: listTable(['', 'period', 'closed', 'entries', 'reports'], rows), json };
  },
};

/** Reads which series is meant. */
export function readSeries(input: Input, merchant: string): Series {
  const merchantId = readCodeId('A merchant id', merchant);
  return { merchantId, terminalId: input.text('terminal') ?? null };
}

/** The period of an id, or the newest of the series. Throws {@link Refused} where there is none. */
export async function requirePeriod(
  tx: Tx,
  series: Series,
  periodId: string | null,
): Promise<Period> {
  await readMerchant(tx, series.merchantId);
  await requireTerminal(tx, series);
  const period = await findPeriod(tx, { ...series, periodId });
  if (period === null) {
    throw new Refused(
      periodId === null
        ? 'No period has been closed yet; "seqr period mark" closes one.'
        : `${series.merchantId} has no closed period ${periodId}.`,
    );
  }
  return period;
}

async function requireTerminal(tx: Tx, series: Series): Promise<void> {
  if (series.terminalId === null) return;
  const { rows } = await tx.query(`select from terminal where id = $1 and merchant_id = $2`, [
    series.terminalId,
    series.merchantId,
  ]);
  if (rows.length === 0) throw noTerminal(series);
}

const noTerminal = ({ merchantId, terminalId }: Series): Refused =>
  new Refused(`${merchantId} has no terminal ${terminalId}.`);

function stateOf({ settled, reportedAt }: ListedPeriod): string {
  if (reportedAt !== null) return 'ready';
  return settled ? 'being made' : 'wait for notice of a payment';
}

function periodJson(period: ListedPeriod): Record<string, unknown> {
  const { number, entries, closedAt, reportedAt, ...rest } = period;
  return {
    ...rest,
    number: Number(number),
    closedAt: closedAt.toISOString(),
    reportedAt: reportedAt?.toISOString() ?? null,
    entries: entries === null ? null : Number(entries),
  };
}

/** The commands of this group. */
export const PERIOD_COMMANDS = [mark, list];
