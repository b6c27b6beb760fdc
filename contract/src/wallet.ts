/**
 * The wallet's JSON: what `/wallet/v1` answers and the codes that it refuses with. The server
 * writes it, the wallet reads it. Source: the design's wallet API; problems are RFC 9457 documents
 * with the members named here.
 */

import type { LimitLeftJson } from './spending.ts';

/**
 * An amount as JSON carries it: a decimal string with the currency's digits ("20.00") and ISO 4217
 * code.
 */
export type AmountJson = { readonly value: string; readonly currency: string };

/**
 * How a purchase began: at a machine, at a till (Q code) or by one invoice (R code or typed
 * reference).
 */
export const PURCHASE_KINDS = ['MACHINE', 'TILL', 'INVOICE'] as const;
export type PurchaseKind = (typeof PURCHASE_KINDS)[number];

/**
 * Every state of every kind of purchase. The last five are endings; a purchase ends in exactly one
 * of them.
 */
export const PURCHASE_STATES = [
  'OPENED',
  'AWAITING_APPROVAL',
  'AWAITING_MERCHANT',
  'CONFIRMING',
  'RESERVED',
  'PAID',
  'RELEASED',
  'REFUSED',
  'CANCELED',
  'EXPIRED',
] as const;
export type PurchaseState = (typeof PURCHASE_STATES)[number];

/** The endings among the states. */
export const PURCHASE_ENDINGS = ['PAID', 'RELEASED', 'REFUSED', 'CANCELED', 'EXPIRED'] as const;

/**
 * The five error codes of createPurchase (Unattended Payments, 4.3); a customer sees them as
 * problem codes too.
 */
export const CREATE_PURCHASE_ERRORS = [
  'INSUFFICIENT_FUNDS',
  'DEVICE_IN_USE',
  'DEVICE_UNAVAILABLE',
  'INVOICING_ERROR',
  'SYSTEM_ERROR',
] as const;
export type CreatePurchaseError = (typeof CREATE_PURCHASE_ERRORS)[number];

/** Every problem code of the wallet API with its HTTP status. */
export const PROBLEM_STATUS = {
  INSUFFICIENT_FUNDS: 422,
  DEVICE_IN_USE: 422,
  DEVICE_UNAVAILABLE: 422,
  INVOICING_ERROR: 422,
  SYSTEM_ERROR: 422,
  INVALID_CODE: 400,
  UNKNOWN_MERCHANT: 404,
  NO_INVOICE_YET: 404,
  NOT_FOUND: 404,
  WRONG_PIN: 403,
  PIN_LOCKED: 403,
  DEVICE_REQUIRED: 403,
  DEVICE_REFUSED: 403,
  WRONG_CODE: 403,
  LIMIT_EXCEEDED: 422,
  UNAUTHORIZED: 401,
  OFFER_CHANGED: 409,
  TOO_LATE: 409,
  IN_PROGRESS: 409,
  KEY_REUSED: 422,
  INVALID_REQUEST: 400,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
} as const satisfies Record<string, number>;
export type ProblemCode = keyof typeof PROBLEM_STATUS;

/**
 * Why a purchase ended without being paid: the problem code of a refusal, or the code of another
 * ending.
 */
export type EndingCode =
  | ProblemCode
  | 'BY_CUSTOMER'
  | 'BY_MERCHANT'
  | 'SUPERSEDED'
  | 'NOT_APPROVED'
  | 'NOTHING_TAKEN'
  | 'NOT_COMMITTED'
  | 'NOT_NOTICED';

/**
 * One line of the bill, as the merchant sent it. `taxRate` is per cent, a decimal string; the tax
 * is inside the line's total.
 */
export type PurchaseRowJson = {
  readonly description: string | null;
  readonly quantity: string | null;
  readonly unit: string | null;
  readonly unitPrice: AmountJson | null;
  readonly discount: AmountJson | null;
  readonly taxRate: string | null;
  readonly total: AmountJson | null;
};

/** The tax that is inside a payment at one rate: `tax` of the lines that sum to `total`. */
export type TaxJson = {
  readonly rate: string;
  readonly total: AmountJson;
  readonly tax: AmountJson;
};

/** One refund of a paid purchase. */
export type RefundJson = {
  readonly reference: string;
  readonly amount: AmountJson;
  readonly reason: string | null;
  readonly createdAt: string;
};

/**
 * What became of a loyalty card on a bill: PENDING while the shop is asked, USED, BLOCKED, or
 * UNKNOWN to the shop (customer tokens, merchant SOAP API 3.7).
 */
