/** The routes about purchases and the account. What a scan sets in motion is in `scan.ts`. */

import type { FastifyInstance } from 'fastify';
import { toAmountJson } from '@seqr-ups/contract';
import type { AccountJson } from '@seqr-ups/contract';
import { customerAccount } from '../core/account.ts';
import { pinDigest, verifyPin } from '../core/customer.ts';
import { approvePurchase } from '../core/approval.ts';
import { cancelPurchase, findPurchase, listPurchases } from '../core/purchase.ts';
import type { CustomerRefusal } from '../core/refusal.ts';
import { invalidRequest, overloaded, problem, refusalAnswer, sendAnswer } from './answers.ts';
import { success } from './answers.ts';
import type { Answer } from './answers.ts';
import type { WalletContext } from './context.ts';
import { answerOnce } from './idempotent.ts';
import { described, PURCHASE_PAGE_REF, PURCHASE_REF } from './openapi.ts';
import { purchaseJson } from './purchase-json.ts';
import { scanTarget, startBill, startPurchase } from './scan.ts';
import { ACCOUNT, APPROVAL_BODY, KEY_HEADER, PAGE_QUERY, PAGE_SIZE } from './schemas.ts';
import { PAGE_SIZE_MAX, PURCHASE_PARAMS, SCAN_BODY, UUID } from './schemas.ts';
import type { ApprovalBody, PageQuery, PurchaseParams, ScanBody } from './schemas.ts';
import type { Session } from './session.ts';
import { lateDetail } from './words.ts';

/** Routes that change something: one place for the names under which keys count. */
const ROUTES = {
  scan: 'POST /wallet/v1/purchases',
  approval: 'POST /wallet/v1/purchases/{id}/approval',
  cancellation: 'POST /wallet/v1/purchases/{id}/cancellation',
} as const;

/** Adds the account, the purchases, the scan, the approval, the cancellation and live updates. */
export function purchaseRoutes(app: FastifyInstance, context: WalletContext): void {
  accountRoute(app, context);
  historyRoutes(app, context);
  eventsRoute(app, context);
  scanRoute(app, context);
  approvalRoute(app, context);
  cancellationRoute(app, context);
}

function accountRoute(app: FastifyInstance, context: WalletContext): void {
  app.get(
    '/account',
    {
      onRequest: context.authenticate,
      schema: {
        ...described('Account', 'What the customer has, and what of it is free.', ['UNAUTHORIZED']),
        response: { 200: ACCOUNT },
      },
    },
    (request) => accountJson(context, context.sessionOf(request)),
  );
}

