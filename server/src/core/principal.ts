/**
 * Who calls the merchant API, as the database knows them. Every call reads its principal anew, so
 * that a password changed, a terminal unregistered or a merchant blocked on any node counts at once
 * on every node. Calls that come while reads are under way share the next one.
 */

import type { Database, Tx } from '../db.ts';
import type { AcknowledgmentMode } from './invoice.ts';
import { ok, refused } from './refusal.ts';
import type { Result } from './refusal.ts';
import { readTogether } from './together.ts';

/** Who a caller says it is. `TERMINAL`: one till, shop or machine; `USER`: a user of a merchant. */
export type PrincipalClaim =
  | { readonly kind: 'TERMINAL'; readonly terminalId: string }
  | { readonly kind: 'USER'; readonly merchantId: string; readonly userId: string | null };

/** An authenticated caller. */
export type Principal = (
  | { readonly kind: 'TERMINAL'; readonly terminalId: string }
  | { readonly kind: 'USER'; readonly userId: string }
) & {
  readonly merchantId: string;
  /** The merchant's setting: whether a notification may go to an `http://` address. */
  readonly allowHttpNotifications: boolean;
};

/** An invoice that is ISSUED and waits: no deadline of it or of a purchase of it has passed. */
export type WaitingInvoice = {
  readonly version: number;
  readonly acknowledgmentMode: AcknowledgmentMode;
};

/** A principal as the database knows it, not yet authenticated. */
export type StoredPrincipal = {
  readonly principal: Principal;
  readonly passwordHash: string;
  readonly suspended: boolean;
};
/** With the invoice of this terminal that was asked for along with it, if that waits; else null. */
export type FoundPrincipal = StoredPrincipal & { readonly waitingInvoice: WaitingInvoice | null };

/**
 * No such principal: an unknown or unregistered terminal (29); an unknown merchant or user (37).
 */
export type UnknownPrincipal = 'INVALID_INITIATOR_PRINCIPAL_ID' | 'INITIATOR_PRINCIPAL_NOT_FOUND';

/** Finds principals for many calls at once. */
export type PrincipalReader = {
  /**
   * The principal that `claim` names, as it is in the database after the call of this function; and
   * with a terminal its invoice `invoiceReference`, so that the most frequent call of all, the poll
   * of a bill that nobody has paid yet, is one read.
   */
  find(
    claim: PrincipalClaim,
    invoiceReference?: string | null,
  ): Promise<Result<FoundPrincipal, UnknownPrincipal>>;
};

/** Reads of terminals under way at once; further calls wait for one to end and go together. */
const READS_AT_ONCE = 2;
/** Terminals of one read. The callers that wait are bounded by the edge, which sheds requests. */
const TERMINALS_PER_READ_MAX = 100;

type PrincipalRow = {
  merchant_id: string;
  password_hash: string;
  suspended: boolean;
  allow_http_notifications: boolean;
};
type TerminalRow = PrincipalRow & {
  /** Position of the call among those read together, from 1. */
  position: number;
  version: number | null;
  acknowledgment_mode: AcknowledgmentMode | null;
};

/** A terminal, and the invoice that its call is about. */
type TerminalCall = [terminalId: string, invoiceReference: string | null];

/** A reader on one database. */
export function createPrincipalReader(db: Database): PrincipalReader {
  const readTerminal = readTogether((calls) => db.statement((tx) => readTerminals(tx, calls)), {
    atOnce: READS_AT_ONCE,
    keysMax: TERMINALS_PER_READ_MAX,
  });
  const findTerminal = async (terminalId: string, invoiceReference: string | null) => {
    const call: TerminalCall = [terminalId, invoiceReference];
    const row = await readTerminal(JSON.stringify(call));
    if (row === undefined) return refused('INVALID_INITIATOR_PRINCIPAL_ID' as const);
    return ok({
      ...storedPrincipal(row, { kind: 'TERMINAL', terminalId }),
      waitingInvoice: waitingInvoice(row),
    });
  };

  return {
    find: (claim, invoiceReference = null) =>
      claim.kind === 'TERMINAL'
        ? findTerminal(claim.terminalId, invoiceReference)
        : db.statement((tx) => findUser(tx, claim.merchantId, claim.userId)),
  };
}

/** By call: terminal and invoice that it asks about, as JSON. An unknown terminal has no row. */
async function readTerminals(
  tx: Tx,
  calls: readonly string[],
): Promise<ReadonlyMap<string, TerminalRow>> {
  const named = calls.map((call) => JSON.parse(call) as TerminalCall);
  const { rows } = await tx.query<TerminalRow>(`select * from terminal_calls($1, $2)`, [
    named.map(([terminalId]) => terminalId),
    named.map(([, invoiceReference]) => invoiceReference),
  ]);
  return new Map(rows.map((row) => [calls[row.position - 1] ?? '', row]));
}

function waitingInvoice(row: TerminalRow): WaitingInvoice | null {
  const { version, acknowledgment_mode: acknowledgmentMode } = row;
  return version === null || acknowledgmentMode === null ? null : { version, acknowledgmentMode };
}

async function findUser(
  tx: Tx,
  merchantId: string,
  userId: string | null,
): Promise<Result<FoundPrincipal, UnknownPrincipal>> {
  if (userId === null) return refused('INITIATOR_PRINCIPAL_NOT_FOUND');
  const { rows } = await tx.query<PrincipalRow>(
    `select u.merchant_id, u.password_hash, m.allow_http_notifications,
            u.state <> 'ACTIVE' or m.state <> 'ACTIVE' as suspended
       from merchant_user u join merchant m on m.id = u.merchant_id
      where u.merchant_id = $1 and u.user_id = $2`,
    [merchantId, userId],
  );
  const row = rows[0];
  if (row === undefined) return refused('INITIATOR_PRINCIPAL_NOT_FOUND');
  return ok({ ...storedPrincipal(row, { kind: 'USER', userId }), waitingInvoice: null });
}

function storedPrincipal(
  row: PrincipalRow,
  who: { kind: 'TERMINAL'; terminalId: string } | { kind: 'USER'; userId: string },
): StoredPrincipal {
  return {
    principal: {
      ...who,
      merchantId: row.merchant_id,
      allowHttpNotifications: row.allow_http_notifications,
    },
    passwordHash: row.password_hash,
    suspended: row.suspended,
  };
}
