/** XML Schema values as text, in both directions. Reading answers undefined for what is not readable; nothing throws. */

import type { PrimitiveName, Primitives } from './schema.ts';

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
const LONG_MAX = 2n ** 63n - 1n;
const LONG_MIN = -(2n ** 63n);
/** Digits beyond which a number is larger than any long, so that no huge text is ever converted. */
const LONG_DIGITS_MAX = 19;
const DECIMAL_LENGTH_MAX = 64;

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d{1,9})?)?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$/;

const readInt = (text: string): number | undefined => {
  if (!/^[+-]?\d{1,20}$/.test(text)) return undefined;
  const value = Number(text);
  return value < INT_MIN || value > INT_MAX ? undefined : value;
};

/** Canonical text; a number beyond 64 bits becomes the nearest bound, so that "huge" stays huge. */
const readLong = (text: string): string | undefined => {
  const match = /^([+-]?)0*(\d+)$/.exec(text);
  if (!match) return undefined;
  const negative = match[1] === '-';
  const digits = match[2] ?? '';
  if (digits.length > LONG_DIGITS_MAX) return String(negative ? LONG_MIN : LONG_MAX);
  const value = negative ? -BigInt(digits) : BigInt(digits);
  if (value > LONG_MAX) return String(LONG_MAX);
  return String(value < LONG_MIN ? LONG_MIN : value);
};

const readDecimal = (text: string): string | undefined =>
  text.length <= DECIMAL_LENGTH_MAX && /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text) ? text : undefined;

/** A bare date comes out as its midnight, so that what is echoed later is a valid dateTime. */
const readDateTime = (text: string): string | undefined => {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '', day = '', hour, , , , zone = ''] = match;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  date.setUTCFullYear(Number(year));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) {
    return undefined;
  }
  return hour === undefined ? `${year}-${month}-${day}T00:00:00${zone}` : text;
};

/** Lenient, since samples in the field are not validly padded: unknown characters are skipped. */
const readBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

const READERS: {
  readonly [N in Exclude<PrimitiveName, 'string'>]: (text: string) => Primitives[N] | undefined;
} = {
  int: readInt,
  long: readLong,
  decimal: readDecimal,
  dateTime: readDateTime,
  base64Binary: readBase64,
};

/** The value of an element's text; undefined when it is not readable as that type. */
export const readPrimitive = (
  name: PrimitiveName,
  text: string,
): Primitives[PrimitiveName] | undefined => {
  if (name === 'string') return text;
  return READERS[name](text.trim());
};

/** The text of a value. Throws when it is not of that type: writing a wrong value is a bug. */
export const writePrimitive = (name: PrimitiveName, value: unknown): string => {
  if (name === 'base64Binary') {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  } else if (name === 'string') {
    if (typeof value === 'string') return value;
  } else if (name === 'int') {
    if (typeof value === 'number' && readInt(String(value)) === value) return String(value);
  } else if (typeof value === 'string' && readPrimitive(name, value) === value) {
    return value;
  }
  throw new TypeError(`not a ${name}: ${JSON.stringify(value)}`);
};
