/** One exchange of each operation after a payment, and of those that are not offered. */

import type { OperationName, SoapResponse } from './operations.ts';
import type { AFTER_PAYMENT_OPERATIONS } from './after-payment-operations.ts';
import type { PRINCIPAL_OPERATIONS } from './principal-operations.ts';
import { DONE, ERS_REFERENCE, euros, SHOP, TERMINAL, TERMINAL_ID } from './sample-values.ts';
import type { OperationSample } from './sample-values.ts';

const PERIOD_ID = '2026112322000512301000044';
const REFUND_REFERENCE = '2026112315402210101000077';
const REPORT = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<TransactionDetails>',
  '<Meta>',
  '<ResellerId>cornercafe</ResellerId>',
  `<TransactionPeriodId>${PERIOD_ID}</TransactionPeriodId>`,
  '<GeneratedAt>2026-11-23 22:00</GeneratedAt>',
  '</Meta>',
  '<Row>',
  `<TerminalId>${TERMINAL_ID}</TerminalId>`,
  '<CashierId>kiosk-2</CashierId>',
  '<SalesAmount>4.30000</SalesAmount>',
  `<ErsReference>${ERS_REFERENCE}</ErsReference>`,
  '</Row>',
  '</TransactionDetails>',
  '',
].join('\n');

const UNSUPPORTED: SoapResponse<'requestTopup'> = {
  resultCode: 91,
  resultDescription: 'UNSUPPORTED_OPERATION',
};
const CUSTOMER = { id: '46700000001', type: 'SUBSCRIBERMSISDN' };
const RESELLER = { id: 'cornercafe', type: 'RESELLERUSER', userId: '9900' };
const ACCOUNT = { accountId: 'cornercafe', accountTypeId: 'RESELLER' };
const CUSTOMER_ACCOUNT = { accountId: '46700000001', accountTypeId: 'AIRTIME' };

type Name = Extract<
  OperationName,
  keyof typeof AFTER_PAYMENT_OPERATIONS | keyof typeof PRINCIPAL_OPERATIONS
>;

/** A refund, a shift's end, and the operations that only exist for stub generators. */
export const AFTER_PAYMENT_SAMPLES: { readonly [O in Name]: OperationSample<O> } = {
  submitPaymentReceipt: {
    request: {
      context: TERMINAL,
      ersReference: ERS_REFERENCE,
      receiptDocument: {
        mimeType: 'text/html',
        receiptData: new TextEncoder().encode('<p>Crisps 2.50, water 1.80</p>'),
        receiptType: 'PAYMENT_RECEIPT',
      },
    },
    response: DONE,
  },
  refundPayment: {
    request: {
      context: TERMINAL,
      ersReference: ERS_REFERENCE,
      invoice: {
        title: 'The crisps were crushed',
        clientInvoiceId: 'rf-88',
        totalAmount: euros('2.50'),
        cashierId: 'kiosk-2',
      },
    },
    response: { ersReference: REFUND_REFERENCE, ...DONE },
  },
  assignSeqrId: { request: { context: TERMINAL, seqrId: 'CAFE0002' }, response: DONE },
  markTransactionPeriod: {
    request: {
      context: SHOP,
      parameters: { parameter: { entry: [{ key: 'TERMINALID', value: TERMINAL_ID }] } },
    },
    response: { ersReference: PERIOD_ID, ...DONE, transactionPeriodId: PERIOD_ID },
  },
  executeReport: {
    request: {
      context: SHOP,
      reportId: 'Reconciliation/STD_RECON_003.xml',
      language: 'en',
      parameters: { parameter: { entry: [{ key: 'transactionPeriodId', value: PERIOD_ID }] } },
    },
    response: {
      ...DONE,
      report: {
        title: `STD_RECON_003_${PERIOD_ID}.xml`,
        mimeType: 'text/html',
        content: new TextEncoder().encode(REPORT),
        contentString: REPORT,
      },
    },
  },
  getClientSessionInfo: {
    request: { context: TERMINAL, key: '5d0c-77a1' },
    response: {
      ...DONE,
      parameters: {
        entry: [
          { key: 'subscriberKey', value: 'sk-19f2' },
          { key: 'seat', value: '14C' },
        ],
      },
    },
  },
  changePrincipalPassword: {
    request: {
      context: TERMINAL,
      principalId: { id: TERMINAL_ID, type: 'TERMINALID' },
      newPassword: 'v3Qk8Zr1Wm6Xc0P',
    },
    response: DONE,
  },
  benchmarkingNop: { request: {}, response: DONE },
  requestPrincipalInformation: {
    request: { context: SHOP, principalId: RESELLER },
    response: UNSUPPORTED,
  },
  confirmCustomerRegistration: {
    request: { context: SHOP, principalId: CUSTOMER, registrationReference: 'r-1' },
    response: UNSUPPORTED,
  },
  requestTopup: {
    request: {
      context: SHOP,
      senderPrincipalId: RESELLER,
      topupPrincipalId: CUSTOMER,
      senderAccountSpecifier: ACCOUNT,
      topupAccountSpecifier: CUSTOMER_ACCOUNT,
      productId: 'TOPUP',
      amount: euros('10.00'),
    },
    response: UNSUPPORTED,
  },
  requestTransfer: {
    request: {
      context: SHOP,
      senderPrincipalId: RESELLER,
      receiverPrincipalId: CUSTOMER,
      senderAccountSpecifier: ACCOUNT,
      receiverAccountSpecifier: CUSTOMER_ACCOUNT,
      productId: 'TRANSFER',
      amount: euros('10.00'),
    },
    response: UNSUPPORTED,
  },
  requestPurchase: {
    request: {
      context: SHOP,
      senderPrincipalId: RESELLER,
      receiverPrincipalId: CUSTOMER,
      senderAccountSpecifier: ACCOUNT,
      receiverAccountSpecifier: CUSTOMER_ACCOUNT,
      purchaseOrder: [
        { productSpecifier: { productId: '100', productIdType: 'SKU' }, purchaseCount: 1 },
      ],
    },
    response: UNSUPPORTED,
  },
};
