/** Customers: PIN, sessions, the operator's additions. */

import { createHmac, randomUUID } from 'node:crypto';
import type { Tx } from '../db.ts';
import { onlyRow } from './only-row.ts';
import { proofRefusal } from './proof.ts';
import type { Proof, ProofVerdict } from './proof.ts';
import { ok, refused } from './refusal.ts';
import type { CustomerRefusal, Result } from './refusal.ts';

/** How long a session lasts. */
const SESSION_S = 30 * 24 * 3600;

/** A PIN has four digits. */
export const PIN_PATTERN = /^[0-9]{4}$/;

/**
 * HMAC-SHA-256 of customer and PIN under a key that is never in the database: what is stored and
 * compared. A slow hash would protect four digits for minutes and cost every purchase 12 ms.
 */
export function pinDigest(key: Buffer, customerId: string, pin: string): Buffer {
  return createHmac('sha256', key).update(`${customerId}\0${pin}`).digest();
}

/**
 * Whether `key` is the one that this database's PINs were made with; the first key asked about is.
 * With another every PIN would be wrong.
 */
export async function isPinKey(tx: Tx, key: Buffer): Promise<boolean> {
  const check = createHmac('sha256', key).update('seqr-ups PIN key').digest();
  const { rows } = await tx.query<{ matches: boolean | null }>(
    `select installation_has_pin_key($1) as matches`,
    [check],
  );
  return rows[0]?.matches === true;
}

/** A customer as a session knows them. `msisdn` is digits with country code. */
export type Customer = {
  readonly customerId: string;
  readonly msisdn: string;
  readonly name: string;
};

/** The customer of a phone number, or null. */
export async function findCustomerByMsisdn(tx: Tx, msisdn: string): Promise<Customer | null> {
  const { rows } = await tx.query<Customer>(
    `select id as "customerId", msisdn, name from customer where msisdn = $1`,
    [msisdn],
  );
  return rows[0] ?? null;
}

/**
 * Signs in with a PIN; `tokenDigest` is the keyed digest of the session's token, `deviceId` a
 * device whose signature was found right. Wrong or paused: UNAUTHORIZED. The session is bound to
 * the device, if that is still one of the customer's.
 */
export async function signIn(
  tx: Tx,
  attempt: {
    readonly customerId: string;
    readonly pinDigest: Buffer;
    readonly tokenDigest: Buffer;
    readonly deviceId: string | null;
  },
): Promise<Result<{ expiresAt: Date; deviceId: string | null }, CustomerRefusal>> {
  const { customerId, deviceId } = attempt;
  const { rows } = await tx.query<{
    session_ends_at: Date | null;
    bound_device_id: string | null;
  }>(`select * from customer_sign_in($1, $2, $3, $4, $5)`, [
    customerId,
    attempt.pinDigest,
    attempt.tokenDigest,
    SESSION_S,
    deviceId,
  ]);
  const { session_ends_at: expiresAt, bound_device_id: bound } = onlyRow(rows);
  return expiresAt === null
    ? refused({ code: 'UNAUTHORIZED' })
    : ok({ expiresAt, deviceId: bound });
}

/** A customer's session; `deviceId` is the device that it is bound to. */
export type CustomerSession = Customer & { readonly deviceId: string | null };

/** Whose session this token opens, or null when it has ended. */
export async function findSession(tx: Tx, tokenDigest: Buffer): Promise<CustomerSession | null> {
  const found = await findSessions(tx, [tokenDigest]);
  return found.get(tokenDigest.toString('hex')) ?? null;
}

/** Whose sessions these tokens open, by the digest in hexadecimal; ended ones are absent. */
export async function findSessions(
  tx: Tx,
  tokenDigests: readonly Buffer[],
): Promise<ReadonlyMap<string, CustomerSession>> {
  const { rows } = await tx.query<CustomerSession & { digest: Buffer }>(
    `select s.token_digest as digest, s.device_id as "deviceId", c.id as "customerId", c.msisdn,
       c.name
     from customer_session s join customer c on c.id = s.customer_id
     where s.token_digest = any($1) and s.expires_at > (select seqr_clock())`,
    [tokenDigests],
  );
  return new Map(rows.map(({ digest, ...session }) => [digest.toString('hex'), session] as const));
}

/** Signs out. */
export async function endSession(tx: Tx, tokenDigest: Buffer): Promise<void> {
  await tx.query(`delete from customer_session where token_digest = $1`, [tokenDigest]);
}

/**
 * Changes the PIN to the one whose digest is `newPinDigest`, and ends every session of the
 * customer.
 */
export async function changePin(
  tx: Tx,
  change: { readonly customerId: string; readonly proof: Proof; readonly newPinDigest: Buffer },
): Promise<Result<null, CustomerRefusal>> {
  const { pinDigest, deviceId } = change.proof;
  const { rows } = await tx.query<ProofVerdict>(
    `select * from customer_change_pin($1, $2, $3, $4)`,
    [change.customerId, pinDigest, deviceId, change.newPinDigest],
  );
  const refusal = proofRefusal(onlyRow(rows));
  return refusal === null ? ok(null) : refused(refusal);
}

/**
 * Adds a customer with an empty account in `currency`; the number must be free. Needs a
 * transaction. `digestOf` makes the PIN's digest from the new customer's id.
 */
export async function addCustomer(
  tx: Tx,
  customer: {
    readonly msisdn: string;
    readonly name: string;
    readonly currency: string;
    readonly digestOf: (customerId: string) => Buffer;
  },
): Promise<Result<{ customerId: string }, 'ALREADY_EXISTS'>> {
  const customerId = randomUUID();
  const added = await tx.query(
    `insert into customer (id, msisdn, name, pin_digest) values ($1, $2, $3, $4)
     on conflict (msisdn) do nothing returning id`,
    [customerId, customer.msisdn, customer.name, customer.digestOf(customerId)],
  );
  if (added.rows.length === 0) return refused('ALREADY_EXISTS');
  await tx.query(`insert into account (owner, customer_id, currency) values ('CUSTOMER', $1, $2)`, [
    customerId,
    customer.currency,
  ]);
  return ok({ customerId });
}

/** Sets whether a customer's account takes refunds. False: no customer has this number. */
export async function setRefundsAllowed(
  tx: Tx,
  msisdn: string,
  allowed: boolean,
): Promise<boolean> {
  const { rows } = await tx.query(
    `update customer set refunds_allowed = $2 where msisdn = $1 returning id`,
    [msisdn, allowed],
  );
  return rows.length > 0;
}

/** Unlocks approvals and sign-in after too many wrong PINs. False when there is no such number. */
export async function unlockCustomer(tx: Tx, msisdn: string): Promise<boolean> {
  const { rows } = await tx.query(
    `with unlocked as (
       update customer set pin_failures = 0, sign_in_failures = 0, sign_in_paused_until = null
       where msisdn = $1 returning id
     ), devices as (
       update customer_device set sign_in_failures = 0, sign_in_paused_until = null
       where customer_id in (select id from unlocked) and sign_in_failures > 0
     )
     select from unlocked`,
    [msisdn],
  );
  return rows.length > 0;
}
