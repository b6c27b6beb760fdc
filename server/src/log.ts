/**
 * The log: one JSON object a line on stderr (stdout belongs to the ready line). No secret, PIN or
 * password is ever written; a phone number only by its last three digits; of an address with a path
 * only the origin.
 */

import { destination, pino, type Logger as PinoLogger } from 'pino';

/** From most to least talkative. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A logger; `child({ purchaseId })` puts the purchase on every line that follows. */
export type Logger = PinoLogger;

/**
 * Members that are blanked wherever they stand, down to two levels, should one ever be logged by
 * mistake.
 */
const SECRET_MEMBERS = [
  'pin',
  'password',
  'token',
  'authorization',
  'secret',
  'initiatorPassword',
  'newPassword',
  'pinDigest',
  'tokenDigest',
  'passwordHash',
];

/** Errors within errors that are written out. */
const CAUSE_DEPTH_MAX = 3;

/**
 * Opens the log on stderr. Lines are written without waiting; {@link flushLog} before a process
 * ends.
 */
export function openLog(level: LogLevel): Logger {
  const stderr = destination({ dest: 2, sync: false });
  return pino(logOptions(level), stderr);
}

/**
 * What every logger of the platform is made with; a test passes it to pino with a stream of its
 * own.
 */
export function logOptions(level: LogLevel) {
  const paths = SECRET_MEMBERS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return {
    level,
    base: null,
    redact: { paths, censor: '[secret]' },
    serializers: { err: (error: unknown) => errorFields(error, 0) },
  };
}

/** Waits until everything logged so far has left the process. */
export function flushLog(log: Logger): Promise<void> {
  return new Promise((resolve) => log.flush(() => resolve()));
}

/**
 * Only what an error says of itself. A database error also carries the row at fault, which holds
 * phone numbers and digests, so its other members stay out of the log.
 */
function errorFields(error: unknown, depth: number): unknown {
  if (!(error instanceof Error)) return String(error);
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' && { code }),
    ...(typeof constraint === 'string' && { constraint }),
    stack: error.stack,
    ...(error.cause !== undefined &&
      depth < CAUSE_DEPTH_MAX && { cause: errorFields(error.cause, depth + 1) }),
  };
}

/** A phone number as a log may show it: "…001". */
export const shownMsisdn = (msisdn: string): string => `…${msisdn.slice(-3)}`;

/** An address as a log may show it: its origin, for the path holds the merchant's order key. */
export const shownUrl = (url: string): string => URL.parse(url)?.origin ?? '(not an address)';
