/** What operators write, read once and exactly. Each throws WrongUse with what would be right. */

import { currencyDigits, parseAmount, toAmountJson } from '@seqr-ups/contract';
import type { Money } from '@seqr-ups/contract';
import { CODE_ID_PATTERN } from '../../server/src/core/merchant.ts';
import { normalisedMsisdn } from '../../server/src/wallet/msisdn.ts';
import { WrongUse } from './command.ts';

/** Longer than any name on a phone's screen. */
const NAME_CHARACTERS_MAX = 100;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** Written where a setting is to be taken away. */
const NONE = 'none';

/** An amount above zero with its currency, such as `20.00 EUR` or `20.00EUR`. */
export function readAmount(text: string): Money {
  const [, value = '', currency = ''] = /^(.*?)\s*([A-Za-z]{3})$/s.exec(text.trim()) ?? [];
  const parsed = parseAmount({ value, currency });
  if (!parsed.ok) {
    switch (parsed.fault) {
      case 'MISSING':
        throw new WrongUse(`"${text}" is no amount with its currency, such as "20.00 EUR".`);
      case 'UNKNOWN_CURRENCY':
        throw new WrongUse(`${currency} is no currency of ISO 4217.`);
      case 'MALFORMED':
        throw new WrongUse(
          `"${value}" is no amount in ${currency.toUpperCase()}: digits and a point, with at ` +
            `most ${currencyDigits(currency.toUpperCase())} digits behind it.`,
        );
    }
  }
  if (parsed.money.minor <= 0n) throw new WrongUse(`The amount must be above zero, not "${text}".`);
  return parsed.money;
}

/** An amount for people: `20.00 EUR`. */
export function showAmount(money: Money): string {
  const { value, currency } = toAmountJson(money);
  return `${value} ${currency}`;
}

/** A currency of ISO 4217, in capitals. */
export function readCurrency(text: string): string {
  const currency = text.toUpperCase();
  if (currencyDigits(currency) === null) {
    throw new WrongUse(`"${text}" is no currency of ISO 4217, such as EUR.`);
  }
  return currency;
}

/** The id of a merchant or a machine's token: what a machine's code may carry. */
export function readCodeId(what: string, text: string): string {
  if (CODE_ID_PATTERN.test(text)) return text;
  throw new WrongUse(`${what} must be 1 to 64 of A-Z a-z 0-9 . _ - and not "${text}".`);
}

/** The id of a device, as `seqr customer devices` lists it. */
export function readDeviceId(text: string): string {
  if (UUID.test(text)) return text.toLowerCase();
  throw new WrongUse(`"${text}" is no id of a device.`);
}

/** A name that people read: one line, not empty. */
export function readName(what: string, text: string): string {
  const name = text.trim();
  if (name === '') throw new WrongUse(`${what} must not be empty.`);
  if (/\p{Cc}/u.test(name)) throw new WrongUse(`${what} must be one line without tabs.`);
  if (Array.from(name).length > NAME_CHARACTERS_MAX) {
    throw new WrongUse(`${what} must have at most ${NAME_CHARACTERS_MAX} characters.`);
  }
  return name;
}

/** A phone number with country code, as the wallet's sign-in reads it; digits only. */
export function readMsisdn(text: string): string {
  const msisdn = normalisedMsisdn(text);
  if (msisdn !== null) return msisdn;
  throw new WrongUse(`"${text}" is no phone number with country code, such as +46700000001.`);
}

/** A whole number of seconds within bounds. */
export function readSeconds(what: string, text: string, maxS: number): number {
  const seconds = /^[0-9]{1,9}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= maxS) return seconds;
  throw new WrongUse(`${what} must be a whole number from 1 to ${maxS}, not "${text}".`);
}

/** `read` for a setting that may also be taken away (null) or left as it is (undefined). */
export function readRemovable<T>(
  text: string | undefined,
  read: (text: string) => T,
): T | null | undefined {
  if (text === undefined) return undefined;
  return text === NONE ? null : read(text);
}
