/**
 * Refusals and endings in words. Rules as in `text.ts`: what happened, whether money moved, what to
 * do next.
 */

import type { EndingCode, ProblemCode, PurchaseKind } from '@seqr-ups/contract';

/** What the customer can sensibly do after something ended or was refused. */
export type NextStep = 'SCAN_AGAIN' | 'SAME_CODE_AGAIN' | 'HOME' | 'SIGN_IN';

/**
 * A refusal or ending in words. The server's own sentence, when there is one, replaces `detail`.
 */
export type Explanation = {
  readonly title: string;
  readonly detail: string;
  readonly next: NextStep;
};

/**
 * Refusals and endings by code. The five of createPurchase say what `unattended-payments.md` §4.3
 * advises.
 */
export const EXPLANATIONS: Readonly<Record<ProblemCode | EndingCode, Explanation>> = {
  INSUFFICIENT_FUNDS: {
    title: 'Not enough money',
    detail: 'This machine needs more than you can reserve now. Nothing was charged.',
    next: 'HOME',
  },
  DEVICE_IN_USE: {
    title: 'Machine in use',
    detail: 'Someone else is using this machine. Try again in a moment. Nothing was charged.',
    next: 'SAME_CODE_AGAIN',
  },
  DEVICE_UNAVAILABLE: {
    title: 'Out of order',
    detail: 'This machine is out of order. Try another one. Nothing was charged.',
    next: 'SCAN_AGAIN',
  },
  INVOICING_ERROR: {
    title: 'Payment not possible',
    detail: 'The seller could not prepare the payment. Nothing was charged.',
    next: 'SAME_CODE_AGAIN',
  },
  SYSTEM_ERROR: {
    title: 'That did not work',
    detail: 'Something went wrong at the seller. Nothing was charged.',
    next: 'SAME_CODE_AGAIN',
  },
  INVALID_CODE: {
    title: 'Not a code to pay with',
    detail: 'This is not the code of a machine, till or bill to pay. Nothing was charged.',
    next: 'SCAN_AGAIN',
  },
  UNKNOWN_MERCHANT: {
    title: 'Unknown seller',
    detail: 'The code may be wrong, or somebody covered the right one. Nothing was charged.',
    next: 'SCAN_AGAIN',
  },
  NO_INVOICE_YET: {
    title: 'Nothing to pay yet',
    detail: 'The cashier has not sent the amount yet. Try again once it is there.',
    next: 'SAME_CODE_AGAIN',
  },
  NOT_FOUND: {
    title: 'Not found',
    detail: 'It may belong to somebody else, or it was never made.',
    next: 'HOME',
  },
  WRONG_PIN: {
    title: 'Wrong PIN',
    detail: 'Nothing was charged. Try again.',
    next: 'HOME',
  },
  PIN_LOCKED: {
    title: 'PIN locked',
    detail: 'It was wrong too many times. Nothing was charged. Ask customer service to unlock it.',
    next: 'HOME',
  },
  UNAUTHORIZED: {
    title: 'Please sign in again',
    detail: 'You were signed out to keep your money safe.',
    next: 'SIGN_IN',
  },
  OFFER_CHANGED: {
    title: 'The amount has changed',
    detail: 'Look at the new amount, then confirm it with your PIN. Nothing was charged.',
    next: 'HOME',
  },
  TOO_LATE: {
    title: 'Too late',
    detail: 'This offer has already ended. Scan again for a new one.',
    next: 'SCAN_AGAIN',
  },
  IN_PROGRESS: {
    title: 'Still working on it',
    detail: 'The first try has not ended yet. Try again in a moment.',
    next: 'SAME_CODE_AGAIN',
  },
  KEY_REUSED: {
    title: 'That did not work',
    detail: 'Please start again.',
    next: 'SCAN_AGAIN',
  },
  INVALID_REQUEST: {
    title: 'That did not work',
    detail: 'Something in it was not right. Please start again.',
    next: 'SCAN_AGAIN',
  },
  RATE_LIMITED: {
    title: 'Too many tries',
    detail: 'Wait a little, then try again. Nothing was charged.',
    next: 'SAME_CODE_AGAIN',
  },
  OVERLOADED: {
    title: 'Very busy just now',
    detail: 'Very many people are paying now. Try again in a moment. Nothing was charged.',
    next: 'SAME_CODE_AGAIN',
  },
  BY_CUSTOMER: {
    title: 'Cancelled',
    detail: 'You cancelled. Nothing was charged.',
    next: 'SCAN_AGAIN',
  },
  BY_MERCHANT: {
    title: 'Cancelled by the seller',
    detail: 'The seller cancelled. Nothing was charged. Scan again to start over.',
    next: 'SCAN_AGAIN',
  },
  SUPERSEDED: {
    title: 'Replaced by a newer scan',
    detail: 'Nothing was charged here.',
    next: 'HOME',
  },
  NOT_APPROVED: {
    title: 'Time ran out',
    detail: 'The offer was not confirmed in time. Nothing was charged. Scan again for a new one.',
    next: 'SCAN_AGAIN',
  },
  NOTHING_TAKEN: {
    title: 'Nothing charged',
    detail: 'The machine delivered nothing, so the whole amount is yours again.',
    next: 'SCAN_AGAIN',
  },
  NOT_COMMITTED: {
    title: 'Nothing charged',
    detail: 'The seller did not report a sale in time, so the whole amount is yours again.',
    next: 'SCAN_AGAIN',
  },
  NOT_NOTICED: {
    title: 'Not paid: your money is back',
    detail: 'The shop did not confirm your payment, so nothing was charged. Ask at the shop.',
    next: 'SCAN_AGAIN',
  },
};

/** Titles of endings that mean something else for a bill than at a machine. */
const BILL_TITLES: Readonly<Partial<Record<EndingCode, string>>> = {
  SUPERSEDED: 'Not payable any more',
  NOTHING_TAKEN: 'Given back',
};

/** The title of how a purchase ended. */
export function endingTitle(code: EndingCode, kind: PurchaseKind): string {
  const ofBill = kind === 'MACHINE' ? undefined : BILL_TITLES[code];
  return ofBill ?? EXPLANATIONS[code].title;
}
