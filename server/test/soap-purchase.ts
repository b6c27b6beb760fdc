/** What the SOAP tests need of the customer's side: an invoice that somebody has confirmed. */

import { randomUUID } from 'node:crypto';
import { fundAccount } from '../src/core/account.ts';
import { addCustomer, pinDigest } from '../src/core/customer.ts';
import { setMerchant } from '../src/core/merchant.ts';
import { approvePurchase } from '../src/core/approval.ts';
import { openPurchase, settleAnswer } from '../src/core/purchase.ts';
import type { Result } from '../src/core/refusal.ts';
import type { Database } from '../src/db.ts';

/** The PIN of every customer here. */
export const PIN = '1234';
/** The key under which PINs are digested. */
export const PIN_KEY = Buffer.alloc(32, 7);

let customers = 0;

/** A customer with 100.00 EUR, and by default a merchant whose machines they can buy at. */
export async function addTestCustomer(
  db: Database,
  merchantId: string,
  options: { readonly machines: boolean } = { machines: true },
): Promise<string> {
  customers += 1;
  const msisdn = `467${String(customers).padStart(8, '0')}`;
  const created = await db.transaction(async (tx) => {
    const added = await addCustomer(tx, {
      msisdn,
      name: 'Kim',
      currency: 'EUR',
      digestOf: (customerId) => pinDigest(PIN_KEY, customerId, PIN),
    });
    if (options.machines) {
      const createPurchaseUrl = 'https://shop.example/createPurchase';
      await setMerchant(tx, merchantId, { createPurchaseUrl });
    }
    return added;
  });
  const { customerId } = expectOk(created);
  const funded = await db.transaction((tx) =>
    fundAccount(tx, { kind: 'CUSTOMER', msisdn }, { minor: 10_000n, currency: 'EUR' }),
  );
  expectOk(funded);
  return customerId;
}

/**
 * Claims an ISSUED invoice in a reservation mode for a purchase of the customer at a machine of
 * their own, as the Unattended Payments Service does. Answers the purchase's id.
 */
export async function claimInvoice(
  db: Database,
  claim: { readonly customerId: string; readonly merchantId: string; readonly reference: string },
): Promise<string> {
  const purchaseId = randomUUID();
  const { customerId, merchantId } = claim;
  const opened = await db.statement((tx) =>
    openPurchase(tx, { purchaseId, customerId, merchantId, token: purchaseId }),
  );
  expectOk(opened);
  const settled = await db.statement((tx) =>
    settleAnswer(tx, purchaseId, { kind: 'INVOICE', invoiceReference: claim.reference }),
  );
  if (settled.state !== 'AWAITING_APPROVAL') throw new Error(`the claim ended ${settled.state}`);
  return purchaseId;
}

/** Claims an invoice and confirms it with the PIN: it is RESERVED. */
export async function reserveInvoice(
  db: Database,
  claim: { readonly customerId: string; readonly merchantId: string; readonly reference: string },
): Promise<void> {
  const purchaseId = await claimInvoice(db, claim);
  const { customerId } = claim;
  const approved = await db.statement((tx) =>
    approvePurchase(tx, {
      customerId,
      purchaseId,
      proof: { pinDigest: pinDigest(PIN_KEY, customerId, PIN), deviceId: null },
      version: null,
    }),
  );
  expectOk(approved);
}

function expectOk<T, R>(result: Result<T, R>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusal)}`);
  return result.value;
}
