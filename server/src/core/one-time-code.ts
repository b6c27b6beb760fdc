/**
 * The operator's one-time codes: what lets a customer's device in, or sets a new PIN, where the
 * customer has nothing else to prove who they are. 60 random bits in Crockford's base32, read out
 * over the telephone as three groups; the database knows a keyed digest only. Single use, 24 hours,
 * five wrong tries.
 */

import { createHmac, randomBytes } from 'node:crypto';
import type { Tx } from '../db.ts';
import { onlyRow } from './only-row.ts';

/** Crockford's alphabet: no I, L, O or U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 3;
const GROUP_LENGTH = 4;
const BITS_PER_CHARACTER = 5;
const VALID_S = 24 * 3600;

/** A new code, as it is told to the customer: `7K2M-9QRT-4XWB`. */
export function makeCode(): string {
  const characters = Array.from(
    randomBytes(GROUPS * GROUP_LENGTH),
    // A byte has 8 bits, of which the lower five are as random as any.
    (byte) => ALPHABET[byte & ((1 << BITS_PER_CHARACTER) - 1)],
  ).join('');
  return Array.from({ length: GROUPS }, (_, group) =>
    characters.slice(group * GROUP_LENGTH, (group + 1) * GROUP_LENGTH),
  ).join('-');
}

/**
 * The characters of a code as people type it: small letters, spaces, no hyphens, O for 0, I or L
 * for 1. Text that can be no code comes out as it is and matches none.
 */
const readCode = (text: string): string =>
  text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');

/**
 * The digest under which a customer's code is kept. The key is that of the PINs: which one it is
 * the database can tell, so that an operator's command with a wrong key is found out.
 */
export const codeDigest = (pinKey: Buffer, customerId: string, code: string): Buffer =>
  createHmac('sha256', pinKey)
    .update(`one-time code\0${customerId}\0${readCode(code)}`)
    .digest();

/** Gives a customer a code, instead of an earlier one; returns until when it is valid. */
export async function giveCode(tx: Tx, customerId: string, digest: Buffer): Promise<Date> {
  const { rows } = await tx.query<{ expires_at: Date }>(
    `select customer_give_code($1, $2, $3) as expires_at`,
    [customerId, digest, VALID_S],
  );
  return onlyRow(rows).expires_at;
}

/**
 * Sets a new PIN by a code, ends a lock and every session. False: the code is not right, was used,
 * or is too old.
 */
export async function unlockByCode(
  tx: Tx,
  unlocking: {
    readonly customerId: string;
    readonly codeDigest: Buffer;
    readonly newPinDigest: Buffer;
  },
): Promise<boolean> {
  const { rows } = await tx.query<{ unlocked: boolean }>(
    `select customer_unlock_by_code($1, $2, $3) as unlocked`,
    [unlocking.customerId, unlocking.codeDigest, unlocking.newPinDigest],
  );
  return onlyRow(rows).unlocked;
}
