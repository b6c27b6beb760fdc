/**
 * The wallet's JSON about money after a sale: limits that customers set themselves, what was spent
 * in a period, and the sandbox's top-ups.
 */

import type { AmountJson } from './wallet.ts';

/** Which limits a customer can set. */
export const LIMIT_KINDS = ['PER_PURCHASE', 'PER_DAY', 'PER_MONTH'] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

/** One limit and what it leaves for a purchase now. */
export type LimitLeftJson = {
  readonly kind: LimitKind;
  readonly amount: AmountJson;
  readonly left: AmountJson;
};

/**
 * The limits that a customer sets for their own spending; null: none. `zone`, an IANA name, says
 * whose midnight ends a day and a month.
 */
export type LimitsBodyJson = {
  readonly perPurchase: AmountJson | null;
  readonly perDay: AmountJson | null;
  readonly perMonth: AmountJson | null;
  readonly zone: string;
};

/**
 * The limits in force and what was spent in the day and month that it is now in their zone: what is
 * held and what was charged. `currency` is the account's, in which limits are set.
 */
export type LimitsJson = LimitsBodyJson & {
  readonly currency: string;
  readonly spentToday: AmountJson;
  readonly spentThisMonth: AmountJson;
  readonly dayEndsAt: string;
  readonly monthEndsAt: string;
};

/** What a customer's purchases of one currency came to. */
export type SpentJson = {
  /** Paid purchases. */
  readonly purchases: number;
  readonly charged: AmountJson;
  readonly refunded: AmountJson;
};

/**
 * What was spent on the purchases that were asked about, by currency; `firstAt` is when the
 * customer's first purchase of all was opened, null before it.
 */
export type SpendingJson = {
  readonly items: readonly SpentJson[];
  readonly firstAt: string | null;
};

/** What the sandbox adds to an account, in whole units of its currency. */
export const TOP_UP_UNITS = { min: 1, max: 500 } as const;
