/** The operations of the merchant SOAP API, each once, as data (merchant-soap-api 4). */

import { AFTER_PAYMENT_OPERATIONS } from './after-payment-operations.ts';
import { ENUMERATIONS, TYPES } from './messages.ts';
import { CONTEXT, INVOICE_REFERENCE, TOKENS } from './operation-elements.ts';
import { PRINCIPAL_OPERATIONS } from './principal-operations.ts';
import type { FieldsOf, OperationDeclarations, ServiceDeclaration, ValueOf } from './schema.ts';

/** The operations of a sale, from the terminal to the commit (4.1 to 4.5, 4.8, 4.9). */
const SALE_OPERATIONS = {
  registerTerminal: {
    docs:
      'Registers a till or a machine and answers its id. The client invents the password of the ' +
      'new terminal; it is not the password of the shop, which stands in the context. The same ' +
      'externalTerminalId again makes a further terminal, the earlier one stays valid.',
    principals: ['RESELLERUSER'],
    request: {
      context: CONTEXT,
      externalTerminalId: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        docs: "The terminal's id in the client's own system.",
      },
      password: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        docs: 'Password of the new terminal, at least 4 characters.',
      },
      name: {
        type: 'string',
        occurs: '0..1',
        needed: true,
        docs: "Shown on the customer's phone.",
      },
    },
    response: 'erswsRegisterTerminalResponse',
    codes: ['ACCESS_DENIED', 'INVALID_NEW_PASSWORD', 'REGISTRATION_NOT_POSSIBLE'],
    repetition: 'Repeat; a second terminal then exists, unused.',
  },
  unregisterTerminal: {
    docs:
      'The terminal in the context removes itself. Its open invoices are cancelled, RESERVED and ' +
      'PAID ones stay. From then on it cannot authenticate.',
    principals: ['TERMINALID'],
    request: { context: CONTEXT },
    response: 'erswsResponse',
    codes: ['ACCESS_DENIED', 'PAYMENT_IN_PROGRESS'],
    repetition: 'Repeat; 29 means that it worked.',
  },
  sendInvoice: {
    docs:
      'Registers a bill and answers its reference and code. On a terminal of registerTerminal it ' +
      'first cancels the earlier open invoice of that terminal. Each success is a new invoice, ' +
      'whatever clientInvoiceId says.',
    principals: ['TERMINALID'],
    request: {
      context: CONTEXT,
      invoice: {
        type: 'invoice',
        occurs: '0..1',
        needed: true,
        once: true,
        docs: 'The bill.',
      },
      tokens: TOKENS,
    },
    response: 'erswsSendInvoiceResponse',
    codes: [
      'REJECTED_AMOUNT',
      'ACCESS_DENIED',
      'PAYMENT_IN_PROGRESS',
      'INVALID_INVOICE_DATA',
      'INVALID_NOTIFICATION_URL',
    ],
    repetition:
      'Repeat. On a till the earlier invoice is replaced; elsewhere a second bill exists, unpaid ' +
      'until the customer approves it, so cancel the earlier one if its reference is known.',
  },
  updateInvoice: {
    docs:
      'Replaces parts of a bill: fields that are absent keep their value. Answers a pending ' +
      'acknowledgement. In RESERVED it sets the final rows and total before the commit and moves ' +
      'no money.',
    principals: ['TERMINALID'],
    request: {
      context: CONTEXT,
      invoiceReference: INVOICE_REFERENCE,
      invoice: {
        type: 'invoice',
        occurs: '0..1',
        needed: true,
        once: true,
        docs: 'What changes.',
      },
      tokens: TOKENS,
    },
    response: 'erswsResponse',
    codes: [
      'REJECTED_AMOUNT',
      'ACCESS_DENIED',
      'PAYMENT_IN_PROGRESS',
      'INVALID_INVOICE_DATA',
      'INVALID_INVOICE_REFERENCE',
      'INVALID_NOTIFICATION_URL',
      'INVOICE_ALREADY_CANCELED',
    ],
    repetition:
      'Repeat; the same content gives the same state. After 90 poll first: it may be paid.',
  },
  getPaymentStatus: {
    docs:
      'Answers the state of an invoice at once. Ask once a second. For an immediate debit an ' +
      "answer PAID is the merchant's notice of the payment; without one within 20 s the payment " +
      'is reversed.',
    principals: ['TERMINALID'],
    request: {
      context: CONTEXT,
      invoiceReference: {
        ...INVOICE_REFERENCE,
        docs: "The invoice. Absent on a till: the terminal's newest one.",
      },
      invoiceVersion: {
        type: 'int',
        occurs: '1..1',
        otherwise: 0,
        notNegative: true,
        docs: '0 at first, then the last version received.',
      },
    },
    response: 'erswsPaymentStatusResponse',
    codes: ['ACCESS_DENIED', 'INVALID_INVOICE_REFERENCE'],
    repetition: 'Repeat at once; final answers stay final.',
  },
  cancelInvoice: {
    docs: 'The bill can no longer be paid. In RESERVED the amount held is free again.',
    principals: ['TERMINALID'],
    request: { context: CONTEXT, invoiceReference: INVOICE_REFERENCE },
    response: 'erswsResponse',
    codes: [
      'ACCESS_DENIED',
      'PAYMENT_IN_PROGRESS',
      'CANNOT_CANCEL_PAID_INVOICE',
      'CANNOT_CANCEL_INVOICE_IN_PROGRESS',
      'INVALID_INVOICE_REFERENCE',
      'INVOICE_ALREADY_CANCELED',
    ],
    repetition: 'Repeat; 95 means that it worked.',
  },
  commitReservation: {
    docs:
      'Debits the amount held, finally, and frees the rest. An amount below the hold is charged ' +
      'as given; 0 releases the hold and cancels the invoice; above the hold nothing happens and ' +
      'a lower commit may follow. Without amount the total of the invoice is charged; for a ' +
      'machine purchase only if it was updated in RESERVED.',
    principals: ['TERMINALID'],
    request: {
      context: CONTEXT,
      amount: {
        type: 'amount',
        occurs: '0..1',
        nilIsEmpty: true,
        docs: 'What is charged. Present but nil, empty or half: 49.',
      },
      invoiceReference: INVOICE_REFERENCE,
    },
    response: 'erswsResponse',
    codes: [
      'REJECTED_AMOUNT',
      'ACCESS_DENIED',
      'INVALID_INVOICE_DATA',
      'INVALID_INVOICE_REFERENCE',
      'INVOICE_STATE_NOT_RESERVED',
    ],
    repetition: 'Repeat with the same amount; there is one debit only.',
  },
} as const satisfies OperationDeclarations;

