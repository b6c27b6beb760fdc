/**
 * Spending limits that customers set themselves. Reading needs a session; every change needs the
 * PIN and, where signatures are asked for, a device: whoever finds a phone can neither raise a
 * limit nor lock its owner out by lowering one.
 */

import { limitsArgument, parseAmount, toAmountJson } from '@seqr-ups/contract';
import type {
  AmountJson,
  DeviceSignatureJson,
  LimitsBodyJson,
  LimitsJson,
  Money,
} from '@seqr-ups/contract';
import type { FastifyInstance } from 'fastify';
import { customerLimits, isZone, setLimits } from '../core/limit.ts';
import type { Limits, LimitsInForce } from '../core/limit.ts';
import { invalidRequest, refusalAnswer, sendAnswer } from './answers.ts';
import type { WalletContext } from './context.ts';
import { ACT_SIGNATURE } from './device-schemas.ts';
import { described } from './openapi.ts';
import { readProof } from './proof.ts';
import { AMOUNT, PIN, TEXT, TIME, nullable } from './schemas.ts';
import type { ObjectSchema } from './schemas.ts';

const ZONE = {
  type: 'string',
  maxLength: 64,
  description: 'Whose midnight ends a day and a month: an IANA time zone.',
  examples: ['Europe/Stockholm'],
} as const;
const LIMIT = {
  ...nullable(AMOUNT),
  description: 'Null: no limit. Zero: nothing at all.',
} as const;
const LIMIT_PROPERTIES = {
  perPurchase: LIMIT,
  perDay: LIMIT,
  perMonth: LIMIT,
  zone: ZONE,
} as const;

const LIMITS = {
  type: 'object',
  description: 'Limits, and what was spent in the day and month that it is now: held and charged.',
  properties: {
    ...LIMIT_PROPERTIES,
    currency: TEXT,
    spentToday: AMOUNT,
    spentThisMonth: AMOUNT,
    dayEndsAt: TIME,
    monthEndsAt: TIME,
  },
  required: [
    'perPurchase',
    'perDay',
    'perMonth',
    'zone',
    'currency',
    'spentToday',
    'spentThisMonth',
    'dayEndsAt',
    'monthEndsAt',
  ],
} as const satisfies ObjectSchema<LimitsJson>;

type LimitsChange = LimitsBodyJson & {
  readonly pin: string;
  readonly device?: DeviceSignatureJson;
};
const LIMITS_BODY = {
  type: 'object',
  description: 'All three limits at once.',
  properties: { ...LIMIT_PROPERTIES, pin: PIN, device: ACT_SIGNATURE },
  required: ['perPurchase', 'perDay', 'perMonth', 'zone', 'pin'],
} as const satisfies ObjectSchema<LimitsChange>;

type LimitsQuery = { readonly zone?: string };
const LIMITS_QUERY = {
  type: 'object',
  properties: { zone: { ...ZONE, description: 'Whose days are told while no limit is set.' } },
  required: [],
} as const satisfies ObjectSchema<LimitsQuery>;

const NO_ZONE = 'zone must be an IANA time zone.';

/** Adds the limits in force, and their change. */
export function limitRoutes(app: FastifyInstance, context: WalletContext): void {
  readRoute(app, context);
  changeRoute(app, context);
}

function readRoute(app: FastifyInstance, { db, authenticate, sessionOf }: WalletContext): void {
  app.get<{ Querystring: LimitsQuery }>(
    '/limits',
    {
      onRequest: authenticate,
      schema: {
        ...described('Limits', 'Limits that the customer has set, and what was spent of them.', [
          'UNAUTHORIZED',
          'INVALID_REQUEST',
        ]),
        querystring: LIMITS_QUERY,
        response: { 200: LIMITS },
      },
    },
    async (request, reply) => {
      const { zone } = request.query;
      const { customerId } = sessionOf(request);
      if (zone !== undefined && !(await db.statement((tx) => isZone(tx, zone)))) {
        return sendAnswer(reply, invalidRequest(NO_ZONE));
      }
      return limitsJson(await db.statement((tx) => customerLimits(tx, customerId, zone)));
    },
  );
}

function changeRoute(app: FastifyInstance, context: WalletContext): void {
  const { db, log, sessionOf } = context;
  app.put<{ Body: LimitsChange }>(
    '/limits',
    {
      onRequest: context.authenticate,
      schema: {
        ...described('Set limits', 'In force for every approval from now on.', [
          ...(['WRONG_PIN', 'PIN_LOCKED', 'DEVICE_REQUIRED', 'DEVICE_REFUSED'] as const),
          ...(['UNAUTHORIZED', 'INVALID_REQUEST'] as const),
        ]),
        body: LIMITS_BODY,
        response: { 200: LIMITS },
      },
    },
    async (request, reply) => {
      const { pin, device, ...body } = request.body;
      const given = { pin, ...(device !== undefined && { device }) };
      const { customerId } = sessionOf(request);
      const { currency } = await db.statement((tx) => customerLimits(tx, customerId));
      const limits = readLimits(body, currency);
      if (limits === null) {
        return sendAnswer(reply, invalidRequest(`Limits must be amounts in ${currency}, or null.`));
      }
      if (!(await db.statement((tx) => isZone(tx, limits.zone)))) {
        return sendAnswer(reply, invalidRequest(NO_ZONE));
      }
      const act = { act: 'SET_LIMITS', argument: limitsArgument(body) } as const;
      const proof = await readProof(context, customerId, given, act);
      if (!proof.ok) return sendAnswer(reply, proof.refusal);
      const result = await db.statement((tx) =>
        setLimits(tx, { customerId, proof: proof.value, limits }),
      );
      // The last wrong PIN cancels the offer.
      context.events.poke();
      if (!result.ok) {
        log.info({ customerId, code: result.refusal.code }, 'limits not changed');
        return sendAnswer(reply, refusalAnswer(result.refusal));
      }
      log.info({ customerId }, 'limits changed');
      return limitsJson(await db.statement((tx) => customerLimits(tx, customerId, limits.zone)));
    },
  );
}

/** Null when one is no amount of the account's currency, or negative. */
function readLimits(body: LimitsBodyJson, currency: string): Limits | null {
  const read = (limit: AmountJson | null): Money | null | undefined => {
    if (limit === null) return null;
    const parsed = parseAmount(limit);
    const { minor = -1n, currency: own = '' } = parsed.ok ? parsed.money : {};
    return minor >= 0n && own === currency ? { minor, currency } : undefined;
  };
  const [perPurchase, perDay, perMonth] = [body.perPurchase, body.perDay, body.perMonth].map(read);
  if (perPurchase === undefined || perDay === undefined || perMonth === undefined) return null;
  return { perPurchase, perDay, perMonth, zone: body.zone };
}

const limitsJson = (limits: LimitsInForce): LimitsJson => ({
  perPurchase: limits.perPurchase && toAmountJson(limits.perPurchase),
  perDay: limits.perDay && toAmountJson(limits.perDay),
  perMonth: limits.perMonth && toAmountJson(limits.perMonth),
  zone: limits.zone,
  currency: limits.currency,
  spentToday: toAmountJson(limits.spentToday),
  spentThisMonth: toAmountJson(limits.spentThisMonth),
  dayEndsAt: limits.dayEndsAt.toISOString(),
  monthEndsAt: limits.monthEndsAt.toISOString(),
});
