/**
 * The customer's loyalty cards: what merchants take, the numbers that the customer has stored, and
 * the cards that were swiped at a till and can be remembered (merchant SOAP API, 5).
 */

import type {
  LoyaltyCardJson,
  LoyaltyCardListJson,
  SwipedCardJson,
  SwipedCardListJson,
} from '@seqr-ups/contract';
import type { FastifyInstance } from 'fastify';
import { listCards, rememberSwipedCard, removeCard, saveCard, swipedCards } from '../core/token.ts';
import type { LoyaltyCard } from '../core/token.ts';
import { invalidRequest, problem, sendAnswer } from './answers.ts';
import type { WalletContext } from './context.ts';
import { described } from './openapi.ts';
import { MERCHANT, PURCHASE_PARAMS, TEXT, UUID, nullable } from './schemas.ts';
import type { ObjectSchema, PurchaseParams } from './schemas.ts';
import type { Session } from './session.ts';
import { UNKNOWN_CARD } from './words.ts';

/** Numbers of cards and coupons are far shorter. */
const NUMBER_LENGTH_MAX = 64;
/** What a till can print and send in XML: no control characters. */
const NUMBER = /^[^\p{Cc}\p{Cs}\p{Co}\p{Cn}]+$/u;

const CARD_PROPERTIES = {
  merchant: MERCHANT,
  type: TEXT,
  description: { type: 'string', description: 'What the merchant calls the card.' },
  number: { ...nullable(TEXT), description: "This customer's; null without a card." },
} as const;
const CARD = {
  type: 'object',
  description: 'A kind of loyalty card that a merchant takes.',
  properties: CARD_PROPERTIES,
  required: ['merchant', 'type', 'description', 'number'],
} as const satisfies ObjectSchema<LoyaltyCardJson>;
const SWIPED_CARD = {
  ...CARD,
  properties: {
    ...CARD_PROPERTIES,
    replaces: { ...nullable(TEXT), description: "The number of the customer's other such card." },
  },
  required: ['merchant', 'type', 'description', 'number', 'replaces'],
} as const satisfies ObjectSchema<SwipedCardJson>;

/** Schema of {@link LoyaltyCardListJson}. */
export const CARD_LIST = {
  type: 'object',
  properties: { items: { type: 'array', items: CARD } },
  required: ['items'],
} as const satisfies ObjectSchema<LoyaltyCardListJson>;
/** Schema of {@link SwipedCardListJson}. */
export const SWIPED_CARD_LIST = {
  type: 'object',
  properties: { items: { type: 'array', items: SWIPED_CARD } },
  required: ['items'],
} as const satisfies ObjectSchema<SwipedCardListJson>;

type CardParams = { readonly merchantId: string; readonly type: string };
const CARD_PARAMS = {
  type: 'object',
  properties: { merchantId: TEXT, type: TEXT },
  required: ['merchantId', 'type'],
} as const satisfies ObjectSchema<CardParams>;

type NumberBody = { readonly number: string };
const NUMBER_BODY = {
  type: 'object',
  properties: {
    number: {
      type: 'string',
      maxLength: NUMBER_LENGTH_MAX,
      description: 'As it stands on the card.',
    },
  },
  required: ['number'],
} as const satisfies ObjectSchema<NumberBody>;

type SwipedParams = PurchaseParams & { readonly type: string };
const SWIPED_PARAMS = {
  type: 'object',
  properties: { ...PURCHASE_PARAMS.properties, type: TEXT },
  required: ['id', 'type'],
} as const satisfies ObjectSchema<SwipedParams>;

/** Adds the customer's cards, and those swiped for a payment. */
export function cardRoutes(app: FastifyInstance, context: WalletContext): void {
  ownCardRoutes(app, context);
  swipedCardRoutes(app, context);
}

