/**
 * Exact money: integer minor units and an ISO 4217 currency. No amount is ever a floating-point
 * number.
 */

import { trimXml } from './lexical.ts';
import type { AmountJson } from './wallet.ts';

/** An amount. `minor` counts the currency's smallest units: 20.00 EUR is 2000n. */
export type Money = { readonly minor: bigint; readonly currency: string };

/** More digits than this, in all, are no amount (merchant-soap-api 9.3). */
export const AMOUNT_DIGITS_MAX = 18;

/**
 * Currencies whose ISO 4217 exponent is not 2. Written out, because Intl answers with the decimals
 * that people commonly use (0 for HUF, COP or PKR) instead of ISO's, and because an update of Node
 * must never change what an amount means.
 */
const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
    .split(' ')
    .map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
  ...'CLF UYW'.split(' ').map((code) => [code, 4] as const),
]);
const DEFAULT_EXPONENT = 2;

let known: ReadonlySet<string> | null = null;

/** Decimals of a currency by ISO 4217, or null when no such currency is in use. Capitals only. */
export const currencyDigits = (currency: string): number | null => {
  known ??= new Set(Intl.supportedValuesOf('currency'));
  if (!known.has(currency)) return null;
  return EXPONENTS.get(currency) ?? DEFAULT_EXPONENT;
};

const digitsOf = (currency: string): number => {
  const digits = currencyDigits(currency);
  if (digits === null) throw new Error(`not a currency: ${JSON.stringify(currency)}`);
  return digits;
};

/**
 * Minor units as decimal text with the currency's digits: "20.00", "2000" for JPY. Throws for an
 * unknown currency.
 */
export const formatMinor = (minor: bigint, currency: string): string => {
  const digits = digitsOf(currency);
  const sign = minor < 0n ? '-' : '';
  const text = (minor < 0n ? -minor : minor).toString();
  if (digits === 0) return sign + text;
  const padded = text.padStart(digits + 1, '0');
  const point = padded.length - digits;
  return `${sign}${padded.slice(0, point)}.${padded.slice(point)}`;
};

/** What an amount element holds, as read. `repeated`: it, or a part of it, was there twice. */
export type AmountText = {
  readonly currency?: string | undefined;
  readonly value?: string | undefined;
  readonly repeated?: true | undefined;
};

/** An exact amount, or why it is none. Every fault is answered with INVALID_INVOICE_DATA (49). */
export type ParsedAmount =
  | { readonly ok: true; readonly money: Money }
  | { readonly ok: false; readonly fault: 'MISSING' | 'MALFORMED' | 'UNKNOWN_CURRENCY' };

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/**
 * Reads an amount by merchant-soap-api 9.3: `20`, `20.`, `+20`, `020.0`, `.5` and further zeros are
 * fine; an exponent, grouping, a comma, a digit beyond the currency's or more than 18 digits are
 * MALFORMED, nothing is ever rounded. The sign is kept: what may be negative is the caller's to
 * decide. Currencies in lower case come out in capitals.
 */
export const parseAmount = (amount: AmountText): ParsedAmount => {
  if (amount.repeated) return { ok: false, fault: 'MALFORMED' };
  const currency = trimXml(amount.currency ?? '').toUpperCase();
  const text = trimXml(amount.value ?? '');
  if (currency === '' || text === '') return { ok: false, fault: 'MISSING' };
  const digits = currencyDigits(currency);
  if (digits === null) return { ok: false, fault: 'UNKNOWN_CURRENCY' };
  const match = DECIMAL.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  const written = whole.length + fraction.length;
  if (!match || written === 0 || written > AMOUNT_DIGITS_MAX) {
    return { ok: false, fault: 'MALFORMED' };
  }
  if (/[1-9]/.test(fraction.slice(digits))) return { ok: false, fault: 'MALFORMED' };
  const units = `${whole}${fraction.slice(0, digits).padEnd(digits, '0')}`.replace(/^0+/, '');
  if (units.length > AMOUNT_DIGITS_MAX) return { ok: false, fault: 'MALFORMED' };
  const minor = BigInt(units === '' ? '0' : units);
  return { ok: true, money: { minor: match[1] === '-' ? -minor : minor, currency } };
};

/** An amount as JSON carries it. */
export const toAmountJson = (money: Money): AmountJson => ({
  value: formatMinor(money.minor, money.currency),
  currency: money.currency,
});

/** An amount out of JSON that this project wrote. Throws when it is malformed. */
export const fromAmountJson = (amount: AmountJson): Money => {
  const parsed = parseAmount(amount);
  if (!parsed.ok) throw new Error(`not an amount (${parsed.fault}): ${JSON.stringify(amount)}`);
  return parsed.money;
};
