/** Phone numbers as they come in. */

import { parsePhoneNumberFromString } from 'libphonenumber-js';

/** E.164, as the database keeps it. */
const MSISDN = /^[1-9][0-9]{6,14}$/;

/**
 * Reads a phone number as people and programs write it: with `+`, `00` or nothing before the
 * country code, with spaces and dashes. Returns digits only, country code first; null when it can
 * be no such number.
 */
export function normalisedMsisdn(text: string): string | null {
  const written = text.trim().replace(/^(\+|00)/, '');
  const number = parsePhoneNumberFromString(`+${written}`);
  // Numbering plans change; what the library does not know yet is taken as it is written.
  const digits = number?.isPossible() ? number.number.slice(1) : written.replace(/[ ()./-]/g, '');
  return MSISDN.test(digits) ? digits : null;
}
