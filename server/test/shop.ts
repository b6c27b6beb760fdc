/**
 * What most tests of the core need: a merchant with a terminal and a machine, customers with money,
 * and the steps of a purchase by their names.
 */

import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import type { Money } from '@seqr-ups/contract';
import { v7 as uuidv7 } from 'uuid';
import { fundAccount, rollUpAccounts } from '../src/core/account.ts';
import { audit } from '../src/core/audit.ts';
import { addCustomer, pinDigest } from '../src/core/customer.ts';
import { commitReservation, issueInvoice, updateInvoice } from '../src/core/invoice.ts';
import type { InvoiceContent } from '../src/core/invoice.ts';
import { addMerchant, setMachine, setMerchant } from '../src/core/merchant.ts';
import { approvePurchase } from '../src/core/approval.ts';
import {
  PURCHASE_LIMITS,
  expireDue,
  findPurchase,
  openPurchase,
  settleAnswer,
} from '../src/core/purchase.ts';
import type { Purchase } from '../src/core/purchase.ts';
import { ok } from '../src/core/refusal.ts';
import type { Result } from '../src/core/refusal.ts';
import { registerTerminal } from '../src/core/terminal.ts';
import type { Database, Tx } from '../src/db.ts';

/** The PIN of every customer here. */
export const PIN = '1234';
const PIN_KEY = Buffer.alloc(32, 7);

/** Euro cents as money. */
export const eur = (minor: bigint): Money => ({ minor, currency: 'EUR' });

/** The digest of a customer's PIN, a right or a wrong one. */
export const pin = (customerId: string, text = PIN): Buffer => pinDigest(PIN_KEY, customerId, text);

/** The value of a success; fails the test on a refusal. */
export function must<T, R>(result: Result<T, R>): T {
  assert.ok(result.ok, result.ok ? '' : `refused: ${JSON.stringify(result.refusal, digits)}`);
  return result.value;
}

/** The code of a refusal; fails the test on a success. */
export function refusal<R>(result: Result<unknown, R | { code: R }>): R {
  assert.ok(!result.ok, 'expected a refusal');
  const { refusal } = result;
  return typeof refusal === 'object' && refusal !== null && 'code' in refusal
    ? refusal.code
    : refusal;
}

