/**
 * A call for each result code that an operation has of its own (result-codes.md 3): what makes the
 * platform answer it. Codes that all operations share are produced by the table's test.
 */

import type { OperationName, ResultCodeName } from '@seqr-ups/contract';
import { payOut, showAccount } from '../src/core/account.ts';
import {
  cancelClientSession,
  completeClientSession,
  openClientSession,
} from '../src/core/session-info.ts';
import type { SoapPlatform } from './soap-platform.ts';
import { EUR, makeAllReports, parameters } from './soap-shop.ts';
import type { SoapShop } from './soap-shop.ts';

/** What the calls are made with: the edge, and a shop on it. */
export type CodeStage = { readonly platform: SoapPlatform; readonly shop: SoapShop };

type Answer = { readonly resultCode: number };
/** A call that must be answered with the code under which it stands. */
export type CodeCall = (stage: CodeStage) => Promise<Answer>;
type Calls = { readonly [C in ResultCodeName]?: CodeCall };

const NOWHERE = '20161123000000000';
const NO_PAYMENT = '2016030112000512001000042';
const FTP = 'ftp://shop.example/n';
const one = { totalAmount: EUR('1.00') };

const send =
  (invoice: object): CodeCall =>
  ({ platform, shop }) =>
    platform.call('sendInvoice', { context: shop.terminal, invoice });

const update =
  (invoice: object, reference: (shop: SoapShop) => Promise<string>): CodeCall =>
  async ({ platform, shop }) =>
    platform.call('updateInvoice', {
      context: shop.terminal,
      invoiceReference: await reference(shop),
      invoice,
    });

const cancel =
  (reference: (stage: CodeStage) => Promise<string>): CodeCall =>
  async (stage) =>
    stage.platform.call('cancelInvoice', {
      context: stage.shop.terminal,
      invoiceReference: await reference(stage),
    });

const canceled = async ({ platform, shop }: CodeStage): Promise<string> => {
  const invoiceReference = await shop.issue();
  await platform.call('cancelInvoice', { context: shop.terminal, invoiceReference });
  return invoiceReference;
};

const commit =
  (value: string, reference: (shop: SoapShop) => Promise<string>, currency = 'EUR'): CodeCall =>
  async ({ platform, shop }) =>
    platform.call('commitReservation', {
      context: shop.terminal,
      invoiceReference: await reference(shop),
      amount: { currency, value },
    });

const receipt =
  (receiptData: Uint8Array, reference: (shop: SoapShop) => Promise<string>): CodeCall =>
  async ({ platform, shop }) =>
    platform.call('submitPaymentReceipt', {
      context: shop.terminal,
      ersReference: await reference(shop),
      receiptDocument: { mimeType: 'text/html', receiptData },
    });

const newPayment = async (shop: SoapShop): Promise<string> => (await shop.paid()).ersReference;

const refund =
  (invoice: object | undefined, ersReference = newPayment): CodeCall =>
  async ({ platform, shop }) =>
    platform.call('refundPayment', {
      context: shop.terminal,
      ersReference: await ersReference(shop),
      invoice,
    });

/** A refund while a column forbids it. */
const refundWhile =
  (forbid: string, allow: string): CodeCall =>
  async (stage) => {
    const { db } = stage.platform.database;
    const ersReference = await newPayment(stage.shop);
    await db.statement((tx) => tx.query(forbid));
    try {
      return await refund(one, async () => ersReference)(stage);
    } finally {
      await db.statement((tx) => tx.query(allow));
    }
  };

/** A refund by a merchant whose account is empty. */
const refundWithoutFunds: CodeCall = async (stage) => {
  const { db } = stage.platform.database;
  const ersReference = await newPayment(stage.shop);
  const owner = { kind: 'MERCHANT', merchantId: stage.shop.merchantId, currency: 'EUR' } as const;
  const emptied = await db.transaction(async (tx) => {
    const account = await showAccount(tx, owner);
    return account.ok ? payOut(tx, owner, account.value.available) : account;
  });
  if (!emptied.ok) throw new Error('the account cannot be emptied');
  return refund(one, async () => ersReference)(stage);
};

