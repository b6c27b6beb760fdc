/**
 * Cases: problems that customers report of their purchases, answered by the merchant, and changed
 * codes, which only the operator sees.
 */

import type { CaseKind, CaseState, Money, PurchaseState } from '@seqr-ups/contract';
import type { Tx } from '../db.ts';
import { ok, refused } from './refusal.ts';
import type { CustomerRefusal, Result } from './refusal.ts';

/** Cases that one customer may open in 24 hours. */
export const CASES_PER_DAY = 10;

/** A case, without its customer. */
export type ProblemCase = {
  readonly id: string;
  readonly kind: CaseKind;
  readonly text: string;
  readonly state: CaseState;
  readonly answer: string | null;
  readonly createdAt: Date;
  readonly answeredAt: Date | null;
  readonly closedAt: Date | null;
};

/** A case as its merchant sees it: with what of the purchase helps to find it. */
export type MerchantCase = ProblemCase & {
  readonly purchase: {
    readonly id: string;
    readonly state: PurchaseState;
    readonly machineToken: string | null;
    readonly invoiceReference: string | null;
    readonly charged: Money | null;
    readonly createdAt: Date;
  };
};

type CaseRow = {
  id: string;
  kind: CaseKind;
  text: string;
  state: CaseState;
  answer: string | null;
  created_at: Date;
  answered_at: Date | null;
  closed_at: Date | null;
};

const COLUMNS = 'c.id, c.kind, c.text, c.state, c.answer, c.created_at, c.answered_at, c.closed_at';

/**
 * Opens a case of one of the customer's purchases. NOT_FOUND: no such purchase of theirs;
 * RATE_LIMITED: {@link CASES_PER_DAY}.
 */
