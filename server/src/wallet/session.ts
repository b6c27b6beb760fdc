/**
 * Signing in and out. A session's token is 32 random bytes; the database knows its keyed digest
 * only. Every failed sign-in reads the same and takes the same time, so that nobody learns which
 * numbers have an account.
 */

import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  endSession,
  findCustomerByMsisdn,
  findSessions,
  pinDigest,
  signIn,
} from '../core/customer.ts';
import type { Customer } from '../core/customer.ts';
import { readTogether } from '../core/together.ts';
import { shownMsisdn } from '../log.ts';
import { invalidRequest, overloaded, problem, sendAnswer } from './answers.ts';
import type { WalletContext } from './context.ts';
import { described } from './openapi.ts';
import { SESSION, SIGN_IN_BODY } from './schemas.ts';
import type { SignInBody } from './schemas.ts';
import { createSignInThrottle } from './throttle.ts';
import { SIGN_IN_FAILED } from './words.ts';

/** Enough that no digest of it can be searched for. */
const TOKEN_BYTES = 32;
/** 32 bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
/** E.164, as the database keeps it. */
const MSISDN = /^[1-9][0-9]{6,14}$/;
const BEARER = /^Bearer +(\S+)$/i;
/** Sessions of calls that come together are read together: so many reads at once, of so many. */
const READS_AT_ONCE = 2;
const SESSIONS_PER_READ_MAX = 100;
/** Every failed sign-in takes at least so long, so that its time does not tell what was wrong. */
const FAILED_SIGN_IN_MS = 100;

/** Who makes a request. */
export type Session = Customer & { readonly tokenDigest: Buffer };

/** The digest under which a session's token is kept. */
const tokenDigestOf = (tokenKey: Buffer, token: string): Buffer =>
  createHmac('sha256', tokenKey).update(`wallet session\n${token}`).digest();

/**
 * Reads a phone number as people and programs write it: with `+`, `00` or nothing before the
 * country code, with spaces and dashes. Returns digits only, country code first; null when it can
 * be no such number.
 */
export function normalisedMsisdn(text: string): string | null {
  const written = text.trim().replace(/^(\+|00)/, '');
  const number = parsePhoneNumberFromString(`+${written}`);
  // Numbering plans change; what the library does not know yet is taken as it is written.
  const digits = number?.isPossible() ? number.number.slice(1) : written.replace(/[ ()./-]/g, '');
  return MSISDN.test(digits) ? digits : null;
}

/** Adds `POST /sessions` and `DELETE /sessions/current`. */
export function sessionRoutes(app: FastifyInstance, context: WalletContext): void {
  const { db, log } = context;
  const throttle = createSignInThrottle(() => performance.now());

  app.post<{ Body: SignInBody }>(
    '/sessions',
    {
      schema: {
        ...described('Sign in', 'Answers the token of a new session.', [
          ...(['UNAUTHORIZED', 'INVALID_REQUEST', 'RATE_LIMITED', 'OVERLOADED'] as const),
        ]),
        security: [],
        body: SIGN_IN_BODY,
        response: { 201: SESSION },
      },
    },
    async (request, reply) => {
      if (context.overloaded()) return sendAnswer(reply, overloaded());
      const msisdn = normalisedMsisdn(request.body.msisdn);
      if (msisdn === null) {
        return sendAnswer(
          reply,
          invalidRequest('msisdn must be a phone number with country code.'),
        );
      }
      const pauseS = throttle.spend(request.ip, msisdn);
      if (pauseS > 0) return sendAnswer(reply, problem('RATE_LIMITED', { retryAfterS: pauseS }));
      const startedAtMs = performance.now();
      const token = randomBytes(TOKEN_BYTES).toString('base64url');
      const customer = await db.statement((tx) => findCustomerByMsisdn(tx, msisdn));
      const signedIn = customer && (await begin(context, customer, request.body.pin, token));
      if (customer === null || signedIn === null || !signedIn.ok) {
        log.info({ msisdn: shownMsisdn(msisdn), address: request.ip }, 'sign-in failed');
        await sleep(Math.max(0, FAILED_SIGN_IN_MS - (performance.now() - startedAtMs)));
        return sendAnswer(reply, problem('UNAUTHORIZED', { detail: SIGN_IN_FAILED }));
      }
      throttle.giveBack(request.ip, msisdn);
      return reply.code(201).send({
        token,
        expiresAt: signedIn.value.expiresAt.toISOString(),
        customer: { msisdn: customer.msisdn, name: customer.name },
        device: null,
      });
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

const begin = (context: WalletContext, customer: Customer, pin: string, token: string) =>
  context.db.statement((tx) =>
    signIn(tx, {
      customerId: customer.customerId,
      pinDigest: pinDigest(context.config.pinKey, customer.customerId, pin),
      tokenDigest: tokenDigestOf(context.config.tokenKey, token),
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
