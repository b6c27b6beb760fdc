/**
 * Answers of the wallet API as values, so that they can be stored and given again
 * (Idempotency-Key), and the one way from the core's refusals and a purchase's ending to a problem
 * document (RFC 9457).
 */

import { PROBLEM_STATUS, toAmountJson } from '@seqr-ups/contract';
import type {
  AccountJson,
  CaseJson,
  EndingCode,
  LimitLeftJson,
  Money,
  ProblemCode,
  ProblemJson,
  PurchaseJson,
} from '@seqr-ups/contract';
import type { FastifyReply } from 'fastify';
import type { LimitLeft } from '../core/limit.ts';
import type { Purchase } from '../core/purchase.ts';
import type { CustomerRefusal } from '../core/refusal.ts';
import { purchaseJson } from './purchase-json.ts';
import * as words from './words.ts';

/**
 * What a call is answered with: the purchase, the account or the case that it was about, or a
 * problem (status 400 and above).
 */
export type Answer =
  | { readonly status: 200 | 201; readonly body: PurchaseJson | AccountJson | CaseJson }
  | { readonly status: number; readonly body: ProblemJson };

/** Members that some problems carry besides code and words. */
type ProblemExtras = {
  detail?: string;
  purchase?: Purchase | null;
  purchaseId?: string;
  attemptsLeft?: number;
  retryAfterS?: number;
  limit?: LimitLeftJson;
};

/** Media type of problem documents. */
const PROBLEM_TYPE = 'application/problem+json';
/** Pauses asked for where nobody knows better, in seconds. */
const RETRY_OVERLOADED_S = 2;
const RETRY_IN_PROGRESS_S = 1;
const RETRY_NO_INVOICE_S = 1;

/**
 * Makes a problem document. `status` other than the code's own only where HTTP has a more exact
 * one.
 */
export function problem(
  code: ProblemCode,
  extras: ProblemExtras = {},
  status: number = PROBLEM_STATUS[code],
): { readonly status: number; readonly body: ProblemJson } {
  const purchaseId = extras.purchaseId ?? extras.purchase?.id;
  return {
    status,
    body: {
      type: `urn:seqr:problem:${code}`,
      title: words.PROBLEM_TITLES[code],
      status,
      code,
      detail: extras.detail ?? words.PROBLEM_DETAILS[code],
      ...(purchaseId !== undefined && { purchaseId }),
      ...(extras.attemptsLeft !== undefined && { attemptsLeft: extras.attemptsLeft }),
      ...(extras.retryAfterS !== undefined && { retryAfterS: extras.retryAfterS }),
      ...(extras.limit !== undefined && { limit: extras.limit }),
      ...(extras.purchase && { purchase: purchaseJson(extras.purchase) }),
    },
  };
}

/** The same call is still being worked on, or the seller is still being asked. */
export const inProgress = (extras: ProblemExtras = {}) =>
  problem('IN_PROGRESS', { retryAfterS: RETRY_IN_PROGRESS_S, ...extras });

/** Too much to do; nothing was done. */
export const overloaded = () => problem('OVERLOADED', { retryAfterS: RETRY_OVERLOADED_S });

/** A request that is wrong in itself; `detail` names what. */
export const invalidRequest = (detail: string, status: number = PROBLEM_STATUS.INVALID_REQUEST) =>
  problem('INVALID_REQUEST', { detail }, status);

/** A success about a purchase. */
export const success = (status: 200 | 201, purchase: Purchase): Answer => ({
  status,
  body: purchaseJson(purchase),
});

/**
 * What the core refused, as a problem. `purchaseId` names the purchase that the call was about,
 * where there is one.
 */
export function refusalAnswer(refusal: CustomerRefusal, purchaseId?: string): Answer {
  const about = purchaseId === undefined ? {} : { purchaseId };
  switch (refusal.code) {
    case 'UNKNOWN_MERCHANT':
    case 'UNAUTHORIZED':
    case 'NOT_FOUND':
    case 'INVALID_CODE':
      return problem(refusal.code);
    case 'NO_INVOICE_YET':
      return problem(refusal.code, { retryAfterS: RETRY_NO_INVOICE_S });
    case 'TOO_LATE':
    case 'PIN_LOCKED':
    case 'DEVICE_REFUSED':
    case 'WRONG_CODE':
      return problem(refusal.code, about);
    case 'DEVICES_MAX':
      return invalidRequest(words.TOO_MANY_DEVICES);
    case 'INSUFFICIENT_FUNDS':
      return problem(refusal.code, {
        purchase: refusal.purchase,
        detail:
          refusal.purchase.state === 'REFUSED'
            ? words.NO_MONEY_AT_SCAN
            : words.tooLittleAtApproval(refusal.purchase.maximum, refusal.purchase.kind),
      });
    case 'WRONG_PIN':
      return problem(refusal.code, {
        ...about,
        attemptsLeft: refusal.attemptsLeft,
        detail: words.wrongPin(refusal.attemptsLeft),
      });
    case 'OFFER_CHANGED':
    case 'LIMIT_EXCEEDED':
      return problem(refusal.code, { purchase: refusal.purchase });
    case 'RATE_LIMITED':
      break;
  }
  return problem(refusal.code, { retryAfterS: refusal.retryAfterS });
}

