/**
 * The purchase, from the customer's side: scan, offer, approval, cancellation, deadlines. Each step
 * is one call of a SQL function (`server/sql`), which locks, judges by the database's clock and
 * writes at once.
 */

import type { CreatePurchaseError, Money } from '@seqr-ups/contract';
import type { Tx } from '../db.ts';
import { onlyRow } from './only-row.ts';
import { readPurchase } from './purchase-row.ts';
import type { Purchase, PurchaseRow } from './purchase-row.ts';
import { ok, refused } from './refusal.ts';
import type { CustomerRefusal, LateBill, Result } from './refusal.ts';

export { hasEnded } from './purchase-row.ts';
export type { Purchase } from './purchase-row.ts';

/** Limits and deadlines of the customer's side (Unattended Payments, 6 and row 40). */
export type PurchaseLimits = {
  /** How long createPurchase may be outstanding. */
  readonly openedS: number;
  /** How long an offer waits for its PIN. */
  readonly approvalS: number;
  readonly scansPerMinute: number;
  /** Offers left unapproved within 10 minutes before a growing pause begins. */
  readonly offersLeftPerTenMinutes: number;
  readonly callsPerMachinePerMinute: number;
  /** How long an immediate debit waits for the merchant's notice; never below 20. */
  readonly noticeS: number;
};

/** A sweep that comes this long after the one before follows an outage of the platform, */
const OUTAGE_S = 10;
/** and for so long afterwards nothing is reversed for want of notice (merchant SOAP API, 9.2). */
const OUTAGE_GRACE_S = 60;

/** What the contract recommends. */
export const PURCHASE_LIMITS: PurchaseLimits = {
  openedS: 15,
  approvalS: 120,
  scansPerMinute: 30,
  offersLeftPerTenMinutes: 5,
  callsPerMachinePerMinute: 60,
  noticeS: 20,
};

/**
 * What the reseller is asked, and where (Unattended Payments, 4). `caPem`: an authority to trust
 * besides the public.
 */
export type CreatePurchaseCall = {
  readonly purchaseId: string;
  readonly url: string;
  readonly caPem: string | null;
  readonly reservationToken: string;
  readonly reservationAmount: Money;
  readonly msisdn: string;
};

/**
 * What the reseller answered, or why there is no usable answer. `detail` is for the operator only.
 */
export type ResellerAnswer =
  | { readonly kind: 'INVOICE'; readonly invoiceReference: string }
  | {
      readonly kind: 'ERROR';
      readonly code: CreatePurchaseError;
      readonly detail: string;
      readonly invoiceReference: string | null;
    };

/**
 * A scan of machine `token` of `merchantId`. Opens a purchase with the given id and says what to
 * ask the reseller, or returns the customer's unfinished purchase there (`call` is null). A refusal
 * for lack of funds carries the purchase that was recorded.
 */
export async function openPurchase(
  tx: Tx,
  scan: {
    readonly purchaseId: string;
    readonly customerId: string;
    readonly merchantId: string;
    readonly token: string;
    /** Whether its code bears a signature of the platform; absent: no. */
    readonly isSigned?: boolean;
    readonly limits?: PurchaseLimits;
  },
): Promise<Result<{ purchase: Purchase; call: CreatePurchaseCall | null }, CustomerRefusal>> {
  const { rows } = await tx.query<
    PurchaseRow & {
      refusal:
        | ('UNKNOWN_MERCHANT' | 'INVALID_CODE' | 'PIN_LOCKED')
        | ('RATE_LIMITED' | 'INSUFFICIENT_FUNDS')
        | null;
      retry_after_s: number | null;
      call_url: string | null;
      call_ca_pem: string | null;
      call_amount_minor: bigint;
      call_msisdn: string;
    }
  >(
    `select o.refusal, o.retry_after_s, o.call_url, o.call_ca_pem, o.call_amount_minor,
       o.call_msisdn, (o.purchase).* from purchase_open($1, $2, $3, $4, $5, $6) o`,
    [
      scan.purchaseId,
      scan.customerId,
      scan.merchantId,
      scan.token,
      scan.isSigned ?? false,
      JSON.stringify(scan.limits ?? PURCHASE_LIMITS),
    ],
  );
  const row = onlyRow(rows);
  switch (row.refusal) {
    case 'INSUFFICIENT_FUNDS':
      return refused({ code: row.refusal, purchase: readPurchase(row) });
    case 'RATE_LIMITED':
      return refused({ code: row.refusal, retryAfterS: row.retry_after_s ?? 1 });
    case 'INVALID_CODE':
    case 'UNKNOWN_MERCHANT':
    case 'PIN_LOCKED':
      return refused({ code: row.refusal });
    case null: {
      const purchase = readPurchase(row);
      if (row.call_url === null) return ok({ purchase, call: null });
      return ok({
        purchase,
        call: {
          purchaseId: purchase.id,
          url: row.call_url,
          caPem: row.call_ca_pem,
          reservationToken: scan.token,
          reservationAmount: { minor: row.call_amount_minor, currency: row.currency },
          msisdn: row.call_msisdn,
        },
      });
    }
  }
}

/**
 * Takes the reseller's answer: binds the invoice that it named, after the checks of rows 7–12, or
 * refuses the purchase. The purchase may have ended otherwise meanwhile; then it is returned as it
 * is, and the invoice is cancelled.
 */
