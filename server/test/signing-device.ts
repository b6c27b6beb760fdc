/** A customer's device as tests have it: a key of its own, and what it signs. */

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { actText, approvalText, enrolmentText } from '@seqr-ups/contract';
import type {
  DeviceJson,
  DeviceSignatureJson,
  PurchaseJson,
  SignedAct,
  SignedApproval,
} from '@seqr-ups/contract';

/** A key pair that is nobody's yet. */
export type SigningKey = {
  /** SPKI, base64url. */
  readonly publicKey: string;
  readonly keyDigest: string;
  /** The signature of a text, base64url. */
  readonly sign: (text: string) => string;
};

/** Makes a key, of the right kind unless another is named. */
export function newKey(namedCurve = 'P-256'): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return {
    publicKey: spki.toString('base64url'),
    keyDigest: createHash('sha256').update(spki).digest('base64url'),
    sign: (text) =>
      sign('sha256', Buffer.from(text), {
        key: privateKey,
        dsaEncoding: 'ieee-p1363',
      }).toString('base64url'),
  };
}

/** A key with the id under which the platform knows it. */
export type SigningDevice = SigningKey & { readonly id: string };

/** What a wallet signs to approve an offer as it is shown; `changes` is what a forger would. */
export function signedApproval(
  { id, sign }: SigningDevice,
  offer: PurchaseJson,
  changes: Partial<SignedApproval> = {},
): DeviceSignatureJson {
  const text = approvalText({
    purchaseId: offer.id,
    version: offer.version,
    merchantId: offer.merchant.id,
    machineToken: offer.machine?.token ?? null,
    maximum: offer.maximum ?? { value: '0', currency: 'EUR' },
    ...changes,
  });
  return { id, signature: sign(text) };
}

/** The signature by which a device lets another one in. */
export const signedEnrolment = (
  { id, sign }: SigningDevice,
  waiting: Pick<DeviceJson, 'id' | 'keyDigest'>,
): DeviceSignatureJson => ({
  id,
  signature: sign(enrolmentText(waiting.id, waiting.keyDigest)),
});

/** The signature of another act, made now unless `signedAt` says otherwise. */
export const signedAct = (
  { id, sign }: SigningDevice,
  act: SignedAct,
  argument: string,
  signedAt = new Date(),
): DeviceSignatureJson => ({
  id,
  signature: sign(actText(act, argument, signedAt.toISOString())),
  signedAt: signedAt.toISOString(),
});
