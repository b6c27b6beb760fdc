/**
 * Every result code that the contract lists for an operation (result-codes.md 3): what it means
 * there, and whether this platform can come to answer it.
 */

import { OPERATIONS } from './operations.ts';
import type { OperationName } from './operations.ts';
import { COMMON_RESULT_CODES, RESULT_CODE_FACTS } from './result-codes.ts';
import type { ResultCodeName, RetryAdvice } from './result-codes.ts';
import type { OperationDeclaration } from './schema.ts';

/** One code of one operation. */
export type OperationCode = {
  readonly name: ResultCodeName;
  readonly code: number;
  readonly meaning: string;
  readonly retry: RetryAdvice;
  /** Why this platform never answers it; null: it does, and a test shows it. */
  readonly unreachable: string | null;
};

type Texts = {
  readonly [O in OperationName]?: { readonly [N in ResultCodeName]?: string };
};

/** What a code means where an operation gives it a meaning of its own. */
const MEANINGS: Texts = {
  registerTerminal: {
    INVALID_NEW_PASSWORD: 'The password of the new terminal has fewer than 4 characters.',
    REGISTRATION_NOT_POSSIBLE: 'externalTerminalId or name is missing.',
  },
  sendInvoice: {
    REJECTED_AMOUNT: 'The total is zero or negative.',
    INVALID_INVOICE_DATA: 'No total, or its format, currency or mode is wrong; too many rows.',
  },
  updateInvoice: {
    REJECTED_AMOUNT: 'The total is zero or negative, or in RESERVED above the hold.',
    INVALID_INVOICE_DATA: 'Format of an amount, another currency than the invoice has, rows.',
    SYSTEM_ERROR: 'The invoice is paid or has failed, and nothing has changed; or a failure.',
    INVOICE_ALREADY_CANCELED: 'The invoice is cancelled.',
  },
  cancelInvoice: {
    INVOICE_ALREADY_CANCELED: 'It is cancelled, has run out or has failed: read it as success.',
  },
  commitReservation: {
    REJECTED_AMOUNT: 'The amount is negative, above the hold or above the last total in RESERVED.',
    INVALID_INVOICE_DATA:
      'An amount that is there but not readable, another currency, or none where a machine ' +
      'purchase was not updated in RESERVED.',
    INVOICE_STATE_NOT_RESERVED:
      'It is not RESERVED, e.g. because the hold has run out; or committed with another amount.',
  },
  submitPaymentReceipt: {
    INVALID_ERS_REFERENCE: 'The merchant has no such payment or refund.',
    INVALID_INVOICE_DATA: 'The document is too large, or the payment has too many.',
  },
  refundPayment: {
    REJECTED_AMOUNT: 'The amount is zero or negative.',
    INVALID_ERS_REFERENCE: 'The merchant has no such payment; also a refund, or reversed.',
    INVALID_INVOICE_DATA: 'No total, or its format is wrong, or another currency than paid.',
    INVALID_NOTIFICATION_URL: 'The notificationUrl is not acceptable. It is never called.',
    SERVICE_UNAVAILABLE: "The merchant's account cannot cover it; no money has moved.",
  },
  markTransactionPeriod: {
    INVALID_INITIATOR_PRINCIPAL_ID: 'As for all; also a TERMINALID that is not of this shop.',
  },
  executeReport: {
    REPORT_NOT_READY:
      'Not ready yet, ask again in 3 to 5 s; or for good: a report of a terminal for a period ' +
      'of the shop, or the other way round.',
    ACCESS_DENIED: 'As for all; also a terminal that asks for another than its own reports.',
    INVALID_ERS_REFERENCE: 'There is no such period.',
  },
  changePrincipalPassword: {
    ACCESS_DENIED: 'As for all; also a principalId that is not the caller.',
    INVALID_NEW_PASSWORD: 'The new password is missing or has fewer than 4 characters.',
  },
};

const ONE_TRANSACTION =
  'A debit, a commit and a refund are one transaction of the database each: a call finds the ' +
  'bill before it or after it, never during it.';
const NO_BACKEND =
  'Accounts and ledger are in the database of the platform: no bank or other backend can be away ' +
  'while it answers. A failing database is 90.';
const NOT_OFFERED = 'The operation is not offered.';
const OFFERED = 'The operation is offered.';

/** Why this platform never answers a code; beyond what holds for all operations alike. */
const UNREACHABLE: Texts = {
  sendInvoice: { PAYMENT_IN_PROGRESS: ONE_TRANSACTION },
  updateInvoice: { PAYMENT_IN_PROGRESS: ONE_TRANSACTION },
  cancelInvoice: {
    PAYMENT_IN_PROGRESS: '51 would be sent rather than 48.',
    CANNOT_CANCEL_INVOICE_IN_PROGRESS: ONE_TRANSACTION,
  },
  refundPayment: { PAYMENT_IN_PROGRESS: ONE_TRANSACTION },
  unregisterTerminal: { PAYMENT_IN_PROGRESS: ONE_TRANSACTION },
};

const unreachable = (operation: OperationName, name: ResultCodeName): string | null => {
  const own = UNREACHABLE[operation]?.[name];
  if (own !== undefined) return own;
  const declaration: OperationDeclaration = OPERATIONS[operation];
  const offered = declaration.offered !== false;
  if (name === 'SUCCESS' && !offered) return NOT_OFFERED;
  if (name === 'UNSUPPORTED_OPERATION' && offered) return OFFERED;
  if (name === 'SERVICE_UNAVAILABLE' && operation !== 'refundPayment') return NO_BACKEND;
  return null;
};

/**
 * The codes of an operation, common ones included, in the order of numbers. Without credentials
 * (benchmarkingNop) there is only 0.
 */
export const operationCodes = (operation: OperationName): readonly OperationCode[] => {
  const { principals, codes }: OperationDeclaration = OPERATIONS[operation];
  const common: readonly ResultCodeName[] =
    principals.length === 0 ? ['SUCCESS'] : COMMON_RESULT_CODES;
  return [...new Set([...common, ...codes])]
    .map((name): OperationCode => {
      const facts = RESULT_CODE_FACTS[name];
      const meaning = MEANINGS[operation]?.[name] ?? facts.meaning;
      return { name, ...facts, meaning, unreachable: unreachable(operation, name) };
    })
    .toSorted((a, b) => a.code - b.code);
};
