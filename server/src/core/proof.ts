/**
 * What a customer proves an act with: the PIN, and a device's signature where one is given or
 * required. A signature is looked at here, over what the database says; whether its device may
 * still sign is judged again by the act's own call, under the customer's lock.
 */

import { createPublicKey, verify } from 'node:crypto';
import {
  SIGNED_AT_TOLERANCE_MS,
  actText,
  approvalText,
  enrolmentText,
  toAmountJson,
} from '@seqr-ups/contract';
import type { DeviceSignatureJson, Money, SignedAct } from '@seqr-ups/contract';
import type { Tx } from '../db.ts';
import type { Customer } from './customer.ts';
import { keyDigestOf } from './device-key.ts';
import { onlyRow } from './only-row.ts';
import { ok, refused } from './refusal.ts';
import type { CustomerRefusal, Result } from './refusal.ts';

/**
 * A PIN's digest (`pinDigest` of core/customer), and the device whose signature was found right;
 * null: none was given, and none is asked for.
 */
export type Proof = { readonly pinDigest: Buffer; readonly deviceId: string | null };

const DEVICE_REFUSED = { code: 'DEVICE_REFUSED' } as const;

/** Whether `signature` (64 bytes, base64url) is that of a key (SPKI) over `text`. */
function isSignedBy(publicKey: Buffer, text: string, signature: string): boolean {
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
  const bytes = Buffer.from(signature, 'base64url');
  return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, bytes);
}

/** Checks a signature over an act. Refused: DEVICE_REFUSED, also when it was made too long ago. */
export async function checkSignedAct(
  tx: Tx,
  signed: {
    readonly customerId: string;
    readonly device: DeviceSignatureJson;
    readonly act: SignedAct;
    readonly argument: string;
  },
): Promise<Result<null, CustomerRefusal>> {
  const { customerId, device, act, argument } = signed;
  const { rows } = await tx.query<SigningRow>(
    `select public_key, seqr_clock() as now from customer_device
     where id = $1 and customer_id = $2 and state = 'ACTIVE'`,
    [device.id, customerId],
  );
  const [row] = rows;
  const right = row !== undefined && isSignedNow(row, device, { act, argument });
  return right ? ok(null) : refused(DEVICE_REFUSED);
}

/** A device's key, and the moment at which it is looked at. */
type SigningRow = { readonly public_key: Buffer; readonly now: Date };

function isSignedNow(
  { public_key: publicKey, now }: SigningRow,
  { signature, signedAt }: DeviceSignatureJson,
  { act, argument }: { readonly act: SignedAct; readonly argument: string },
): boolean {
  if (signedAt === undefined) return false;
  const awayMs = Math.abs(now.getTime() - Date.parse(signedAt));
  if (!(awayMs <= SIGNED_AT_TOLERANCE_MS)) return false;
  return isSignedBy(publicKey, actText(act, argument, signedAt), signature);
}

/**
 * The customer of a number whose device signed this sign-in; null when none did. One read, whether
 * or not anybody has the number, so that its time does not tell.
 */
export async function findSigner(
  tx: Tx,
  signed: { readonly msisdn: string; readonly device: DeviceSignatureJson },
): Promise<Customer | null> {
  const { msisdn, device } = signed;
  const { rows } = await tx.query<Customer & SigningRow>(
    `select c.id as "customerId", c.msisdn, c.name, d.public_key, seqr_clock() as now
     from customer c join customer_device d on d.customer_id = c.id
     where c.msisdn = $1 and d.id = $2 and d.state = 'ACTIVE'`,
    [msisdn, device.id],
  );
  const [row] = rows;
  if (row === undefined || !isSignedNow(row, device, { act: 'SIGN_IN', argument: msisdn })) {
    return null;
  }
  return { customerId: row.customerId, msisdn: row.msisdn, name: row.name };
}

/**
 * Checks the signature by which an existing device lets the waiting one `newDeviceId` in. Refused:
 * NOT_FOUND (no such device waits), DEVICE_REFUSED.
 */
export async function checkSignedEnrolment(
  tx: Tx,
  signed: {
    readonly customerId: string;
    readonly device: DeviceSignatureJson;
    readonly newDeviceId: string;
  },
): Promise<Result<null, CustomerRefusal>> {
  const { rows } = await tx.query<{ new_key: Buffer; public_key: Buffer | null }>(
    `select n.public_key as new_key, d.public_key
     from customer_device n left join customer_device d
       on d.id = $3 and d.id <> n.id and d.customer_id = n.customer_id and d.state = 'ACTIVE'
     where n.id = $2 and n.customer_id = $1 and n.state <> 'REMOVED'`,
    [signed.customerId, signed.newDeviceId, signed.device.id],
  );
  const [row] = rows;
  if (row === undefined) return refused({ code: 'NOT_FOUND' });
  const text = enrolmentText(signed.newDeviceId, keyDigestOf(row.new_key));
  const right =
    row.public_key !== null && isSignedBy(row.public_key, text, signed.device.signature);
  return right ? ok(null) : refused(DEVICE_REFUSED);
}

/**
 * Checks the signature of an approval over what the database says: payee and amount at the version
 * that the customer saw. OTHER_VERSION: the offer is at another one, whose amount that signature
 * cannot be over; nothing may be approved then. A purchase that was approved before is checked
 * against what was held for it.
 */