export const CARD_STATUSES = ['PENDING', 'USED', 'BLOCKED', 'UNKNOWN'] as const;
export type CardStatus = (typeof CARD_STATUSES)[number];

/**
 * A loyalty card on a bill. `number` is its end only, `…0017`: whoever looks at a bill does not
 * learn the card of another.
 */
export type PurchaseCardJson = {
  readonly type: string;
  readonly description: string | null;
  readonly number: string | null;
  readonly status: CardStatus;
};

/**
 * What stands above and below the rows of a bill, as the merchant sent it, and the name of the till
 * or web shop, under which the merchant registered it.
 */
export type PurchaseBillJson = {
  readonly title: string | null;
  readonly footer: string | null;
  readonly terminal: string;
};

/**
 * Whom a customer buys from: the merchant and, not at a till or for a bill, the machine, which
 * without a name of its own is called by its token.
 */
export type Seller = {
  readonly merchant: { readonly id: string; readonly name: string };
  readonly machine: {
    readonly token: string;
    readonly name: string;
    readonly place: string | null;
  } | null;
};

/**
 * A purchase as its customer sees it. `maximum` is what the offer asks for; `reserved` is null
 * until held and keeps its value afterwards; `charged` is null unless PAID; `expiresAt` (ISO 8601,
 * UTC) is the deadline of the present state; `bill` is null at a machine. `ersReference` and
 * `paidAt` are the payment's, null unless PAID or CONFIRMING. `taxes` is empty unless lines with a
 * rate, and all others, sum to what was charged.
 */
export type PurchaseJson = Seller & {
  readonly id: string;
  readonly kind: PurchaseKind;
  readonly state: PurchaseState;
  readonly version: number;
  readonly invoiceReference: string | null;
  readonly maximum: AmountJson | null;
  readonly reserved: AmountJson | null;
  readonly charged: AmountJson | null;
  readonly rows: readonly PurchaseRowJson[];
  readonly refunds: readonly RefundJson[];
  readonly tokens: readonly PurchaseCardJson[];
  readonly taxes: readonly TaxJson[];
  readonly bill: PurchaseBillJson | null;
  readonly ersReference: string | null;
  readonly paidAt: string | null;
  readonly expiresAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly ending: { readonly code: EndingCode; readonly message: string } | null;
};

/** A page of purchases, newest first. */
export type PurchasePageJson = {
  readonly items: readonly PurchaseJson[];
  readonly nextCursor: string | null;
};

/**
 * A document that the merchant stored with a payment or, where `refundReference` says so, a refund.
 * `type` and `mediaType` are as the merchant wrote them and mean nothing for certain.
 */
export type ReceiptJson = {
  readonly id: string;
  readonly type: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly refundReference: string | null;
  readonly createdAt: string;
};

/** The documents of one purchase, oldest first. */
export type ReceiptListJson = { readonly items: readonly ReceiptJson[] };

/** A kind of loyalty card that a merchant takes; `number` is this customer's, null without one. */
export type LoyaltyCardJson = {
  readonly merchant: { readonly id: string; readonly name: string };
  readonly type: string;
  readonly description: string;
  readonly number: string | null;
};

/** Every kind of card, those that the customer has first. */
export type LoyaltyCardListJson = { readonly items: readonly LoyaltyCardJson[] };

/**
 * A card that was swiped for a payment and can be remembered; `replaces` is the number of the
 * customer's own card of that kind, if there is another.
 */
export type SwipedCardJson = LoyaltyCardJson & { readonly replaces: string | null };

/** The cards swiped for one payment that are not remembered yet. */
export type SwipedCardListJson = { readonly items: readonly SwipedCardJson[] };

/**
 * The answer to a sign-in. `device` is the one whose signature came with it and was right; the
 * session ends when that device is removed.
 */
export type SessionJson = {
  readonly token: string;
  readonly expiresAt: string;
  readonly customer: { readonly msisdn: string; readonly name: string };
  readonly device: { readonly id: string } | null;
};

/**
 * What the customer has, what of it is free, and which limit of theirs leaves least; null without
 * limits.
 */
export type AccountJson = {
  readonly balance: AmountJson;
  readonly available: AmountJson;
  readonly limit: LimitLeftJson | null;
};

/** An RFC 9457 problem document. `type` is `about:blank`-free: `urn:seqr:problem:<code>`. */
export type ProblemJson = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly purchaseId?: string;
  readonly attemptsLeft?: number;
  readonly retryAfterS?: number;
  /** With LIMIT_EXCEEDED: the customer's own limit that was in the way. */
  readonly limit?: LimitLeftJson;
  readonly purchase?: PurchaseJson;
};
