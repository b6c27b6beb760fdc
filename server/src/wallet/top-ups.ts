/** Play money: a customer of the sandbox adds to their own account. Elsewhere: NOT_FOUND. */

import { TOP_UP_UNITS, currencyDigits, parseAmount } from '@seqr-ups/contract';
import type { AmountJson, Money } from '@seqr-ups/contract';
import type { FastifyInstance } from 'fastify';
import { topUp } from '../core/account.ts';
import { invalidRequest, problem, sendAnswer } from './answers.ts';
import type { Answer } from './answers.ts';
import type { WalletContext } from './context.ts';
import { answerOnce } from './idempotent.ts';
import { described } from './openapi.ts';
import { accountJson } from './purchases.ts';
import { ACCOUNT, AMOUNT, KEY_HEADER } from './schemas.ts';
import type { ObjectSchema } from './schemas.ts';
import type { Session } from './session.ts';

const ROUTE = 'POST /wallet/v1/top-ups';

type TopUpBody = { readonly amount: AmountJson };
const TOP_UP_BODY = {
  type: 'object',
  properties: {
    amount: {
      ...AMOUNT,
      description: `${TOP_UP_UNITS.min} to ${TOP_UP_UNITS.max}, in the account's currency.`,
    },
  },
  required: ['amount'],
} as const satisfies ObjectSchema<TopUpBody>;

/** Adds the top-up. */
export function topUpRoutes(app: FastifyInstance, context: WalletContext): void {
  app.post<{ Body: TopUpBody }>(
    '/top-ups',
    {
      onRequest: context.authenticate,
      schema: {
        ...described('Top up', 'Adds play money to the account. In the sandbox only.', [
          ...(['UNAUTHORIZED', 'NOT_FOUND', 'INVALID_REQUEST', 'IN_PROGRESS'] as const),
          'KEY_REUSED',
        ]),
        headers: KEY_HEADER,
        body: TOP_UP_BODY,
        response: { 201: { ...ACCOUNT, description: 'The account with it.' } },
      },
    },
    (request, reply) => {
      const amount = readTopUp(request.body.amount);
      if (amount === null) return sendAnswer(reply, invalidRequest(RANGE));
      const session = context.sessionOf(request);
      return answerOnce(context, request, reply, {
        customerId: session.customerId,
        route: ROUTE,
        content: [amount.minor.toString(), amount.currency],
        act: () => add(context, session, amount),
      });
    },
  );
}

const { min: MIN, max: MAX } = TOP_UP_UNITS;
const RANGE = `amount must be ${MIN} to ${MAX} in the account's currency.`;

/** Null when it is no amount, too little or too much. */
function readTopUp(amount: AmountJson): Money | null {
  const parsed = parseAmount(amount);
  if (!parsed.ok) return null;
  const { minor, currency } = parsed.money;
  const unit = 10n ** BigInt(currencyDigits(currency) ?? 0);
  const inRange = minor >= unit * BigInt(MIN) && minor <= unit * BigInt(MAX);
  return inRange ? parsed.money : null;
}

async function add(context: WalletContext, session: Session, amount: Money): Promise<Answer> {
  const result = await context.db.transaction((tx) => topUp(tx, session.msisdn, amount));
  if (!result.ok) {
    return result.refusal === 'NOT_FOUND' ? problem('NOT_FOUND') : invalidRequest(RANGE);
  }
  context.log.info({ customerId: session.customerId }, 'topped up with play money');
  return { status: 201, body: await accountJson(context, session) };
}
