/**
 * Transaction periods and their reconciliation reports (`reports.md`): closed by a mark, made once by
 * the report loop, the same content ever after.
 */

import type { Tx } from '../db.ts';
import { ok, refused } from './refusal.ts';
import type { MerchantRefusal, Result } from './refusal.ts';

/** The reconciliation reports, by the ids on the wire; `perTerminal` belongs to a terminal's period. */
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

/** A closed period: of a shop, or of one of its terminals. */
export type Period = {
  readonly id: string;
  readonly merchantId: string;
  readonly terminalId: string | null;
  readonly number: bigint;
  readonly closedAt: Date;
};

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
    `select id, merchant_id as "merchantId", terminal_id as "terminalId", number,
       closed_at as "closedAt"
     from transaction_period where merchant_id = $1
       and case when $3::text is null then terminal_id is not distinct from $2 else id = $3 end
     order by number desc limit 1`,
    [wanted.merchantId, wanted.terminalId, wanted.periodId],
  );
  return rows[0] ?? null;
}

/** A payment or refund of a period as reports list it; a refund's amount is negative. */
export type PeriodEntry = {
  readonly ersReference: string;
  readonly terminalId: string;
  readonly cashierId: string | null;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly at: Date;
  readonly kind: 'PAYMENT' | 'REFUND';
};

/** Everything that belongs to a period, by time, then reference. At most `limit` rows after `after`. */
export async function periodEntries(
  tx: Tx,
  period: Period,
  page: { readonly limit: number; readonly offset: number },
): Promise<PeriodEntry[]> {
  const { rows } = await tx.query<PeriodEntry>(
    `select * from period_entries($1) order by at, "ersReference" limit $2 offset $3`,
    [period.id, page.limit, page.offset],
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
export async function periodSums(tx: Tx, period: Period): Promise<PeriodSum[]> {
  const { rows } = await tx.query<Omit<PeriodSum, 'sumMinor'> & { sumMinor: string }>(
    `select "terminalId", "cashierId", currency, kind, count(*) as count,
       sum("amountMinor") as "sumMinor"
     from period_entries($1) group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    [period.id],
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

/** A report that was made before; null: not yet. */
export async function findReport(
  tx: Tx,
  periodId: string,
  number: ReportNumber,
): Promise<{ content: string; madeAt: Date } | null> {
  const { rows } = await tx.query<{ content: string; madeAt: Date }>(
    `select content, made_at as "madeAt" from report where period_id = $1 and report_id = $2`,
    [periodId, String(number)],
  );
  return rows[0] ?? null;
}

/** Keeps a report for good; one that another node has made first stays. */
export async function keepReport(
  tx: Tx,
  periodId: string,
  number: ReportNumber,
  content: string,
): Promise<void> {
  await tx.query(
    `insert into report (period_id, report_id, content) values ($1, $2, $3) on conflict do nothing`,
    [periodId, String(number), content],
  );
}

/** Closed, settled periods that lack reports, oldest first. */
export async function periodsToReport(tx: Tx, limit: number): Promise<Period[]> {
  const { rows } = await tx.query<Period>(
    `select id, merchant_id as "merchantId", terminal_id as "terminalId", number,
       closed_at as "closedAt"
     from transaction_period p
     where (select count(*) from report r where r.period_id = p.id)
         < case when terminal_id is null then 4 else 2 end
       and period_is_settled(p)
     order by closed_at limit $1`,
    [limit],
  );
  return rows;
}