export const openCase = (
  tx: Tx,
  report: {
    readonly id: string;
    readonly customerId: string;
    readonly purchaseId: string;
    readonly kind: CaseKind;
    readonly text: string;
  },
): Promise<Result<ProblemCase, CaseRefusal>> =>
  open(tx, { ...report, merchantId: null }, async () => {
    const { rows } = await tx.query<CaseRow>(
      `select ${COLUMNS} from problem_case c where c.id = $1`,
      [report.id],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('a case that was just opened is not there');
    return readCase(row);
  });
type CaseRefusal = Extract<CustomerRefusal, { code: 'RATE_LIMITED' }> | { code: 'NOT_FOUND' };

/** Keeps the text of a changed code for the operator, with the merchant that it names, if any. */
export const reportCode = (
  tx: Tx,
  report: {
    readonly id: string;
    readonly customerId: string;
    readonly text: string;
    readonly merchantId: string | null;
  },
): Promise<Result<null, CaseRefusal>> =>
  open(tx, { ...report, purchaseId: null, kind: 'CODE_CHANGED' }, async () => null);

async function open<T>(
  tx: Tx,
  report: {
    readonly id: string;
    readonly customerId: string;
    readonly purchaseId: string | null;
    readonly merchantId: string | null;
    readonly kind: CaseKind | 'CODE_CHANGED';
    readonly text: string;
  },
  opened: () => Promise<T>,
): Promise<Result<T, CaseRefusal>> {
  const { rows } = await tx.query<{
    refusal: 'NOT_FOUND' | 'RATE_LIMITED' | null;
    retry_after_s: number | null;
  }>(`select * from case_open($1, $2, $3, $4, $5, $6, $7)`, [
    report.id,
    report.customerId,
    report.purchaseId,
    report.merchantId,
    report.kind,
    report.text,
    CASES_PER_DAY,
  ]);
  const { refusal = null, retry_after_s: retryAfterS = null } = rows[0] ?? {};
  if (refusal === 'RATE_LIMITED') return refused({ code: refusal, retryAfterS: retryAfterS ?? 1 });
  if (refusal === 'NOT_FOUND') return refused({ code: refusal });
  return ok(await opened());
}

/** The cases of one of this customer's purchases, oldest first. */
export async function listCases(
  tx: Tx,
  customerId: string,
  purchaseId: string,
): Promise<ProblemCase[]> {
  const { rows } = await tx.query<CaseRow>(
    `select ${COLUMNS} from problem_case c
      where c.purchase_id = $1 and c.customer_id = $2 order by c.id`,
    [purchaseId, customerId],
  );
  return rows.map(readCase);
}

/** The customer says that it is settled; a case that is closed already stays as it is. */
export async function closeCase(
  tx: Tx,
  closing: { readonly customerId: string; readonly purchaseId: string; readonly id: string },
): Promise<Result<ProblemCase, { readonly code: 'NOT_FOUND' }>> {
  const { rows } = await tx.query<CaseRow>(
    `update problem_case c set state = 'CLOSED', closed_at = coalesce(c.closed_at, seqr_clock())
      where c.id = $1 and c.purchase_id = $2 and c.customer_id = $3 returning ${COLUMNS}`,
    [closing.id, closing.purchaseId, closing.customerId],
  );
  const [row] = rows;
  return row === undefined ? refused({ code: 'NOT_FOUND' }) : ok(readCase(row));
}

type MerchantCaseRow = CaseRow & {
  purchase_id: string;
  purchase_state: PurchaseState;
  machine_token: string | null;
  invoice_reference: string | null;
  charged_minor: bigint | null;
  currency: string;
  purchased_at: Date;
};

/** Of a merchant's cases; the customer's number and name are no part of it. */
const OF_MERCHANT = `
  select ${COLUMNS}, c.purchase_id, p.state as purchase_state, p.machine_token, p.invoice_reference,
    p.charged_minor, p.currency, p.created_at as purchased_at
  from problem_case c join purchase_view p on p.id = c.purchase_id
  where c.merchant_id = $1`;

/** A page of one merchant's cases, newest first: `limit` of them that are older than `before`. */
export async function listMerchantCases(
  tx: Tx,
  merchantId: string,
  page: {
    readonly state: CaseState | null;
    readonly before: string | null;
    readonly limit: number;
  },
): Promise<{ readonly items: MerchantCase[]; readonly nextCursor: string | null }> {
  const { rows } = await tx.query<MerchantCaseRow>(
    `${OF_MERCHANT} and ($2::text is null or c.state = $2) and ($3::uuid is null or c.id < $3)
      order by c.id desc limit $4`,
    [merchantId, page.state, page.before, page.limit + 1],
  );
  const items = rows.slice(0, page.limit).map(readMerchantCase);
  return { items, nextCursor: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}

/**
 * The merchant's answer; `close` says that nothing more is to come. It may be changed until the
 * case is closed. NOT_FOUND: no such case of this merchant; TOO_LATE: closed with another answer or
 * none.
 */
export async function answerCase(
  tx: Tx,
  answer: {
    readonly id: string;
    readonly merchantId: string;
    readonly userId: string;
    readonly text: string;
    readonly close: boolean;
  },
): Promise<Result<MerchantCase, { readonly code: 'NOT_FOUND' | 'TOO_LATE' }>> {
  const { id, merchantId, userId, text, close } = answer;
  const { rows } = await tx.query<{ refusal: 'NOT_FOUND' | 'TOO_LATE' | null }>(
    `select case_answer($1, $2, $3, $4, $5) as refusal`,
    [id, merchantId, userId, text, close],
  );
  const refusal = rows[0]?.refusal ?? null;
  if (refusal !== null) return refused({ code: refusal });
  const found = await tx.query<MerchantCaseRow>(`${OF_MERCHANT} and c.id = $2`, [merchantId, id]);
  const [row] = found.rows;
  return row === undefined ? refused({ code: 'NOT_FOUND' }) : ok(readMerchantCase(row));
}

const readCase = (row: CaseRow): ProblemCase => ({
  id: row.id,
  kind: row.kind,
  text: row.text,
  state: row.state,
  answer: row.answer,
  createdAt: row.created_at,
  answeredAt: row.answered_at,
  closedAt: row.closed_at,
});

const readMerchantCase = (row: MerchantCaseRow): MerchantCase => ({
  ...readCase(row),
  purchase: {
    id: row.purchase_id,
    state: row.purchase_state,
    machineToken: row.machine_token,
    invoiceReference: row.invoice_reference,
    charged:
      row.charged_minor === null ? null : { minor: row.charged_minor, currency: row.currency },
    createdAt: row.purchased_at,
  },
});

/** A case as the operator sees it, of whichever merchant. */
export type OperatorCase = Omit<ProblemCase, 'kind'> & {
  readonly kind: CaseKind | 'CODE_CHANGED';
  readonly merchantId: string | null;
  readonly purchaseId: string | null;
  readonly machineToken: string | null;
};

/** Everybody's cases, newest first, at most `limit`. */
export async function listEveryCase(
  tx: Tx,
  wanted: {
    readonly merchantId: string | null;
    readonly state: CaseState | null;
    readonly limit: number;
  },
): Promise<OperatorCase[]> {
  const { rows } = await tx.query<
    Omit<CaseRow, 'kind'> & {
      kind: OperatorCase['kind'];
      merchant_id: string | null;
      purchase_id: string | null;
      machine_token: string | null;
    }
  >(
    `select ${COLUMNS}, c.merchant_id, c.purchase_id, p.machine_token
       from problem_case c left join purchase p on p.id = c.purchase_id
      where ($1::text is null or c.merchant_id = $1) and ($2::text is null or c.state = $2)
      order by c.id desc limit $3`,
    [wanted.merchantId, wanted.state, wanted.limit],
  );
  return rows.map((row) => ({
    ...readCase({ ...row, kind: 'OTHER' }),
    kind: row.kind,
    merchantId: row.merchant_id,
    purchaseId: row.purchase_id,
    machineToken: row.machine_token,
  }));
}
