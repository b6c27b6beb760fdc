/** Refusals and endings: their words, and what the customer can sensibly do next. */

import type { EndingCode, ProblemCode, PurchaseKind, PurchaseState } from '@seqr-ups/contract';
import { TEXT } from './text.ts';

/** What the customer can sensibly do after something ended or was refused. */
export type NextStep = 'SCAN_AGAIN' | 'SAME_CODE_AGAIN' | 'HOME' | 'SIGN_IN' | 'UNLOCK' | 'ENROL';

/**
 * A refusal or ending in the customer's words. The server's own sentences are English, for those
 * who write clients; they are never shown.
 */
export type Explanation = {
  readonly title: string;
  readonly detail: string;
  readonly next: NextStep;
};

const NEXT: Readonly<Record<ProblemCode | EndingCode, NextStep>> = {
  INSUFFICIENT_FUNDS: 'HOME',
  DEVICE_IN_USE: 'SAME_CODE_AGAIN',
  DEVICE_UNAVAILABLE: 'SCAN_AGAIN',
  INVOICING_ERROR: 'SAME_CODE_AGAIN',
  SYSTEM_ERROR: 'SAME_CODE_AGAIN',
  INVALID_CODE: 'SCAN_AGAIN',
  UNKNOWN_MERCHANT: 'SCAN_AGAIN',
  NO_INVOICE_YET: 'SAME_CODE_AGAIN',
  NOT_FOUND: 'HOME',
  WRONG_PIN: 'HOME',
  PIN_LOCKED: 'UNLOCK',
  DEVICE_REQUIRED: 'ENROL',
  DEVICE_REFUSED: 'ENROL',
  WRONG_CODE: 'HOME',
  LIMIT_EXCEEDED: 'HOME',
  UNAUTHORIZED: 'SIGN_IN',
  OFFER_CHANGED: 'HOME',
  TOO_LATE: 'SCAN_AGAIN',
  IN_PROGRESS: 'SAME_CODE_AGAIN',
  KEY_REUSED: 'SCAN_AGAIN',
  INVALID_REQUEST: 'SCAN_AGAIN',
  RATE_LIMITED: 'SAME_CODE_AGAIN',
  OVERLOADED: 'SAME_CODE_AGAIN',
  BY_CUSTOMER: 'SCAN_AGAIN',
  BY_MERCHANT: 'SCAN_AGAIN',
  SUPERSEDED: 'HOME',
  NOT_APPROVED: 'SCAN_AGAIN',
  NOTHING_TAKEN: 'SCAN_AGAIN',
  NOT_COMMITTED: 'SCAN_AGAIN',
  NOT_NOTICED: 'SCAN_AGAIN',
};

/** A refusal or ending in the customer's language. */
export function explained(code: ProblemCode | EndingCode): Explanation {
  return { ...TEXT.endings[code], next: NEXT[code] };
}

/** The title of how a purchase ended. */
export function endingTitle(code: EndingCode, kind: PurchaseKind): string {
  const ofBill = kind === 'MACHINE' ? undefined : billTitle(code);
  return ofBill ?? TEXT.endings[code].title;
}

function billTitle(code: EndingCode): string | undefined {
  const titles: Readonly<Partial<Record<EndingCode, string>>> = TEXT.billTitles;
  return titles[code];
}

/** How a state is called in the history. */
export function stateWords(state: PurchaseState, kind: PurchaseKind): string {
  return state === 'RESERVED' && kind !== 'MACHINE' ? TEXT.reserved.title : TEXT.states[state];
}
