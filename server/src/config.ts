/**
 * The platform's settings: environment variables read once, into one precise value. Everything a
 * person may set is in the table of docs/running.md; everything else is a named constant beside its
 * use.
 */

import { BlockList, isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseCodeKeys, type CodeKeys } from './code-keys.ts';
import { DEVICE_SIGNATURES, type DeviceSignature } from '@seqr-ups/contract';
import { LOG_LEVELS, type LogLevel } from './log.ts';
import { parsePushKey, type PushKey } from './push-key.ts';

/** What the environment says. Durations are in ms, sizes in the unit of the name. */
export type Settings = {
  /** `SEQR_HOST`: address to listen on. */
  readonly host: string;
  /** `SEQR_PORT`: 0 picks a free port. */
  readonly port: number;
  /**
   * `SEQR_PUBLIC_URL`: what customers and merchants see, without a slash at the end; null: as each
   * request's Host says.
   */
  readonly publicUrl: string | null;
  /** `SEQR_DATA_DIR`, absolute: embedded database, keys, lock. */
  readonly dataDir: string;
  /** `DATABASE_URL`: another PostgreSQL; null: the embedded one in `dataDir`. */
  readonly databaseUrl: string | null;
  /** `SEQR_DATABASE_POOL`: connections of this process. */
  readonly databasePoolSize: number;
  /** `SEQR_TLS_CERT` and `SEQR_TLS_KEY`: paths of PEM files; null: plain HTTP. */
  readonly tls: { readonly certificatePath: string; readonly keyPath: string } | null;
  /** `SEQR_TRUSTED_PROXIES`: whose X-Forwarded-* headers count, as addresses or CIDR ranges. */
  readonly trustedProxies: readonly string[];
  /**
   * `SEQR_OUTBOUND_ALLOW`: CIDR ranges that outgoing calls may reach although they are not public.
   */
  readonly outboundAllow: readonly string[];
  /** `SEQR_CONNECT_TIMEOUT_MS`: DNS, TCP and TLS of an outgoing call. */
  readonly connectTimeoutMs: number;
  /** `SEQR_CREATE_PURCHASE_TIMEOUT_MS`: all of one createPurchase, a second attempt included. */
  readonly createPurchaseTimeoutMs: number;
  /** `SEQR_NOTIFICATION_TIMEOUT_MS`: all of one attempt at a notification. */
  readonly notificationTimeoutMs: number;
  /** `SEQR_NOTIFY_INTERVAL_MS`: how often due notifications are looked for. */
  readonly notifyIntervalMs: number;
  /** `SEQR_EXPIRE_INTERVAL_MS`: how often passed deadlines are looked for. */
  readonly expireIntervalMs: number;
  /** `SEQR_ROLL_UP_INTERVAL_MS`: how often entries are added into merchants' balances. */
  readonly rollUpIntervalMs: number;
  /** `SEQR_EVENT_INTERVAL_MS`: how often changes are read while a wallet listens. */
  readonly eventIntervalMs: number;
  /** `SEQR_REQUESTS_MAX`: requests in work at once, beyond which new ones are shed. */
  readonly requestsMax: number;
  /** `SEQR_SCANS_PER_MINUTE`: scans a customer may make (Unattended Payments, row 40). */
  readonly scansPerMinute: number;
  /** `SEQR_UNAPPROVED_OFFERS`: offers a customer may leave unapproved in ten minutes (row 40). */
  readonly unapprovedOffers: number;
  /** `SEQR_CALLS_PER_MACHINE_PER_MINUTE`: createPurchase calls for one machine (row 40). */
  readonly callsPerMachinePerMinute: number;
  /**
   * `SEQR_DEVICE_SIGNATURE`: whether customers approve only with the signature of a device of
   * theirs, or by the PIN alone as well.
   */
  readonly deviceSignature: DeviceSignature;
  /** `SEQR_LOG_LEVEL`. */
  readonly logLevel: LogLevel;
  /** `SEQR_PIN_KEY`: 32 bytes; null: the one kept in `dataDir`. */
  readonly pinKey: Buffer | null;
  /** `SEQR_TOKEN_KEY`: 32 bytes; null: the one kept in `dataDir`. */
  readonly tokenKey: Buffer | null;
  /** `SEQR_CODE_KEY`: the keys of machine codes (`code-keys.ts`); null: those kept in `dataDir`. */
  readonly codeKey: string | null;
  /** `SEQR_PUSH_KEY`: the key of notifications (`push-key.ts`); null: the one kept in `dataDir`. */
  readonly pushKey: string | null;
};

