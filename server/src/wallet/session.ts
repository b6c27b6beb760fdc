/**
 * Signing in and out. A session's token is 32 random bytes; the database knows its keyed digest
 * only. Every failed sign-in reads the same and takes the same time, so that nobody learns which
 * numbers have an account.
 */

import { createHmac, randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  endSession,
  findCustomerByMsisdn,
  findSessions,
  pinDigest,
  signIn,
} from '../core/customer.ts';
import type { Customer, CustomerSession } from '../core/customer.ts';
import { readTogether } from '../core/together.ts';
import { shownMsisdn } from '../log.ts';
import { findSigner } from '../core/proof.ts';
import { invalidRequest, overloaded, problem, sendAnswer } from './answers.ts';
import type { WalletContext } from './context.ts';
import { SESSION, SIGN_IN_BODY } from './device-schemas.ts';
import type { SignInBody } from './device-schemas.ts';
import { normalisedMsisdn } from './msisdn.ts';
import { described } from './openapi.ts';
import { untilAllTakeAsLong } from './throttle.ts';
import type { SignInThrottle } from './throttle.ts';
import { NO_MSISDN, SIGN_IN_FAILED } from './words.ts';

/** Enough that no digest of it can be searched for. */
const TOKEN_BYTES = 32;
/** 32 bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const BEARER = /^Bearer +(\S+)$/i;
/** Sessions of calls that come together are read together: so many reads at once, of so many. */
const READS_AT_ONCE = 2;
const SESSIONS_PER_READ_MAX = 100;
/** Who makes a request. */
export type Session = CustomerSession & { readonly tokenDigest: Buffer };

/** The digest under which a session's token is kept. */
const tokenDigestOf = (tokenKey: Buffer, token: string): Buffer =>
  createHmac('sha256', tokenKey).update(`wallet session\n${token}`).digest();

/** Adds `POST /sessions` and `DELETE /sessions/current`. */
export function sessionRoutes(
  app: FastifyInstance,
  context: WalletContext,
  throttle: SignInThrottle,
): void {
  const { db } = context;
  app.post<{ Body: SignInBody }>(
    '/sessions',
    {
      schema: {
        ...described(
          'Sign in',
          'Answers the token of a new session. With the signature of a device, over `SEQR act`, ' +
            '`SIGN_IN`, the phone number as digits with country code and `signedAt`, one a line, ' +
            'the session is bound to it, and strangers who guess at the number pause nothing.',
          ['UNAUTHORIZED', 'INVALID_REQUEST', 'RATE_LIMITED', 'OVERLOADED'],
        ),
        security: [],
        body: SIGN_IN_BODY,
        response: { 201: SESSION },
      },
    },
    async (request, reply) => {
      if (context.overloaded()) return sendAnswer(reply, overloaded());
      const msisdn = normalisedMsisdn(request.body.msisdn);
      if (msisdn === null) {
        return sendAnswer(reply, invalidRequest(NO_MSISDN));
      }
      return signInOnce(context, throttle, request, reply, { ...request.body, msisdn });
    },
  );

  app.delete(
    '/sessions/current',
    {
      onRequest: context.authenticate,
      schema: {
        ...described('Sign out', 'Ends this session and its event streams.', ['UNAUTHORIZED']),
        response: { 204: { type: 'null', description: 'Signed out.' } },
      },
    },
    async (request, reply) => {
      const { tokenDigest } = context.sessionOf(request);
      await db.statement((tx) => endSession(tx, tokenDigest));
      context.streams.endSession(tokenDigest);
      return reply.code(204).send();
    },
  );
}

async function signInOnce(
  context: WalletContext,
  throttle: SignInThrottle,
  request: FastifyRequest,
  reply: FastifyReply,
  { msisdn, pin, device }: SignInBody,
): Promise<FastifyReply> {
  const startedAtMs = performance.now();
  // Looked at first, but only where a signature came: it lets its owner past strangers' guesses.
  const known =
    device === undefined
      ? null
      : await context.db.statement((tx) => findSigner(tx, { msisdn, device }));
  const pauseS = known === null ? throttle.spend(request.ip, msisdn) : 0;
  if (pauseS > 0) return sendAnswer(reply, problem('RATE_LIMITED', { retryAfterS: pauseS }));
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const customer = known ?? (await context.db.statement((tx) => findCustomerByMsisdn(tx, msisdn)));
  const deviceId = known === null ? null : (device?.id ?? null);
  const signedIn = customer && (await begin(context, customer, { pin, token, deviceId }));
  if (customer === null || signedIn === null || !signedIn.ok) {
    const who = { msisdn: shownMsisdn(msisdn), address: request.ip };
    context.log.info({ ...who, ...(deviceId !== null && { deviceId }) }, 'sign-in failed');
    await untilAllTakeAsLong(startedAtMs);
    return sendAnswer(reply, problem('UNAUTHORIZED', { detail: SIGN_IN_FAILED }));
  }
  if (known === null) throttle.giveBack(request.ip, msisdn);
  const bound = signedIn.value.deviceId;
  return reply.code(201).send({
    token,
    expiresAt: signedIn.value.expiresAt.toISOString(),
    customer: { msisdn: customer.msisdn, name: customer.name },
    device: bound === null ? null : { id: bound },
  });
}

const begin = (
  { db, config }: WalletContext,
  { customerId }: Customer,
  { pin, token, deviceId }: { pin: string; token: string; deviceId: string | null },
) =>
  db.statement((tx) =>
    signIn(tx, {
      customerId,
      pinDigest: pinDigest(config.pinKey, customerId, pin),
      tokenDigest: tokenDigestOf(config.tokenKey, token),
      deviceId,
    }),
  );

/**
 * The hook that lets only requests with a live session through, and the way to ask whose it is. The
 * token is read from the Authorization header alone: an address is logged, shared and kept in
 * histories.
 */
export function authentication(
  app: FastifyInstance,
  { db, config }: Pick<WalletContext, 'db' | 'config'>,
): Pick<WalletContext, 'authenticate' | 'sessionOf'> {
  app.decorateRequest('walletSession', null);
  const readSession = readTogether(
    (digests) =>
      db.statement((tx) =>
        findSessions(
          tx,
          digests.map((digest) => Buffer.from(digest, 'hex')),
        ),
      ),
    { atOnce: READS_AT_ONCE, keysMax: SESSIONS_PER_READ_MAX },
  );
  return {
    authenticate: async (request: FastifyRequest, reply: FastifyReply) => {
      const token = BEARER.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const tokenDigest = tokenDigestOf(config.tokenKey, token);
      const session = TOKEN.test(token)
        ? await readSession(tokenDigest.toString('hex'))
        : undefined;
      if (session === undefined) return sendAnswer(reply, problem('UNAUTHORIZED'));
      request.setDecorator('walletSession', { ...session, tokenDigest } satisfies Session);
      return undefined;
    },
    sessionOf: (request) => {
      const session = request.getDecorator<Session | null>('walletSession');
      if (session === null) throw new Error('a route asks for a session without authenticating');
      return session;
    },
  };
}
