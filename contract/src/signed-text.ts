/**
 * What a customer's device signs, as text that both sides build by the functions of this file:
 * UTF-8, lines joined by LF, no LF at the end. The first line says what kind of act it is, so that
 * a signature for one can never stand for another. The key is ECDSA on P-256 with SHA-256; a
 * signature is the 64 bytes of IEEE P1363 (as WebCrypto writes it), a public key its SPKI, both
 * base64url without padding.
 */

import type { LimitsBodyJson } from './spending.ts';
import type { AmountJson } from './wallet.ts';

/** Acts that are signed together with the moment of signing, besides approvals and enrolments. */
export const SIGNED_ACTS = ['SIGN_IN', 'REMOVE_DEVICE', 'CHANGE_PIN', 'SET_LIMITS'] as const;
export type SignedAct = (typeof SIGNED_ACTS)[number];

/** How far the moment of signing may be from the server's clock, either way, in ms. */
export const SIGNED_AT_TOLERANCE_MS = 120_000;

/** What an approval's signature is over: this purchase, this payee, this amount, this version. */
export type SignedApproval = {
  readonly purchaseId: string;
  /** The version that the customer saw. */
  readonly version: number;
  readonly merchantId: string;
  /** Token of the machine; null for a bill. */
  readonly machineToken: string | null;
  readonly maximum: AmountJson;
};

const lines = (...parts: readonly (string | number)[]): string => parts.join('\n');

/** The text of an approval (dynamic linking: the amount and the payee are what is signed). */
export const approvalText = (approval: SignedApproval): string =>
  lines(
    'SEQR approval',
    approval.purchaseId.toLowerCase(),
    approval.version,
    approval.merchantId,
    approval.machineToken ?? '',
    `${approval.maximum.value} ${approval.maximum.currency}`,
  );

/**
 * The text by which an existing device lets another one in. `keyDigest` is the SHA-256 of the new
 * device's public key (SPKI), base64url, as `DeviceJson` has it.
 */
export const enrolmentText = (deviceId: string, keyDigest: string): string =>
  lines('SEQR device', deviceId.toLowerCase(), keyDigest);

/**
 * The text of any other act. `argument`: the phone number as digits with country code (SIGN_IN,
 * CHANGE_PIN), the device's id in lower case (REMOVE_DEVICE), {@link limitsArgument} (SET_LIMITS).
 * `signedAt` is ISO 8601 in UTC with milliseconds, exactly as it is sent beside the signature.
 */
export const actText = (act: SignedAct, argument: string, signedAt: string): string =>
  lines('SEQR act', act, argument, signedAt);

/** The argument of SET_LIMITS: the limits as JSON without white space, members in this order. */
export const limitsArgument = (limits: LimitsBodyJson): string => {
  const amount = (limit: AmountJson | null) =>
    limit === null ? null : { value: limit.value, currency: limit.currency };
  return JSON.stringify({
    perPurchase: amount(limits.perPurchase),
    perDay: amount(limits.perDay),
    perMonth: amount(limits.perMonth),
    zone: limits.zone,
  });
};
