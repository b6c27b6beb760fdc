/**
 * The operations after a payment and around terminals: receipts, refunds, till codes, periods,
 * reports, sessions (merchant-soap-api 4.6, 4.7, 4.10 to 4.13).
 */

import { CONTEXT } from './operation-elements.ts';
import type { OperationDeclarations } from './schema.ts';

const PARAMETERS = {
  type: 'parameterMap',
  occurs: '0..1',
  unwrapped: true,
} as const;
const ERS_REFERENCE = { type: 'string', occurs: '0..1', needed: true, token: true } as const;

/** Operations by name, in the order of the WSDL. */
export const AFTER_PAYMENT_OPERATIONS = {
  submitPaymentReceipt: {
    docs:
      'Stores a document with a payment or a refund, and is notice of the payment like an ' +
      'answer PAID of getPaymentStatus. Several documents for one payment are told apart by ' +
      'receiptType. The same document again is stored once.',
    principals: ['TERMINALID'],
    request: {
      context: CONTEXT,
      ersReference: { ...ERS_REFERENCE, docs: 'The payment, or a refund of it.' },
      receiptDocument: {
        type: 'receiptDocument',
        occurs: '0..1',
        needed: true,
        docs: 'The document, at most 256 KiB; absent: notice only.',
      },
    },
    response: 'erswsResponse',
    codes: ['ACCESS_DENIED', 'INVALID_ERS_REFERENCE', 'INVALID_INVOICE_DATA'],
    repetition: 'Repeat; the document is stored once.',
  },
  refundPayment: {
    docs:
      'Gives back totalAmount of the invoice in the request, all or part of a payment, as often ' +
      'as wanted until all is given back. ersReference of the answer is the reference of the ' +
      'refund. Any terminal of the merchant may call it; the payment stays PAID.',
    principals: ['TERMINALID'],
    request: {
      context: CONTEXT,
      ersReference: { ...ERS_REFERENCE, docs: 'The payment.' },
      invoice: {
        type: 'invoice',
        occurs: '0..1',
        needed: true,
        once: true,
        docs: 'The refund: totalAmount is what is given back, title the reason.',
      },
    },
    response: 'erswsResponse',
    codes: [
      'REJECTED_AMOUNT',
      'ACCESS_DENIED',
      'INVALID_ERS_REFERENCE',
      'PAYMENT_IN_PROGRESS',
      'INVALID_INVOICE_DATA',
      'INVALID_NOTIFICATION_URL',
      'RESELLER_NOT_ALLOWED_TO_DO_REFUND',
      'SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION',
      'RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS',
    ],
    repetition:
      'Repeat unchanged within 60 s, with a clientInvoiceId: there is one refund. Later only ' +
      'after a look at the report.',
  },
  assignSeqrId: {
    docs:
      'Gives the terminal in the context the code of its sticker. A new code replaces the old ' +
      'one of the terminal, which is free then.',
    principals: ['TERMINALID'],
    request: {
      context: CONTEXT,
      seqrId: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        token: true,
        docs: 'Letters and digits, unique over all merchants.',
      },
    },
    response: 'erswsResponse',
    codes: ['ACCESS_DENIED', 'INVALID_SEQR_ID'],
    repetition: 'Repeat; the state is the same.',
  },
  markTransactionPeriod: {
    docs:
      'Ends a transaction period and begins the next: the period of the shop, or that of one ' +
      'terminal if the parameter TERMINALID names it. The two series know nothing of each other. ' +
      'A terminal that calls it ends its own period.',
    principals: ['RESELLERUSER', 'TERMINALID'],
    request: {
      context: CONTEXT,
      parameters: {
        ...PARAMETERS,
        docs: 'TERMINALID: the terminal whose period ends; absent: that of the shop.',
      },
    },
    response: 'erswsMarkTransactionPeriodResponse',
    codes: ['ACCESS_DENIED'],
    repetition: 'Repeat; a further period exists, possibly an empty one.',
  },
  executeReport: {
    docs:
      'Answers a reconciliation report of a transaction period. Ask about 3 s after the period ' +
      'ended; code 2 means to ask again. A terminal may ask for its own reports, 006 and 007.',
    principals: ['RESELLERUSER', 'TERMINALID'],
    request: {
      context: CONTEXT,
      reportId: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        token: true,
        docs: 'Which report, e.g. Reconciliation/STD_RECON_003.xml.',
      },
      language: { type: 'string', occurs: '0..1', docs: 'Changes nothing.' },
      parameters: {
        ...PARAMETERS,
        needed: true,
        docs:
          'transactionPeriodId: the period, absent: the newest that ended. TERMINALID: the ' +
          'terminal, for 006 and 007.',
      },
    },
    response: 'erswsExecuteReportResponse',
    codes: ['REPORT_NOT_READY', 'ACCESS_DENIED', 'INVALID_ERS_REFERENCE', 'INVALID_PRODUCT'],
    repetition: 'Repeat; a report of a period never changes.',
  },
  getClientSessionInfo: {
    docs:
      "Answers what is known about the session in which a customer opened the merchant's service " +
      'page. Only the terminal for which the session was made may ask.',
    principals: ['TERMINALID'],
    request: {
      context: CONTEXT,
      key: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        token: true,
        docs: 'What the service page was given after `#`.',
      },
    },
    response: 'erswsClientSessionInfoResponse',
    codes: [
      'ACCESS_DENIED',
      'AUTHORIZATION_EXPIRED',
      'AUTHORIZATION_CANCELLED',
      'AUTHORIZATION_IN_PROGRESS',
      'INVALID_AUTHORIZATION_REFERENCE',
    ],
    repetition: 'Repeat; it only reads.',
  },
} as const satisfies OperationDeclarations;
