/**
 * Every word that the wallet says, in one place; a further language is a second object of this
 * shape. Rules: say what happened, whether money moved, what to do next. Short sentences, no
 * jargon.
 */

import type { EndingCode, ProblemCode, PurchaseState } from '@seqr-ups/contract';

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
    detail: 'This is not the code of a machine that takes SEQR. Nothing was charged.',
    next: 'SCAN_AGAIN',
  },
  UNKNOWN_MERCHANT: {
    title: 'Unknown seller',
    detail: 'The code may be wrong, or somebody covered the right one. Nothing was charged.',
    next: 'SCAN_AGAIN',
  },
  NO_INVOICE_YET: {
    title: 'Nothing to pay yet',
    detail: 'The cashier has not sent an amount yet. Try again in a moment.',
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
    detail: 'This offer has already ended. Scan the machine again for a new one.',
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
    title: 'Nothing charged',
    detail: 'The shop did not see your payment in time, so the amount is yours again. Ask there.',
    next: 'SCAN_AGAIN',
  },
};

/** How a state is called in the history. */
export const STATE_WORDS: Readonly<Record<PurchaseState, string>> = {
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
};

/** Everything else, grouped by screen. */
export const TEXT = {
  product: 'SEQR',
  back: 'Back',
  close: 'Close',
  done: 'Done',
  retry: 'Try again',
  scanAgain: 'Scan again',
  home: 'Home',
  loading: 'One moment…',
  offline: {
    title: 'No connection',
    read: 'We cannot reach SEQR. Check your network; this page goes on by itself.',
    opening: 'We could not reach the machine. Nothing is held and nothing was charged.',
    approval:
      'We did not hear whether your PIN arrived. Try again: you can never be charged twice for it.',
  },
  signIn: {
    title: 'Pay at the machine with your phone',
    lead: 'Scan the code, confirm with your PIN, take what you want. You pay only for that.',
    phone: 'Phone number',
    phoneHint: 'With country code, for example +46 70 000 00 01',
    phoneWrong: 'Please type the number with its country code, for example +46 70 000 00 01.',
    next: 'Next',
    pinTitle: 'Your PIN',
    pinLead: (number: string) => `for +${number}`,
    otherNumber: 'Use another number',
    lost: 'No connection. Check your network and try again.',
    failed: 'Number and PIN do not match. Please try again.',
    first: (place: string) => `Sign in, then we go straight on to ${place}.`,
  },
  homeScreen: {
    available: 'Available',
    held: (amount: string) => `${amount} of it is held for a machine`,
    scan: 'Scan a machine',
    latest: 'Latest',
    all: 'All purchases',
    none: 'Nothing here yet. Scan the code on a machine to buy the first thing.',
    unfinished: 'Not finished yet',
  },
  account: {
    title: 'Account',
    name: 'Name',
    number: 'Phone number',
    balance: 'Balance',
    available: 'Available',
    signOut: 'Sign out',
    open: 'Account',
  },
  scan: {
    title: 'Scan the code',
    hint: 'Hold the code on the machine inside the frame.',
    starting: 'Starting the camera…',
    notOurs: 'That is not a SEQR code. Look for the one on the machine.',
    denied: 'The camera is not allowed here. Allow it in the browser, or type the code.',
    missing: 'No camera can be used here. Type the code instead.',
    type: 'Type the code instead',
    camera: 'Use the camera',
    typedLabel: 'Code',
    typedHint: 'Paste the code, or type seller and machine as printed under it: demo 1001',
    typedWrong: 'That is not a code that we know. Example: demo 1001',
    send: 'Go on',
  },
  link: {
    title: 'Buy at this machine?',
    merchant: 'Seller',
    machine: 'Machine',
    invoice: 'Invoice',
    till: 'Till',
    numbered: {
      MACHINE: (number: string) => `machine ${number}`,
      TILL: (number: string) => `till ${number}`,
      INVOICE: (number: string) => `invoice ${number}`,
    },
    of: (place: string, merchant: string) => `${place} of ${merchant}`,
    note: 'The next page shows what you pay at most. Nothing is held before your PIN.',
    go: 'Go on',
    signInAndGo: 'Sign in and go on',
    no: 'Not now',
  },
  opening: {
    title: 'Asking the machine…',
    note: 'Is it there, and is it free?',
    cancel: 'Stop',
  },
  offer: {
    atMost: 'At most',
    exactly: 'To pay',
    onlyTaken: 'You pay only what you take.',
    heldUntil: (time: string) => `The rest is free at once, at the latest at ${time}.`,
    left: 'left to confirm',
    pin: 'PIN',
    confirm: 'Confirm with your PIN',
    sending: 'Confirming…',
    cancel: 'Cancel',
    attempts: (left: number) =>
      left === 1 ? 'Wrong PIN. One attempt left.' : `Wrong PIN. ${String(left)} attempts left.`,
    pending: 'The shop is preparing your payment…',
  },
  pin: {
    entered: (count: number, of: number) => `${String(count)} of ${String(of)} digits entered`,
    erase: 'Erase the last digit',
    pad: 'Keypad',
  },
  progress: {
    unlocking: 'The machine is unlocking',
    take: 'Take your products',
    takeNote: 'You pay only what you take.',
    held: 'Held, not charged',
    upTo: (amount: string) => `${amount} held, not charged`,
    soFar: 'So far',
    slow: (time: string) =>
      `Not open? Then you pay nothing. What is held comes back by itself at ${time} at the latest.`,
    confirming: 'Paid',
    confirmingNote: 'The shop is confirming it.',
    until: 'until it is released',
  },
  receipt: {
    paid: 'Paid',
    released: (amount: string) => `${amount} released at once`,
    items: 'What you took',
    bought: 'What you bought',
    wasRefunded: 'Refunded',
    unitemised: 'The seller sent no list of products.',
    charged: 'Charged',
    held: 'Was held',
    free: 'Released',
    merchant: 'Seller',
    machine: 'Machine',
    place: 'Place',
    reference: 'Reference',
    time: 'Time',
    refunds: 'Refunds',
    refunded: (amount: string) => `${amount} refunded`,
    title: 'Receipt',
    endedTitle: 'Purchase',
  },
  history: {
    title: 'Purchases',
    more: 'Show older ones',
    none: 'No purchases yet.',
    atMost: (amount: string) => `up to ${amount}`,
  },
} as const;
