/**
 * The result codes of the merchant SOAP API: number, meaning, and what a client may do
 * (result-codes.md).
 */

/**
 * What a client may do after a code: the same request again, a corrected one, a status query, or
 * nothing.
 */
export type RetryAdvice = 'DONE' | 'NO' | 'YES' | 'FIX' | 'POLL';

type ResultCodeFacts = {
  readonly code: number;
  readonly meaning: string;
  readonly retry: RetryAdvice;
};

const sent = <const C extends number>(code: C, retry: RetryAdvice, meaning: string) => ({
  code,
  retry,
  meaning,
});
/**
 * Codes of the client library that a merchant server never sends; clients may still know their
 * names.
 */
const unsent = <const C extends number>(code: C, area: string) => ({
  code,
  retry: 'NO' as const,
  meaning: `Not sent by merchant operations (${area}).`,
});

/** Every code with its facts, by name, in the order of numbers. */
export const RESULT_CODE_FACTS = {
  SUCCESS: sent(0, 'DONE', 'Done.'),
  PENDING_APPROVAL: unsent(1, 'approval flows'),
  REPORT_NOT_READY: sent(2, 'YES', 'The report is still being built; ask again in 3 to 5 s.'),
  REJECTED_BUSINESS_LOGIC: unsent(10, 'transfers, top-ups'),
  REJECTED_AMOUNT: sent(11, 'FIX', 'The amount is not acceptable.'),
  REJECTED_PAYMENT: unsent(12, 'transfers, purchases'),
  REJECTED_TOPUP: unsent(13, 'top-up'),
  AUTHENTICATION_FAILED: sent(20, 'FIX', 'Wrong or missing password. Never loop on it.'),
  ACCESS_DENIED: sent(21, 'NO', 'Known, but not allowed to call this operation.'),
  INVALID_NEW_PASSWORD: sent(22, 'FIX', 'The new password is not acceptable.'),
  INVALID_ERS_REFERENCE: sent(23, 'FIX', 'No such payment reference.'),
  INVALID_INITIATOR_PRINCIPAL_ID: sent(29, 'FIX', 'No such terminal, or an incomplete principal.'),
  INVALID_RECEIVER_PRINCIPAL_ID: unsent(30, 'transfer, purchase'),
  INVALID_SENDER_PRINCIPAL_ID: unsent(31, 'transfer, top-up, purchase'),
  INVALID_TOPUP_PRINCIPAL_ID: unsent(32, 'top-up'),
  INVALID_INITIATOR_PRINCIPAL_STATE: sent(33, 'NO', 'The terminal or the shop is suspended.'),
  INVALID_RECEIVER_PRINCIPAL_STATE: unsent(34, 'transfer, purchase'),
  INVALID_SENDER_PRINCIPAL_STATE: unsent(35, 'transfer, top-up, purchase'),
  INVALID_TOPUP_PRINCIPAL_STATE: unsent(36, 'top-up'),
  INITIATOR_PRINCIPAL_NOT_FOUND: sent(37, 'FIX', 'No such shop or user, or no userId.'),
  RECEIVER_PRINCIPAL_NOT_FOUND: unsent(38, 'transfer, purchase'),
  SENDER_PRINCIPAL_NOT_FOUND: unsent(39, 'transfer, top-up, purchase'),
  TOPUP_PRINCIPAL_NOT_FOUND: unsent(40, 'top-up'),
  INVALID_PRODUCT: sent(41, 'FIX', 'No such report.'),
  INVALID_RECEIVER_ACCOUNT_TYPE: unsent(42, 'transfer, purchase'),
  INVALID_SENDER_ACCOUNT_TYPE: unsent(43, 'transfer, top-up, purchase'),
  INVALID_TOPUP_ACCOUNT_TYPE: unsent(44, 'top-up'),
  RECEIVER_ACCOUNT_NOT_FOUND: unsent(45, 'transfer, purchase'),
  SENDER_ACCOUNT_NOT_FOUND: unsent(46, 'transfer, top-up, purchase'),
  TOPUP_ACCOUNT_NOT_FOUND: unsent(47, 'top-up'),
  PAYMENT_IN_PROGRESS: sent(48, 'POLL', 'The customer is paying at this moment.'),
  INVALID_INVOICE_DATA: sent(49, 'FIX', 'The content is wrong: amount format, currency, modes.'),
  CANNOT_CANCEL_PAID_INVOICE: sent(50, 'POLL', 'The invoice is already paid.'),
  CANNOT_CANCEL_INVOICE_IN_PROGRESS: sent(51, 'POLL', 'A payment or a commit is running.'),
  INVALID_CUSTOMER: unsent(52, 'customer registration'),
  INVALID_SEQR_ID: sent(53, 'FIX', 'The code is not alphanumeric or belongs to another terminal.'),
  INVALID_INVOICE_REFERENCE: sent(54, 'FIX', 'This terminal has no such invoice.'),
  PAYMENT_ALREADY_CANCELLED: unsent(55, 'payer side'),
  REGISTRATION_NOT_POSSIBLE: sent(56, 'FIX', 'Data of the registration are missing.'),
  REGISTRATION_PRINCIPAL_ALREADY_EXISTS: unsent(57, 'customer registration'),
  PAYMENT_EXPIRED: unsent(58, 'client library 2.11.0 only; 95 or 96 stand for it'),
  AUTHORIZATION_EXPIRED: sent(60, 'NO', 'The session has expired.'),
  AUTHORIZATION_CANCELLED: sent(61, 'NO', 'The session was cancelled.'),
  AUTHORIZATION_IN_PROGRESS: sent(62, 'YES', 'The session is not finished; ask again in 1 s.'),
  INVALID_AUTHORIZATION_REFERENCE: sent(63, 'FIX', 'No such session.'),
  INVALID_NOTIFICATION_URL: sent(64, 'FIX', 'The notificationUrl is not acceptable.'),
  SYSTEM_ERROR: sent(90, 'POLL', 'An unexpected failure.'),
  UNSUPPORTED_OPERATION: sent(91, 'NO', 'The operation is not offered.'),
  LICENSE_REJECTION: unsent(92, 'operator licence'),
  SYSTEM_BUSY: sent(93, 'YES', 'Overloaded; repeat with growing pauses.'),
  SERVICE_UNAVAILABLE: sent(94, 'YES', 'A backend is not reachable and no money has moved.'),
  INVOICE_ALREADY_CANCELED: sent(
    95,
    'NO',
    'The invoice is cancelled; read it as success of a cancel.',
  ),
  INVOICE_STATE_NOT_RESERVED: sent(96, 'POLL', 'The invoice is not RESERVED.'),
  RESELLER_NOT_ALLOWED_TO_DO_REFUND: sent(97, 'NO', 'The merchant may not refund.'),
  SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION: sent(
    98,
    'FIX',
    'Refunds would exceed the payment.',
  ),
  RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS: sent(99, 'NO', "The payer's account takes no refunds."),
} as const satisfies Record<string, ResultCodeFacts>;

