/** One exchange of each operation, as values: the reference pages show them as envelopes. */

import { AFTER_PAYMENT_SAMPLES } from './after-payment-samples.ts';
import type { OperationName } from './operations.ts';
import {
  DONE,
  ERS_REFERENCE,
  euros,
  REFERENCE,
  SHOP,
  TERMINAL,
  TERMINAL_ID,
} from './sample-values.ts';
import type { OperationSample } from './sample-values.ts';

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
          acknowledgmentMode: 'NO_ACKNOWLEDGMENT',
          issueDate: '2026-11-23T10:45:12+01:00',
          title: 'Corner Café',
          clientInvoiceId: 's-88213',
          invoiceRows: TAKEN,
          totalAmount: euros('4.30'),
          cashierId: 'kiosk-2',
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
  ...AFTER_PAYMENT_SAMPLES,
};
