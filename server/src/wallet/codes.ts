/**
 * What a code stands for, before anybody taps or signs in: a link may have come from anybody, so
 * the wallet shows who would be paid. It tells no more than the sticker does, and not fast.
 */

import type { CodeJson } from '@seqr-ups/contract';
import type { FastifyInstance } from 'fastify';
import { findCodeOwner } from '../core/code.ts';
import type { CodeRefusal } from '../core/code.ts';
import { throttledAddress } from '../throttled-address.ts';
import { problem, sendAnswer } from './answers.ts';
import type { Problem } from './answers.ts';
import type { WalletContext } from './context.ts';
import { described } from './openapi.ts';
import { scanTarget } from './scan.ts';
import { MACHINE, MERCHANT, QR_LENGTH_MAX, nullable } from './schemas.ts';
import type { ObjectSchema } from './schemas.ts';
import { createLedger } from './throttle.ts';
import type { Allowance } from './throttle.ts';
import { CHANGED_CODE, UNKNOWN_BILL, UNSIGNED_CODE } from './words.ts';

/** One address may be a whole mobile network, whose customers open a link each now and then. */
const QUESTIONS: Allowance = { burst: 120, forgetOneMs: 250 };

const CODE = {
  type: 'object',
  description: 'What a code stands for.',
  properties: {
    kind: { type: 'string', enum: ['MACHINE', 'TILL', 'INVOICE'] },
    merchant: MERCHANT,
    machine: nullable(MACHINE),
    signature: {
      type: 'string',
      enum: ['VALID', 'ABSENT'],
      description: 'A code with a wrong signature is refused: `INVALID_CODE`.',
    },
  },
  required: ['kind', 'merchant', 'machine', 'signature'],
} as const satisfies ObjectSchema<CodeJson>;

type CodeQuery = { readonly text: string };
const CODE_QUERY = {
  type: 'object',
  properties: {
    text: { type: 'string', minLength: 1, maxLength: QR_LENGTH_MAX, description: 'The text.' },
  },
  required: ['text'],
} as const satisfies ObjectSchema<CodeQuery>;

/** Adds `GET /codes`. */
export function codeRoutes(app: FastifyInstance, context: WalletContext): void {
  const { db, config } = context;
  const questions = createLedger(QUESTIONS, () => performance.now());
  app.get<{ Querystring: CodeQuery }>(
    '/codes',
    {
      schema: {
        ...described(
          'Code',
          'Whose code this is: merchant, and at a machine its name and place. Nothing is opened ' +
            'and nobody is asked; no session is needed.',
          [
            ...(['INVALID_CODE', 'UNKNOWN_MERCHANT', 'NOT_FOUND'] as const),
            ...(['INVALID_REQUEST', 'RATE_LIMITED'] as const),
          ],
        ),
        security: [],
        querystring: CODE_QUERY,
        response: { 200: CODE },
      },
    },
    async (request, reply) => {
      const pauseS = questions.spend(throttledAddress(request.ip));
      if (pauseS > 0) return sendAnswer(reply, problem('RATE_LIMITED', { retryAfterS: pauseS }));
      const { text } = request.query;
      const target = scanTarget({ qr: text }, config.publicUrl ?? `//${request.host}`);
      if (target === null || target === 'INVALID_REQUEST') {
        return sendAnswer(reply, problem('INVALID_CODE'));
      }
      const signature = target.kind === 'MACHINE' ? target.signature : undefined;
      if (target.kind === 'MACHINE' && signature !== undefined) {
        const isRight = config.codeKeys.verify(target.merchantId, target.token, signature);
        if (!isRight) return sendAnswer(reply, problem('INVALID_CODE', { detail: CHANGED_CODE }));
      }
      const isSigned = signature !== undefined;
      const found = await db.statement((tx) => findCodeOwner(tx, target, isSigned));
      if (!found.ok) return sendAnswer(reply, refusalProblem(found.refusal, target.kind));
      const { merchant, machine } = found.value;
      const answer: CodeJson = {
        kind: target.kind,
        merchant,
        machine,
        signature: isSigned ? 'VALID' : 'ABSENT',
      };
      return answer;
    },
  );
}

function refusalProblem(refusal: CodeRefusal, kind: CodeJson['kind']): Problem {
  if (refusal.code === 'INVALID_CODE') return problem(refusal.code, { detail: UNSIGNED_CODE });
  if (refusal.code !== 'NOT_FOUND' || kind === 'MACHINE') return problem(refusal.code);
  return problem(refusal.code, { detail: UNKNOWN_BILL[kind] });
}
