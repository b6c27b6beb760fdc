/**
 * XML Schema values as text, in both directions. Reading answers undefined for what is not
 * readable; nothing throws.
 */

import type { PrimitiveName, Primitives } from './schema.ts';

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
const LONG_MAX = 2n ** 63n - 1n;
const LONG_MIN = -(2n ** 63n);
/** Digits beyond which a number is larger than any long, so that no huge text is ever converted. */
const LONG_DIGITS_MAX = 19;
const DECIMAL_LENGTH_MAX = 64;
const DATE_TIME_LENGTH_MAX = 40;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(?:[01]\d|2[0-3])(?::[0-5]\d){2}(?:\.\d{1,9})?$/;
const ZONE = /(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

const isSpace = (code: number): boolean =>
  code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;

const readInt = (text: string): number | undefined => {
  if (!/^[+-]?\d{1,20}$/.test(text)) return undefined;
  // Adding zero makes "-0" the only zero there is.
  const value = Number(text) + 0;
  return value < INT_MIN || value > INT_MAX ? undefined : value;
};

/**
 * The text without white space of XML around it. Only those four characters: a no-break space
 * beside a number is not nothing. A loop, since `[ ]+$` takes quadratic time over blanks in the
 * middle.
 */
export const trimXml = (text: string): string => {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
};

/** Canonical text; a number beyond 64 bits becomes the nearest bound, so that "huge" stays huge. */
const readLong = (text: string): string | undefined => {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const negative = text.startsWith('-');
  const digits = text.replace(/^[+-]?0*(?=\d)/, '');
  if (digits.length > LONG_DIGITS_MAX) return String(negative ? LONG_MIN : LONG_MAX);
  const value = negative ? -BigInt(digits) : BigInt(digits);
  if (value > LONG_MAX) return String(LONG_MAX);
  return String(value < LONG_MIN ? LONG_MIN : value);
};

const readDecimal = (text: string): string | undefined =>
  text.length <= DECIMAL_LENGTH_MAX && /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text) ? text : undefined;

/** A bare date comes out as its midnight, so that what is echoed later is a valid dateTime. */
const readDateTime = (text: string): string | undefined => {
  if (text.length > DATE_TIME_LENGTH_MAX) return undefined;
  const zone = ZONE.exec(text)?.[0] ?? '';
  const [date = '', time, ...rest] = text.slice(0, text.length - zone.length).split('T');
  const [, year = '', month = '', day = ''] = DATE.exec(date) ?? [];
  if (year === '' || rest.length > 0 || (time !== undefined && !TIME.test(time))) return undefined;
  const calendar = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(calendar.getTime()) || calendar.getUTCDate() !== Number(day)) return undefined;
  return time === undefined ? `${date}T00:00:00${zone}` : text;
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
  return READERS[name](trimXml(text));
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
