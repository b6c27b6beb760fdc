/**
 * The wallet's JSON about strong customer authentication: what an installation asks for, a
 * customer's devices, the signatures that stand beside a PIN, one-time codes and new PINs. What is
 * signed is in `signed-text.ts`.
 */

import type { CodeKeyJson } from './trust.ts';

/**
 * Whether a purchase is approved only with a device's signature. OPTIONAL: the PIN alone is enough,
 * a signature that is given must be right all the same.
 */
export const DEVICE_SIGNATURES = ['REQUIRED', 'OPTIONAL'] as const;
export type DeviceSignature = (typeof DEVICE_SIGNATURES)[number];

/** What a wallet has to know before anybody signs in. */
export type InstallationJson = {
  /** Whether this is a sandbox: no real money. */
  readonly sandbox: boolean;
  readonly deviceSignature: DeviceSignature;
  /** What machine codes are signed with, newest first. */
  readonly codeKeys: readonly CodeKeyJson[];
  /** The public key (P-256, base64url) that notifications are signed with: VAPID, RFC 8292. */
  readonly pushKey: string;
};

/**
 * Where a device stands. PENDING: waits for an existing device to let it in, ten minutes at most.
 */
export const DEVICE_STATES = ['PENDING', 'ACTIVE'] as const;
export type DeviceState = (typeof DEVICE_STATES)[number];

/**
 * A device of the customer. `check` (four digits, null once ACTIVE) is shown on both devices and
 * compared by the customer; `keyDigest` is the SHA-256 of its public key, base64url; `expiresAt` is
 * when a PENDING one is forgotten; `current` says that this session is the device's own.
 */
export type DeviceJson = {
  readonly id: string;
  readonly name: string;
  readonly state: DeviceState;
  readonly check: string | null;
  readonly keyDigest: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
  readonly current: boolean;
};

/** The customer's devices, pending ones first, then those used last. */
export type DeviceListJson = { readonly items: readonly DeviceJson[] };

/** What a device adds itself with. `code` is an operator's one-time code. */
export type DeviceBodyJson = {
  readonly name: string;
  /** SPKI of an ECDSA P-256 key, base64url. */
  readonly publicKey: string;
  readonly code?: string;
};

/** A device's signature, beside the PIN. `signedAt` with every act but approvals and enrolments. */
export type DeviceSignatureJson = {
  readonly id: string;
  readonly signature: string;
  readonly signedAt?: string;
};

/** Longest name of a device, in characters. */
export const DEVICE_NAME_LENGTH_MAX = 60;

/**
 * Whether a PIN is among the first that somebody else would try: one digit four times, or digits
 * that follow one another up or down. Such a PIN is refused when a new one is chosen.
 */
export const isEasyPin = (pin: string): boolean =>
  /^(.)\1+$/.test(pin) || '01234567890'.includes(pin) || '09876543210'.includes(pin);
