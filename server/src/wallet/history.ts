/** The routes about what a customer has bought: found by time and by words, one by one, in sum. */

import { toAmountJson } from '@seqr-ups/contract';
import type { SpendingJson, SpentJson } from '@seqr-ups/contract';
import type { FastifyInstance } from 'fastify';
import { listPurchases, spending } from '../core/history.ts';
import type { Selection } from '../core/history.ts';
import { findPurchase } from '../core/purchase.ts';
import { invalidRequest, overloaded, problem, sendAnswer } from './answers.ts';
import type { WalletContext } from './context.ts';
import { described, PURCHASE_PAGE_REF, PURCHASE_REF } from './openapi.ts';
import { purchaseJson } from './purchase-json.ts';
import { AMOUNT, PAGE_QUERY, PAGE_SIZE, PAGE_SIZE_MAX, PURCHASE_PARAMS } from './schemas.ts';
import { TEXT, UUID, nullable } from './schemas.ts';
import type { ObjectSchema, PageQuery, PurchaseParams } from './schemas.ts';

/** What is searched for is at most so long, and so many of its words are looked at. */
const QUERY_LENGTH_MAX = 100;
const WORDS_MAX = 8;
/** A moment with its zone; years that PostgreSQL and JavaScript both know. */
const MOMENT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,3})?)?Z$/;

/** Which purchases are meant, still text. */
type SelectionQuery = { readonly from?: string; readonly to?: string; readonly q?: string };
const SELECTION_PROPERTIES = {
  from: { type: 'string', description: 'Opened then or later: ISO 8601, UTC.' },
  to: { type: 'string', description: 'Opened before: ISO 8601, UTC.' },
  q: {
    type: 'string',
    maxLength: QUERY_LENGTH_MAX,
    description:
      'Words that all stand in what the customer reads of the purchase, in any letter case: ' +
      'merchant, machine and its place, till, bill and its lines, references.',
  },
} as const;
const SELECTION_QUERY = {
  type: 'object',
  properties: SELECTION_PROPERTIES,
  required: [],
} as const satisfies ObjectSchema<SelectionQuery>;

const HISTORY_QUERY = {
  type: 'object',
  properties: { ...PAGE_QUERY.properties, ...SELECTION_PROPERTIES },
  required: [],
} as const satisfies ObjectSchema<PageQuery & SelectionQuery>;

const SPENT = {
  type: 'object',
  description: 'What paid purchases of one currency came to.',
  properties: { purchases: { type: 'integer' }, charged: AMOUNT, refunded: AMOUNT },
  required: ['purchases', 'charged', 'refunded'],
} as const satisfies ObjectSchema<SpentJson>;
const SPENDING = {
  type: 'object',
  properties: {
    items: { type: 'array', items: SPENT },
    firstAt: { ...nullable(TEXT), description: 'When the first purchase of all was opened.' },
  },
  required: ['items', 'firstAt'],
} as const satisfies ObjectSchema<SpendingJson>;

/** Adds the list of purchases, each purchase, and the sum of them. */
export function historyRoutes(app: FastifyInstance, context: WalletContext): void {
  listRoute(app, context);
  purchaseRoute(app, context);
  spendingRoute(app, context);
}

function listRoute(app: FastifyInstance, context: WalletContext): void {
  app.get<{ Querystring: PageQuery & SelectionQuery }>(
    '/purchases',
    {
      onRequest: context.authenticate,
      schema: {
        ...described('Purchases', 'Newest first, refused ones included.', [
          'UNAUTHORIZED',
          'INVALID_REQUEST',
          'OVERLOADED',
        ]),
        querystring: HISTORY_QUERY,
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
      const selection = readSelection(request.query);
      if (selection === null) return sendAnswer(reply, invalidRequest(WRONG_MOMENT));
      const { customerId } = context.sessionOf(request);
      const page = await context.db.statement((tx) =>
        listPurchases(tx, customerId, { limit, before }, selection),
      );
      return { items: page.items.map(purchaseJson), nextCursor: page.nextCursor };
    },
  );
}

function purchaseRoute(app: FastifyInstance, context: WalletContext): void {
  app.get<{ Params: PurchaseParams }>(
    '/purchases/:id',
    {
      onRequest: context.authenticate,
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
        ? await context.db.statement((tx) => findPurchase(tx, customerId, id))
        : null;
      if (purchase === null) return sendAnswer(reply, problem('NOT_FOUND'));
      return purchaseJson(purchase);
    },
  );
}

function spendingRoute(app: FastifyInstance, context: WalletContext): void {
  app.get<{ Querystring: SelectionQuery }>(
    '/spending',
    {
      onRequest: context.authenticate,
      schema: {
        ...described(
          'Spending',
          'What the paid purchases that are meant came to, by currency. A refund counts with its ' +
            'purchase, whenever it came.',
          ['UNAUTHORIZED', 'INVALID_REQUEST', 'OVERLOADED'],
        ),
        querystring: SELECTION_QUERY,
        response: { 200: SPENDING },
      },
    },
    async (request, reply) => {
      if (context.overloaded()) return sendAnswer(reply, overloaded());
      const selection = readSelection(request.query);
      if (selection === null) return sendAnswer(reply, invalidRequest(WRONG_MOMENT));
      const { customerId } = context.sessionOf(request);
      const { items, firstAt } = await context.db.statement((tx) =>
        spending(tx, customerId, selection),
      );
      return {
        items: items.map(({ purchases, charged, refunded }) => ({
          purchases,
          charged: toAmountJson(charged),
          refunded: toAmountJson(refunded),
        })),
        firstAt: firstAt?.toISOString() ?? null,
      };
    },
  );
}

const WRONG_MOMENT = 'from and to must be moments like 2026-11-01T00:00:00Z.';

/** Null when a moment is none. */
function readSelection({ from, to, q = '' }: SelectionQuery): Selection | null {
  const since = readMoment(from);
  const until = readMoment(to);
  if (since === undefined || until === undefined) return null;
  // PostgreSQL's text holds no NUL.
  const words = q.replaceAll('\0', ' ').split(/\s+/u).filter(Boolean);
  return { from: since, to: until, words: words.slice(0, WORDS_MAX) };
}

/** Null when absent, undefined when it is none. */
function readMoment(text: string | undefined): Date | null | undefined {
  if (text === undefined) return null;
  const moment = MOMENT.test(text) ? new Date(text) : null;
  return moment === null || Number.isNaN(moment.getTime()) ? undefined : moment;
}
