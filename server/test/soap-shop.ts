/**
 * A merchant of the SOAP tests with everything that its calls can be about: terminals of both
 * kinds, a customer with money, and bills in every state, all made over the API as far as a
 * merchant can.
 */

import assert from 'node:assert/strict';
import { v7 as uuidv7 } from 'uuid';
import type { OperationName, SoapRequest, SoapType } from '@seqr-ups/contract';
import { pinDigest } from '../src/core/customer.ts';
import { approvePurchase } from '../src/core/approval.ts';
import { openBill } from '../src/core/purchase.ts';
import { makeReports, takePeriodsToReport } from '../src/core/report-making.ts';
import type { Database } from '../src/db.ts';
import { must } from './shop.ts';
import {
  addTestMerchant,
  addTestTerminal,
  TERMINAL_PASSWORD,
  terminalContext,
  userContext,
} from './soap-platform.ts';
import type { SoapPlatform } from './soap-platform.ts';
import { addTestCustomer, PIN, PIN_KEY } from './soap-purchase.ts';

/** The context of a terminal's or user's call. */
export type Context = ReturnType<typeof terminalContext> | ReturnType<typeof userContext>;
type Invoice = SoapType<'invoice'>;

/** An amount of euros on the wire. */
export const EUR = (value: string) => ({ currency: 'EUR', value });
/** The password of user 9900 of every shop here. */
const USER_PASSWORD = 'shop-secret';

/** A merchant and its means. */
export type SoapShop = Awaited<ReturnType<typeof openSoapShop>>;

/** Sets up the merchant `merchantId`. */
export async function openSoapShop(platform: SoapPlatform, merchantId: string) {
  const { db } = platform.database;
  await addTestMerchant(db, { id: merchantId, password: USER_PASSWORD });
  const customerId = await addTestCustomer(db, merchantId, { machines: false });
  const newTerminal = async (kind: 'CASH_REGISTER' | 'WEB_SHOP' = 'WEB_SHOP') =>
    terminalContext(await addTestTerminal(db, merchantId, kind), TERMINAL_PASSWORD);
  const terminal = await newTerminal();
  const issue = async (invoice: Invoice = {}, context: Context = terminal): Promise<string> => {
    const answer = await platform.call('sendInvoice', {
      context,
      invoice: { totalAmount: EUR('1.00'), ...invoice },
    });
    assert.equal(answer.resultCode, 0);
    return answer.invoiceReference ?? '';
  };
  const status = (invoiceReference: string, context: Context = terminal) =>
    platform.call('getPaymentStatus', { context, invoiceReference, invoiceVersion: 0 });
  return {
    merchantId,
    customerId,
    terminal,
    user: userContext(merchantId, '9900', USER_PASSWORD),
    newTerminal,
    issue,
    status,
    /** A bill that the customer has confirmed: PAID, its merchant has not noticed. */
    async unnoticed(invoice: Invoice = {}, context: Context = terminal): Promise<string> {
      const reference = await issue(invoice, context);
      await payBill(db, { customerId, invoiceReference: reference });
      return reference;
    },
    /** A bill that is paid and noticed; its reference and that of its payment. */
    async paid(invoice: Invoice = {}, context: Context = terminal) {
      const reference = await this.unnoticed(invoice, context);
      const { ersReference = '' } = await status(reference, context);
      return { reference, ersReference };
    },
    /** A bill that the customer has reserved money for. */
    async reserved(invoice: Invoice = {}, context: Context = terminal): Promise<string> {
      const reference = await issue({ paymentMode: 'RESERVATION_REQUIRED', ...invoice }, context);
      await payBill(db, { customerId, invoiceReference: reference });
      return reference;
    },
  };
}

/** Opens a bill by its reference and confirms it with the PIN; answers the purchase's id. */
export async function payBill(
  db: Database,
  bill: { readonly customerId: string; readonly invoiceReference: string },
): Promise<string> {
  const { customerId, invoiceReference } = bill;
  const purchaseId = uuidv7();
  must(
    await db.statement((tx) =>
      openBill(tx, { purchaseId, customerId, code: { kind: 'INVOICE', invoiceReference } }),
    ),
  );
  await approveBill(db, { customerId, purchaseId });
  return purchaseId;
}

/** The PIN for a bill that is open; `version` is the one that the customer saw. */
export async function approveBill(
  db: Database,
  bill: { readonly customerId: string; readonly purchaseId: string; readonly version?: number },
): Promise<void> {
  const { customerId, purchaseId, version = null } = bill;
  must(
    await db.statement((tx) =>
      approvePurchase(tx, {
        customerId,
        purchaseId,
        proof: { pinDigest: pinDigest(PIN_KEY, customerId, PIN), deviceId: null },
        version,
      }),
    ),
  );
}

/** Makes the reports of every closed and settled period, as the report loop does. */
export async function makeAllReports(db: Database): Promise<void> {
  const take = () => db.statement((tx) => takePeriodsToReport(tx, 100));
  for (let periods = await take(); periods.length > 0; periods = await take()) {
    for (const period of periods) await db.statement((tx) => makeReports(tx, period, 100));
  }
}

/** The parameters of markTransactionPeriod and executeReport. */
export function parameters(
  entries: Readonly<Record<string, string>>,
): SoapRequest<Extract<OperationName, 'executeReport'>>['parameters'] {
  const entry = Object.entries(entries).map(([key, value]) => ({ key, value }));
  return { parameter: { entry } };
}
