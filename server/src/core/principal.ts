/**
 * Who calls the merchant API, as the database knows them. Every call reads its principal anew, so
 * that a password changed, a terminal unregistered or a merchant blocked on any node counts at once
 * on every node. Calls that come while reads are under way share the next one.
 */

import type { Database, Tx } from '../db.ts';
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

/** A principal as the database knows it, not yet authenticated. */
export type StoredPrincipal = {
  readonly principal: Principal;
  readonly passwordHash: string;
  readonly suspended: boolean;
};

/**
 * No such principal: an unknown or unregistered terminal (29); an unknown merchant or user (37).
 */
export type UnknownPrincipal = 'INVALID_INITIATOR_PRINCIPAL_ID' | 'INITIATOR_PRINCIPAL_NOT_FOUND';

/** Finds principals for many calls at once. */
export type PrincipalReader = {
  /** The principal that `claim` names, as it is in the database after the call of this function. */
  find(claim: PrincipalClaim): Promise<Result<StoredPrincipal, UnknownPrincipal>>;
};

/** Reads of terminals under way at once; further calls wait for one to end and go together. */
const READS_AT_ONCE = 2;
/** Terminals of one read. The callers that wait are bounded by the edge, which sheds requests. */
const TERMINALS_PER_READ_MAX = 100;

type PrincipalRow = {
  terminal_id: string;
  merchant_id: string;
  password_hash: string;
  suspended: boolean;
  allow_http_notifications: boolean;
};

/** A reader on one database. */
export function createPrincipalReader(db: Database): PrincipalReader {
  const readTerminal = readTogether((ids) => db.statement((tx) => readTerminals(tx, ids)), {
    atOnce: READS_AT_ONCE,
    keysMax: TERMINALS_PER_READ_MAX,
  });
  const findTerminal = async (terminalId: string) => {
    const row = await readTerminal(terminalId);
    if (row === undefined) return refused('INVALID_INITIATOR_PRINCIPAL_ID' as const);
    return ok(storedPrincipal(row, { kind: 'TERMINAL', terminalId }));
  };

  return {
    find: (claim) =>
      claim.kind === 'TERMINAL'
        ? findTerminal(claim.terminalId)
        : db.statement((tx) => findUser(tx, claim.merchantId, claim.userId)),
  };
}

async function readTerminals(
  tx: Tx,
  terminalIds: readonly string[],
): Promise<ReadonlyMap<string, PrincipalRow>> {
  const { rows } = await tx.query<PrincipalRow>(
    `select t.id as terminal_id, t.merchant_id, t.password_hash, m.allow_http_notifications,
            t.state <> 'ACTIVE' or m.state <> 'ACTIVE' as suspended
       from terminal t join merchant m on m.id = t.merchant_id
      where t.id = any($1) and t.state <> 'UNREGISTERED'`,
    [terminalIds],
  );
  return new Map(rows.map((row) => [row.terminal_id, row]));
}

async function findUser(
  tx: Tx,
  merchantId: string,
  userId: string | null,
): Promise<Result<StoredPrincipal, UnknownPrincipal>> {
  if (userId === null) return refused('INITIATOR_PRINCIPAL_NOT_FOUND');
  const { rows } = await tx.query<Omit<PrincipalRow, 'terminal_id'>>(
    `select u.merchant_id, u.password_hash, m.allow_http_notifications,
            u.state <> 'ACTIVE' or m.state <> 'ACTIVE' as suspended
       from merchant_user u join merchant m on m.id = u.merchant_id
      where u.merchant_id = $1 and u.user_id = $2`,
    [merchantId, userId],
  );
  const row = rows[0];
  if (row === undefined) return refused('INITIATOR_PRINCIPAL_NOT_FOUND');
  return ok(storedPrincipal(row, { kind: 'USER', userId }));
}

function storedPrincipal(
  row: Omit<PrincipalRow, 'terminal_id'>,
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
