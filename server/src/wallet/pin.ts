/**
 * A new PIN: by the old one, or by an operator's one-time code, which also ends a lock. Either ends
 * every session of the customer.
 */

import type { FastifyInstance } from 'fastify';
import { isEasyPin } from '@seqr-ups/contract';
import { changePin, findCustomerByMsisdn, pinDigest } from '../core/customer.ts';
import { codeDigest, unlockByCode } from '../core/one-time-code.ts';
import { shownMsisdn } from '../log.ts';
import { invalidRequest, overloaded, problem, refusalAnswer, sendAnswer } from './answers.ts';
import type { WalletContext } from './context.ts';
import { PIN_BODY, UNLOCKING_BODY } from './device-schemas.ts';
import type { PinBody, UnlockingBody } from './device-schemas.ts';
import { normalisedMsisdn } from './msisdn.ts';
import { described } from './openapi.ts';
import { readProof } from './proof.ts';
import { untilAllTakeAsLong } from './throttle.ts';
import type { SignInThrottle } from './throttle.ts';
import { EASY_PIN, NO_MSISDN, SAME_PIN } from './words.ts';

/** Adds `POST /pin`. */
export function pinRoute(app: FastifyInstance, context: WalletContext): void {
  const { db, config, log } = context;
  app.post<{ Body: PinBody }>(
    '/pin',
    {
      onRequest: context.authenticate,
      schema: {
        ...described(
          'Change the PIN',
          'Ends every session of this customer, this one too. The signature is over `SEQR act`, ' +
            '`CHANGE_PIN`, the phone number as the session has it and `signedAt`, one a line.',
          [
            ...(['UNAUTHORIZED', 'INVALID_REQUEST', 'DEVICE_REQUIRED'] as const),
            ...(['DEVICE_REFUSED', 'WRONG_PIN', 'PIN_LOCKED'] as const),
          ],
        ),
        body: PIN_BODY,
        response: { 204: { type: 'null', description: 'Changed.' } },
      },
    },
    async (request, reply) => {
      const { customerId, msisdn } = context.sessionOf(request);
      const { pin, newPin } = request.body;
      if (isEasyPin(newPin)) return sendAnswer(reply, invalidRequest(EASY_PIN));
      if (newPin === pin) return sendAnswer(reply, invalidRequest(SAME_PIN));
      const act = { act: 'CHANGE_PIN', argument: msisdn } as const;
      const proof = await readProof(context, customerId, request.body, act);
      if (!proof.ok) return sendAnswer(reply, proof.refusal);
      const newPinDigest = pinDigest(config.pinKey, customerId, newPin);
      const changed = await db.statement((tx) =>
        changePin(tx, { customerId, proof: proof.value, newPinDigest }),
      );
      if (!changed.ok) {
        // The last wrong PIN cancels an offer.
        context.events.poke();
        log.info({ customerId, code: changed.refusal.code }, 'PIN not changed');
        return sendAnswer(reply, refusalAnswer(changed.refusal));
      }
      context.streams.endCustomer(customerId);
      log.info({ customerId }, 'PIN changed');
      return reply.code(204).send();
    },
  );
}

/** Adds `POST /pin/unlocking`, for somebody who cannot sign in. */
export function unlockingRoute(
  app: FastifyInstance,
  context: WalletContext,
  throttle: SignInThrottle,
): void {
  const { log } = context;
  app.post<{ Body: UnlockingBody }>(
    '/pin/unlocking',
    {
      schema: {
        ...described(
          'Unlock, with a new PIN',
          "By an operator's one-time code. Ends a lock and every session of this customer.",
          ['WRONG_CODE', 'INVALID_REQUEST', 'RATE_LIMITED', 'OVERLOADED'],
        ),
        security: [],
        body: UNLOCKING_BODY,
        response: { 204: { type: 'null', description: 'Unlocked.' } },
      },
    },
    async (request, reply) => {
      if (context.overloaded()) return sendAnswer(reply, overloaded());
      const msisdn = normalisedMsisdn(request.body.msisdn);
      if (msisdn === null) {
        return sendAnswer(reply, invalidRequest(NO_MSISDN));
      }
      if (isEasyPin(request.body.newPin)) return sendAnswer(reply, invalidRequest(EASY_PIN));
      const pauseS = throttle.spend(request.ip, msisdn);
      if (pauseS > 0) return sendAnswer(reply, problem('RATE_LIMITED', { retryAfterS: pauseS }));
      const startedAtMs = performance.now();
      const customerId = await unlocked(context, { ...request.body, msisdn });
      if (customerId === null) {
        log.info({ msisdn: shownMsisdn(msisdn), address: request.ip }, 'unlocking failed');
        await untilAllTakeAsLong(startedAtMs);
        return sendAnswer(reply, problem('WRONG_CODE'));
      }
      throttle.giveBack(request.ip, msisdn);
      context.streams.endCustomer(customerId);
      log.info({ customerId }, 'PIN set by a one-time code');
      return reply.code(204).send();
    },
  );
}

/** Whose PIN was set; null: nobody has this number, or the code is not right. */
async function unlocked(
  { db, config }: WalletContext,
  { msisdn, code, newPin }: UnlockingBody,
): Promise<string | null> {
  const customer = await db.statement((tx) => findCustomerByMsisdn(tx, msisdn));
  if (customer === null) return null;
  const { customerId } = customer;
  const right = await db.statement((tx) =>
    unlockByCode(tx, {
      customerId,
      codeDigest: codeDigest(config.pinKey, customerId, code),
      newPinDigest: pinDigest(config.pinKey, customerId, newPin),
    }),
  );
  return right ? customerId : null;
}
