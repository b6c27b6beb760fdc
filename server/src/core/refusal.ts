/**
 * Expected failures. Core functions return them as values; every edge maps its list exhaustively,
 * so that a new one does not compile until it has an answer on the wire. Everything else is a bug
 * and throws.
 */

import type { Purchase } from './purchase.ts';

/** What a customer's call can be refused with (wallet API). */
export type CustomerRefusal =
  | { readonly code: 'UNKNOWN_MERCHANT' | 'NOT_FOUND' | 'PIN_LOCKED' }
  | { readonly code: 'TOO_LATE'; readonly bill?: LateBill }
  | { readonly code: 'NO_INVOICE_YET' | 'INVALID_CODE' }
  | { readonly code: 'INSUFFICIENT_FUNDS'; readonly purchase: Purchase }
  | { readonly code: 'LIMIT_EXCEEDED'; readonly purchase: Purchase }
  | { readonly code: 'WRONG_PIN'; readonly attemptsLeft: number }
  | { readonly code: 'DEVICE_REFUSED' | 'WRONG_CODE' | 'DEVICES_MAX' }
  | { readonly code: 'OFFER_CHANGED'; readonly purchase: Purchase }
  | { readonly code: 'RATE_LIMITED'; readonly retryAfterS: number }
  | { readonly code: 'UNAUTHORIZED' };

/**
 * What became of a bill that is opened too late, and this customer's own purchase of it, the
 * newest, if there is one. ENDED: cancelled, replaced or too old.
 */
export type LateBill = {
  readonly became: 'PAID' | 'RESERVED' | 'ENDED';
  readonly purchase: Purchase | null;
};

/**
 * What a merchant's call can be refused with; the names are those of the SOAP result codes
 * (`result-codes.md`).
 */
export const MERCHANT_REFUSALS = [
  'REJECTED_AMOUNT',
  'AUTHENTICATION_FAILED',
  'ACCESS_DENIED',
  'INVALID_NEW_PASSWORD',
  'INVALID_INITIATOR_PRINCIPAL_ID',
  'INVALID_INITIATOR_PRINCIPAL_STATE',
  'INITIATOR_PRINCIPAL_NOT_FOUND',
  'PAYMENT_IN_PROGRESS',
  'INVALID_INVOICE_DATA',
  'CANNOT_CANCEL_PAID_INVOICE',
  'CANNOT_CANCEL_INVOICE_IN_PROGRESS',
  'INVALID_INVOICE_REFERENCE',
  'REGISTRATION_NOT_POSSIBLE',
  'INVALID_NOTIFICATION_URL',
  'SYSTEM_ERROR',
  'INVOICE_ALREADY_CANCELED',
  'INVOICE_STATE_NOT_RESERVED',
  'REPORT_NOT_READY',
  'INVALID_ERS_REFERENCE',
  'INVALID_PRODUCT',
  'INVALID_SEQR_ID',
  'AUTHORIZATION_EXPIRED',
  'AUTHORIZATION_CANCELLED',
  'AUTHORIZATION_IN_PROGRESS',
  'INVALID_AUTHORIZATION_REFERENCE',
  'UNSUPPORTED_OPERATION',
  'SERVICE_UNAVAILABLE',
  'RESELLER_NOT_ALLOWED_TO_DO_REFUND',
  'SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION',
  'RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS',
] as const;
export type MerchantRefusal = (typeof MERCHANT_REFUSALS)[number];

/** A success with its value, or a refusal of the given list. */
export type Result<T, R> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: R };

/** Wraps a success. */
export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
/** Wraps a refusal. */
export const refused = <R>(refusal: R): { readonly ok: false; readonly refusal: R } => ({
  ok: false,
  refusal,
});
