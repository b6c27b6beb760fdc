/** The JSON Schemas about sign-in, devices, PINs and what is signed beside a PIN. */

import { DEVICE_NAME_LENGTH_MAX, DEVICE_SIGNATURES, DEVICE_STATES } from '@seqr-ups/contract';
import type {
  CodeKeyJson,
  DeviceBodyJson,
  DeviceJson,
  DeviceListJson,
  DeviceSignatureJson,
  InstallationJson,
  SessionJson,
} from '@seqr-ups/contract';
import { nullable, PIN, TEXT, TIME } from './schemas.ts';
import type { ObjectSchema } from './schemas.ts';

/** Digits of a phone number with its country code, or anything that a person types for one. */
const MSISDN_LENGTH_MAX = 40;
/** A one-time code as people type it, with spaces and hyphens. */
const CODE_LENGTH_MAX = 40;
/** Versions are counted by an `integer` of the database. */
const VERSION_MAX = 2_147_483_647;

const MSISDN = {
  type: 'string',
  minLength: 1,
  maxLength: MSISDN_LENGTH_MAX,
  description: 'Phone number with country code: `46700000001`, `+46 70 000 00 01`, `0046…`.',
} as const;

const CODE = {
  type: 'string',
  minLength: 1,
  maxLength: CODE_LENGTH_MAX,
  description: "An operator's one-time code, in any letter case, with or without hyphens.",
} as const;

const DEVICE_ID = {
  type: 'string',
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'Id of a device.',
} as const;

const CODE_KEY = {
  type: 'object',
  properties: {
    id: TEXT,
    publicKey: { type: 'string', description: 'P-256, SPKI, base64url.' },
  },
  required: ['id', 'publicKey'],
} as const satisfies ObjectSchema<CodeKeyJson>;

/** Schema of {@link InstallationJson}. */
export const INSTALLATION = {
  type: 'object',
  description: 'What a wallet has to know before anybody signs in.',
  properties: {
    sandbox: { type: 'boolean', description: 'Whether no money here is real.' },
    deviceSignature: {
      type: 'string',
      enum: DEVICE_SIGNATURES,
      description: 'REQUIRED: the PIN alone approves and changes nothing.',
    },
    codeKeys: {
      type: 'array',
      items: CODE_KEY,
      description: 'What machine codes are signed with; any of them may have signed one.',
    },
    pushKey: {
      type: 'string',
      description: 'The public key that notifications are signed with (VAPID), base64url.',
    },
  },
  required: ['sandbox', 'deviceSignature', 'codeKeys', 'pushKey'],
} as const satisfies ObjectSchema<InstallationJson>;

/** Schema of {@link SessionJson}. */
export const SESSION = {
  type: 'object',
  properties: {
    token: { type: 'string', description: 'For `Authorization: Bearer`.' },
    expiresAt: TIME,
    customer: {
      type: 'object',
      properties: { msisdn: TEXT, name: TEXT },
      required: ['msisdn', 'name'],
    },
    device: {
      type: ['object', 'null'],
      description: 'The device that signed; null where none did, or its signature did not hold.',
      properties: { id: TEXT },
      required: ['id'],
    },
  },
  required: ['token', 'expiresAt', 'customer', 'device'],
} as const satisfies ObjectSchema<SessionJson>;

/** Schema of {@link DeviceJson}. */
export const DEVICE = {
  type: 'object',
  description: 'A device of this customer.',
  properties: {
    id: { type: 'string', description: 'UUIDv4' },
    name: TEXT,
    state: { type: 'string', enum: DEVICE_STATES },
    check: { ...nullable(TEXT), description: 'Four digits to compare; null once ACTIVE.' },
    keyDigest: { type: 'string', description: 'SHA-256 of its public key, base64url.' },
    createdAt: TIME,
    lastUsedAt: nullable(TIME),
    expiresAt: { ...nullable(TIME), description: 'When a PENDING one is forgotten.' },
    current: { type: 'boolean', description: "Whether this session is the device's own." },
  },
  required: [
    'id',
    'name',
    'state',
    'check',
    'keyDigest',
    'createdAt',
    'lastUsedAt',
    'expiresAt',
    'current',
  ],
} as const satisfies ObjectSchema<DeviceJson>;

/** Schema of {@link DeviceListJson}. */
export const DEVICE_LIST = {
  type: 'object',
  description: 'Those that wait first, then the one used last.',
  properties: { items: { type: 'array', items: DEVICE } },
  required: ['items'],
} as const satisfies ObjectSchema<DeviceListJson>;