/** The constant name of a code; it is the `resultDescription` on the wire. */
export type ResultCodeName = keyof typeof RESULT_CODE_FACTS;

type Codes = { readonly [N in ResultCodeName]: (typeof RESULT_CODE_FACTS)[N]['code'] };

const NAMES = Object.keys(RESULT_CODE_FACTS) as ResultCodeName[];

/** Code number by constant name. */
export const RESULT_CODES = Object.fromEntries(
  NAMES.map((name) => [name, RESULT_CODE_FACTS[name].code]),
) as Codes;

const NAME_BY_CODE: ReadonlyMap<number, ResultCodeName> = new Map(
  NAMES.map((name) => [RESULT_CODE_FACTS[name].code, name]),
);

/** The constant name of a code, or null for a number that no client library knows. */
export const resultCodeName = (code: number): ResultCodeName | null =>
  NAME_BY_CODE.get(code) ?? null;

/** The codes that every operation with a context may answer (result-codes.md 3). */
export const COMMON_RESULT_CODES = [
  'SUCCESS',
  'AUTHENTICATION_FAILED',
  'INVALID_INITIATOR_PRINCIPAL_ID',
  'INVALID_INITIATOR_PRINCIPAL_STATE',
  'INITIATOR_PRINCIPAL_NOT_FOUND',
  'SYSTEM_ERROR',
  'UNSUPPORTED_OPERATION',
  'SYSTEM_BUSY',
  'SERVICE_UNAVAILABLE',
] as const satisfies readonly ResultCodeName[];
