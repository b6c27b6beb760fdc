/**
 * The approval of a purchase: the PIN, and a device's signature where it is given or required. A
 * signature that does not hold is answered before the PIN is looked at, so that a stolen session
 * can lock nobody's PIN.
 */

import type { FastifyInstance } from 'fastify';
import type { DeviceSignatureJson } from '@seqr-ups/contract';
import { approvePurchase } from '../core/approval.ts';
import { pinDigest } from '../core/customer.ts';
import { limitLeft } from '../core/limit.ts';
import { checkSignedApproval, verifyProof } from '../core/proof.ts';
import type { Proof } from '../core/proof.ts';
import { findPurchase } from '../core/purchase.ts';
import type { CustomerRefusal } from '../core/refusal.ts';
import { invalidRequest, limitAnswer, problem, refusalAnswer } from './answers.ts';
import { sendAnswer, success } from './answers.ts';
import type { Answer } from './answers.ts';
import type { WalletContext } from './context.ts';
import { APPROVAL_BODY } from './device-schemas.ts';
import type { ApprovalBody } from './device-schemas.ts';
import { answerOnce } from './idempotent.ts';
import { described, PURCHASE_REF } from './openapi.ts';
import { KEY_HEADER, PURCHASE_PARAMS, UUID } from './schemas.ts';
import type { PurchaseParams } from './schemas.ts';
import { lateDetail } from './words.ts';

/** The name under which keys of approvals count. */
const ROUTE = 'POST /wallet/v1/purchases/{id}/approval';

/** What is to be approved, with what came to prove it. */
type Approval = {
  readonly customerId: string;
  readonly purchaseId: string;
  readonly version: number | null;
  readonly proof: Proof;
  readonly device: DeviceSignatureJson | null;
};

/** Adds `POST /purchases/{id}/approval`. */
export function approvalRoute(app: FastifyInstance, context: WalletContext): void {
  app.post<{ Params: PurchaseParams; Body: ApprovalBody }>(
    '/purchases/:id/approval',
    {
      onRequest: context.authenticate,
      schema: {
        ...described(
          'Approve',
          'Reserves the amount, or pays the bill. The signature of a device is over the text ' +
            "`SEQR approval`, the purchase's id, the version, the merchant's id, the machine's " +
            'token or nothing, and the maximum as `20.00 EUR`, one a line. A refused device ' +
            'spends no attempt at the PIN.',
          [
            ...(['DEVICE_REQUIRED', 'DEVICE_REFUSED', 'WRONG_PIN', 'PIN_LOCKED'] as const),
            ...(['OFFER_CHANGED', 'TOO_LATE', 'IN_PROGRESS', 'LIMIT_EXCEEDED'] as const),
            ...(['INSUFFICIENT_FUNDS', 'KEY_REUSED', 'NOT_FOUND', 'INVALID_REQUEST'] as const),
            'UNAUTHORIZED',
          ],
        ),
        headers: KEY_HEADER,
        params: PURCHASE_PARAMS,
        body: APPROVAL_BODY,
        response: { 200: PURCHASE_REF },
      },
    },
    (request, reply) => {
      const { id } = request.params;
      if (!UUID.test(id)) return sendAnswer(reply, problem('NOT_FOUND'));
      const { device = null, version = null, pin } = request.body;
      if (device === null && context.config.deviceSignature === 'REQUIRED') {
        return sendAnswer(reply, problem('DEVICE_REQUIRED', { purchaseId: id }));
      }
      if (device !== null && version === null) {
        return sendAnswer(
          reply,
          invalidRequest('version is missing: it is part of what is signed.'),
        );
      }
      const { customerId } = context.sessionOf(request);
      const digest = pinDigest(context.config.pinKey, customerId, pin);
      const approval: Approval = {
        customerId,
        purchaseId: id,
        version,
        proof: { pinDigest: digest, deviceId: device?.id ?? null },
        device,
      };
      return answerOnce(context, request, reply, {
        customerId,
        route: ROUTE,
        content: [id.toLowerCase(), version],
        act: () => approve(context, approval),
        beforeReplay: () => checkAgain(context, approval),
      });
    },
  );
}