/** Schema of {@link DeviceSignatureJson}: of an approval or enrolment. */
const DEVICE_SIGNATURE = {
  type: 'object',
  description:
    'The signature of a device of this customer: ECDSA, P-256, SHA-256, 64 bytes (IEEE P1363) in ' +
    'base64url, over lines of UTF-8 joined by LF.',
  properties: {
    id: DEVICE_ID,
    signature: { type: 'string', pattern: '^[A-Za-z0-9_-]{86}$' },
    signedAt: {
      type: 'string',
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$',
      description: 'When it was made, by the clock of the platform, two minutes either way.',
    },
  },
  required: ['id', 'signature'],
} as const satisfies ObjectSchema<DeviceSignatureJson>;

/** The same, of an act that is signed together with the moment of signing. */
export const ACT_SIGNATURE = {
  ...DEVICE_SIGNATURE,
  required: ['id', 'signature', 'signedAt'],
} as const;

/** What `POST /sessions` takes. */
export type SignInBody = {
  readonly msisdn: string;
  readonly pin: string;
  readonly device?: DeviceSignatureJson;
};
/** Schema of {@link SignInBody}. */
export const SIGN_IN_BODY = {
  type: 'object',
  properties: { msisdn: MSISDN, pin: PIN, device: ACT_SIGNATURE },
  required: ['msisdn', 'pin'],
} as const;

/** What `POST /purchases/{id}/approval` takes. */
export type ApprovalBody = {
  readonly pin: string;
  readonly version?: number | null;
  readonly device?: DeviceSignatureJson;
};
/** Schema of {@link ApprovalBody}. */
export const APPROVAL_BODY = {
  type: 'object',
  properties: {
    pin: PIN,
    version: {
      type: ['integer', 'null'],
      minimum: 1,
      maximum: VERSION_MAX,
      description:
        'The version that the customer saw; may be absent only while it is as it was offered, ' +
        'and never beside a signature.',
    },
    device: DEVICE_SIGNATURE,
  },
  required: ['pin'],
} as const satisfies ObjectSchema<ApprovalBody>;

/** Schema of what `POST /devices` takes. */
export const DEVICE_BODY = {
  type: 'object',
  properties: {
    name: {
      type: 'string',
      maxLength: DEVICE_NAME_LENGTH_MAX,
      pattern: '^\\P{Cc}*[^\\p{Cc}\\s]\\P{Cc}*$',
      description: 'By which the customer will know it.',
    },
    publicKey: {
      type: 'string',
      pattern: '^[A-Za-z0-9_-]{122}$',
      description: 'SubjectPublicKeyInfo of a P-256 key, base64url.',
    },
    code: CODE,
  },
  required: ['name', 'publicKey'],
} as const satisfies ObjectSchema<DeviceBodyJson>;

/** The id in the path of a device. */
export type DeviceParams = { readonly id: string };
/** Schema of {@link DeviceParams}. */
export const DEVICE_PARAMS = {
  type: 'object',
  properties: { id: { type: 'string', description: 'Id of a device.' } },
  required: ['id'],
} as const satisfies ObjectSchema<DeviceParams>;

/** What `POST /devices/{id}/approval` takes: the signature is of another device. */
export type DeviceApprovalBody = { readonly pin: string; readonly device: DeviceSignatureJson };
/** Schema of {@link DeviceApprovalBody}. */
export const DEVICE_APPROVAL_BODY = {
  type: 'object',
  properties: { pin: PIN, device: DEVICE_SIGNATURE },
  required: ['pin', 'device'],
} as const satisfies ObjectSchema<DeviceApprovalBody>;

/** What proves an act: the PIN and, where it is given or required, a device's signature. */
export type ProofBody = { readonly pin: string; readonly device?: DeviceSignatureJson };
/** Schema of {@link ProofBody}. */
export const PROOF_BODY = {
  type: 'object',
  properties: { pin: PIN, device: ACT_SIGNATURE },
  required: ['pin'],
} as const satisfies ObjectSchema<ProofBody>;

/** What `POST /pin` takes. */
export type PinBody = ProofBody & { readonly newPin: string };
/** Schema of {@link PinBody}. */
export const PIN_BODY = {
  type: 'object',
  properties: { ...PROOF_BODY.properties, newPin: PIN },
  required: ['pin', 'newPin'],
} as const satisfies ObjectSchema<PinBody>;

/** What `POST /pin/unlocking` takes. */
export type UnlockingBody = {
  readonly msisdn: string;
  readonly code: string;
  readonly newPin: string;
};
/** Schema of {@link UnlockingBody}. */
export const UNLOCKING_BODY = {
  type: 'object',
  properties: { msisdn: MSISDN, code: CODE, newPin: PIN },
  required: ['msisdn', 'code', 'newPin'],
} as const satisfies ObjectSchema<UnlockingBody>;
