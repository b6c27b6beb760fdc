/** The routes about purchases and the account. What a scan sets in motion is in `scan.ts`. */

import type { FastifyInstance } from 'fastify';
import { toAmountJson } from '@seqr-ups/contract';
import type { AccountJson } from '@seqr-ups/contract';
import { customerAccount } from '../core/account.ts';
import { cancelPurchase } from '../core/purchase.ts';
import { invalidRequest, limitLeftJson, overloaded, problem } from './answers.ts';
import { sendAnswer, success } from './answers.ts';
import type { Answer } from './answers.ts';
import { approvalRoute, refusalWithPurchase } from './approval.ts';
import type { WalletContext } from './context.ts';
import { answerOnce } from './idempotent.ts';
import { described, PURCHASE_REF } from './openapi.ts';
import { scanTarget, startBill, startPurchase } from './scan.ts';
import { ACCOUNT, KEY_HEADER, PURCHASE_PARAMS } from './schemas.ts';
import { SCAN_BODY, UUID } from './schemas.ts';
import type { PurchaseParams, ScanBody } from './schemas.ts';
import type { Session } from './session.ts';

/** Routes that change something: one place for the names under which keys count. */
const ROUTES = {
  scan: 'POST /wallet/v1/purchases',
  cancellation: 'POST /wallet/v1/purchases/{id}/cancellation',
} as const;

/** Adds the account, the scan, the approval, the cancellation and live updates. */
export function purchaseRoutes(app: FastifyInstance, context: WalletContext): void {
  accountRoute(app, context);
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

/** The account as its customer sees it. */
export async function accountJson(
  { db }: Pick<WalletContext, 'db'>,
  { customerId }: Session,
): Promise<AccountJson> {
  const { balance, available, limit } = await db.statement((tx) => customerAccount(tx, customerId));
  return {
    balance: toAmountJson(balance),
    available: toAmountJson(available),
    limit: limit === null ? null : limitLeftJson(limit),
  };
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