/** Operations by name, in the order of the WSDL. */
export const OPERATIONS = {
  ...SALE_OPERATIONS,
  ...AFTER_PAYMENT_OPERATIONS,
  ...PRINCIPAL_OPERATIONS,
} as const satisfies OperationDeclarations;

/** The merchant SOAP API as a whole. */
export const MERCHANT_SERVICE = {
  types: TYPES,
  enumerations: ENUMERATIONS,
  operations: OPERATIONS,
} as const satisfies ServiceDeclaration;

/** The name of an operation; also the name of its request element. */
export type OperationName = keyof typeof OPERATIONS;
/** Every operation, in the order of the WSDL. */
export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly OperationName[];

/** The request of an operation: its elements as a plain object. */
export type SoapRequest<O extends OperationName> = {
  [N in OperationName]: FieldsOf<typeof TYPES, (typeof OPERATIONS)[N]['request']>;
}[O];
/** The answer of an operation: what stands in `return`. */
export type SoapResponse<O extends OperationName> = {
  [N in OperationName]: ValueOf<typeof TYPES, (typeof OPERATIONS)[N]['response']>;
}[O];
/** The value of a declared type, e.g. `SoapType<'invoice'>`. */
export type SoapType<T extends keyof typeof TYPES> = ValueOf<typeof TYPES, T>;

/** How the customer is charged. */
export type PaymentMode = keyof typeof ENUMERATIONS.paymentMode.values;
/** Every payment mode. */
export const PAYMENT_MODES = Object.keys(ENUMERATIONS.paymentMode.values) as readonly PaymentMode[];
/** Whether the register is asked once the customer is known. */
export type AcknowledgmentMode = keyof typeof ENUMERATIONS.acknowledgmentMode.values;
/** Every acknowledgment mode. */
export const ACKNOWLEDGMENT_MODES = Object.keys(
  ENUMERATIONS.acknowledgmentMode.values,
) as readonly AcknowledgmentMode[];
/** Where an invoice stands. */
export type InvoiceStatus = keyof typeof ENUMERATIONS.invoiceStatus.values;
/** Every invoice status that is ever sent. */
export const INVOICE_STATUSES = Object.keys(
  ENUMERATIONS.invoiceStatus.values,
) as readonly InvoiceStatus[];