export async function settleAnswer(
  tx: Tx,
  purchaseId: string,
  answer: ResellerAnswer,
  limits: PurchaseLimits = PURCHASE_LIMITS,
): Promise<Purchase> {
  const error = answer.kind === 'ERROR' ? answer : null;
  const { rows } = await tx.query<PurchaseRow>(
    `select * from purchase_settle($1, $2, $3, $4, $5)`,
    [
      purchaseId,
      answer.invoiceReference,
      error?.code ?? null,
      error?.detail.replaceAll('\0', '') ?? null,
      limits.approvalS,
    ],
  );
  return readPurchase(onlyRow(rows));
}

/** A bill's code: the one on a till's sticker, or the reference of one invoice. */
export type BillCode =
  | { readonly kind: 'TILL'; readonly seqrId: string }
  | { readonly kind: 'INVOICE'; readonly invoiceReference: string };

/**
 * Opens a bill by its code under the given id, or returns the customer's unfinished purchase of it.
 * The purchase waits for its approval, or first for the merchant's word about the customer's
 * tokens.
 */
export async function openBill(
  tx: Tx,
  scan: {
    readonly purchaseId: string;
    readonly customerId: string;
    readonly code: BillCode;
    readonly limits?: PurchaseLimits;
  },
): Promise<Result<Purchase, CustomerRefusal>> {
  const { code } = scan;
  const { rows } = await tx.query<
    PurchaseRow & {
      refusal:
        | 'NOT_FOUND'
        | 'NO_INVOICE_YET'
        | 'INVALID_CODE'
        | 'TOO_LATE'
        | 'PIN_LOCKED'
        | 'RATE_LIMITED'
        | null;
      retry_after_s: number | null;
      became: LateBill['became'] | null;
    }
  >(
    `select o.refusal, o.retry_after_s, o.became, (o.purchase).*
     from purchase_open_bill($1, $2, $3, $4, $5) o`,
    [
      scan.purchaseId,
      scan.customerId,
      code.kind,
      code.kind === 'TILL' ? code.seqrId : code.invoiceReference,
      JSON.stringify(scan.limits ?? PURCHASE_LIMITS),
    ],
  );
  const row = onlyRow(rows);
  switch (row.refusal) {
    case 'RATE_LIMITED':
      return refused({ code: row.refusal, retryAfterS: row.retry_after_s ?? 1 });
    case 'TOO_LATE': {
      const became = row.became ?? 'ENDED';
      // Without a purchase of this customer's own, the view's columns are null.
      const purchase = (row.id as string | null) === null ? null : readPurchase(row);
      return refused({ code: row.refusal, bill: { became, purchase } });
    }
    case 'NOT_FOUND':
    case 'NO_INVOICE_YET':
    case 'INVALID_CODE':
    case 'PIN_LOCKED':
      return refused({ code: row.refusal });
    case null:
      return ok(readPurchase(row));
  }
}

/** The customer cancels, before the approval only: afterwards the machine may be open. */
export async function cancelPurchase(
  tx: Tx,
  cancellation: { readonly customerId: string; readonly purchaseId: string },
): Promise<Result<Purchase, CustomerRefusal>> {
  const { rows } = await tx.query<PurchaseRow & { refusal: 'NOT_FOUND' | 'TOO_LATE' | null }>(
    `select c.refusal, (c.purchase).* from purchase_cancel($1, $2) c`,
    [cancellation.customerId, cancellation.purchaseId],
  );
  const row = onlyRow(rows);
  return row.refusal === null ? ok(readPurchase(row)) : refused({ code: row.refusal });
}

/** One purchase of this customer; null for anybody else's. */
export async function findPurchase(
  tx: Tx,
  customerId: string,
  purchaseId: string,
): Promise<Purchase | null> {
  const { rows } = await tx.query<PurchaseRow>(
    `select * from purchase_view where id = $1 and customer_id = $2`,
    [purchaseId, customerId],
  );
  return rows[0] ? readPurchase(rows[0]) : null;
}

/** Purchases by their ids, whoever's they are. */
export async function findPurchases(
  tx: Tx,
  purchaseIds: readonly string[],
): Promise<ReadonlyMap<string, Purchase>> {
  const { rows } = await tx.query<PurchaseRow>(`select * from purchase_view where id = any($1)`, [
    purchaseIds,
  ]);
  return new Map(rows.map((row) => [row.id, readPurchase(row)]));
}

/** This customer's unfinished purchases, oldest first. */
export async function unfinishedPurchases(tx: Tx, customerId: string): Promise<Purchase[]> {
  const { rows } = await tx.query<PurchaseRow>(
    `select * from purchase_view where customer_id = $1 and deadline is not null order by id`,
    [customerId],
  );
  return rows.map(readPurchase);
}

/**
 * Ends purchases and unclaimed invoices whose deadline has passed, at most `limit` of each; returns
 * how many ended. Only tidies: every call judges deadlines itself. The clock stands in a subquery,
 * so that it is asked once and the index used.
 */
export async function expireDue(tx: Tx, limit: number): Promise<number> {
  const due = await tx.query<{ id: string }>(
    `select id from purchase where deadline <= (select seqr_clock()) order by deadline limit $1`,
    [limit],
  );
  const stale = await tx.query<{ reference: string }>(
    `select reference from invoice where state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE')
       and purchase_id is null and expires_at <= (select seqr_clock())
     order by expires_at limit $1`,
    [limit],
  );
  const { rows: sweep } = await tx.query<{ may_reverse: boolean }>(
    `select sweep_begin($1, $2) as may_reverse`,
    [OUTAGE_S, OUTAGE_GRACE_S],
  );
  const mayReverse = sweep[0]?.may_reverse ?? false;
  for (const { id } of due.rows) {
    await tx.query(`select purchase_expire($1, $2)`, [id, mayReverse]);
  }
  for (const { reference } of stale.rows) await tx.query(`select invoice_expire($1)`, [reference]);
  return due.rows.length + stale.rows.length;
}
