/** Amounts that the customer types. */

import { type AmountJson, currencyDigits, parseAmount, toAmountJson } from '@seqr-ups/contract';

/**
 * Reads `20`, `20,5` and `20.50` in a currency; null when it is no amount of it, or negative. What
 * groups thousands is not guessed at: `1.000` is a thousand here and one there.
 */
export function readAmount(text: string, currency: string): AmountJson | null {
  const value = text.replaceAll(/\s/gu, '').replace(',', '.');
  const digits = currencyDigits(currency) ?? 0;
  if (!/^\d{1,12}(\.\d+)?$/u.test(value)) return null;
  if ((value.split('.')[1]?.length ?? 0) > digits) return null;
  const parsed = parseAmount({ value, currency });
  return parsed.ok ? toAmountJson(parsed.money) : null;
}

/** A whole number of units as an amount: `20` in EUR is 20.00. */
export function wholeAmount(units: number, currency: string): AmountJson {
  const minor = BigInt(units) * 10n ** BigInt(currencyDigits(currency) ?? 0);
  return toAmountJson({ minor, currency });
}

/** Negative, zero or positive, as `a` is below, equal to or above `b`, of one currency. */
export function compareAmounts(a: AmountJson, b: AmountJson): number {
  const difference = minorOf(a) - minorOf(b);
  return difference < 0n ? -1 : Number(difference > 0n);
}

/** Both sides of a comparison carry the currency's digits. */
function minorOf({ value }: AmountJson): bigint {
  return BigInt(value.replace('.', ''));
}
