/**
 * Problems that customers report: of a purchase, which its merchant answers, and of a code that was
 * changed, which the operator sees.
 */

import {
  CASE_KINDS,
  CASE_STATES,
  CASE_TEXT_LENGTH_MAX,
  QR_TEXT_LENGTH_MAX,
  parseQr,
} from '@seqr-ups/contract';
import type { CaseJson, CaseKind, CaseListJson } from '@seqr-ups/contract';
import type { FastifyInstance } from 'fastify';
import { v7 as uuid } from 'uuid';
import { closeCase, listCases, openCase, reportCode } from '../core/problem-case.ts';
import type { ProblemCase } from '../core/problem-case.ts';
import { findPurchase } from '../core/purchase.ts';
import { problem, refusalAnswer, sendAnswer } from './answers.ts';
import type { WalletContext } from './context.ts';
import { answerOnce } from './idempotent.ts';
import { described } from './openapi.ts';
import { KEY_HEADER, PURCHASE_PARAMS, TEXT, TIME, UUID, nullable } from './schemas.ts';
import type { ObjectSchema, PurchaseParams } from './schemas.ts';

const CASE = {
  type: 'object',
  description: 'A problem that the customer reported.',
  properties: {
    id: TEXT,
    kind: { type: 'string', enum: CASE_KINDS },
    text: TEXT,
    state: { type: 'string', enum: CASE_STATES },
    answer: { ...nullable(TEXT), description: "The merchant's." },
    createdAt: TIME,
    answeredAt: nullable(TIME),
    closedAt: nullable(TIME),
  },
  required: ['id', 'kind', 'text', 'state', 'answer', 'createdAt', 'answeredAt', 'closedAt'],
} as const satisfies ObjectSchema<CaseJson>;

/** Schema of {@link CaseListJson}. */
const CASE_LIST = {
  type: 'object',
  properties: { items: { type: 'array', items: CASE } },
  required: ['items'],
} as const satisfies ObjectSchema<CaseListJson>;

/** The database keeps no NUL. */
const WITHOUT_NUL = '^[^\\u0000]*$';

type CaseBody = { readonly kind: CaseKind; readonly text?: string };
const CASE_BODY = {
  type: 'object',
  properties: {
    kind: { type: 'string', enum: CASE_KINDS },
    text: { type: 'string', maxLength: CASE_TEXT_LENGTH_MAX, pattern: WITHOUT_NUL },
  },
  required: ['kind'],
} as const satisfies ObjectSchema<CaseBody>;

type ReportBody = { readonly text: string };
const REPORT_BODY = {
  type: 'object',
  properties: {
    text: {
      type: 'string',
      minLength: 1,
      maxLength: QR_TEXT_LENGTH_MAX,
      pattern: WITHOUT_NUL,
      description: 'The text of the code.',
    },
  },
  required: ['text'],
} as const satisfies ObjectSchema<ReportBody>;

type CaseParams = PurchaseParams & { readonly caseId: string };
const CASE_PARAMS = {
  type: 'object',
  properties: {
    ...PURCHASE_PARAMS.properties,
    caseId: { type: 'string', description: 'Id of a case.' },
  },
  required: ['id', 'caseId'],
} as const satisfies ObjectSchema<CaseParams>;

/** Adds the cases of a purchase, and reports of changed codes. */
export function caseRoutes(app: FastifyInstance, context: WalletContext): void {
  listRoute(app, context);
  openRoute(app, context);
  closeRoute(app, context);
  reportRoute(app, context);
}

