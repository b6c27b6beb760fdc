/** Where customers say which of their phones are to be told what becomes of their purchases. */

import type { PushRemovalBodyJson, PushSubscriptionBodyJson } from '@seqr-ups/contract';
import type { FastifyInstance } from 'fastify';
import { subscribePush, unsubscribePush } from '../core/push.ts';
import { invalidRequest, sendAnswer } from './answers.ts';
import type { WalletContext } from './context.ts';
import { described } from './openapi.ts';

const ENDPOINT_LENGTH_MAX = 2_048;
/** A key on P-256, uncompressed, and the secret of RFC 8291. */
const P256DH_BYTES = 65;
const AUTH_BYTES = 16;

const ENDPOINT = {
  type: 'string',
  minLength: 1,
  maxLength: ENDPOINT_LENGTH_MAX,
  description: "An `https:` address of the browser's push service.",
} as const;
const KEY = { type: 'string', maxLength: 128, pattern: '^[A-Za-z0-9_-]+=*$' } as const;
const SUBSCRIPTION_BODY = {
  type: 'object',
  properties: {
    endpoint: ENDPOINT,
    keys: {
      type: 'object',
      description: "As the browser's `PushSubscription.toJSON()` gives them.",
      properties: { p256dh: KEY, auth: KEY },
      required: ['p256dh', 'auth'],
    },
  },
  required: ['endpoint', 'keys'],
} as const;
const REMOVAL_BODY = {
  type: 'object',
  properties: { endpoint: ENDPOINT },
  required: ['endpoint'],
} as const;

/** Adds `POST /push-subscriptions` and `POST /push-subscriptions/removal`. */
export function pushRoutes(app: FastifyInstance, context: WalletContext): void {
  const { db, authenticate, sessionOf } = context;
  app.post<{ Body: PushSubscriptionBodyJson }>(
    '/push-subscriptions',
    {
      onRequest: authenticate,
      schema: {
        ...described(
          'Be told',
          'From now on this browser is told when a purchase ends or is refunded while no wallet ' +
            'listens. Ends with the session; sent again, it belongs to the session that sends it.',
          ['INVALID_REQUEST'],
        ),
        body: SUBSCRIPTION_BODY,
        response: { 204: { type: 'null', description: 'Subscribed.' } },
      },
    },
    async (request, reply) => {
      const { endpoint, keys } = request.body;
      const p256dh = Buffer.from(keys.p256dh, 'base64url');
      const auth = Buffer.from(keys.auth, 'base64url');
      const isWhole = p256dh.length === P256DH_BYTES && auth.length === AUTH_BYTES;
      if (!isWhole || URL.parse(endpoint)?.protocol !== 'https:') {
        return sendAnswer(reply, invalidRequest('This is no subscription that can be told.'));
      }
      await db.statement((tx) => subscribePush(tx, sessionOf(request), { endpoint, p256dh, auth }));
      return reply.code(204).send();
    },
  );

  app.post<{ Body: PushRemovalBodyJson }>(
    '/push-subscriptions/removal',
    {
      onRequest: authenticate,
      schema: {
        ...described('Be told no more', 'This browser is told nothing from now on.', []),
        body: REMOVAL_BODY,
        response: { 204: { type: 'null', description: 'Forgotten.' } },
      },
    },
    async (request, reply) => {
      const { customerId } = sessionOf(request);
      await db.statement((tx) => unsubscribePush(tx, customerId, request.body.endpoint));
      return reply.code(204).send();
    },
  );
}