function historyRoutes(app: FastifyInstance, context: WalletContext): void {
  const { db, authenticate: onRequest } = context;
  app.get<{ Querystring: PageQuery }>(
    '/purchases',
    {
      onRequest,
      schema: {
        ...described('Purchases', 'Newest first, refused ones included.', [
          'UNAUTHORIZED',
          'INVALID_REQUEST',
          'OVERLOADED',
        ]),
        querystring: PAGE_QUERY,
        response: { 200: PURCHASE_PAGE_REF },
      },
    },
    async (request, reply) => {
      if (context.overloaded()) return sendAnswer(reply, overloaded());
      const limit = Number(request.query.limit ?? PAGE_SIZE);
      if (limit < 1 || limit > PAGE_SIZE_MAX) {
        return sendAnswer(reply, invalidRequest(`limit must be 1 to ${PAGE_SIZE_MAX}.`));
      }
      const before = request.query.cursor ?? null;
      if (before !== null && !UUID.test(before)) {
        return sendAnswer(reply, invalidRequest('cursor must be the nextCursor of a page.'));
      }
      const { customerId } = context.sessionOf(request);
      const page = await db.statement((tx) => listPurchases(tx, customerId, { limit, before }));
      return { items: page.items.map(purchaseJson), nextCursor: page.nextCursor };
    },
  );

  app.get<{ Params: PurchaseParams }>(
    '/purchases/:id',
    {
      onRequest,
      schema: {
        ...described('Purchase', 'One purchase of this customer.', ['UNAUTHORIZED', 'NOT_FOUND']),
        params: PURCHASE_PARAMS,
        response: { 200: PURCHASE_REF },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { customerId } = context.sessionOf(request);
      const purchase = UUID.test(id)
        ? await db.statement((tx) => findPurchase(tx, customerId, id))
        : null;
      if (purchase === null) return sendAnswer(reply, problem('NOT_FOUND'));
      return purchaseJson(purchase);
    },
  );
}

function eventsRoute(app: FastifyInstance, context: WalletContext): void {
  app.get(
    '/events',
    {
      onRequest: context.authenticate,
      exposeHeadRoute: false,
      schema: {
        ...described(
          'Live updates',
          'Server-Sent Events: each `data` is one whole purchase of this customer as it is at ' +
            'that moment. Begins with the unfinished ones.',
          ['UNAUTHORIZED', 'OVERLOADED'],
        ),
        response: {
          200: {
            description: 'An endless stream; ends with the session.',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
        },
      },
    },
    (request, reply) => context.streams.open(request, reply, context.sessionOf(request)),
  );
}

function scanRoute(app: FastifyInstance, context: WalletContext): void {
  app.post<{ Body: ScanBody }>(
    '/purchases',
    {
      onRequest: context.authenticate,
      schema: {
        ...described(
          'Scan',
          'At a machine asks the seller and waits for the outcome; the bill of a till (Q code), ' +
            'or one named by its number (R code, or `reference`), is shown at once. An ' +
            'unfinished purchase of this customer there is resumed. A till that shows nothing ' +
            'to pay answers `NO_INVOICE_YET` with the pause after which to ask again.',
          [
            ...(['INSUFFICIENT_FUNDS', 'DEVICE_IN_USE', 'DEVICE_UNAVAILABLE'] as const),
            ...(['INVOICING_ERROR', 'SYSTEM_ERROR', 'KEY_REUSED'] as const),
            ...(['INVALID_CODE', 'INVALID_REQUEST', 'UNAUTHORIZED', 'PIN_LOCKED'] as const),
            ...(['UNKNOWN_MERCHANT', 'NO_INVOICE_YET', 'NOT_FOUND'] as const),
            ...(['TOO_LATE', 'IN_PROGRESS'] as const),
            ...(['RATE_LIMITED', 'OVERLOADED'] as const),
          ],
        ),
        headers: KEY_HEADER,
        body: SCAN_BODY,
        response: {
          201: { ...PURCHASE_REF, description: 'The offer.' },
          200: { ...PURCHASE_REF, description: 'An unfinished purchase, resumed.' },
        },
      },
    },
    (request, reply) => {
      if (context.overloaded()) return sendAnswer(reply, overloaded());
      const session = context.sessionOf(request);
      const target = scanTarget(request.body, context.config.publicUrl ?? `//${request.host}`);
      if (target === 'INVALID_REQUEST') {
        return sendAnswer(reply, invalidRequest('The body must have either qr or reference.'));
      }
      return answerOnce(context, request, reply, {
        customerId: session.customerId,
        route: ROUTES.scan,
        content: [request.body.qr ?? null, request.body.reference ?? null],
        act: async () => {
          if (target === null) return problem('INVALID_CODE');
          return target.kind === 'MACHINE'
            ? startPurchase(context, session.customerId, target)
            : startBill(context, session.customerId, target);
        },
      });
    },
  );
}

function approvalRoute(app: FastifyInstance, context: WalletContext): void {
  app.post<{ Params: PurchaseParams; Body: ApprovalBody }>(
    '/purchases/:id/approval',
    {
      onRequest: context.authenticate,
      schema: {
        ...described('Approve', 'Reserves the amount, or pays the bill.', [
          ...(['WRONG_PIN', 'PIN_LOCKED', 'OFFER_CHANGED', 'TOO_LATE', 'IN_PROGRESS'] as const),
          ...(['INSUFFICIENT_FUNDS', 'KEY_REUSED', 'NOT_FOUND', 'INVALID_REQUEST'] as const),
          'UNAUTHORIZED',
        ]),
        headers: KEY_HEADER,
        params: PURCHASE_PARAMS,
        body: APPROVAL_BODY,
        response: { 200: PURCHASE_REF },
      },
    },
    (request, reply) => {
      const { id } = request.params;
      if (!UUID.test(id)) return sendAnswer(reply, problem('NOT_FOUND'));
      const session = context.sessionOf(request);
      const version = request.body.version ?? null;
      const digest = pinDigest(context.config.pinKey, session.customerId, request.body.pin);
      return answerOnce(context, request, reply, {
        customerId: session.customerId,
        route: ROUTES.approval,
        content: [id.toLowerCase(), version],
        act: () => approve(context, session, { purchaseId: id, pinDigest: digest, version }),
        beforeReplay: () => checkPin(context, session, { purchaseId: id, pinDigest: digest }),
      });
    },
  );
}

function cancellationRoute(app: FastifyInstance, context: WalletContext): void {
  app.post<{ Params: PurchaseParams }>(
    '/purchases/:id/cancellation',
    {
      onRequest: context.authenticate,
      schema: {
        ...described('Cancel', 'Before the approval only: after it the machine may be open.', [
          ...(['UNAUTHORIZED', 'NOT_FOUND', 'TOO_LATE', 'IN_PROGRESS', 'KEY_REUSED'] as const),
          'INVALID_REQUEST',
        ]),
        headers: KEY_HEADER,
        params: PURCHASE_PARAMS,
        response: { 200: PURCHASE_REF },
      },
    },
    (request, reply) => {
      const { id } = request.params;
      if (!UUID.test(id)) return sendAnswer(reply, problem('NOT_FOUND'));
      const { customerId } = context.sessionOf(request);
      return answerOnce(context, request, reply, {
        customerId,
        route: ROUTES.cancellation,
        content: [id.toLowerCase()],
        act: () => cancel(context, customerId, id),
      });
    },
  );
}

async function accountJson(context: WalletContext, { customerId }: Session): Promise<AccountJson> {
  const account = await context.db.statement((tx) => customerAccount(tx, customerId));
  return { balance: toAmountJson(account.balance), available: toAmountJson(account.available) };
}

async function approve(
  context: WalletContext,
  { customerId }: Session,
  approval: { purchaseId: string; pinDigest: Buffer; version: number | null },
): Promise<Answer> {
  const { db, log } = context;
  const { purchaseId } = approval;
  const result = await db.statement((tx) => approvePurchase(tx, { customerId, ...approval }));
  // Also after a refusal: the last wrong PIN cancels the offer.
  context.events.poke();
  if (!result.ok) {
    log.info({ purchaseId, code: result.refusal.code }, 'approval refused');
    return refusalWithPurchase(context, customerId, purchaseId, result.refusal);
  }
  const { purchase, notification } = result.value;
  if (notification !== null) context.notifyNow(notification);
  log.info({ purchaseId }, 'purchase approved');
  return success(200, purchase);
}

async function checkPin(
  context: WalletContext,
  { customerId }: Session,
  { purchaseId, pinDigest }: { purchaseId: string; pinDigest: Buffer },
): Promise<Answer | null> {
  const result = await context.db.statement((tx) => verifyPin(tx, { customerId, pinDigest }));
  if (result.ok) return null;
  context.events.poke();
  return refusalAnswer(result.refusal, purchaseId);
}

async function cancel(
  context: WalletContext,
  customerId: string,
  purchaseId: string,
): Promise<Answer> {
  const result = await context.db.statement((tx) => cancelPurchase(tx, { customerId, purchaseId }));
  context.events.poke();
  if (!result.ok) return refusalWithPurchase(context, customerId, purchaseId, result.refusal);
  context.log.info({ purchaseId }, 'purchase cancelled by the customer');
  return success(200, result.value);
}

/** Whoever comes too late, perhaps again after a lost answer, sees what the purchase has become. */
async function refusalWithPurchase(
  { db }: WalletContext,
  customerId: string,
  purchaseId: string,
  refusal: CustomerRefusal,
): Promise<Answer> {
  if (refusal.code !== 'TOO_LATE') return refusalAnswer(refusal, purchaseId);
  const purchase = await db.statement((tx) => findPurchase(tx, customerId, purchaseId));
  return problem('TOO_LATE', { purchase, purchaseId, detail: lateDetail(purchase) });
}
