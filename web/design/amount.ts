/** Amounts as people read them. Exact: the decimal strings of the wire, never floating point. */

import type { AmountJson } from '@seqr-ups/contract';
import { isolated, locale } from './locale.ts';

/** A decimal number as the wire has it. */
const DECIMAL = /^-?\d+(\.\d+)?$/u;

/**
 * `20.00 EUR`, `20,00 EUR` in Swedish: the number by the language's habits, with as many digits as
 * the wire sent, then the code of ISO 4217, as machines and tills show it; nothing in it breaks.
 */
export function amountText(amount: AmountJson): string {
  return isolated(`${numberText(amount.value)}\u00a0${amount.currency}`);
}

/** A decimal number of the wire by the language's habits: `5.5`, `5,5` in Swedish. */
export function numberText(value: string): string {
  if (!DECIMAL.test(value)) return value;
  const digits = value.split('.')[1]?.length ?? 0;
  const format = new Intl.NumberFormat(locale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  // A string of decimals is formatted as it stands; it never becomes a floating-point number.
  return format.format(value as Intl.StringNumericLiteral);
}

/** `a − b` of one currency; null when they cannot be compared. Both carry the currency's digits. */
export function difference(a: AmountJson, b: AmountJson): AmountJson | null {
  const [wholeA = '', fractionA = ''] = a.value.split('.');
  const [wholeB = '', fractionB = ''] = b.value.split('.');
  if (a.currency !== b.currency || fractionA.length !== fractionB.length) return null;
  const minor = BigInt(wholeA + fractionA) - BigInt(wholeB + fractionB);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(fractionA.length + 1, '0');
  const cut = digits.length - fractionA.length;
  const fraction = fractionA.length === 0 ? '' : `.${digits.slice(cut)}`;
  return {
    value: `${minor < 0n ? '-' : ''}${digits.slice(0, cut)}${fraction}`,
    currency: a.currency,
  };
}

/** The sum of amounts of one currency; null without any, or when they cannot be added. */
export function sum(amounts: readonly AmountJson[]): AmountJson | null {
  const [first, ...rest] = amounts;
  if (first === undefined) return null;
  return rest.reduce<AmountJson | null>((total, amount) => {
    const negative = { ...amount, value: `-${amount.value}` };
    return total === null ? null : difference(total, negative);
  }, first);
}

/** True for an amount of nothing. */
export function isZero(amount: AmountJson): boolean {
  return !/[1-9]/u.test(amount.value);
}
