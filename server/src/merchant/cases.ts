/** The merchant's side of cases: reading what customers reported, and answering. */

import { CASE_KINDS, CASE_STATES, CASE_TEXT_LENGTH_MAX, toAmountJson } from '@seqr-ups/contract';
import { PURCHASE_STATES } from '@seqr-ups/contract';
import type {
  AmountJson,
  CaseState,
  MerchantCaseJson,
  MerchantCasePageJson,
} from '@seqr-ups/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerCase, listMerchantCases } from '../core/problem-case.ts';
import type { MerchantCase } from '../core/problem-case.ts';
import type { Database } from '../db.ts';
import { TEXT, TIME, nullable } from '../json-schema.ts';
import type { ObjectSchema } from '../json-schema.ts';
import type { MerchantUser } from './caller.ts';
import type { MerchantEdgeOptions } from './edge.ts';
import { problemResponses, sendProblem } from './problem.ts';

/** Cases on a page. */
const PAGE_SIZE = 20;
/** The largest page that may be asked for. */
const PAGE_SIZE_MAX = 100;

const UUID = '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$';

const AMOUNT = {
  type: 'object',
  properties: { value: { type: 'string', examples: ['2.50'] }, currency: TEXT },
  required: ['value', 'currency'],
} as const satisfies ObjectSchema<AmountJson>;

const PURCHASE = {
  type: 'object',
  properties: {
    id: TEXT,
    state: { type: 'string', enum: PURCHASE_STATES },
    machineToken: nullable(TEXT),
    invoiceReference: nullable(TEXT),
    charged: nullable(AMOUNT),
    createdAt: TIME,
  },
  required: ['id', 'state', 'machineToken', 'invoiceReference', 'charged', 'createdAt'],
} as const satisfies ObjectSchema<MerchantCaseJson['purchase']>;

const CASE = {
  type: 'object',
  description: 'A problem that a customer reported.',
  properties: {
    id: TEXT,
    kind: { type: 'string', enum: CASE_KINDS },
    text: { type: 'string', description: 'What the customer wrote; may be empty.' },
    state: { type: 'string', enum: CASE_STATES },
    answer: nullable(TEXT),
    createdAt: TIME,
    answeredAt: nullable(TIME),
    closedAt: nullable(TIME),
    purchase: PURCHASE,
  },
  required: [
    ...(['id', 'kind', 'text', 'state', 'answer'] as const),
    ...(['createdAt', 'answeredAt', 'closedAt', 'purchase'] as const),
  ],
} as const satisfies ObjectSchema<MerchantCaseJson>;

const CASE_PAGE = {
  type: 'object',
  properties: { items: { type: 'array', items: CASE }, nextCursor: nullable(TEXT) },
  required: ['items', 'nextCursor'],
} as const satisfies ObjectSchema<MerchantCasePageJson>;

type CasesQuery = {
  readonly state?: CaseState;
  readonly cursor?: string;
  readonly limit?: string;
};
const CASES_QUERY = {
  type: 'object',
  properties: {
    state: { type: 'string', enum: CASE_STATES },
    cursor: { type: 'string', pattern: UUID, description: '`nextCursor` of the page before.' },
    limit: {
      type: 'string',
      pattern: '^([1-9][0-9]?|100)$',
      description: `1 to ${PAGE_SIZE_MAX}, ${PAGE_SIZE} when absent.`,
    },
  },
  required: [],
} as const satisfies ObjectSchema<CasesQuery>;

type AnswerParams = { readonly id: string };
const ANSWER_PARAMS = {
  type: 'object',
  properties: { id: { type: 'string', pattern: UUID, description: 'Id of a case.' } },
  required: ['id'],
} as const satisfies ObjectSchema<AnswerParams>;

type AnswerBody = { readonly text: string; readonly close?: boolean };
const ANSWER_BODY = {
  type: 'object',
  properties: {
    text: {
      type: 'string',
      maxLength: CASE_TEXT_LENGTH_MAX,
      // Something to read, and no NUL, which the database does not keep.
      pattern: '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$',
      description: 'What the customer reads.',
    },
    close: { type: 'boolean', description: 'Nothing more is to come: the case is closed.' },
  },
  required: ['text'],
} as const satisfies ObjectSchema<AnswerBody>;

type CaseContext = Pick<MerchantEdgeOptions, 'db' | 'log'> & {
  readonly authenticate: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  readonly userOf: (request: FastifyRequest) => MerchantUser;
};

/** Adds the list of the merchant's cases, and the answer to one. */
export function caseRoutes(app: FastifyInstance, context: CaseContext): void {
  const { db, log, authenticate: onRequest, userOf } = context;
  app.get<{ Querystring: CasesQuery }>(
    '/cases',
    {
      onRequest,
      schema: {
        summary: 'Cases',
        description: 'What customers reported of their purchases here, newest first.',
        querystring: CASES_QUERY,
        response: {
          200: CASE_PAGE,
          ...problemResponses(['INVALID_REQUEST', 'UNAUTHORIZED', 'OVERLOADED']),
        },
      },
    },
    (request) => casePage(db, userOf(request).merchantId, request.query),
  );

  app.post<{ Params: AnswerParams; Body: AnswerBody }>(
    '/cases/:id/answer',
    {
      onRequest,
      schema: {
        summary: 'Answer a case',
        description:
          'The customer reads it in the wallet. It may be changed until the case is closed; the ' +
          'same answer once more is no harm.',
        params: ANSWER_PARAMS,
        body: ANSWER_BODY,
        response: {
          200: { ...CASE, description: 'The case.' },
          ...problemResponses([
            ...(['INVALID_REQUEST', 'UNAUTHORIZED', 'NOT_FOUND', 'TOO_LATE'] as const),
            'OVERLOADED',
          ]),
        },
      },
    },
    async (request, reply) => {
      const { merchantId, userId } = userOf(request);
      const { id } = request.params;
      const { text, close = false } = request.body;
      const answer = { id, merchantId, userId, text, close };
      const answered = await db.statement((tx) => answerCase(tx, answer));
      if (!answered.ok) return sendProblem(reply, answered.refusal.code);
      log.info({ caseId: id, merchantId, close }, 'a merchant answers a case');
      return caseJson(answered.value);
    },
  );
}

async function casePage(
  db: Database,
  merchantId: string,
  query: CasesQuery,
): Promise<MerchantCasePageJson> {
  const { state, cursor, limit } = query;
  const page = {
    state: state ?? null,
    before: cursor ?? null,
    limit: Number(limit ?? PAGE_SIZE),
  };
  const found = await db.statement((tx) => listMerchantCases(tx, merchantId, page));
  return { items: found.items.map(caseJson), nextCursor: found.nextCursor };
}

const caseJson = ({ purchase, ...found }: MerchantCase): MerchantCaseJson => ({
  ...found,
  createdAt: found.createdAt.toISOString(),
  answeredAt: found.answeredAt?.toISOString() ?? null,
  closedAt: found.closedAt?.toISOString() ?? null,
  purchase: {
    ...purchase,
    charged: purchase.charged && toAmountJson(purchase.charged),
    createdAt: purchase.createdAt.toISOString(),
  },
});
