/**
 * Idempotency-Key: the first call with a key is worked on and its answer kept, a repetition gets
 * that answer. The key counts within customer and route. What is kept never holds a secret: the
 * content is a digest of named parts without PIN or token, the answer is what its customer may see
 * anyway.
 */

import { createHash } from 'node:crypto';
import type { ProblemCode, ProblemJson } from '@seqr-ups/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { beginKey, dropKey, finishKey } from '../core/idempotency.ts';
import type { Database } from '../db.ts';
import type { Logger } from '../log.ts';
import { inProgress, problem, sendAnswer } from './answers.ts';
import type { Answer } from './answers.ts';

/**
 * Answers that are not kept, because the same call may rightly end otherwise when it is made again:
 * the PIN was wrong, the till has no bill yet, or the call was turned away before anything was
 * decided.
 */
const NOT_KEPT: ReadonlySet<ProblemCode> = new Set([
  'WRONG_PIN',
  'PIN_LOCKED',
  'DEVICE_REQUIRED',
  'DEVICE_REFUSED',
  'LIMIT_EXCEEDED',
  'UNAUTHORIZED',
  'NO_INVOICE_YET',
  'IN_PROGRESS',
  'KEY_REUSED',
  'INVALID_REQUEST',
  'RATE_LIMITED',
  'OVERLOADED',
] satisfies ProblemCode[]);

/** One call that may carry a key. */
export type KeyedCall = {
  readonly customerId: string;
  /** Method and path pattern; a key counts within it. */
  readonly route: string;
  /** What the call asks for, without secrets; the same key with other parts is KEY_REUSED. */
  readonly content: readonly (string | number | null)[];
  /** Does the work. */
  readonly act: () => Promise<Answer>;
  /** Asked before a kept answer is given again; a problem is answered instead of it. */
  readonly beforeReplay?: () => Promise<Answer | null>;
};

/** Answers a call, by its key if the request has one. */
export async function answerOnce(
  { db, log }: { readonly db: Database; readonly log: Logger },
  request: FastifyRequest,
  reply: FastifyReply,
  call: KeyedCall,
): Promise<FastifyReply> {
  const key = request.headers['idempotency-key'];
  // Its syntax was checked with the route's schema (KEY_HEADER); Node joins repeated lines.
  if (typeof key !== 'string') return sendAnswer(reply, await call.act());
  const digest = createHash('sha256').update(JSON.stringify(call.content)).digest();
  const use = { customerId: call.customerId, route: call.route, key, digest };
  const found = await db.statement((tx) => beginKey(tx, use));
  if (found.kind === 'IN_PROGRESS') return sendAnswer(reply, inProgress());
  if (found.kind === 'REUSED') return sendAnswer(reply, problem('KEY_REUSED'));
  if (found.kind === 'NEW') return sendAnswer(reply, await actAndKeep());
  const instead = (await call.beforeReplay?.()) ?? null;
  if (instead !== null) return sendAnswer(reply, instead);
  reply.header('idempotency-replayed', 'true');
  const body = JSON.parse(found.body) as ProblemJson;
  return sendAnswer(reply, { status: found.status, body });

  async function actAndKeep(): Promise<Answer> {
    let answer: Answer;
    try {
      answer = await call.act();
    } catch (error) {
      await forget();
      throw error;
    }
    if ('code' in answer.body && NOT_KEPT.has(answer.body.code)) {
      await forget();
      return answer;
    }
    const { status } = answer;
    const body = JSON.stringify(answer.body);
    // What was done stays done, whether or not its answer could be kept.
    await db
      .statement((tx) => finishKey(tx, use, { status, body }))
      .catch((error: unknown) =>
        log.error({ err: error }, 'an answer could not be kept for its key'),
      );
    return answer;
  }

  async function forget(): Promise<void> {
    await db
      .statement((tx) => dropKey(tx, use))
      .catch((error: unknown) => log.error({ err: error }, 'a key could not be given back'));
  }
}
