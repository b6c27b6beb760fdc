/**
 * A customer's devices: each has a key of its own, whose signature stands beside the PIN. Each step
 * is one call of a SQL function (`server/sql`), which locks the customer, judges and writes.
 */

import type { Tx } from '../db.ts';
import { keyDigestOf } from './device-key.ts';
import { onlyRow } from './only-row.ts';
import { proofRefusal } from './proof.ts';
import type { Proof, ProofVerdict } from './proof.ts';
import { ok, refused } from './refusal.ts';
import type { CustomerRefusal, Result } from './refusal.ts';

/** How long a device waits to be let in. */
const PENDING_S = 10 * 60;
/** A customer's first device is let in by the PIN alone if that was given so lately. */
const FRESH_PIN_S = 10 * 60;

/** A device, as its customer sees it; `check` and `expiresAt` are null unless it waits. */
export type Device = {
  readonly id: string;
  readonly name: string;
  readonly state: 'PENDING' | 'ACTIVE';
  readonly check: string | null;
  /** SHA-256 of the public key, base64url. */
  readonly keyDigest: string;
  /** Whether the session that asks is the one that the device is, or will be, bound to. */
  readonly current: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
};

/**
 * The customer's devices, those that wait first, then the one used last. `tokenDigest` says which
 * session asks.
 */
export async function listDevices(
  tx: Tx,
  asked: { readonly customerId: string; readonly tokenDigest: Buffer | null },
): Promise<readonly Device[]> {
  const { rows } = await tx.query<{
    id: string;
    name: string;
    state: 'PENDING' | 'ACTIVE';
    check_digits: string | null;
    public_key: Buffer;
    current: boolean;
    created_at: Date;
    last_used_at: Date | null;
    expires_at: Date | null;
  }>(
    `select d.id, d.name, d.state, d.check_digits, d.public_key, d.created_at, d.last_used_at,
       d.expires_at,
       case d.state when 'PENDING' then d.session_digest is not distinct from $2
         else exists (select from customer_session s
           where s.token_digest = $2 and s.device_id = d.id) end as current
     from customer_device d
     where d.customer_id = $1
       and (d.state = 'ACTIVE' or (d.state = 'PENDING' and d.expires_at > (select seqr_clock())))
     order by d.state desc, d.last_used_at desc nulls last, d.created_at desc`,
    [asked.customerId, asked.tokenDigest],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    state: row.state,
    check: row.check_digits,
    keyDigest: keyDigestOf(row.public_key),
    current: row.current,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
  }));
}

/**
 * Adds a device and returns its id: `deviceId`, or that of the same key, if it is there already.
 * ACTIVE at once by an operator's code (`codeDigest`), or as the first device that this customer
 * ever had, where `pinSuffices` and the session's PIN was given lately; otherwise PENDING.
 */
export async function addDevice(
  tx: Tx,
  added: {
    readonly customerId: string;
    readonly tokenDigest: Buffer;
    readonly deviceId: string;
    readonly name: string;
    readonly publicKey: Buffer;
    readonly codeDigest: Buffer | null;
    readonly pinSuffices: boolean;
  },
): Promise<Result<{ deviceId: string }, CustomerRefusal>> {
  const { rows } = await tx.query<{
    refusal: 'UNAUTHORIZED' | 'WRONG_CODE' | 'DEVICES_MAX' | 'RATE_LIMITED' | null;
    retry_after_s: number | null;
    device_id: string;
  }>(`select * from customer_add_device($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
    added.customerId,
    added.tokenDigest,
    added.deviceId,
    added.name,
    added.publicKey,
    added.codeDigest,
    added.pinSuffices,
    FRESH_PIN_S,
    PENDING_S,
  ]);
  const row = onlyRow(rows);
  switch (row.refusal) {
    case null:
      return ok({ deviceId: row.device_id });
    case 'RATE_LIMITED':
      return refused({ code: row.refusal, retryAfterS: row.retry_after_s ?? 1 });
    case 'UNAUTHORIZED':
    case 'WRONG_CODE':
    case 'DEVICES_MAX':
      return refused({ code: row.refusal });
  }
}

/** Lets a waiting device in; the proof's device signed for it. Also NOT_FOUND. */
export async function approveDevice(
  tx: Tx,
  approval: { readonly customerId: string; readonly deviceId: string; readonly proof: Proof },
): Promise<Result<null, CustomerRefusal>> {
  const { rows } = await tx.query<ProofVerdict>(
    `select * from customer_approve_device($1, $2, $3, $4)`,
    [approval.customerId, approval.deviceId, approval.proof.deviceId, approval.proof.pinDigest],
  );
  const refusal = proofRefusal(onlyRow(rows));
  return refusal === null ? ok(null) : refused(refusal);
}

/**
 * Removes a device and ends its sessions, whose token digests are returned; one that waits is
 * refused. Also NOT_FOUND.
 */
export async function removeDevice(
  tx: Tx,
  removal: { readonly customerId: string; readonly deviceId: string; readonly proof: Proof },
): Promise<Result<{ endedSessions: readonly Buffer[] }, CustomerRefusal>> {
  const { rows } = await tx.query<ProofVerdict & { ended_sessions: Buffer[] | null }>(
    `select * from customer_remove_device($1, $2, $3, $4)`,
    [removal.customerId, removal.deviceId, removal.proof.deviceId, removal.proof.pinDigest],
  );
  const row = onlyRow(rows);
  const refusal = proofRefusal(row);
  return refusal === null ? ok({ endedSessions: row.ended_sessions ?? [] }) : refused(refusal);
}

/** The operator removes a device; its sessions end. False: the customer has no such device. */
export async function revokeDevice(tx: Tx, customerId: string, deviceId: string): Promise<boolean> {
  const { rows } = await tx.query<{ removed: boolean }>(
    `select customer_revoke_device($1, $2) as removed`,
    [customerId, deviceId],
  );
  return onlyRow(rows).removed;
}

/** Forgets devices that waited in vain, and codes that were not used. */
export async function pruneDevices(tx: Tx): Promise<void> {
  await tx.query(`select prune_devices()`);
}
