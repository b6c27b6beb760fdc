/** States, refusals and endings in words: what happened, whether money moved, what to do next. */

import type { EndingCode, ProblemCode, PurchaseState } from '@seqr-ups/contract';

/** How a state is called in the history. */
export const states = {
  OPENED: 'Asking the machine',
  AWAITING_APPROVAL: 'Waiting for your PIN',
  AWAITING_MERCHANT: 'Waiting for the shop',
  CONFIRMING: 'Paid',
  RESERVED: 'Machine is open',
  PAID: 'Paid',
  RELEASED: 'Nothing charged',
  REFUSED: 'Refused',
  CANCELED: 'Cancelled',
  EXPIRED: 'Time ran out',
} satisfies Record<PurchaseState, string>;

/**
 * Refusals and endings by code. The five of createPurchase say what `unattended-payments.md` §4.3
 * advises.
 */
export const endings = {
  INSUFFICIENT_FUNDS: {
    title: 'Not enough money',
    detail: 'This machine needs more than you can reserve now. Nothing was charged.',
  },
  DEVICE_IN_USE: {
    title: 'Machine in use',
    detail: 'Someone else is using this machine. Try again in a moment. Nothing was charged.',
  },
  DEVICE_UNAVAILABLE: {
    title: 'Out of order',
    detail: 'This machine is out of order. Try another one. Nothing was charged.',
  },
  INVOICING_ERROR: {
    title: 'Payment not possible',
    detail: 'The seller could not prepare the payment. Nothing was charged.',
  },
  SYSTEM_ERROR: {
    title: 'That did not work',
    detail: 'Something went wrong at the seller. Nothing was charged.',
  },
  INVALID_CODE: {
    title: 'Not a code to pay with',
    detail: 'This is not the code of a machine, till or bill to pay. Nothing was charged.',
  },
  UNKNOWN_MERCHANT: {
    title: 'Unknown seller',
    detail: 'The code may be wrong, or somebody covered the right one. Nothing was charged.',
  },
  NO_INVOICE_YET: {
    title: 'Nothing to pay yet',
    detail: 'The cashier has not sent the amount yet. Try again once it is there.',
  },
  NOT_FOUND: {
    title: 'Not found',
    detail: 'It may belong to somebody else, or it was never made.',
  },
  WRONG_PIN: {
    title: 'Wrong PIN',
    detail: 'Nothing was charged. Try again.',
  },
  PIN_LOCKED: {
    title: 'PIN locked',
    detail: 'It was wrong too many times. Nothing was charged. Ask customer service to unlock it.',
  },
  DEVICE_REQUIRED: {
    title: 'This phone is not let in yet',
    detail: 'Paying needs a phone that you have let in. Nothing was charged.',
  },
  DEVICE_REFUSED: {
    title: 'This phone is not known',
    detail: 'It was removed, or it was never let in. Nothing was charged.',
  },
  WRONG_CODE: {
    title: 'Wrong code',
    detail: 'The code is not right, was used before or is too old. Ask for a new one.',
  },
  LIMIT_EXCEEDED: {
    title: 'Over your own limit',
    detail: 'This is more than the limit that you have set. Nothing was charged.',
  },
  UNAUTHORIZED: {
    title: 'Please sign in again',
    detail: 'You were signed out to keep your money safe.',
  },
  OFFER_CHANGED: {
    title: 'The amount has changed',
    detail: 'Look at the new amount, then confirm it with your PIN. Nothing was charged.',
  },
  TOO_LATE: {
    title: 'Too late',
    detail: 'This offer has already ended. Scan again for a new one.',
  },
  IN_PROGRESS: {
    title: 'Still working on it',
    detail: 'The first try has not ended yet. Try again in a moment.',
  },
  KEY_REUSED: {
    title: 'That did not work',
    detail: 'Please start again.',
  },
  INVALID_REQUEST: {
    title: 'That did not work',
    detail: 'Something in it was not right. Please start again.',
  },
  RATE_LIMITED: {
    title: 'Too many tries',
    detail: 'Wait a little, then try again. Nothing was charged.',
  },
  OVERLOADED: {
    title: 'Very busy just now',
    detail: 'Very many people are paying now. Try again in a moment. Nothing was charged.',
  },
  BY_CUSTOMER: {
    title: 'Cancelled',
    detail: 'You cancelled. Nothing was charged.',
  },
  BY_MERCHANT: {
    title: 'Cancelled by the seller',
    detail: 'The seller cancelled. Nothing was charged. Scan again to start over.',
  },
  SUPERSEDED: {
    title: 'Replaced by a newer scan',
    detail: 'Nothing was charged here.',
  },
  NOT_APPROVED: {
    title: 'Time ran out',
    detail: 'The offer was not confirmed in time. Nothing was charged. Scan again for a new one.',
  },
  NOTHING_TAKEN: {
    title: 'Nothing charged',
    detail: 'The machine delivered nothing, so the whole amount is yours again.',
  },
  NOT_COMMITTED: {
    title: 'Nothing charged',
    detail: 'The seller did not report a sale in time, so the whole amount is yours again.',
  },
  NOT_NOTICED: {
    title: 'Not paid: your money is back',
    detail: 'The shop did not confirm your payment, so nothing was charged. Ask at the shop.',
  },
} satisfies Record<ProblemCode | EndingCode, { title: string; detail: string }>;

/** Titles of endings that mean something else for a bill than at a machine. */
export const billTitles = {
  SUPERSEDED: 'Not payable any more',
  NOTHING_TAKEN: 'Given back',
};
