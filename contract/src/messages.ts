/**
 * The data types of the merchant SOAP API, each once, as data (merchant-soap-api 3). Element order
 * is the order on the wire. Names of types are those that generated clients know; none may change.
 */

import { PRINCIPAL_RESPONSE_TYPES, PRINCIPAL_TYPES } from './principal-messages.ts';
import { REPORT_RESPONSE_TYPES, REPORT_TYPES } from './report-messages.ts';
import type { EnumerationDeclarations, TypeDeclarations } from './schema.ts';

/** Enumerations by name (merchant-soap-api 3.5). */
export const ENUMERATIONS = {
  paymentMode: {
    docs: 'How the customer is charged.',
    values: {
      IMMEDIATE_DEBIT: 'The customer is debited at once. Absent means this.',
      RESERVATION_DESIRED: 'Reserve if that is possible, otherwise debit at once.',
      RESERVATION_REQUIRED: 'Reserve, do not debit.',
      RESERVATION_REQUIRED_PRELIMINARY_AMOUNT:
        'Reserve a maximum; the commit carries the final, usually lower amount.',
    },
  },
  acknowledgmentMode: {
    docs: 'Whether the register is asked once the customer is known. Absent means OPTIONAL.',
    values: {
      NO_ACKNOWLEDGMENT: 'Never.',
      OPTIONAL_ACKNOWLEDGMENT: 'Only if the customer has loyalty tokens.',
      REQUIRE_ACKNOWLEDGMENT: 'Always.',
    },
  },
  invoiceStatus: {
    docs: 'Where an invoice stands.',
    values: {
      ISSUED: 'Waiting for payment.',
      PENDING_ISSUER_ACKNOWLEDGE: 'Customer known; the register must answer with updateInvoice.',
      RESERVED: 'Amount held; a commit is expected.',
      PAID: 'Finally debited.',
      CANCELED: 'Cancelled by merchant or customer, run out, or reversed.',
      FAILED: 'The payment failed for good.',
    },
  },
} as const satisfies EnumerationDeclarations;

