/**
 * Transaction periods (`reports.md`): closed by a mark, of a shop or of one of its terminals, and
 * what belongs to them.
 */

import type { Tx } from '../db.ts';
import { ok, refused } from './refusal.ts';
import type { MerchantRefusal, Result } from './refusal.ts';

/** The reports, by the ids on the wire; a `perTerminal` one belongs to a terminal's period. */
export const REPORTS = {
  'Reconciliation/Shop.xml': { number: 1, perTerminal: false },
  'Reconciliation/STD_RECON_001.xml': { number: 1, perTerminal: false },
  'Reconciliation/STD_RECON_002.xml': { number: 2, perTerminal: false },
  'Reconciliation/STD_RECON_003.xml': { number: 3, perTerminal: false },
  'Reconciliation/STD_RECON_004.xml': { number: 4, perTerminal: false },
  'Reconciliation/STD_RECON_006.xml': { number: 6, perTerminal: true },
  'Reconciliation/STD_RECON_007.xml': { number: 7, perTerminal: true },
} as const;
export type ReportId = keyof typeof REPORTS;
/** Which document: several ids may name the same. */
export type ReportNumber = (typeof REPORTS)[ReportId]['number'];
/** The documents of a shop's period and of a terminal's, summaries first. */
export const REPORTS_OF_SHOP = [1, 2, 4, 3] as const satisfies readonly ReportNumber[];
export const REPORTS_OF_TERMINAL = [6, 7] as const satisfies readonly ReportNumber[];

/** A closed period: of a shop, or of one of its terminals. */
export type Period = {
  readonly id: string;
  readonly merchantId: string;
  readonly terminalId: string | null;
  readonly number: bigint;
  readonly closedAt: Date;
};

/** The columns of a {@link Period}. */
export const PERIOD_FIELDS = `id, merchant_id as "merchantId", terminal_id as "terminalId", number,
  closed_at as "closedAt"`;

/**
 * markTransactionPeriod: closes the open period of a shop, or of one of its terminals, and returns
 * its id. A terminal of another shop: INVALID_INITIATOR_PRINCIPAL_ID.
 */
export async function markPeriod(
  tx: Tx,
  series: { readonly merchantId: string; readonly terminalId: string | null },
): Promise<Result<{ periodId: string }, MerchantRefusal>> {
  const { rows } = await tx.query<{ id: string }>(
    `select period_mark($1, $2) as id where $2::text is null
       or exists (select from terminal where id = $2 and merchant_id = $1)`,
    [series.merchantId, series.terminalId],
  );
  return rows[0] ? ok({ periodId: rows[0].id }) : refused('INVALID_INITIATOR_PRINCIPAL_ID');
}

/**
 * A closed period of this shop by its id; without an id the newest of the series. Null: unknown, or
 * another shop's.
 */
export async function findPeriod(
  tx: Tx,
  wanted: {
    readonly merchantId: string;
    readonly terminalId: string | null;
    readonly periodId: string | null;
  },
): Promise<Period | null> {
  const { rows } = await tx.query<Period>(
    `select ${PERIOD_FIELDS} from transaction_period where merchant_id = $1
       and case when $3::text is null then terminal_id is not distinct from $2 else id = $3 end
     order by number desc limit 1`,
    [wanted.merchantId, wanted.terminalId, wanted.periodId],
  );
  return rows[0] ?? null;
}

/** A closed period as the operator sees it. */
export type ListedPeriod = Period & {
  /** Whether every payment of it is final. */
  readonly settled: boolean;
  /** When its reports were complete; null: not yet. */
  readonly reportedAt: Date | null;
  /** Payments and refunds in it; null: not summed yet. */
  readonly entries: bigint | null;
};

/** The newest closed periods of a series, newest first. */
export async function listPeriods(
  tx: Tx,
  series: { readonly merchantId: string; readonly terminalId: string | null },
  limit: number,
): Promise<ListedPeriod[]> {
  const { rows } = await tx.query<ListedPeriod>(
    `select ${PERIOD_FIELDS}, period_is_settled(p) as settled, reported_at as "reportedAt", entries
     from transaction_period p
     where merchant_id = $1 and terminal_id is not distinct from $2
     order by number desc limit $3`,
    [series.merchantId, series.terminalId, limit],
  );
  return rows;
}

/** A payment or refund of a period as reports list it; a refund's amount is negative. */
export type PeriodEntry = {
  readonly ersReference: string;
  readonly terminalId: string;
  readonly cashierId: string | null;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly at: Date;
  /** `at` to the microsecond, as PostgreSQL writes it. */
  readonly atExactly: string;
  readonly kind: 'PAYMENT' | 'REFUND';
};

/** An entry, as the place after which a page begins. */
export type EntryPlace = Pick<PeriodEntry, 'atExactly' | 'ersReference'>;
/** Before all entries of a period. */
export const PERIOD_BEGIN: EntryPlace = { atExactly: '-infinity', ersReference: '' };

/** What belongs to a period, by time, then reference: at most `limit` entries after a place. */
export async function periodEntries(
  tx: Tx,
  periodId: string,
  page: { readonly limit: number; readonly after: EntryPlace },
): Promise<PeriodEntry[]> {
  const { rows } = await tx.query<PeriodEntry>(
    `select ers_reference as "ersReference", terminal_id as "terminalId",
       cashier_id as "cashierId", amount_minor as "amountMinor", currency, at,
       at::text as "atExactly", kind
     from period_page($1, $2::text::timestamptz, $3, $4)`,
    [periodId, page.after.atExactly, page.after.ersReference, page.limit],
  );
  return rows;
}

/** Count and sum of a period's payments and refunds by terminal and cashier. */
export type PeriodSum = {
  readonly terminalId: string;
  readonly cashierId: string | null;
  readonly currency: string;
  readonly kind: 'PAYMENT' | 'REFUND';
  readonly count: bigint;
  readonly sumMinor: bigint;
};

/** The sums that every summary is made of. */
export async function periodSums(tx: Tx, periodId: string): Promise<PeriodSum[]> {
  const { rows } = await tx.query<Omit<PeriodSum, 'sumMinor'> & { sumMinor: string }>(
    `select terminal_id as "terminalId", cashier_id as "cashierId", currency, kind,
       count(*) as count, sum(amount_minor) as "sumMinor"
     from period_entries($1) group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    [periodId],
  );
  return rows.map((row) => ({ ...row, sumMinor: BigInt(row.sumMinor) }));
}

/** Whether every payment of a period is final: none still waits for its merchant's notice. */
export async function periodIsSettled(tx: Tx, periodId: string): Promise<boolean> {
  const { rows } = await tx.query<{ settled: boolean }>(
    `select period_is_settled(p) as settled from transaction_period p where id = $1`,
    [periodId],
  );
  return rows[0]?.settled ?? false;
}