async function approve(context: WalletContext, approval: Approval): Promise<Answer> {
  const { db, log } = context;
  const { customerId, purchaseId, device } = approval;
  const signature = await signatureOf(context, approval);
  if (signature === 'OTHER_VERSION') return answerOtherVersion(context, approval);
  if (signature !== null) {
    log.info({ purchaseId, deviceId: device?.id, code: signature }, 'approval refused');
    return problem(signature, { purchaseId });
  }
  const result = await db.statement((tx) =>
    approvePurchase(tx, {
      ...approval,
      ...(device !== null && { signature: Buffer.from(device.signature, 'base64url') }),
    }),
  );
  // Also after a refusal: the last wrong PIN cancels the offer.
  context.events.poke();
  if (!result.ok) {
    log.info({ purchaseId, code: result.refusal.code }, 'approval refused');
    return refusalWithPurchase(context, customerId, purchaseId, result.refusal);
  }
  const { purchase, notification } = result.value;
  if (notification !== null) context.notifyNow(notification);
  log.info({ purchaseId, ...(device !== null && { deviceId: device.id }) }, 'purchase approved');
  return success(200, purchase);
}

/** What is wrong with an approval's signature; null when it holds, or there is none to look at. */
async function signatureOf(
  { db }: WalletContext,
  { customerId, purchaseId, version, device }: Approval,
): Promise<'NOT_FOUND' | 'DEVICE_REFUSED' | 'OTHER_VERSION' | null> {
  if (device === null || version === null) return null;
  const checked = await db.statement((tx) =>
    checkSignedApproval(tx, { customerId, purchaseId, version, device }),
  );
  return checked.ok ? null : checked.refusal.code;
}

/** The offer is at another version than the one that was signed, or it is an offer no more. */
async function answerOtherVersion(
  context: WalletContext,
  { customerId, purchaseId }: Approval,
): Promise<Answer> {
  const purchase = await context.db.statement((tx) => findPurchase(tx, customerId, purchaseId));
  const code = purchase?.state === 'AWAITING_APPROVAL' ? 'OFFER_CHANGED' : 'TOO_LATE';
  context.log.info({ purchaseId, code }, 'approval refused');
  return problem(code, {
    purchaseId,
    purchase,
    ...(code === 'TOO_LATE' && { detail: lateDetail(purchase) }),
  });
}

/**
 * A kept answer is given again only for the same proof. Where the signature's version was never
 * approved, what was kept is a refusal, which tells nothing that the session does not.
 */
async function checkAgain(context: WalletContext, approval: Approval): Promise<Answer | null> {
  const { purchaseId } = approval;
  const signature = await signatureOf(context, approval);
  if (signature === 'OTHER_VERSION') return null;
  if (signature !== null) return problem(signature, { purchaseId });
  const result = await context.db.statement((tx) => verifyProof(tx, approval));
  if (result.ok) return null;
  context.events.poke();
  return refusalAnswer(result.refusal, purchaseId);
}

/** Whoever comes too late, perhaps again after a lost answer, sees what the purchase has become. */
export async function refusalWithPurchase(
  { db }: WalletContext,
  customerId: string,
  purchaseId: string,
  refusal: CustomerRefusal,
): Promise<Answer> {
  if (refusal.code === 'LIMIT_EXCEEDED') {
    const limit = await db.statement((tx) => limitLeft(tx, customerId));
    return limitAnswer(refusal.purchase, limit);
  }
  if (refusal.code !== 'TOO_LATE') return refusalAnswer(refusal, purchaseId);
  const purchase = await db.statement((tx) => findPurchase(tx, customerId, purchaseId));
  return problem('TOO_LATE', { purchase, purchaseId, detail: lateDetail(purchase) });
}
