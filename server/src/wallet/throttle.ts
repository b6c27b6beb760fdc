/**
 * Slows down guessing at sign-in. Failures are counted by address and by phone number, whether or
 * not anybody has that number, so that being slowed down says nothing. An attempt is spent before
 * it is looked at and given back when it succeeds: parallel guesses all count, and a household
 * behind one address that signs in rightly is never slowed.
 *
 * It is kept in the memory of one node; what holds across nodes is the database's own count of a
 * customer's failures.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { throttledAddress } from '../throttled-address.ts';

/** How many failures at once, and how long until one of them is forgotten. */
export type Allowance = { readonly burst: number; readonly forgetOneMs: number };

/** One address may belong to a whole mobile network. */
const PER_ADDRESS: Allowance = { burst: 100, forgetOneMs: 20_000 };
/**
 * More than the wrong PINs in a row that the database allows, so that its answer is heard first.
 */
const PER_NUMBER: Allowance = { burst: 10, forgetOneMs: 60_000 };
/** Addresses or numbers remembered; the one longest unchanged is forgotten first. */
const KEYS_MAX = 20_000;

/** The spent attempts of one kind of key; `spend` returns the seconds to wait, 0 for none. */
export type Ledger = { spend(key: string): number; giveBack(key: string): void };

/** Guards the sign-in; both counts must allow an attempt. */
export type SignInThrottle = {
  /**
   * Spends an attempt. Returns 0 when it may go on, else the seconds to wait (and nothing was
   * spent).
   */
  spend(address: string, msisdn: string): number;
  /** The attempt just spent was right. */
  giveBack(address: string, msisdn: string): void;
};

/** Every failed attempt takes at least so long, so that its time does not tell what was wrong. */
const FAILED_ATTEMPT_MS = 100;

/** Waits until an attempt that failed has taken as long as any other; it began at `startedAtMs`. */
export async function untilAllTakeAsLong(startedAtMs: number): Promise<void> {
  await sleep(Math.max(0, FAILED_ATTEMPT_MS - (performance.now() - startedAtMs)));
}

/** A throttle of its own. `monotonicMs` is a clock that never goes back, in milliseconds. */
export function createSignInThrottle(monotonicMs: () => number): SignInThrottle {
  const addresses = createLedger(PER_ADDRESS, monotonicMs);
  const numbers = createLedger(PER_NUMBER, monotonicMs);
  return {
    spend: (address, msisdn) => {
      const addressPauseS = addresses.spend(throttledAddress(address));
      if (addressPauseS > 0) return addressPauseS;
      const numberPauseS = numbers.spend(msisdn);
      // The address has spent one all the same: hammering one number is guessing too.
      return numberPauseS;
    },
    giveBack: (address, msisdn) => {
      addresses.giveBack(throttledAddress(address));
      numbers.giveBack(msisdn);
    },
  };
}

/** A ledger of its own; `monotonicMs` is a clock that never goes back, in milliseconds. */
export function createLedger(allowance: Allowance, monotonicMs: () => number): Ledger {
  const { burst, forgetOneMs } = allowance;
  const spent = new Map<string, { readonly count: number; readonly atMs: number }>();
  /** What is still remembered of a key's failures; a fraction, since they fade away evenly. */
  const remembered = (key: string): number => {
    const entry = spent.get(key);
    if (entry === undefined) return 0;
    return Math.max(0, entry.count - (monotonicMs() - entry.atMs) / forgetOneMs);
  };
  const store = (key: string, count: number): void => {
    spent.delete(key);
    if (count > 0) spent.set(key, { count, atMs: monotonicMs() });
    if (spent.size <= KEYS_MAX) return;
    const [longestUnchanged] = spent.keys();
    if (longestUnchanged !== undefined) spent.delete(longestUnchanged);
  };
  return {
    spend: (key) => {
      const count = remembered(key);
      if (count > burst - 1) return Math.ceil(((count - (burst - 1)) * forgetOneMs) / 1000);
      store(key, count + 1);
      return 0;
    },
    giveBack: (key) => store(key, Math.max(0, remembered(key) - 1)),
  };
}
