/** One exchange of each operation, as values: the reference pages show them as envelopes. */

import type { OperationName, SoapRequest, SoapResponse, SoapType } from './operations.ts';

/** A request and its answer. */
export type OperationSample<O extends OperationName> = {
  readonly request: SoapRequest<O>;
  readonly response: SoapResponse<O>;
};

const TERMINAL_ID = '0c3f5b2a9d7e4f10a6b8c1d2e3f40516';
const REFERENCE = '20261123104512345';
const ERS_REFERENCE = '2026112310461023400000042';

const TERMINAL: SoapType<'clientContext'> = {
  channel: 'WS',
  clientId: 'Kiosk 4.1',
  clientReference: 'k4-000731',
  clientRequestTimeout: '0',
  initiatorPrincipalId: { id: TERMINAL_ID, type: 'TERMINALID' },
  password: 'q7Lw2Zk9Tn4Vb1X',
};
const SHOP: SoapType<'clientContext'> = {
  channel: 'WS',
  clientId: 'Kiosk 4.1',
  clientReference: 'setup-1',
  clientRequestTimeout: '0',
  initiatorPrincipalId: { id: 'cornercafe', type: 'RESELLERUSER', userId: '9900' },
  password: 'shop-secret',
};
const DONE: SoapType<'erswsResponse'> = { resultCode: 0, resultDescription: 'SUCCESS' };
const euros = (value: string): SoapType<'amount'> => ({ currency: 'EUR', value });

const TAKEN = {
  invoiceRow: [
    { itemDescription: 'Crisps', itemQuantity: '1', itemTotalAmount: euros('2.50') },
    { itemDescription: 'Water', itemQuantity: '1', itemTotalAmount: euros('1.80') },
  ],
};

/** A machine purchase, call by call: 20.00 EUR reserved, 4.30 EUR taken. */
export const OPERATION_SAMPLES: { readonly [O in OperationName]: OperationSample<O> } = {
  registerTerminal: {
    request: {
      context: SHOP,
      externalTerminalId: 'lobby/kiosk-2',
      password: 'q7Lw2Zk9Tn4Vb1X',
      name: 'Corner Café, kiosk 2',
    },
    response: { ...DONE, terminalId: TERMINAL_ID },
  },
  unregisterTerminal: { request: { context: TERMINAL }, response: DONE },
  sendInvoice: {
    request: {
      context: TERMINAL,
      invoice: {
        paymentMode: 'RESERVATION_REQUIRED_PRELIMINARY_AMOUNT',
        acknowledgmentMode: 'NO_ACKNOWLEDGMENT',
        issueDate: '2026-11-23T10:45:12+01:00',
        title: 'Corner Café',
        clientInvoiceId: 's-88213',
        invoiceRows: {
          invoiceRow: [{ itemDescription: 'Reservation', itemTotalAmount: euros('20.00') }],
        },
        totalAmount: euros('20.00'),
        cashierId: 'kiosk-2',
        notificationUrl: 'https://vending.example/seqr/n/7f3c0b51d2',
        commitReservationTimeout: '600',
      },
    },
    response: {
      ...DONE,
      invoiceQRCode: `HTTP://SEQR.SE/R${REFERENCE}`,
      invoiceReference: REFERENCE,
    },
  },
  updateInvoice: {
    request: {
      context: TERMINAL,
      invoiceReference: REFERENCE,
      invoice: { invoiceRows: TAKEN, totalAmount: euros('4.30') },
    },
    response: DONE,
  },
  getPaymentStatus: {
    request: { context: TERMINAL, invoiceReference: REFERENCE, invoiceVersion: 3 },
    response: {
      ersReference: ERS_REFERENCE,
      ...DONE,
      status: 'PAID',
      receipt: {
        terminalId: TERMINAL_ID,
        paymentDate: '2026-11-23T10:46:10.234+01:00',
        clientInvoiceId: 's-88213',
        invoiceReference: REFERENCE,
        paymentReference: ERS_REFERENCE,
        payerTerminalId: 'd6a3f1',
        receiverName: 'Corner Café',
        invoice: {
          title: 'Corner Café',
          clientInvoiceId: 's-88213',
          invoiceRows: TAKEN,
          totalAmount: euros('4.30'),
        },
      },
      version: 4,
    },
  },
  cancelInvoice: {
    request: { context: TERMINAL, invoiceReference: REFERENCE },
    response: DONE,
  },
  commitReservation: {
    request: { context: TERMINAL, amount: euros('4.30'), invoiceReference: REFERENCE },
    response: { ersReference: ERS_REFERENCE, ...DONE },
  },
};