function listRoute(app: FastifyInstance, context: WalletContext): void {
  const { db, authenticate: onRequest } = context;
  app.get<{ Params: PurchaseParams }>(
    '/purchases/:id/cases',
    {
      onRequest,
      schema: {
        ...described(
          'Problems of a purchase',
          'What the customer reported of it and what the merchant answered, oldest first.',
          ['UNAUTHORIZED', 'NOT_FOUND'],
        ),
        params: PURCHASE_PARAMS,
        response: { 200: CASE_LIST },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { customerId } = context.sessionOf(request);
      const known = UUID.test(id) && (await db.statement((tx) => findPurchase(tx, customerId, id)));
      if (!known) return sendAnswer(reply, problem('NOT_FOUND'));
      const cases = await db.statement((tx) => listCases(tx, customerId, id));
      return { items: cases.map(caseJson) };
    },
  );
}

function openRoute(app: FastifyInstance, context: WalletContext): void {
  const { db, authenticate: onRequest } = context;
  app.post<{ Params: PurchaseParams; Body: CaseBody }>(
    '/purchases/:id/cases',
    {
      onRequest,
      schema: {
        ...described(
          'Report a problem',
          'Opens a case, which the merchant answers. Ten a day and customer.',
          [
            ...(['UNAUTHORIZED', 'NOT_FOUND', 'RATE_LIMITED', 'INVALID_REQUEST'] as const),
            ...(['IN_PROGRESS', 'KEY_REUSED'] as const),
          ],
        ),
        headers: KEY_HEADER,
        params: PURCHASE_PARAMS,
        body: CASE_BODY,
        response: { 201: { ...CASE, description: 'The case.' } },
      },
    },
    (request, reply) => {
      const { id: purchaseId } = request.params;
      if (!UUID.test(purchaseId)) return sendAnswer(reply, problem('NOT_FOUND'));
      const { customerId } = context.sessionOf(request);
      const { kind, text = '' } = request.body;
      return answerOnce(context, request, reply, {
        customerId,
        route: 'POST /wallet/v1/purchases/{id}/cases',
        content: [purchaseId.toLowerCase(), kind, text],
        act: async () => {
          const report = { id: uuid(), customerId, purchaseId, kind, text };
          const opened = await db.statement((tx) => openCase(tx, report));
          if (!opened.ok) return refusalAnswer(opened.refusal);
          context.log.info({ purchaseId, caseId: report.id, kind }, 'a customer reports a problem');
          return { status: 201, body: caseJson(opened.value) };
        },
      });
    },
  );
}

function closeRoute(app: FastifyInstance, context: WalletContext): void {
  const { db, authenticate: onRequest } = context;
  app.post<{ Params: CaseParams }>(
    '/purchases/:id/cases/:caseId/closing',
    {
      onRequest,
      schema: {
        ...described(
          'Close a case',
          'The customer says that it is settled; once more is no harm.',
          ['UNAUTHORIZED', 'NOT_FOUND'],
        ),
        params: CASE_PARAMS,
        response: { 200: { ...CASE, description: 'The case.' } },
      },
    },
    async (request, reply) => {
      const { id: purchaseId, caseId: id } = request.params;
      const { customerId } = context.sessionOf(request);
      if (!UUID.test(purchaseId) || !UUID.test(id)) return sendAnswer(reply, problem('NOT_FOUND'));
      const closed = await db.statement((tx) => closeCase(tx, { customerId, purchaseId, id }));
      return closed.ok ? caseJson(closed.value) : sendAnswer(reply, problem(closed.refusal.code));
    },
  );
}

function reportRoute(app: FastifyInstance, context: WalletContext): void {
  const { db, authenticate: onRequest } = context;
  app.post<{ Body: ReportBody }>(
    '/code-reports',
    {
      onRequest,
      schema: {
        ...described(
          'Report a changed code',
          'Keeps the text of a code for the operator. Counts among the ten cases a day.',
          ['UNAUTHORIZED', 'RATE_LIMITED', 'INVALID_REQUEST'],
        ),
        body: REPORT_BODY,
        response: { 204: { type: 'null', description: 'Kept.' } },
      },
    },
    async (request, reply) => {
      const { customerId } = context.sessionOf(request);
      const { text } = request.body;
      const target = parseQr(text);
      const merchantId = target?.kind === 'MACHINE' ? target.merchantId : null;
      const report = { id: uuid(), customerId, text, merchantId };
      const kept = await db.statement((tx) => reportCode(tx, report));
      if (!kept.ok) return sendAnswer(reply, refusalAnswer(kept.refusal));
      context.log.warn({ caseId: report.id, merchantId }, 'a customer reports a changed code');
      return reply.code(204).send();
    },
  );
}

const caseJson = (found: ProblemCase): CaseJson => ({
  ...found,
  createdAt: found.createdAt.toISOString(),
  answeredAt: found.answeredAt?.toISOString() ?? null,
  closedAt: found.closedAt?.toISOString() ?? null,
});
