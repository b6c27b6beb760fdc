/**
 * The tax inside a payment, from the rates that the merchant's lines carry (merchant SOAP API, 3.6:
 * per cent, for display). Nothing is charged by it; it is shown on the receipt.
 */

import type { Money } from '@seqr-ups/contract';
import type { InvoiceRow } from './invoice-row.ts';

/** The lines of one rate: what they sum to, and the tax inside it. */
export type Tax = { readonly rate: string; readonly total: Money; readonly tax: Money };

/** A rate that can be meant: up to three digits before the point and four behind it. */
const RATE = /^\+?0*(\d{1,3})(?:\.(\d{1,4})0*)?\.?$/;
const RATE_DIGITS = 4;
const ONE_PER_CENT = 10n ** BigInt(RATE_DIGITS);
const ONE_HUNDRED_PER_CENT = 100n * ONE_PER_CENT;

/**
 * The tax of a payment by rate, highest first. Empty where it cannot be told: no line has a rate,
 * or the lines do not sum to what was paid, so that nobody knows which of them were.
 */
export function taxesOf(rows: readonly InvoiceRow[], paid: Money | null): Tax[] {
  if (paid === null || paid.minor !== sumOf(rows, paid.currency)) return [];
  const totals = new Map<bigint, bigint>();
  for (const { taxRate, total } of rows) {
    const rate = taxRate === undefined ? null : readRate(taxRate);
    if (rate !== null) totals.set(rate, (totals.get(rate) ?? 0n) + (total?.minor ?? 0n));
  }
  const { currency } = paid;
  return [...totals]
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .map(([rate, minor]) => ({
      rate: writeRate(rate),
      total: { minor, currency },
      tax: { minor: rounded(minor * rate, ONE_HUNDRED_PER_CENT + rate), currency },
    }));
}

/** Null when a line says no total, or another currency: then the sum is not known. */
function sumOf(rows: readonly InvoiceRow[], currency: string): bigint | null {
  let sum = 0n;
  for (const { total } of rows) {
    if (total === undefined || total.currency !== currency) return null;
    sum += total.minor;
  }
  return sum;
}

/** In ten thousandths of a per cent; null for what can be no rate, such as a negative one. */
function readRate(text: string): bigint | null {
  const [match, whole = '', fraction = ''] = RATE.exec(text.trim()) ?? [];
  if (match === undefined) return null;
  const rate = BigInt(whole + fraction.padEnd(RATE_DIGITS, '0'));
  return rate > ONE_HUNDRED_PER_CENT ? null : rate;
}

/** `19`, `5.5` */
function writeRate(rate: bigint): string {
  const fraction = (rate % ONE_PER_CENT).toString().padStart(RATE_DIGITS, '0').replace(/0+$/, '');
  return `${rate / ONE_PER_CENT}${fraction === '' ? '' : `.${fraction}`}`;
}

/** To the nearest minor unit, halves away from zero. */
function rounded(numerator: bigint, denominator: bigint): bigint {
  const sign = numerator < 0n ? -1n : 1n;
  return (sign * (2n * sign * numerator + denominator)) / (2n * denominator);
}
