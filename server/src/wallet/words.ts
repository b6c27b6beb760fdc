/**
 * Every sentence that a customer reads, in one place: the wallet shows a problem's `detail` and an
 * ending's `message` as they stand. Each says what happened, what it did to the customer's money
 * and, where something can be done, what. The texts for the five createPurchase codes are those of
 * Unattended Payments, 4.3, followed by what to do next.
 */

import { formatMinor } from '@seqr-ups/contract';
import type {
  CreatePurchaseError,
  EndingCode,
  LimitKind,
  Money,
  ProblemCode,
  PurchaseKind,
} from '@seqr-ups/contract';
import type { LimitLeft } from '../core/limit.ts';
import type { Purchase } from '../core/purchase.ts';
import type { LateBill } from '../core/refusal.ts';

/**
 * Short and stable: the `title` of each problem (RFC 9457, 3.1.3: the same for every occurrence).
 */
export const PROBLEM_TITLES: { readonly [C in ProblemCode]: string } = {
  INSUFFICIENT_FUNDS: 'Not enough money',
  DEVICE_IN_USE: 'The machine is in use',
  DEVICE_UNAVAILABLE: 'The machine is out of order',
  INVOICING_ERROR: 'The seller could not prepare the payment',
  SYSTEM_ERROR: 'Something went wrong',
  INVALID_CODE: 'Not a code that can be paid here',
  UNKNOWN_MERCHANT: 'Unknown seller',
  NO_INVOICE_YET: 'Nothing to pay yet',
  NOT_FOUND: 'Not found',
  WRONG_PIN: 'Wrong PIN',
  PIN_LOCKED: 'PIN locked',
  DEVICE_REQUIRED: 'A device must sign',
  DEVICE_REFUSED: 'The device is not accepted',
  WRONG_CODE: 'Wrong one-time code',
  LIMIT_EXCEEDED: "Over the customer's own limit",
  UNAUTHORIZED: 'Not signed in',
  OFFER_CHANGED: 'The offer has changed',
  TOO_LATE: 'Too late',
  IN_PROGRESS: 'Still in progress',
  KEY_REUSED: 'Idempotency key used before',
  INVALID_REQUEST: 'Invalid request',
  RATE_LIMITED: 'Too many requests',
  OVERLOADED: 'Too busy',
};

/** What a problem says when the place where it arises knows nothing more exact. */
export const PROBLEM_DETAILS: { readonly [C in ProblemCode]: string } = {
  INSUFFICIENT_FUNDS:
    'This machine needs more than you can reserve. Nothing was charged. ' +
    'Add money to your account, then scan again.',
  DEVICE_IN_USE: 'Someone else is using this machine. Try again in a moment. Nothing was charged.',
  DEVICE_UNAVAILABLE:
    'This machine is out of order. Nothing was charged. Please use another machine.',
  INVOICING_ERROR:
    'The seller could not prepare the payment. Nothing was charged. ' +
    'Scan again, or use another machine.',
  SYSTEM_ERROR:
    'Something went wrong at the seller. Nothing was charged. Scan again, or use another machine.',
  INVALID_CODE:
    'This is not a code that can be paid here. Scan the SEQR code on the machine, at the till ' +
    'or on the bill. Nothing was charged.',
  UNKNOWN_MERCHANT:
    'No seller is known under this code. Nothing was charged. Please use another machine.',
  NO_INVOICE_YET:
    'There is nothing to pay at this till yet: the cashier has not sent the amount. ' +
    'Try again in a moment.',
  NOT_FOUND: 'There is nothing at this address, or it is not yours.',
  WRONG_PIN: 'The PIN is wrong. Nothing was charged. Try again.',
  PIN_LOCKED:
    'The PIN was wrong too many times, so paying is locked. Nothing was charged. ' +
    'Ask customer service to unlock it.',
  DEVICE_REQUIRED:
    'Here the PIN alone is not enough: a device that you have let in must sign. ' +
    'Nothing was charged and nothing was changed.',
  DEVICE_REFUSED:
    'This device is not known, was removed, or signed something else. ' +
    'Nothing was charged and nothing was changed.',
  WRONG_CODE:
    'The one-time code is not right, was used before, or is too old. ' +
    'Ask customer service for a new one.',
  LIMIT_EXCEEDED: 'This is more than the limit that you have set. Nothing was charged.',
  UNAUTHORIZED: 'You are not signed in. Sign in again.',
  OFFER_CHANGED:
    'The seller has changed the offer. Nothing was charged. Look at the new amount, ' +
    'then confirm again.',
  TOO_LATE: 'It is too late for that: the purchase has moved on. Nothing more was charged.',
  IN_PROGRESS: 'The same request is still being worked on. Try again in a moment.',
  KEY_REUSED: 'This Idempotency-Key was used for another request. Use a new key for a new request.',
  INVALID_REQUEST: 'The request could not be understood.',
  RATE_LIMITED: 'That was too often. Wait a little, then try again.',
  OVERLOADED: 'The service is too busy at the moment. Nothing was charged. Try again shortly.',
};

