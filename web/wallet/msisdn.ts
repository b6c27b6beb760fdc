/** Phone numbers as customers type them. */

/** Country code first, so never a leading zero; E.164 has at most 15 digits. */
const MSISDN = /^[1-9]\d{6,14}$/u;

/** `+46 70 000 00 01` as `46700000001`; null when it is no number with its country code. */
export function readMsisdn(typed: string): string | null {
  const digits = typed.replaceAll(/[\s()./-]/gu, '').replace(/^(\+|00)/u, '');
  return MSISDN.test(digits) ? digits : null;
}