/**
 * An approval above a limit that the customer has set; the offer stays. `limit` is the one that
 * leaves least now; it is named if it is still in the way.
 */
export function limitAnswer(purchase: Purchase, limit: LimitLeft | null): Answer {
  const asked = purchase.maximum?.minor ?? 0n;
  const inTheWay = limit !== null && limit.left.minor < asked ? limit : null;
  return problem('LIMIT_EXCEEDED', {
    purchase,
    ...(inTheWay !== null && {
      limit: limitLeftJson(inTheWay),
      detail: words.overLimit(inTheWay),
    }),
  });
}

/** A limit and what it leaves, as JSON. */
export const limitLeftJson = ({ kind, amount, left }: LimitLeft): LimitLeftJson => ({
  kind,
  amount: toAmountJson(amount),
  left: toAmountJson(left),
});

/** What the core refused of a bill, as a problem: here `NOT_FOUND` means the bill or its till. */
export function billRefusalAnswer(refusal: CustomerRefusal, kind: 'TILL' | 'INVOICE'): Answer {
  switch (refusal.code) {
    case 'NOT_FOUND':
      return problem(refusal.code, { detail: words.UNKNOWN_BILL[kind] });
    case 'INVALID_CODE':
      return problem(refusal.code, { detail: words.MACHINE_BILL });
    case 'TOO_LATE': {
      const { became = 'ENDED', purchase = null } = refusal.bill ?? {};
      // Purchases that ended otherwise say nothing of who paid.
      const own = purchase?.state === 'PAID' ? purchase : null;
      const detail = words.LATE_BILL[own === null ? became : 'PAID_BY_YOU'];
      return problem(refusal.code, { detail, purchase: own });
    }
    case 'UNKNOWN_MERCHANT':
    case 'PIN_LOCKED':
    case 'NO_INVOICE_YET':
    case 'INSUFFICIENT_FUNDS':
    case 'WRONG_PIN':
    case 'DEVICE_REFUSED':
    case 'WRONG_CODE':
    case 'DEVICES_MAX':
    case 'OFFER_CHANGED':
    case 'LIMIT_EXCEEDED':
    case 'RATE_LIMITED':
    case 'UNAUTHORIZED':
      break;
  }
  return refusalAnswer(refusal);
}

const isProblemCode = (code: EndingCode): code is ProblemCode => code in PROBLEM_STATUS;

/**
 * The answer to a scan once the purchase has left OPENED: the offer (or whatever it has become
 * since), a refusal under its own code, or TOO_LATE when it was cancelled or ran out meanwhile.
 * `couldReserve` is what the seller was told that the customer can reserve, where that is known.
 */
export function outcomeAnswer(
  purchase: Purchase,
  status: 200 | 201,
  couldReserve: Money | null = null,
): Answer {
  const { state, ending } = purchase;
  if (state === 'REFUSED' && ending !== null && isProblemCode(ending)) {
    const atScan = couldReserve !== null && ending === 'INSUFFICIENT_FUNDS';
    return problem(ending, {
      purchase,
      ...(atScan && { detail: words.refusalAtScan(ending, couldReserve) }),
    });
  }
  if ((state === 'CANCELED' || state === 'EXPIRED') && ending !== null) {
    return problem('TOO_LATE', { purchase, detail: words.endingMessage(ending, purchase.kind) });
  }
  return success(status, purchase);
}

/**
 * Sends an answer. A problem gets its media type, Retry-After where it names a pause, and the
 * challenge with 401.
 */
export function sendAnswer(reply: FastifyReply, answer: Answer | Problem): FastifyReply {
  reply.code(answer.status);
  if (!('code' in answer.body)) return reply.send(answer.body);
  const { retryAfterS } = answer.body;
  if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS);
  if (answer.status === PROBLEM_STATUS.UNAUTHORIZED) reply.header('www-authenticate', 'Bearer');
  // Sent as text: the serialisers are those of the routes' successes.
  return reply.type(PROBLEM_TYPE).send(JSON.stringify(answer.body));
}

/** A problem document with its status. */
export type Problem = ReturnType<typeof problem>;
