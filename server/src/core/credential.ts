/**
 * Who calls the merchant API. A call costs one indexed read: the stored hash and the states are
 * looked up every time, so that a password changed, a terminal unregistered or a merchant blocked
 * on any node counts at once on every node. Only the slow hash is spared, by remembering for a
 * while that this password matched that very hash. Order and outcome of the checks:
 * merchant-soap-api 2.2.
 */

import { createHmac, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import type { Tx } from '../db.ts';
import { createGuessThrottle } from './guess-throttle.ts';
import { ok, refused } from './refusal.ts';
import type { MerchantRefusal, Result } from './refusal.ts';
import { createVerificationQueue } from './verification-queue.ts';

/** Shortest password of a terminal (merchant-soap-api 2.2 step 5, 9.5), in characters. */
export const TERMINAL_PASSWORD_LENGTH_MIN = 4;
/** Longest password that is looked at, in bytes of UTF-8; nobody has one, it bounds the hashing. */
export const PASSWORD_BYTES_MAX = 1_024;
/**
 * How long a verified password is not hashed again. The stored hash and the states are read anyway.
 */
const VERIFIED_FOR_MS = 10 * 60_000;
/** Verified passwords remembered, as digests of 43 characters; the oldest goes first. */
const VERIFIED_MAX = 20_000;
/** The minimum that OWASP recommends for Argon2id; about 12 ms of one core. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

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

/** Why a caller is not let in. `SYSTEM_BUSY`: too many passwords wait to be hashed; try again. */
export type CredentialRefusal =
  | Extract<
      MerchantRefusal,
      | 'AUTHENTICATION_FAILED'
      | 'ACCESS_DENIED'
      | 'INVALID_INITIATOR_PRINCIPAL_ID'
      | 'INVALID_INITIATOR_PRINCIPAL_STATE'
      | 'INITIATOR_PRINCIPAL_NOT_FOUND'
    >
  | 'SYSTEM_BUSY';

/** A password offered for a principal, and the network address that it came from. */
export type PasswordAttempt = {
  readonly stored: StoredPrincipal;
  readonly password: string;
  readonly address: string;
};

/** The checks of one program; what they remember lives and dies with it. */
export type CredentialCheck = {
  /** The principal if the password is its own and its state allows calls. */
  judge(attempt: PasswordAttempt): Promise<Result<Principal, CredentialRefusal>>;
  /** `hashPassword` in the address's turn, for callers from outside. */
  hashInTurn(password: string, address: string): Promise<Result<string, 'SYSTEM_BUSY'>>;
};

type PrincipalRow = {
  merchant_id: string;
  password_hash: string;
  suspended: boolean;
  allow_http_notifications: boolean;
};

/**
 * The principal that `claim` names, by one indexed read. An unregistered terminal is unknown (29);
 * so are an unknown merchant, user, or a missing user id (37).
 */
export async function findPrincipal(
  tx: Tx,
  claim: PrincipalClaim,
): Promise<Result<StoredPrincipal, CredentialRefusal>> {
  if (claim.kind === 'TERMINAL') {
    const { rows } = await tx.query<PrincipalRow>(
      `select m.id as merchant_id, t.password_hash, m.allow_http_notifications,
              t.state <> 'ACTIVE' or m.state <> 'ACTIVE' as suspended
         from terminal t join merchant m on m.id = t.merchant_id
        where t.id = $1 and t.state <> 'UNREGISTERED'`,
      [claim.terminalId],
    );
    const row = rows[0];
    if (row === undefined) return refused('INVALID_INITIATOR_PRINCIPAL_ID');
    return ok(storedPrincipal(row, { kind: 'TERMINAL', terminalId: claim.terminalId }));
  }
  if (claim.userId === null) return refused('INITIATOR_PRINCIPAL_NOT_FOUND');
  const { rows } = await tx.query<PrincipalRow>(
    `select m.id as merchant_id, u.password_hash, m.allow_http_notifications,
            u.state <> 'ACTIVE' or m.state <> 'ACTIVE' as suspended
       from merchant_user u join merchant m on m.id = u.merchant_id
      where u.merchant_id = $1 and u.user_id = $2`,
    [claim.merchantId, claim.userId],
  );
  const row = rows[0];
  if (row === undefined) return refused('INITIATOR_PRINCIPAL_NOT_FOUND');
  return ok(storedPrincipal(row, { kind: 'USER', userId: claim.userId }));
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

/** Argon2id of a password, with its salt and parameters in the text that is stored. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, ARGON2ID);
}

/** Whether a password is long enough for a terminal and short enough to be hashed. */
export function isAcceptableTerminalPassword(password: string): boolean {
  return !isTooShort(password) && Buffer.byteLength(password) <= PASSWORD_BYTES_MAX;
}

/** Checks with a memory of their own; `monotonicMs` is a clock that never goes back. */
export function createCredentialCheck(monotonicMs: () => number): CredentialCheck {
  const queue = createVerificationQueue(monotonicMs);
  const throttle = createGuessThrottle(monotonicMs);
  const verified = verifiedDigests(monotonicMs);
  const underWay = new Map<string, Promise<Result<boolean, 'SYSTEM_BUSY'>>>();
  const digestKey = randomBytes(32);

  /** Compares by the slow hash; the same password offered many times at once is hashed once. */
  const compare = (attempt: PasswordAttempt, pair: string, digest: string) => {
    const already = underWay.get(digest);
    if (already !== undefined) return already;
    throttle.spend(pair);
    const comparing = queue
      .run(attempt.address, async () => {
        const value = await verify(attempt.stored.passwordHash, attempt.password);
        return { value, wrong: !value };
      })
      .then((result) => {
        if (!result.ok) throttle.giveBack(pair);
        else if (result.value) throttle.forget(pair);
        else throttle.recordWrong(pair, digest);
        return result;
      })
      .finally(() => underWay.delete(digest));
    underWay.set(digest, comparing);
    return comparing;
  };

  const isRight = async (attempt: PasswordAttempt): Promise<Result<boolean, 'SYSTEM_BUSY'>> => {
    const { password, stored, address } = attempt;
    if (password === '' || Buffer.byteLength(password) > PASSWORD_BYTES_MAX) return ok(false);
    const digest = keyedDigest(digestKey, stored, password);
    if (verified.has(digest)) return ok(true);
    const pair = pairOf(stored, address);
    if (throttle.wasWrong(pair, digest)) return ok(false);
    if (!underWay.has(digest) && throttle.isPaused(pair)) return ok(false);
    const compared = await compare(attempt, pair, digest);
    if (compared.ok && compared.value) verified.add(digest);
    return compared;
  };

  return {
    judge: async (attempt) => {
      const right = await isRight(attempt);
      if (!right.ok) return right;
      if (!right.value) return refused('AUTHENTICATION_FAILED');
      const { principal, suspended } = attempt.stored;
      if (suspended) return refused('INVALID_INITIATOR_PRINCIPAL_STATE');
      const tooShort = principal.kind === 'TERMINAL' && isTooShort(attempt.password);
      return tooShort ? refused('ACCESS_DENIED') : ok(principal);
    },
    hashInTurn: (password, address) =>
      queue.run(address, async () => ({ value: await hashPassword(password), wrong: false })),
  };
}

/** Digests of the passwords found right, each for a while. */
function verifiedDigests(monotonicMs: () => number) {
  const untilMs = new Map<string, number>();
  return {
    has: (digest: string): boolean => {
      const until = untilMs.get(digest);
      if (until === undefined) return false;
      if (until > monotonicMs()) return true;
      untilMs.delete(digest);
      return false;
    },
    add: (digest: string): void => {
      untilMs.delete(digest);
      untilMs.set(digest, monotonicMs() + VERIFIED_FOR_MS);
      if (untilMs.size <= VERIFIED_MAX) return;
      for (const oldest of untilMs.keys()) {
        untilMs.delete(oldest);
        return;
      }
    },
  };
}

/**
 * A digest that says nothing without this process's key. The stored hash is part of it, so a
 * changed password is another digest: what was remembered about the old one can never be found
 * again.
 */
function keyedDigest(key: Buffer, stored: StoredPrincipal, password: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([nameOf(stored.principal), stored.passwordHash, password]))
    .digest('base64url');
}

/** Guesses are counted by principal, stored hash and address: a new password starts a new count. */
function pairOf(stored: StoredPrincipal, address: string): string {
  return JSON.stringify([nameOf(stored.principal), stored.passwordHash, address]);
}

function nameOf(principal: Principal): readonly string[] {
  return principal.kind === 'TERMINAL'
    ? [principal.kind, principal.terminalId]
    : [principal.kind, principal.merchantId, principal.userId];
}

/** Characters, not UTF-16 units: two emoji are two characters. */
function isTooShort(password: string): boolean {
  return !new RegExp(`^.{${TERMINAL_PASSWORD_LENGTH_MIN}}`, 'su').test(password);
}