/** Every ending but those that are problem codes (a refused purchase reads like its problem). */
type OtherEnding = Exclude<EndingCode, ProblemCode>;
const ENDINGS: { readonly [C in OtherEnding | 'PIN_LOCKED']: string } = {
  BY_CUSTOMER: 'You cancelled. Nothing was charged.',
  BY_MERCHANT: 'The seller cancelled. Nothing was charged. Scan again if you still want to buy.',
  SUPERSEDED: 'A newer purchase took the place of this one. Nothing was charged.',
  PIN_LOCKED:
    'Cancelled, because the PIN was wrong too many times. Nothing was charged. ' +
    'Ask customer service to unlock it.',
  NOT_APPROVED: 'It was not confirmed in time. Nothing was charged. Scan again to buy.',
  NOTHING_TAKEN: 'Nothing was taken, so nothing was charged. The whole amount is yours again.',
  NOT_COMMITTED:
    'The seller did not report in time what was taken, so nothing was charged. ' +
    'The whole amount is yours again.',
  NOT_NOTICED:
    'The seller did not take notice of the payment, so nothing was charged. ' +
    'The whole amount is yours again.',
};

/** Endings that mean something else for a bill, of a till or a web shop, than at a machine. */
const BILL_ENDINGS: { readonly [C in EndingCode]?: string } = {
  SUPERSEDED:
    'This bill was paid by somebody else, or a newer one took its place. ' +
    'You were not charged. Scan again to see what there is to pay.',
  NOTHING_TAKEN:
    'The seller gave the payment back, so nothing was charged. The whole amount is yours again.',
  NOT_COMMITTED:
    'The seller did not complete the payment in time, so nothing was charged. ' +
    'The whole amount is yours again.',
  NOT_NOTICED:
    'The shop did not confirm that it saw your payment, so your money is back: nothing was ' +
    'charged. Ask at the shop before you go, or pay again.',
  NOT_APPROVED: 'The bill was not confirmed in time. Nothing was charged. Scan again to pay it.',
  BY_CUSTOMER: 'You cancelled the bill. Nothing was charged.',
  BY_MERCHANT: 'The seller cancelled the bill. Nothing was charged. Ask at the till.',
};

const isOtherEnding = (code: EndingCode): code is OtherEnding | 'PIN_LOCKED' => code in ENDINGS;

/** An amount as people read it: "20.00 EUR". */
const amountInWords = (money: Money): string =>
  `${formatMinor(money.minor, money.currency)} ${money.currency}`;

/** The sentence for how a purchase ended; shown with the purchase, today and in its history. */
export function endingMessage(code: EndingCode, kind: PurchaseKind): string {
  const ofBill = kind === 'MACHINE' ? undefined : BILL_ENDINGS[code];
  return ofBill ?? (isOtherEnding(code) ? ENDINGS[code] : PROBLEM_DETAILS[code]);
}

/**
 * The sentence for a refused createPurchase, at the moment of the scan, when it is known how much
 * could have been reserved (Unattended Payments, 4.3).
 */
export const refusalAtScan = (code: CreatePurchaseError, couldReserve: Money): string =>
  code === 'INSUFFICIENT_FUNDS'
    ? `This machine needs more than the ${amountInWords(couldReserve)} you can reserve. ` +
      'Nothing was charged.'
    : PROBLEM_DETAILS[code];

/**
 * For an approval that the balance no longer covers: the offer stays, so the customer can add money
 * and confirm again.
 */
export const tooLittleAtApproval = (asked: Money | null, kind: PurchaseKind): string =>
  `You have less than the ${asked === null ? 'amount' : amountInWords(asked)} ` +
  `${kind === 'MACHINE' ? 'to be reserved' : 'to be paid'}. ` +
  'Nothing was charged. Add money to your account and confirm again, or cancel.';

const LIMITS: { readonly [K in LimitKind]: string } = {
  PER_PURCHASE: 'for one purchase',
  PER_DAY: 'for a day',
  PER_MONTH: 'for a month',
};