function digits(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** One merchant with a machine `m1` and its terminal, in a database that other shops may share. */
export type Shop = Awaited<ReturnType<typeof openShop>>;

/** Sets up a shop: maximum 20.00 EUR, createPurchase address, one cash register terminal. */
export async function openShop(db: Database) {
  const merchantId = `shop-${randomBytes(5).toString('hex')}`;
  const { terminalId } = await setUpMerchant(db, merchantId);
  return {
    merchantId,
    terminalId,
    newTerminal: () => db.statement((tx) => newTerminal(tx, merchantId)),
    customer: (funds = 10_000n) => newCustomer(db, funds),
    issue: (content: Partial<InvoiceContent> = {}, terminal = terminalId) =>
      db.statement((tx) =>
        issueInvoice(tx, { terminalId: terminal, content: { ...MACHINE_INVOICE, ...content } }),
      ),
    scan: (customerId: string, token = 'm1', limits = PURCHASE_LIMITS) =>
      db.statement((tx) =>
        openPurchase(tx, { purchaseId: uuidv7(), customerId, merchantId, token, limits }),
      ),
    /** Scan, sendInvoice and claim: an offer that awaits approval. */
    async offer(
      customerId: string,
      content: Partial<InvoiceContent> = {},
      token = 'm1',
      terminal = terminalId,
    ): Promise<{ purchase: Purchase; reference: string }> {
      const { purchase } = must(await this.scan(customerId, token));
      const { reference } = must(await this.issue(content, terminal));
      const claimed = await this.settle(purchase.id, reference);
      assert.equal(claimed.state, 'AWAITING_APPROVAL');
      return { purchase: claimed, reference };
    },
    settle: (purchaseId: string, invoiceReference: string) =>
      db.statement((tx) => settleAnswer(tx, purchaseId, { kind: 'INVOICE', invoiceReference })),
    approve: (purchase: Purchase, options: { pin?: string; version?: number } = {}) =>
      db.statement((tx) =>
        approvePurchase(tx, {
          customerId: purchase.customerId,
          purchaseId: purchase.id,
          proof: { pinDigest: pin(purchase.customerId, options.pin), deviceId: null },
          version: options.version ?? null,
        }),
      ),
    /** An approved offer. */
    async reserve(
      customerId: string,
      content: Partial<InvoiceContent> = {},
      token = 'm1',
    ): Promise<{ purchase: Purchase; reference: string }> {
      const { purchase, reference } = await this.offer(customerId, content, token);
      return { purchase: must(await this.approve(purchase)).purchase, reference };
    },
    update: (reference: string, totalMinor: bigint) =>
      db.statement((tx) =>
        updateInvoice(tx, { terminalId, reference, change: { total: eur(totalMinor) } }),
      ),
    commit: (reference: string, amountMinor: bigint | null) => {
      const amount = amountMinor === null ? null : eur(amountMinor);
      return db.statement((tx) => commitReservation(tx, { terminalId, reference, amount }));
    },
    now: async (purchase: Purchase): Promise<Purchase> => {
      const found = await db.statement((tx) => findPurchase(tx, purchase.customerId, purchase.id));
      assert.ok(found);
      return found;
    },
  };
}

async function setUpMerchant(db: Database, id: string): Promise<{ terminalId: string }> {
  const created = await db.transaction(async (tx) => {
    const merchant = { id, name: 'Test Vending', maximum: eur(2000n) };
    must(await addMerchant(tx, { ...merchant, userId: '9900', passwordHash: 'none' }));
    const createPurchaseUrl = 'https://vending.example/seqr/createPurchase';
    must(await setMerchant(tx, id, { createPurchaseUrl }));
    must(await setMachine(tx, id, { token: 'm1', name: 'Coffee', place: 'Hall' }));
    return ok(await newTerminal(tx, id));
  });
  return must(created);
}

/** A machine's invoice of 15.00 EUR. */
const MACHINE_INVOICE: InvoiceContent = {
  paymentMode: 'RESERVATION_REQUIRED_PRELIMINARY_AMOUNT',
  acknowledgmentMode: 'NO_ACKNOWLEDGMENT',
  total: eur(1500n),
  title: 'Test Vending',
  notificationUrl: 'https://vending.example/seqr/n/1',
  rows: [{ description: 'Reservation', total: eur(1500n) }],
  commitReservationTimeoutS: 600,
};

function newTerminal(tx: Tx, merchantId: string): Promise<{ terminalId: string }> {
  return registerTerminal(tx, {
    merchantId,
    externalTerminalId: 'm1',
    name: 'Machine 1',
    passwordHash: 'none',
  });
}

async function newCustomer(db: Database, funds: bigint): Promise<string> {
  const msisdn = `467${randomInt(10_000_000, 99_999_999)}${randomInt(10)}`;
  const { customerId } = must(
    await db.transaction(async (tx) => {
      const added = await addCustomer(tx, {
        msisdn,
        name: 'Test Customer',
        currency: 'EUR',
        digestOf: (id) => pin(id),
      });
      if (added.ok && funds > 0n) {
        must(await fundAccount(tx, { kind: 'CUSTOMER', msisdn }, eur(funds)));
      }
      return added;
    }),
  );
  return customerId;
}

/**
 * Does what the platform's loops do, then fails the test unless the books are in order, before and
 * after a roll-up.
 */
export async function assertAuditClean(db: Database): Promise<void> {
  await db.statement((tx) => expireDue(tx, 1000));
  assert.deepEqual(await db.statement(audit), []);
  await db.statement((tx) => rollUpAccounts(tx, 1000));
  assert.deepEqual(await db.statement(audit), []);
}

/** Moves this database's clock forward. */
export async function advanceClock(db: Database, seconds: number): Promise<void> {
  await db.statement((tx) =>
    tx.query(`select clock_advance(make_interval(secs => $1))`, [seconds]),
  );
}