function ownCardRoutes(app: FastifyInstance, context: WalletContext): void {
  const { db, authenticate: onRequest } = context;
  app.get(
    '/loyalty-cards',
    {
      onRequest,
      schema: {
        ...described(
          'Loyalty cards',
          'Every kind of card that a merchant takes, those that the customer has first.',
          ['UNAUTHORIZED'],
        ),
        response: { 200: CARD_LIST },
      },
    },
    (request) => cardListJson(context, context.sessionOf(request)),
  );

  const url = '/loyalty-cards/:merchantId/:type';
  app.put<{ Params: CardParams; Body: NumberBody }>(
    url,
    {
      onRequest,
      schema: {
        ...described(
          'Store a card',
          'Adds a card, or puts it in the place of the one before; from then on the shop is ' +
            'asked about it before each payment there.',
          ['UNAUTHORIZED', 'NOT_FOUND', 'INVALID_REQUEST'],
        ),
        params: CARD_PARAMS,
        body: NUMBER_BODY,
        response: { 200: CARD },
      },
    },
    async (request, reply) => {
      const { customerId } = context.sessionOf(request);
      const number = request.body.number.trim();
      if (!NUMBER.test(number)) {
        return sendAnswer(reply, invalidRequest('number must be 1 to 64 printable characters.'));
      }
      const saved = await db.statement((tx) =>
        saveCard(tx, { customerId, ...request.params }, number),
      );
      if (!saved.ok) return sendAnswer(reply, problem('NOT_FOUND', { detail: UNKNOWN_CARD }));
      return cardJson(saved.value);
    },
  );

  app.delete<{ Params: CardParams }>(
    url,
    {
      onRequest,
      schema: {
        ...described('Forget a card', 'Nothing happens when there is none.', ['UNAUTHORIZED']),
        params: CARD_PARAMS,
        response: { 204: { type: 'null', description: 'There is no such card now.' } },
      },
    },
    async (request, reply) => {
      const { customerId } = context.sessionOf(request);
      await db.statement((tx) => removeCard(tx, { customerId, ...request.params }));
      return reply.code(204).send();
    },
  );
}

function swipedCardRoutes(app: FastifyInstance, context: WalletContext): void {
  const { db, authenticate: onRequest } = context;
  const url = '/purchases/:id/loyalty-cards';
  app.get<{ Params: PurchaseParams }>(
    url,
    {
      onRequest,
      schema: {
        ...described(
          'Cards swiped for a payment',
          'Cards that the shop used for this payment and that the customer has not stored: ' +
            'remember them?',
          ['UNAUTHORIZED'],
        ),
        params: PURCHASE_PARAMS,
        response: { 200: SWIPED_CARD_LIST },
      },
    },
    (request) => swipedListJson(context, context.sessionOf(request), request.params.id),
  );

  app.put<{ Params: SwipedParams }>(
    `${url}/:type`,
    {
      onRequest,
      schema: {
        ...described(
          'Remember a swiped card',
          'Stores the card in the place of the one of its kind before.',
          ['UNAUTHORIZED', 'NOT_FOUND'],
        ),
        params: SWIPED_PARAMS,
        response: { 200: CARD },
      },
    },
    async (request, reply) => {
      const { id, type } = request.params;
      const { customerId } = context.sessionOf(request);
      const card = { customerId, purchaseId: id, type };
      const saved = UUID.test(id) && (await db.statement((tx) => rememberSwipedCard(tx, card)));
      if (!saved || !saved.ok) {
        return sendAnswer(reply, problem('NOT_FOUND', { detail: UNKNOWN_CARD }));
      }
      return cardJson(saved.value);
    },
  );
}

async function cardListJson(
  { db }: WalletContext,
  { customerId }: Session,
): Promise<LoyaltyCardListJson> {
  const cards = await db.statement((tx) => listCards(tx, customerId));
  return { items: cards.map(cardJson) };
}

async function swipedListJson(
  { db }: WalletContext,
  { customerId }: Session,
  purchaseId: string,
): Promise<SwipedCardListJson> {
  const cards = UUID.test(purchaseId)
    ? await db.statement((tx) => swipedCards(tx, customerId, purchaseId))
    : [];
  return { items: cards.map((card) => ({ ...cardJson(card), replaces: card.replaces })) };
}

const cardJson = ({ merchant, type, description, value }: LoyaltyCard): LoyaltyCardJson => ({
  merchant,
  type,
  description,
  number: value,
});
