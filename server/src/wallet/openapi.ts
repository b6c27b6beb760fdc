/**
 * `/wallet/v1/openapi.json`: OpenAPI 3.1, made from the schemas of the routes. What a route may be
 * refused with is named at the route by its problem codes; here they become responses.
 */

import swagger from '@fastify/swagger';
import { PROBLEM_STATUS } from '@seqr-ups/contract';
import type { ProblemCode } from '@seqr-ups/contract';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { PROBLEM, PURCHASE, PURCHASE_PAGE } from './schemas.ts';
import type { Schema } from './schemas.ts';
import { PROBLEM_TITLES } from './words.ts';

/** The schema member that carries a route's problem codes until the document is made. */
const CODES = 'problemCodes';

type Described = { summary: string; description: string; [CODES]: readonly ProblemCode[] };

/** What a route's documentation says: one line, a few sentences, and the codes of its problems. */
export const described = (
  summary: string,
  description: string,
  codes: readonly ProblemCode[],
): Described => ({ summary, description, [CODES]: codes });

/** References to the shared schemas. */
export const PURCHASE_REF = { $ref: 'Purchase#' } as const;
export const PURCHASE_PAGE_REF = { $ref: 'PurchasePage#' } as const;
const PROBLEM_REF = { $ref: 'Problem#' } as const;

/** Adds the shared schemas and the document; before the routes are added. */
export async function documentRoutes(app: FastifyInstance): Promise<void> {
  app.addSchema({ $id: 'Purchase', ...PURCHASE });
  app.addSchema({
    $id: 'PurchasePage',
    ...PURCHASE_PAGE,
    properties: {
      ...PURCHASE_PAGE.properties,
      items: { type: 'array', items: PURCHASE_REF },
    },
  });
  app.addSchema({
    $id: 'Problem',
    ...PROBLEM,
    properties: { ...PROBLEM.properties, purchase: PURCHASE_REF },
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'SEQR wallet API',
        version: '1',
        description:
          'Scan, confirm, take: what a customer does with a purchase at an unattended machine, ' +
          'at a till or in a web shop. ' +
          'Failures are problem documents (RFC 9457); `code` is stable, `detail` is for people.',
      },
      components: {
        securitySchemes: {
          session: {
            type: 'http',
            scheme: 'bearer',
            description: 'The token of `POST /wallet/v1/sessions`.',
          },
        },
      },
      security: [{ session: [] }],
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) =>
        typeof json.$id === 'string' ? json.$id : `def-${i}`,
    },
    transform: ({ schema, url }) => ({ schema: withProblems(schema), url }),
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

function withProblems(schema: FastifySchema | undefined): FastifySchema {
  const { [CODES]: codes, ...rest } = (schema ?? {}) as FastifySchema & Partial<Described>;
  if (codes === undefined) return rest;
  const byStatus = Map.groupBy(codes, (code) => PROBLEM_STATUS[code]);
  const problems = Object.fromEntries(
    [...byStatus].map(([status, codes]): [number, Schema] => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEM_TITLES[code]}.`).join(' '),
        content: { 'application/problem+json': { schema: PROBLEM_REF } },
      },
    ]),
  );
  return { ...rest, response: { ...(rest.response as Schema | undefined), ...problems } };
}