/** What a running platform works with: the settings, and the keys wherever they came from. */
export type Config = Omit<Settings, 'pinKey' | 'tokenKey' | 'codeKey' | 'pushKey'> & {
  /** Key of the HMAC over customer and PIN; never in the database. */
  readonly pinKey: Buffer;
  /** Key of the HMAC over session tokens and other generated secrets; never in the database. */
  readonly tokenKey: Buffer;
  /** What machine codes are signed and checked with. */
  readonly codeKeys: CodeKeys;
  /** What notifications to phones are signed with. */
  readonly pushKey: PushKey;
};

/** Bytes of a key. */
export const KEY_BYTES = 32;
/**
 * An offer's own deadline is 15 s (Unattended Payments, 6); a call that lasts as long could never
 * be answered in time.
 */
const CREATE_PURCHASE_TIMEOUT_MAX_MS = 14_000;
/** An attempt must end well before its claim does, or two attempts at one invoice would overlap. */
const NOTIFICATION_TIMEOUT_MAX_MS = 12_000;
const INTERVAL_MAX_MS = 60_000;

/**
 * More connections than the processors can serve only wait for each other, and make this process
 * wait: where the database shares its two cores, 4 sold a tenth more than 8, with two thirds of the
 * wait between approval and unlock (docs/performance.md).
 */
const POOL_SIZE = Math.max(4, 2 * availableParallelism());

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment as it is read, and one sentence for each value that makes no sense. */
type Reading = { readonly environment: Environment; readonly faults: string[] };

/** Reads the settings; a failure is one plain sentence a value, each naming its variable. */
export function readSettings(
  environment: Environment,
): { ok: true; settings: Settings } | { ok: false; faults: readonly string[] } {
  const from: Reading = { environment, faults: [] };
  const settings: Settings = {
    host: text(from, 'SEQR_HOST') ?? '127.0.0.1',
    port: integer(from, 'SEQR_PORT', 8080, 0, 65_535),
    publicUrl: publicUrl(from),
    dataDir: resolve(text(from, 'SEQR_DATA_DIR') ?? '.data'),
    databaseUrl: databaseUrl(from),
    databasePoolSize: integer(from, 'SEQR_DATABASE_POOL', POOL_SIZE, 2, 500),
    tls: tlsFiles(from),
    trustedProxies: ranges(from, 'SEQR_TRUSTED_PROXIES'),
    outboundAllow: ranges(from, 'SEQR_OUTBOUND_ALLOW'),
    ...timings(from),
    requestsMax: integer(from, 'SEQR_REQUESTS_MAX', 512, 1, 100_000),
    scansPerMinute: integer(from, 'SEQR_SCANS_PER_MINUTE', 30, 1, 1_000_000),
    unapprovedOffers: integer(from, 'SEQR_UNAPPROVED_OFFERS', 5, 1, 1_000_000),
    callsPerMachinePerMinute: integer(from, 'SEQR_CALLS_PER_MACHINE_PER_MINUTE', 60, 1, 1_000_000),
    deviceSignature: deviceSignature(from),
    logLevel: logLevel(from),
    pinKey: key(from, 'SEQR_PIN_KEY'),
    tokenKey: key(from, 'SEQR_TOKEN_KEY'),
    codeKey: codeKey(from),
    pushKey: pushKey(from),
  };
  return from.faults.length === 0 ? { ok: true, settings } : { ok: false, faults: from.faults };
}

function timings(from: Reading) {
  const every = (name: string, usualMs: number) =>
    integer(from, name, usualMs, 10, INTERVAL_MAX_MS);
  const callMs = (name: string, usualMs: number, maxMs: number) =>
    integer(from, name, usualMs, 50, maxMs);
  return {
    connectTimeoutMs: callMs('SEQR_CONNECT_TIMEOUT_MS', 3_000, 10_000),
    createPurchaseTimeoutMs: callMs(
      'SEQR_CREATE_PURCHASE_TIMEOUT_MS',
      10_000,
      CREATE_PURCHASE_TIMEOUT_MAX_MS,
    ),
    notificationTimeoutMs: callMs(
      'SEQR_NOTIFICATION_TIMEOUT_MS',
      10_000,
      NOTIFICATION_TIMEOUT_MAX_MS,
    ),
    notifyIntervalMs: every('SEQR_NOTIFY_INTERVAL_MS', 1_000),
    expireIntervalMs: every('SEQR_EXPIRE_INTERVAL_MS', 500),
    rollUpIntervalMs: every('SEQR_ROLL_UP_INTERVAL_MS', 1_000),
    eventIntervalMs: every('SEQR_EVENT_INTERVAL_MS', 250),
  };
}

