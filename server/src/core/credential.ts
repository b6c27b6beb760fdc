/**
 * Whether a caller of the merchant API is who it says. The slow hash is spared by remembering for a
 * while after its last use that this password matched that very hash; hash and states are read anew
 * for every call (`principal.ts`). Order and outcome of the checks: merchant-soap-api 2.2.
 */

import { createHmac, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { createGuessThrottle } from './guess-throttle.ts';
import type { Principal, StoredPrincipal } from './principal.ts';
import { ok, refused } from './refusal.ts';
import type { MerchantRefusal, Result } from './refusal.ts';
import { createVerificationQueue } from './verification-queue.ts';

/** Shortest password of a terminal (merchant-soap-api 2.2 step 5, 9.5), in characters. */
const TERMINAL_PASSWORD_LENGTH_MIN = 4;
/** Longest password that is looked at, in bytes of UTF-8; nobody has one, it bounds the hashing. */
const PASSWORD_BYTES_MAX = 1_024;
/**
 * How long a verified password that is not used is remembered. One in use never has to be hashed
 * again, so that its terminal works on while somebody guesses its password. The stored hash and the
 * states are read anyway.
 */
const VERIFIED_FOR_MS = 10 * 60_000;
/** Verified passwords remembered, as digests of 43 characters; the longest unused goes first. */
const VERIFIED_MAX = 20_000;
/** The minimum that OWASP recommends for Argon2id; about 12 ms of one core. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

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

/** Digests of the passwords found right, each until it has not been asked for in a while. */
function verifiedDigests(monotonicMs: () => number) {
  const untilMs = new Map<string, number>();
  const remember = (digest: string): void => {
    untilMs.delete(digest);
    untilMs.set(digest, monotonicMs() + VERIFIED_FOR_MS);
  };
  return {
    has: (digest: string): boolean => {
      const until = untilMs.get(digest);
      if (until === undefined) return false;
      if (until <= monotonicMs()) {
        untilMs.delete(digest);
        return false;
      }
      remember(digest);
      return true;
    },
    add: (digest: string): void => {
      remember(digest);
      if (untilMs.size <= VERIFIED_MAX) return;
      for (const longestUnused of untilMs.keys()) {
        untilMs.delete(longestUnused);
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
