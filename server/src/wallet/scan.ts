/**
 * From a scan to an offer. The purchase is opened in one commit, the seller is asked outside any
 * transaction, its answer is settled in another: if the process dies in between, the purchase ends
 * at its own deadline and the seller is never asked twice.
 */

import { parseQr } from '@seqr-ups/contract';
import type { QrTarget } from '@seqr-ups/contract';
import { v7 as uuid } from 'uuid';
import {
  PURCHASE_LIMITS,
  findPurchase,
  openBill,
  openPurchase,
  settleAnswer,
} from '../core/purchase.ts';
import type {
  BillCode,
  CreatePurchaseCall,
  Purchase,
  PurchaseLimits,
  ResellerAnswer,
} from '../core/purchase.ts';
import type { CustomerRefusal } from '../core/refusal.ts';
import { billRefusalAnswer, inProgress, outcomeAnswer, problem, refusalAnswer } from './answers.ts';
import { success } from './answers.ts';
import type { Answer } from './answers.ts';
import type { WalletContext } from './context.ts';
import type { ScanBody } from './schemas.ts';
import { CHANGED_CODE, SELLER_STILL_ASKED, UNSIGNED_CODE } from './words.ts';

/**
 * An opened purchase ends after 15 s (Unattended Payments, 6) and a sweep; wallets wait for 20 s.
 */
const RESUME_WAIT_MS = 17_000;
/** While waiting it is looked at so often even when no change is heard of. */
const RESUME_LOOK_MS = 1_000;

/**
 * What a scan is about. `publicUrl` is this installation's own address: its codes may name it in
 * place of SEQR.SE. Null: no code of ours; INVALID_REQUEST: not exactly one of the two members.
 */
export function scanTarget(body: ScanBody, publicUrl: string): QrTarget | null | 'INVALID_REQUEST' {
  const { qr, reference } = body;
  if (reference !== undefined) {
    return qr === undefined ? { kind: 'INVOICE', invoiceReference: reference } : 'INVALID_REQUEST';
  }
  if (qr === undefined) return 'INVALID_REQUEST';
  const host = publicUrl.replace(/^[a-z]*:?\/\//i, '').replace(/\/.*$/, '');
  return parseQr(qr, { publicHosts: [host] });
}

/**
 * Opens a purchase at a machine and waits for its outcome: 201 the offer, 200 the customer's
 * unfinished purchase there, or the problem that it ended with. A code that bears a signature must
 * bear a right one, whether or not its merchant takes unsigned ones.
 */
export async function startPurchase(
  context: WalletContext,
  customerId: string,
  { merchantId, token, signature }: MachineCode,
): Promise<Answer> {
  const { db, events, config } = context;
  const isSigned = signature !== undefined;
  if (isSigned && !config.codeKeys.verify(merchantId, token, signature)) {
    context.log.warn({ merchantId, machine: token }, 'a code with a wrong signature was scanned');
    return problem('INVALID_CODE', { detail: CHANGED_CODE });
  }
  const limits = limitsOf(context);
  const opened = await db.statement((tx) =>
    openPurchase(tx, { purchaseId: uuid(), customerId, merchantId, token, isSigned, limits }),
  );
  events.poke();
  if (!opened.ok) return machineRefusalAnswer(opened.refusal);
  const { purchase, call } = opened.value;
  if (call === null) return resumed(context, customerId, purchase);
  const log = context.log.child({ purchaseId: purchase.id });
  log.info({ merchantId, machine: token }, 'purchase opened');
  const answer = await asked(context, call);
  const settled = await db.statement((tx) => settleAnswer(tx, purchase.id, answer, limits));
  events.poke();
  log.info({ state: settled.state, code: settled.ending }, 'seller answered');
  return outcomeAnswer(settled, 201, call.reservationAmount);
}

type MachineCode = Omit<Extract<QrTarget, { kind: 'MACHINE' }>, 'kind'>;

/** Of a machine's code INVALID_CODE means that its merchant takes signed ones alone. */
const machineRefusalAnswer = (refusal: CustomerRefusal): Answer =>
  refusal.code === 'INVALID_CODE'
    ? problem(refusal.code, { detail: UNSIGNED_CODE })
    : refusalAnswer(refusal);

/**
 * Opens the bill of a till or web shop: 201 the offer, or that the merchant is asked about the
 * customer's cards first; 200 the customer's unfinished purchase of it; else a problem.
 */
export async function startBill(
  context: WalletContext,
  customerId: string,
  code: BillCode,
): Promise<Answer> {
  const { db, events } = context;
  const purchaseId = uuid();
  const limits = limitsOf(context);
  const opened = await db.statement((tx) => openBill(tx, { purchaseId, customerId, code, limits }));
  events.poke();
  if (!opened.ok) return billRefusalAnswer(opened.refusal, code.kind);
  const purchase = opened.value;
  if (purchase.id !== purchaseId) return success(200, purchase);
  context.log.info({ purchaseId, state: purchase.state }, 'bill opened');
  return success(201, purchase);
}

const limitsOf = ({ config }: WalletContext): PurchaseLimits => ({
  ...PURCHASE_LIMITS,
  scansPerMinute: config.scansPerMinute,
  offersLeftPerTenMinutes: config.unapprovedOffers,
  callsPerMachinePerMinute: config.callsPerMachinePerMinute,
});

/** The seller's answer. A fault of ours in asking must not leave the customer waiting. */
async function asked(context: WalletContext, call: CreatePurchaseCall): Promise<ResellerAnswer> {
  try {
    return await context.createPurchase(call);
  } catch (error) {
    context.log.error({ purchaseId: call.purchaseId, err: error }, 'asking the seller threw');
    const detail = 'the platform failed to ask the reseller; see its log';
    return { kind: 'ERROR', code: 'SYSTEM_ERROR', detail, invoiceReference: null };
  }
}

/** Waits until a purchase that another request is asking for has its outcome. */
async function resumed(
  context: WalletContext,
  customerId: string,
  opened: Purchase,
): Promise<Answer> {
  const { db, events, stopping } = context;
  const giveUpAtMs = performance.now() + RESUME_WAIT_MS;
  let wake = (): void => {};
  const unsubscribe = events.subscribe(customerId, (purchaseId) => {
    if (purchaseId === opened.id) wake();
  });
  try {
    let purchase = opened;
    while (purchase.state === 'OPENED') {
      if (stopping.aborted || performance.now() >= giveUpAtMs) {
        return inProgress({ purchase, detail: SELLER_STILL_ASKED });
      }
      const changed = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, RESUME_LOOK_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      purchase = (await db.statement((tx) => findPurchase(tx, customerId, opened.id))) ?? purchase;
      if (purchase.state === 'OPENED') await changed;
    }
    return outcomeAnswer(purchase, 200);
  } finally {
    wake();
    unsubscribe();
  }
}
