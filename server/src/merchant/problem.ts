/** Problem documents (RFC 9457) of the merchant API, and the way they are sent. */

import type { FastifyReply } from 'fastify';
import type { Schema } from '../json-schema.ts';

/** Every problem of this API: its status, and what it says where nothing more exact is known. */
export const PROBLEMS = {
  INVALID_REQUEST: { status: 400, title: 'The request could not be understood' },
  UNAUTHORIZED: { status: 401, title: 'User or password is not right' },
  NOT_FOUND: { status: 404, title: 'There is nothing at this address' },
  TOO_LATE: { status: 409, title: 'The case is closed' },
  SYSTEM_ERROR: { status: 500, title: 'Something went wrong on our side' },
  OVERLOADED: { status: 503, title: 'Too busy; try again shortly' },
} as const satisfies Record<string, { status: number; title: string }>;
export type MerchantProblemCode = keyof typeof PROBLEMS;

/** How long to wait before a call that was turned away is made again, in seconds. */
const RETRY_OVERLOADED_S = 2;

/** Schema of a problem document. */
export const PROBLEM: Schema = {
  type: 'object',
  description: 'A problem document (RFC 9457).',
  properties: {
    type: { type: 'string', examples: ['urn:seqr:problem:NOT_FOUND'] },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(PROBLEMS) },
    detail: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'code'],
};

/** Sends a problem; with 401 its challenge, with 503 when to come again. */
export function sendProblem(
  reply: FastifyReply,
  code: MerchantProblemCode,
  detail?: string,
): FastifyReply {
  const { status, title } = PROBLEMS[code];
  if (code === 'UNAUTHORIZED') {
    reply.header('www-authenticate', 'Basic realm="merchant/user", charset="UTF-8"');
  }
  if (code === 'OVERLOADED') reply.header('retry-after', RETRY_OVERLOADED_S);
  const body = { type: `urn:seqr:problem:${code}`, title, status, code, detail };
  // Sent as text: the serialisers are those of the routes' successes.
  return reply.code(status).type('application/problem+json').send(JSON.stringify(body));
}

/** The responses of a route that may be refused with these codes, for its OpenAPI. */
export const problemResponses = (codes: readonly MerchantProblemCode[]): Record<number, Schema> =>
  Object.fromEntries(
    codes.map((code) => [
      PROBLEMS[code].status,
      {
        description: `\`${code}\`: ${PROBLEMS[code].title}.`,
        content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
      },
    ]),
  );
