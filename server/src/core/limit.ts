/** Spending limits that customers set themselves (`server/sql/000020_limit.sql`). */

import type { LimitKind, Money } from '@seqr-ups/contract';
import type { Tx } from '../db.ts';
import { onlyRow } from './only-row.ts';
import { proofRefusal } from './proof.ts';
import type { Proof, ProofVerdict } from './proof.ts';
import { ok, refused } from './refusal.ts';
import type { CustomerRefusal, Result } from './refusal.ts';

/** One limit and what it leaves for a purchase now. */
export type LimitLeft = { readonly kind: LimitKind; readonly amount: Money; readonly left: Money };

/** What a customer allows themselves; null: no such limit. `zone` says whose midnight counts. */
export type Limits = {
  readonly perPurchase: Money | null;
  readonly perDay: Money | null;
  readonly perMonth: Money | null;
  readonly zone: string;
};

/** The limits in force, and what was spent of them in the day and the month that it is now. */
export type LimitsInForce = Limits & {
  readonly currency: string;
  readonly spentToday: Money;
  readonly spentThisMonth: Money;
  readonly dayEndsAt: Date;
  readonly monthEndsAt: Date;
};

/** Whose days count for a customer who has not said so. */
const DEFAULT_ZONE = 'UTC';

/**
 * A customer's limits and spending. Without limits the days are those of `zone`, which must be
 * known (see {@link isZone}).
 */
export async function customerLimits(
  tx: Tx,
  customerId: string,
  zone: string = DEFAULT_ZONE,
): Promise<LimitsInForce> {
  const { rows } = await tx.query<{
    currency: string;
    zone: string;
    per_purchase_minor: bigint | null;
    per_day_minor: bigint | null;
    per_month_minor: bigint | null;
    day_minor: bigint;
    month_minor: bigint;
    day_to: Date;
    month_to: Date;
  }>(
    `select a.currency, z.zone, l.per_purchase_minor, l.per_day_minor, l.per_month_minor,
       s.day_minor, s.month_minor, s.day_to, s.month_to
     from account a left join customer_limit l on l.customer_id = a.customer_id,
       lateral (select coalesce(l.zone, $2) as zone) z,
       lateral customer_spending(a.customer_id, z.zone) s
     where a.owner = 'CUSTOMER' and a.customer_id = $1`,
    [customerId, zone],
  );
  const row = onlyRow(rows);
  const { currency } = row;
  const money = (minor: bigint): Money => ({ minor, currency });
  const limit = (minor: bigint | null): Money | null => (minor === null ? null : money(minor));
  return {
    currency,
    zone: row.zone,
    perPurchase: limit(row.per_purchase_minor),
    perDay: limit(row.per_day_minor),
    perMonth: limit(row.per_month_minor),
    spentToday: money(row.day_minor),
    spentThisMonth: money(row.month_minor),
    dayEndsAt: row.day_to,
    monthEndsAt: row.month_to,
  };
}

/** The limit that leaves least, or null for a customer without limits. */
export async function limitLeft(tx: Tx, customerId: string): Promise<LimitLeft | null> {
  const { rows } = await tx.query<StoredLimitLeft & { currency: string }>(
    `select a.currency, l.kind, l.amount_minor, l.left_minor
     from account a, customer_limits_left(a.customer_id) l
     where a.owner = 'CUSTOMER' and a.customer_id = $1
     order by l.left_minor, l.amount_minor limit 1`,
    [customerId],
  );
  const [row] = rows;
  return row === undefined ? null : readLimitLeft(row, row.currency);
}

/** A row of `customer_limits_left`. */
export type StoredLimitLeft = {
  readonly kind: LimitKind;
  readonly amount_minor: bigint;
  readonly left_minor: bigint;
};

/** Turns a row of `customer_limits_left` into a {@link LimitLeft}. */
export function readLimitLeft(row: StoredLimitLeft, currency: string): LimitLeft {
  return {
    kind: row.kind,
    amount: { minor: row.amount_minor, currency },
    left: { minor: row.left_minor, currency },
  };
}

/** Whether the database can count days in a time zone of this name. */
export async function isZone(tx: Tx, name: string): Promise<boolean> {
  const { rows } = await tx.query<{ known: boolean }>(`select is_zone($1) as known`, [name]);
  return rows[0]?.known === true;
}

/**
 * Sets all limits at once, by PIN and, where one is asked for, a device's signature over them.
 * Amounts must be in the account's currency, the zone one that is known.
 */
export async function setLimits(
  tx: Tx,
  change: { readonly customerId: string; readonly proof: Proof; readonly limits: Limits },
): Promise<Result<null, CustomerRefusal>> {
  const { proof, limits } = change;
  const { rows } = await tx.query<ProofVerdict>(
    `select * from customer_set_limits($1, $2, $3, $4, $5, $6, $7)`,
    [
      change.customerId,
      proof.deviceId,
      proof.pinDigest,
      limits.perPurchase?.minor ?? null,
      limits.perDay?.minor ?? null,
      limits.perMonth?.minor ?? null,
      limits.zone,
    ],
  );
  const refusal = proofRefusal(onlyRow(rows));
  return refusal === null ? ok(null) : refused(refusal);
}