const report =
  (reportId: string, entries: (stage: CodeStage) => Promise<Record<string, string>>): CodeCall =>
  async (stage) =>
    stage.platform.call('executeReport', {
      context: stage.shop.user,
      reportId,
      parameters: parameters(await entries(stage)),
    });

const SHOP_REPORT = 'Reconciliation/Shop.xml';
const closedPeriod = async ({ platform, shop }: CodeStage) => {
  const marked = await platform.call('markTransactionPeriod', { context: shop.user });
  return { transactionPeriodId: marked.transactionPeriodId ?? '' };
};
const reportedPeriod = async (stage: CodeStage) => {
  const period = await closedPeriod(stage);
  await makeAllReports(stage.platform.database.db);
  return period;
};

type Db = SoapPlatform['database']['db'];
const session =
  (then: (db: Db, key: string) => Promise<void>, lifetimeS = 600): CodeCall =>
  async ({ platform, shop }) => {
    const { db } = platform.database;
    const terminalId = shop.terminal.initiatorPrincipalId.id;
    const { key } = await db.statement((tx) => openClientSession(tx, { terminalId, lifetimeS }));
    await then(db, key);
    return platform.call('getClientSessionInfo', { context: shop.terminal, key });
  };

const registration = { externalTerminalId: 'till-1', password: 'new-secret', name: 'Till 1' };
const register =
  (changes: object): CodeCall =>
  ({ platform, shop }) =>
    platform.call('registerTerminal', { context: shop.user, ...registration, ...changes });

