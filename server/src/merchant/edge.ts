/**
 * The merchant's JSON API under `/merchant/v1`: what the merchant SOAP API has no words for. Its
 * callers are the same users with the same passwords.
 */

import swagger from '@fastify/swagger';
import type { FastifyError, FastifyInstance } from 'fastify';
import type { Callers } from '../core/callers.ts';
import type { Database } from '../db.ts';
import type { WorkKind } from '../http.ts';
import type { Logger } from '../log.ts';
import { authentication } from './caller.ts';
import { caseRoutes } from './cases.ts';
import { PROBLEM, sendProblem } from './problem.ts';

/** What the edge works with. */
export type MerchantEdgeOptions = {
  readonly db: Database;
  readonly callers: Callers;
  readonly log: Logger;
  readonly overloaded: (work: WorkKind) => boolean;
  /** Runs what only waits, so that it does not count as work. */
  readonly waiting: (work: () => Promise<void>) => Promise<void>;
};

/** Adds the API; for `app.register`, so that its error answers reach no other edge. */
export async function merchantEdge(
  app: FastifyInstance,
  options: MerchantEdgeOptions,
): Promise<void> {
  await app.register(
    async (api) => {
      api.setErrorHandler((error: FastifyError, request, reply) => {
        if ((error.statusCode ?? 500) < 500) {
          return sendProblem(reply, 'INVALID_REQUEST', error.message);
        }
        options.log.error({ err: error, route: request.routeOptions.url }, 'failed');
        return sendProblem(reply, 'SYSTEM_ERROR');
      });
      api.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
        return options.overloaded('NEW') ? sendProblem(reply, 'OVERLOADED') : undefined;
      });
      await documentRoutes(api);
      caseRoutes(api, { ...options, ...authentication(options) });
      api.all('/*', { schema: { hide: true } }, (_request, reply) =>
        sendProblem(reply, 'NOT_FOUND', 'See /merchant/v1/openapi.json.'),
      );
    },
    { prefix: '/merchant/v1' },
  );
}

async function documentRoutes(api: FastifyInstance): Promise<void> {
  api.addSchema({ $id: 'Problem', ...PROBLEM });
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'SEQR merchant API, JSON',
        version: '1',
        description:
          'What the merchant SOAP API has no operations for: the cases that customers open. ' +
          'Failures are problem documents (RFC 9457); `code` is stable.',
      },
      components: {
        securitySchemes: {
          user: {
            type: 'http',
            scheme: 'basic',
            description:
              'User name `merchant/user` and password: those of the merchant SOAP API, such as ' +
              '`demo/9900`.',
          },
        },
      },
      security: [{ user: [] }],
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) =>
        typeof json.$id === 'string' ? json.$id : `def-${i}`,
    },
  });
  api.get('/openapi.json', { schema: { hide: true } }, async () => api.swagger());
}