/** Types by name (merchant-soap-api 3). */
export const TYPES = {
  clientContext: {
    docs: 'Who calls, and with what client. Part of every request; the channel must be HTTPS.',
    elements: {
      channel: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        lengthMax: 40,
        docs: 'Sending channel. Any text is accepted.',
      },
      clientComment: { type: 'string', occurs: '0..1', lengthMax: 80, docs: 'Free text.' },
      clientId: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        docs: 'Name and version of the client software.',
      },
      clientReference: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        lengthMax: 32,
        docs: 'Trace reference. Often a constant, so never a key against repetition.',
      },
      clientRequestTimeout: {
        type: 'long',
        occurs: '1..1',
        otherwise: '0',
        notNegative: true,
        docs: 'Milliseconds. Must be 0; the server never aborts a request because of it.',
      },
      initiatorPrincipalId: {
        type: 'principalId',
        occurs: '0..1',
        needed: true,
        docs: 'Who calls.',
      },
      password: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        docs: 'Password of the caller, exact to the last blank.',
      },
    },
  },
  principalId: {
    docs: 'A terminal, or a user of a shop; `shop/9900` as id means user 9900 of shop.',
    elements: {
      id: { type: 'string', occurs: '0..1', needed: true, docs: 'Terminal id or reseller id.' },
      type: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        token: true,
        docs: 'TERMINALID or RESELLERUSER, in any letter case. Not an enumeration in the schema.',
      },
      userId: {
        type: 'string',
        occurs: '0..1',
        token: true,
        docs: 'Only for RESELLERUSER. May be sent empty with TERMINALID.',
      },
    },
  },
  amount: {
    docs: 'A sum of money, exact.',
    marksRepetition: true,
    elements: {
      currency: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        token: true,
        docs: 'ISO 4217 alphabetic code.',
      },
      value: {
        type: 'decimal',
        occurs: '0..1',
        needed: true,
        token: true,
        verbatim: true,
        docs: 'Decimal with point; digits beyond those of the currency must be zeros.',
      },
    },
  },
  invoice: {
    docs: 'The bill that is shown to the customer.',
    elements: {
      paymentMode: {
        type: 'paymentMode',
        occurs: '0..1',
        needed: true,
        token: true,
        docs: 'Absent: IMMEDIATE_DEBIT.',
      },
      acknowledgmentMode: {
        type: 'acknowledgmentMode',
        occurs: '0..1',
        needed: true,
        token: true,
        docs: 'Absent or unknown: OPTIONAL_ACKNOWLEDGMENT.',
      },
      issueDate: {
        type: 'dateTime',
        occurs: '0..1',
        needed: true,
        docs: 'Informational. Without zone, with fraction or a bare date too; unreadable: ignored.',
      },
      title: { type: 'string', occurs: '0..1', needed: true, docs: 'Title of bill and receipt.' },
      clientInvoiceId: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        docs: "The merchant's own number. Not unique.",
      },
      invoiceRows: {
        type: {
          elements: {
            invoiceRow: { type: 'paymentInvoiceRow', occurs: '0..*', docs: 'One line.' },
          },
        },
        occurs: '0..1',
        docs: 'Lines of the bill. In an update: absent keeps the old ones, empty removes them.',
      },
      totalAmount: {
        type: 'amount',
        occurs: '0..1',
        needed: true,
        docs: 'What the customer is asked for. The only part that sendInvoice cannot do without.',
      },
      cashierId: { type: 'string', occurs: '0..1', needed: true, docs: 'Used in reports.' },
      footer: { type: 'string', occurs: '0..1', needed: true, docs: 'Footer of the receipt.' },
      backURL: {
        type: 'string',
        occurs: '0..1',
        token: true,
        docs: 'Opened by the app after payment and after cancelling. Any scheme.',
      },
      notificationUrl: {
        type: 'string',
        occurs: '0..1',
        token: true,
        docs: 'Called once the customer has confirmed. `https://`; code 64 otherwise.',
      },
      commitReservationTimeout: {
        type: 'long',
        occurs: '0..1',
        docs: 'Seconds that the merchant has for the commit, from RESERVED on.',
      },
    },
  },
  paymentInvoiceRow: {
    docs: 'One line of a bill.',
    elements: {
      itemDescription: { type: 'string', occurs: '0..1', docs: 'What it is.' },
      itemDiscount: { type: 'amount', occurs: '0..1', docs: 'Discount on the line.' },
      itemEAN: { type: 'string', occurs: '0..1', docs: 'EAN, not checked.' },
      itemQuantity: {
        type: 'decimal',
        occurs: '0..1',
        needed: true,
        docs: 'For display. Unreadable: dropped.',
      },
      itemSKU: { type: 'string', occurs: '0..1', docs: 'Article number.' },
      itemTaxRate: {
        type: 'decimal',
        occurs: '0..1',
        docs: 'Per cent, for display. Unreadable: dropped.',
      },
      itemTotalAmount: {
        type: 'amount',
        occurs: '0..1',
        needed: true,
        docs: 'Sum of the line; may be negative.',
      },
      itemUnit: { type: 'string', occurs: '0..1', docs: 'ISO 20022 unit.' },
      itemUnitPrice: { type: 'amount', occurs: '0..1', docs: 'Price of one; may be negative.' },
    },
  },
  customerToken: {
    docs: 'A loyalty card, a coupon or the like.',
    elements: {
      description: { type: 'string', occurs: '0..1', docs: 'Text shown to the customer.' },
      id: { type: 'string', occurs: '0..1', docs: 'Type of token, set up by the operator.' },
      status: {
        type: 'int',
        occurs: '1..1',
        otherwise: 1,
        docs: '0 pending, 1 used, 90 blocked, 99 invalid. Missing in a request: 1.',
      },
      value: { type: 'string', occurs: '0..1', docs: 'Card number or coupon code.' },
    },
  },
  receipt: {
    docs: 'Proof of a payment, from server to client.',
    elements: {
      terminalId: { type: 'string', occurs: '0..1', docs: 'Terminal that issued the invoice.' },
      paymentDate: { type: 'dateTime', occurs: '0..1', docs: 'With offset and milliseconds.' },
      clientInvoiceId: { type: 'string', occurs: '0..1', docs: 'As the merchant sent it.' },
      invoiceReference: { type: 'string', occurs: '0..1', docs: 'The invoice.' },
      paymentReference: { type: 'string', occurs: '0..1', docs: 'Same value as ersReference.' },
      payerTerminalId: {
        type: 'string',
        occurs: '0..1',
        docs: "Pseudonym of the customer's device.",
      },
      receiverName: { type: 'string', occurs: '0..1', docs: 'Name of the merchant.' },
      invoice: { type: 'invoice', occurs: '0..1', docs: 'The invoice as paid.' },
    },
  },
  ...REPORT_TYPES,
  ...PRINCIPAL_TYPES,
  erswsResponse: {
    docs: 'What every answer begins with. HTTP 200 also when the code is not 0.',
    elements: {
      ersReference: { type: 'string', occurs: '0..1', docs: 'Reference of the money transaction.' },
      resultCode: { type: 'int', occurs: '1..1', docs: '0 is success; see the result codes.' },
      resultDescription: { type: 'string', occurs: '0..1', docs: 'Constant name of the code.' },
    },
  },
  erswsSendInvoiceResponse: {
    docs: 'Answer to sendInvoice.',
    extends: 'erswsResponse',
    elements: {
      invoiceQRCode: { type: 'string', occurs: '0..1', docs: 'HTTP://SEQR.SE/R + reference.' },
      invoiceReference: { type: 'string', occurs: '0..1', docs: 'The invoice, 17 digits.' },
    },
  },
  erswsPaymentStatusResponse: {
    docs: 'Answer to getPaymentStatus.',
    extends: 'erswsResponse',
    elements: {
      status: { type: 'invoiceStatus', occurs: '0..1', token: true, docs: 'State.' },
      receipt: { type: 'receipt', occurs: '0..1', docs: 'Only when PAID.' },
      customerTokens: {
        type: {
          elements: { token: { type: 'customerToken', occurs: '0..*', docs: 'One token.' } },
        },
        occurs: '0..1',
        docs: 'Tokens offered to the merchant until an updateInvoice answers them.',
      },
      version: {
        type: 'int',
        occurs: '1..1',
        otherwise: 0,
        docs: 'Rises with each change; 0 when resultCode is not 0.',
      },
    },
  },
  erswsRegisterTerminalResponse: {
    docs: 'Answer to registerTerminal.',
    extends: 'erswsResponse',
    elements: {
      terminalId: { type: 'string', occurs: '0..1', docs: 'Id of the new terminal.' },
    },
  },
  ...REPORT_RESPONSE_TYPES,
  ...PRINCIPAL_RESPONSE_TYPES,
} as const satisfies TypeDeclarations;