/** By operation and code. An operation that is not offered has none of its own. */
export const CODE_CALLS: { readonly [O in OperationName]?: Calls } = {
  registerTerminal: {
    SUCCESS: register({}),
    INVALID_NEW_PASSWORD: register({ password: 'abc' }),
    REGISTRATION_NOT_POSSIBLE: register({ name: '' }),
  },
  unregisterTerminal: {
    SUCCESS: async ({ platform, shop }) =>
      platform.call('unregisterTerminal', { context: await shop.newTerminal() }),
  },
  sendInvoice: {
    SUCCESS: send(one),
    REJECTED_AMOUNT: send({ totalAmount: EUR('-1') }),
    INVALID_INVOICE_DATA: send({ totalAmount: { currency: 'EUR', value: '1.005' } }),
    INVALID_NOTIFICATION_URL: send({ ...one, notificationUrl: FTP }),
  },
  updateInvoice: {
    SUCCESS: update({ title: 'Two' }, (shop) => shop.issue()),
    REJECTED_AMOUNT: update({ totalAmount: EUR('2') }, (shop) => shop.reserved()),
    INVALID_INVOICE_DATA: update({ totalAmount: { currency: 'SEK', value: '1' } }, (shop) =>
      shop.issue(),
    ),
    INVALID_NOTIFICATION_URL: update({ notificationUrl: FTP }, (shop) => shop.issue()),
    INVALID_INVOICE_REFERENCE: update({ title: 'Two' }, async () => NOWHERE),
    INVOICE_ALREADY_CANCELED: async (stage) => update({}, () => canceled(stage))(stage),
    SYSTEM_ERROR: update({ title: 'Two' }, async (shop) => (await shop.paid()).reference),
  },
  getPaymentStatus: {
    SUCCESS: async ({ shop }) => shop.status(await shop.issue()),
    INVALID_INVOICE_REFERENCE: ({ shop }) => shop.status(NOWHERE),
  },
  cancelInvoice: {
    SUCCESS: cancel(({ shop }) => shop.issue()),
    CANNOT_CANCEL_PAID_INVOICE: cancel(async ({ shop }) => (await shop.paid()).reference),
    INVALID_INVOICE_REFERENCE: cancel(async () => NOWHERE),
    INVOICE_ALREADY_CANCELED: cancel(canceled),
  },
  commitReservation: {
    SUCCESS: commit('0.50', (shop) => shop.reserved()),
    REJECTED_AMOUNT: commit('1.01', (shop) => shop.reserved()),
    INVALID_INVOICE_DATA: commit('0.50', (shop) => shop.reserved(), 'SEK'),
    INVALID_INVOICE_REFERENCE: commit('0.50', async () => NOWHERE),
    INVOICE_STATE_NOT_RESERVED: commit('0.50', (shop) => shop.issue()),
  },
  submitPaymentReceipt: {
    SUCCESS: receipt(Buffer.from('<p>Kvitto</p>'), newPayment),
    INVALID_ERS_REFERENCE: receipt(Buffer.from('x'), async () => NO_PAYMENT),
    INVALID_INVOICE_DATA: receipt(Buffer.alloc(256 * 1024 + 1, 'x'), newPayment),
  },
  refundPayment: {
    SUCCESS: refund({ totalAmount: EUR('0.40') }),
    REJECTED_AMOUNT: refund({ totalAmount: EUR('0') }),
    INVALID_ERS_REFERENCE: refund(one, async () => NO_PAYMENT),
    INVALID_INVOICE_DATA: refund(undefined),
    INVALID_NOTIFICATION_URL: refund({ ...one, notificationUrl: FTP }),
    SERVICE_UNAVAILABLE: refundWithoutFunds,
    RESELLER_NOT_ALLOWED_TO_DO_REFUND: refundWhile(
      `update merchant set refunds_allowed = false`,
      `update merchant set refunds_allowed = true`,
    ),
    SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION: refund({
      totalAmount: EUR('1.01'),
    }),
    RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS: refundWhile(
      `update customer set refunds_allowed = false`,
      `update customer set refunds_allowed = true`,
    ),
  },
  assignSeqrId: {
    SUCCESS: ({ platform, shop }) =>
      platform.call('assignSeqrId', { context: shop.terminal, seqrId: 'CAFE0002' }),
    INVALID_SEQR_ID: ({ platform, shop }) =>
      platform.call('assignSeqrId', { context: shop.terminal, seqrId: 'CAFE-2' }),
  },
  markTransactionPeriod: {
    SUCCESS: ({ platform, shop }) => platform.call('markTransactionPeriod', { context: shop.user }),
  },
  executeReport: {
    SUCCESS: report(SHOP_REPORT, reportedPeriod),
    REPORT_NOT_READY: report('Reconciliation/STD_RECON_006.xml', reportedPeriod),
    INVALID_ERS_REFERENCE: report(SHOP_REPORT, async () => ({ transactionPeriodId: NO_PAYMENT })),
    INVALID_PRODUCT: report('Reconciliation/STD_RECON_005.xml', closedPeriod),
  },
  getClientSessionInfo: {
    SUCCESS: session((db, key) =>
      db.statement((tx) => completeClientSession(tx, key, [{ key: 'msisdn', value: '46' }])),
    ),
    AUTHORIZATION_EXPIRED: session(async () => {}, 0),
    AUTHORIZATION_CANCELLED: session((db, key) =>
      db.statement((tx) => cancelClientSession(tx, key)),
    ),
    AUTHORIZATION_IN_PROGRESS: session(async () => {}),
    INVALID_AUTHORIZATION_REFERENCE: ({ platform, shop }) =>
      platform.call('getClientSessionInfo', { context: shop.terminal, key: '5d0c-77a1' }),
  },
  changePrincipalPassword: {
    SUCCESS: async ({ platform, shop }) =>
      platform.call('changePrincipalPassword', {
        context: await shop.newTerminal(),
        newPassword: 'another-secret',
      }),
    INVALID_NEW_PASSWORD: ({ platform, shop }) =>
      platform.call('changePrincipalPassword', { context: shop.terminal, newPassword: 'abc' }),
  },
  benchmarkingNop: { SUCCESS: ({ platform }) => platform.call('benchmarkingNop', {}) },
};