export async function checkSignedApproval(
  tx: Tx,
  signed: {
    readonly customerId: string;
    readonly purchaseId: string;
    readonly version: number;
    readonly device: DeviceSignatureJson;
  },
): Promise<Result<null, { code: 'NOT_FOUND' | 'OTHER_VERSION' | 'DEVICE_REFUSED' }>> {
  const { customerId, purchaseId, version, device } = signed;
  const { rows } = await tx.query<{
    version: number | null;
    merchant_id: string;
    machine_token: string | null;
    minor: bigint | null;
    currency: string;
    approved: boolean;
    public_key: Buffer | null;
  }>(
    `select i.version, p.merchant_id, p.machine_token, p.currency, d.public_key,
       coalesce(i.purchase_id = p.id and i.held_minor is not null, false) as approved,
       case when i.purchase_id = p.id then coalesce(i.held_minor, i.total_minor)
         else i.total_minor end as minor
     from purchase p left join invoice i on i.reference = p.invoice_reference
       left join customer_device d
         on d.id = $3 and d.customer_id = p.customer_id and d.state = 'ACTIVE'
     where p.id = $2 and p.customer_id = $1`,
    [customerId, purchaseId, device.id],
  );
  const [row] = rows;
  if (row === undefined) return refused({ code: 'NOT_FOUND' });
  if (row.minor === null || (row.version !== version && !row.approved)) {
    return refused({ code: 'OTHER_VERSION' });
  }
  const text = approvalText({
    purchaseId,
    version,
    merchantId: row.merchant_id,
    machineToken: row.machine_token,
    maximum: toAmountJson({ minor: row.minor, currency: row.currency }),
  });
  const right = row.public_key !== null && isSignedBy(row.public_key, text, device.signature);
  return right ? ok(null) : refused(DEVICE_REFUSED);
}

/** An approval that a device signed, and whether the kept signature still stands the check. */
export type KeptApproval = {
  readonly purchaseId: string;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly merchantId: string;
  readonly maximum: Money;
  /** What was signed, by which anybody can check it with the device's key. */
  readonly text: string;
  readonly publicKey: Buffer;
  readonly signature: Buffer;
  readonly holds: boolean;
};

/** The customer's newest signed approvals, each checked anew over what the database says today. */
export async function listSignedApprovals(
  tx: Tx,
  customerId: string,
  limit: number,
): Promise<readonly KeptApproval[]> {
  const { rows } = await tx.query<{
    purchase_id: string;
    version: number;
    signature: Buffer;
    device_id: string;
    name: string;
    public_key: Buffer;
    merchant_id: string;
    machine_token: string | null;
    held_minor: bigint;
    currency: string;
  }>(
    `select a.purchase_id, a.version, a.signature, d.id as device_id, d.name, d.public_key,
       p.merchant_id, p.machine_token, i.held_minor, p.currency
     from approval_signature a join purchase p on p.id = a.purchase_id
       join invoice i on i.purchase_id = p.id join customer_device d on d.id = a.device_id
     where p.customer_id = $1 order by p.id desc limit $2`,
    [customerId, limit],
  );
  return rows.map((row) => {
    const maximum = { minor: row.held_minor, currency: row.currency };
    const text = approvalText({
      purchaseId: row.purchase_id,
      version: row.version,
      merchantId: row.merchant_id,
      machineToken: row.machine_token,
      maximum: toAmountJson(maximum),
    });
    return {
      purchaseId: row.purchase_id,
      deviceId: row.device_id,
      deviceName: row.name,
      merchantId: row.merchant_id,
      maximum,
      text,
      publicKey: row.public_key,
      signature: row.signature,
      holds: isSignedBy(row.public_key, text, row.signature.toString('base64url')),
    };
  });
}

/** A row that says whether a proof was right, or that there is nothing to prove it for. */
export type ProofVerdict = {
  readonly refusal: 'WRONG_PIN' | 'PIN_LOCKED' | 'DEVICE_REFUSED' | 'NOT_FOUND' | null;
  readonly attempts_left: number | null;
};

/** The refusal that such a row tells of; null when all was right. */
export function proofRefusal(verdict: ProofVerdict): CustomerRefusal | null {
  switch (verdict.refusal) {
    case null:
      return null;
    case 'WRONG_PIN':
      return { code: verdict.refusal, attemptsLeft: verdict.attempts_left ?? 0 };
    case 'PIN_LOCKED':
    case 'DEVICE_REFUSED':
    case 'NOT_FOUND':
      return { code: verdict.refusal };
  }
}

/**
 * Checks and counts a proof without approving anything: for an approval that is replayed by its
 * key.
 */
export async function verifyProof(
  tx: Tx,
  attempt: { readonly customerId: string; readonly proof: Proof },
): Promise<Result<null, CustomerRefusal>> {
  const { pinDigest, deviceId } = attempt.proof;
  const { rows } = await tx.query<ProofVerdict>(`select * from customer_verify_proof($1, $2, $3)`, [
    attempt.customerId,
    deviceId,
    pinDigest,
  ]);
  const refusal = proofRefusal(onlyRow(rows));
  return refusal === null ? ok(null) : refused(refusal);
}