/** A variable that is absent and one that is empty are the same: not set. */
function text(from: Reading, name: string): string | null {
  const value = from.environment[name]?.trim();
  return value === undefined || value === '' ? null : value;
}

function integer(from: Reading, name: string, usual: number, min: number, max: number): number {
  const value = text(from, name);
  if (value === null) return usual;
  const number = /^[0-9]{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  from.faults.push(`${name} must be a whole number from ${min} to ${max}, not "${value}".`);
  return usual;
}

function publicUrl(from: Reading): string | null {
  const value = text(from, 'SEQR_PUBLIC_URL');
  if (value === null) return null;
  const url = URL.parse(value);
  const plain = url !== null && url.search === '' && url.hash === '' && url.username === '';
  if (plain && ['http:', 'https:'].includes(url.protocol)) return value.replace(/\/+$/, '');
  from.faults.push(
    `SEQR_PUBLIC_URL must be an address such as https://pay.example, not "${value}".`,
  );
  return null;
}

/** The value is not repeated: it usually holds a password. */
function databaseUrl(from: Reading): string | null {
  const value = text(from, 'DATABASE_URL');
  if (value === null || /^postgres(ql)?:\/\//.test(value)) return value;
  from.faults.push('DATABASE_URL must be an address that begins with postgresql://.');
  return null;
}

function tlsFiles(from: Reading): Settings['tls'] {
  const certificatePath = text(from, 'SEQR_TLS_CERT');
  const keyPath = text(from, 'SEQR_TLS_KEY');
  if (certificatePath !== null && keyPath !== null) {
    return { certificatePath: resolve(certificatePath), keyPath: resolve(keyPath) };
  }
  if (certificatePath !== null || keyPath !== null) {
    from.faults.push('SEQR_TLS_CERT and SEQR_TLS_KEY must be set together, or neither.');
  }
  return null;
}

function ranges(from: Reading, name: string): readonly string[] {
  const list = (text(from, name) ?? '').split(',').map((range) => range.trim());
  const named = list.filter((range) => range !== '');
  for (const range of named.filter((range) => !addRange(new BlockList(), range))) {
    from.faults.push(`${name} must list addresses or ranges such as 127.0.0.0/8, not "${range}".`);
  }
  return named;
}

/** Adds an address or CIDR range to a list; false when it is neither. */
export function addRange(list: BlockList, range: string): boolean {
  const [address = '', bits, ...rest] = range.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  const width = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? width : Number(/^[0-9]{1,3}$/.test(bits) ? bits : NaN);
  if (!(prefix >= 0 && prefix <= width)) return false;
  list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return true;
}

function deviceSignature(from: Reading): DeviceSignature {
  const value = text(from, 'SEQR_DEVICE_SIGNATURE') ?? 'required';
  const known = DEVICE_SIGNATURES.find((known) => known.toLowerCase() === value);
  if (known !== undefined) return known;
  from.faults.push(`SEQR_DEVICE_SIGNATURE must be required or optional, not "${value}".`);
  return 'REQUIRED';
}

function logLevel(from: Reading): LogLevel {
  const value = text(from, 'SEQR_LOG_LEVEL') ?? 'info';
  const level = LOG_LEVELS.find((level) => level === value);
  if (level !== undefined) return level;
  from.faults.push(`SEQR_LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}, not "${value}".`);
  return 'info';
}

/** The value is not repeated: it is a secret. */
function key(from: Reading, name: string): Buffer | null {
  const value = text(from, name);
  if (value === null) return null;
  if (/^[0-9a-f]+$/i.test(value) && value.length === KEY_BYTES * 2)
    return Buffer.from(value, 'hex');
  from.faults.push(
    `${name} must be ${KEY_BYTES} bytes written as ${KEY_BYTES * 2} hexadecimal digits.`,
  );
  return null;
}

/** The value is not repeated: it is a secret. */
function codeKey(from: Reading): string | null {
  const value = text(from, 'SEQR_CODE_KEY');
  if (value === null || parseCodeKeys(value) !== null) return value;
  from.faults.push(
    'SEQR_CODE_KEY must be the content of a file "code-keys": keys on P-256 in base64url, a ' +
      'private one first, with commas between them.',
  );
  return null;
}

/** The value is not repeated: it is a secret. */
function pushKey(from: Reading): string | null {
  const value = text(from, 'SEQR_PUSH_KEY');
  if (value === null || parsePushKey(value) !== null) return value;
  from.faults.push(
    'SEQR_PUSH_KEY must be the content of a file "push-key": a private key on P-256 in base64url.',
  );
  return null;
}