/** An approval above a limit that the customer has set: which, and what it leaves. */
export const overLimit = ({ kind, amount, left }: LimitLeft): string =>
  `You have set yourself a limit of ${amountInWords(amount)} ${LIMITS[kind]}, of which ` +
  `${amountInWords(left)} is left. Nothing was charged. Change the limit and confirm again, ` +
  'or cancel.';

/** For a scan that customer has no money for at all. */
export const NO_MONEY_AT_SCAN =
  'There is no money on your account to reserve. Nothing was charged. ' +
  'Add money to your account, then scan again.';

/** A wrong PIN, with what is left of the customer's attempts. */
export const wrongPin = (attemptsLeft: number): string => {
  const left = attemptsLeft === 1 ? '1 attempt is' : `${attemptsLeft} attempts are`;
  return `The PIN is wrong; ${left} left. Nothing was charged. Try again.`;
};

/**
 * A failed sign-in; the same whether the number is known, the PIN is wrong or sign-in is locked.
 */
export const SIGN_IN_FAILED =
  'The phone number or the PIN is not right, or sign-in is locked for a while. Try again.';

/** A device more than a customer may have. */
export const TOO_MANY_DEVICES = 'There are too many devices already. Remove one that is not used.';

/** A phone number that can be none. */
export const NO_MSISDN = 'msisdn must be a phone number with country code.';
/** A new PIN that others would try first. */
export const EASY_PIN =
  'newPin is easily guessed: the same digit four times, or digits in a row. Choose another one.';
/** A new PIN that is not new. */
export const SAME_PIN = 'newPin is the old PIN. Choose another one.';

/** A till's code or a bill's number that nobody has. */
export const UNKNOWN_BILL: { readonly [K in 'TILL' | 'INVOICE']: string } = {
  TILL: 'No till is known under this code. Nothing was charged. Ask at the till.',
  INVOICE: 'No bill is known under this number. Nothing was charged. Check it, or ask the seller.',
};

/** A machine's code whose signature is not the platform's. */
export const CHANGED_CODE =
  'This code has been changed: it is not the one that was made for this machine. ' +
  'Do not pay here. Nothing was sent to the seller and nothing was charged.';

/** A machine's code without a signature, where its merchant takes none. */
export const UNSIGNED_CODE =
  'This seller takes signed codes only. Scan the code on the machine itself; if you have just ' +
  'done that, do not pay there. Nothing was charged.';

/** The code of a machine's own invoice, which only the purchase at that machine may pay. */
export const MACHINE_BILL =
  'This bill belongs to a machine. Scan the code on the machine itself. Nothing was charged.';

/** Why a bill can no longer be paid. */
export const LATE_BILL: { readonly [S in LateBill['became'] | 'PAID_BY_YOU']: string } = {
  PAID_BY_YOU: 'You have paid this bill already. Nothing more was charged.',
  PAID: 'This bill is paid already. You were not charged.',
  RESERVED: 'The money for this bill is reserved already. You were not charged again.',
  ENDED:
    'This bill is no longer valid: it was cancelled, replaced or too old. Nothing was charged. ' +
    'Ask the seller for a new one.',
};

/** Why an approval or cancellation came too late, or, while the shop is asked, too early. */
export function lateDetail(purchase: Purchase | null): string {
  if (purchase?.state === 'AWAITING_MERCHANT') return MERCHANT_STILL_ASKED;
  return purchase === null || purchase.ending === null
    ? PROBLEM_DETAILS.TOO_LATE
    : endingMessage(purchase.ending, purchase.kind);
}
const MERCHANT_STILL_ASKED =
  'The shop is still checking your card. Nothing was charged. ' +
  'Wait for the amount, then confirm it.';

/** A loyalty card that cannot be kept: the merchant has no such kind, or it was not swiped. */
export const UNKNOWN_CARD = 'The shop has no such card. Nothing was changed.';

/** A purchase whose seller is still being asked, once waiting for it has gone on too long. */
export const SELLER_STILL_ASKED =
  'The seller is still being asked. Nothing was charged. Try again in a moment.';

/** For programs: the path is wrong. */
export const NO_SUCH_ADDRESS = 'There is nothing at this address; see /wallet/v1/openapi.json.';

/**
 * An error of ours. `requestId` lets the operator find it in the log; nothing else about it is
 * said.
 */
export const ourFault = (requestId: string): string =>
  'Something went wrong on our side. Try again in a moment; if you need help, ' +
  `mention ${requestId}.`;
