/**
 * The data types around a payment: receipts of the merchant, transaction periods, reports, and
 * information about a session (merchant-soap-api 3.9 to 3.11).
 */

import type { TypeDeclarations } from './schema.ts';

/** Types by name. */
export const REPORT_TYPES = {
  receiptDocument: {
    docs: 'A document that the merchant stores with a payment or a refund.',
    elements: {
      mimeType: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        docs: 'Any text; usually text/html.',
      },
      receiptData: {
        type: 'base64Binary',
        occurs: '0..1',
        needed: true,
        docs: 'The document. Absent or empty: nothing is stored, the call still is the notice.',
      },
      receiptType: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        token: true,
        docs: 'PAYMENT_RECEIPT, WARRANTY, VOUCHER, OTHER or any text. Absent: OTHER.',
      },
    },
  },
  parameterMap: {
    docs: 'Named parameters. The elements parameters and parameter may be left out around entries.',
    elements: {
      parameter: {
        type: 'mapArray',
        occurs: '0..1',
        unwrapped: true,
        docs: 'The entries.',
      },
    },
  },
  mapArray: {
    docs: 'The entries of named parameters.',
    elements: {
      entry: { type: 'parameter', occurs: '0..*', docs: 'One parameter.' },
    },
  },
  parameter: {
    docs: 'One parameter: its name and its value.',
    elements: {
      key: { type: 'string', occurs: '0..1', token: true, docs: 'Name, in any letter case.' },
      value: { type: 'string', occurs: '0..1', docs: 'Value.' },
    },
  },
  report: {
    docs: 'A report: the same document twice, as bytes and as text.',
    elements: {
      title: { type: 'string', occurs: '0..1', docs: 'Name of the document; empty for Shop.xml.' },
      mimeType: {
        type: 'string',
        occurs: '0..1',
        docs: 'text/html for every reconciliation report, although the content is XML.',
      },
      content: { type: 'base64Binary', occurs: '0..1', docs: 'The document, in UTF-8.' },
      contentString: { type: 'string', occurs: '0..1', docs: 'The document as text.' },
    },
  },
} as const satisfies TypeDeclarations;

/** The types of answers, by name; they extend `erswsResponse`. */
export const REPORT_RESPONSE_TYPES = {
  erswsMarkTransactionPeriodResponse: {
    docs: 'Answer to markTransactionPeriod.',
    extends: 'erswsResponse',
    elements: {
      transactionPeriodId: {
        type: 'string',
        occurs: '0..1',
        docs: 'The period that ended, 25 digits; the same value stands in ersReference.',
      },
    },
  },
  erswsExecuteReportResponse: {
    docs: 'Answer to executeReport.',
    extends: 'erswsResponse',
    elements: {
      report: { type: 'report', occurs: '0..1', docs: 'The report; absent unless the code is 0.' },
    },
  },
  erswsClientSessionInfoResponse: {
    docs: 'Answer to getClientSessionInfo.',
    extends: 'erswsResponse',
    elements: {
      parameters: {
        type: {
          elements: {
            entry: {
              type: {
                elements: {
                  key: { type: 'string', occurs: '0..1', docs: 'Name.' },
                  value: { type: 'string', occurs: '0..1', docs: 'Value.' },
                },
              },
              occurs: '0..*',
              docs: 'One parameter of the session.',
            },
          },
        },
        occurs: '1..1',
        docs: 'What is known about the session; without entries when the code is not 0.',
      },
    },
  },
} as const satisfies TypeDeclarations;
