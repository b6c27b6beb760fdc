/**
 * What goes wrong before a route is reached, or because of a fault of ours, as problem documents:
 * every answer under `/wallet/v1` is one that a client of this API can read.
 */

import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { v7 as uuid } from 'uuid';
import type { Logger } from '../log.ts';
import { invalidRequest, problem, sendAnswer } from './answers.ts';
import type { Problem } from './answers.ts';
import { NO_SUCH_ADDRESS, ourFault } from './words.ts';

/** Every body of this API is far smaller. */
const BODY_MAX_BYTES = 16 * 1024;

const HIDDEN = { hide: true } as const;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Sentences for what Fastify finds wrong with a request before it can be validated. */
const BODY_FAULTS: { readonly [code: string]: string } = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Content-Type must be application/json.',
  FST_ERR_CTP_BODY_TOO_LARGE: `The body must be at most ${BODY_MAX_BYTES} bytes.`,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as Content-Length says.',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body must be JSON.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body must be JSON.',
};

/** Reads JSON bodies and nothing else; an empty one is no body, whatever its Content-Type says. */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: BODY_MAX_BYTES },
    (request, body, done) => {
      if (body === '') done(null, undefined);
      else void parse(request, body as string, done);
    },
  );
}

/** Turns every error of this scope into a problem; only its request id connects it with the log. */
export function answerFaults(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendAnswer(reply, requestFault(error) ?? internalFault(error, request)),
  );

  function internalFault(error: FastifyError, request: FastifyRequest): Problem {
    // Not Fastify's own id, which begins anew with every process.
    const requestId = uuid();
    log.error({ err: error, requestId, route: request.routeOptions.url }, 'failed');
    return problem('SYSTEM_ERROR', { detail: ourFault(requestId) }, 500);
  }
}

/** The problem for an error that lies in the request; null for any other. */
function requestFault(error: FastifyError): Problem | null {
  const [first] = error.validation ?? [];
  if (first !== undefined) {
    const missing = first.params['missingProperty'];
    const path = first.instancePath.slice(1).replaceAll('/', '.');
    const field = typeof missing === 'string' ? [path, missing].filter(Boolean).join('.') : path;
    const place = error.validationContext === 'querystring' ? 'query' : error.validationContext;
    const what = typeof missing === 'string' ? 'is missing' : (first.message ?? 'is not valid');
    return invalidRequest(`${field === '' ? `The ${place ?? 'request'}` : field} ${what}.`);
  }
  const sentence = BODY_FAULTS[error.code];
  if (sentence !== undefined) return invalidRequest(sentence);
  const { statusCode } = error;
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500
    ? invalidRequest('The request could not be understood.')
    : null;
}

/**
 * Answers paths that do not exist with NOT_FOUND, and methods that a path does not have with 405.
 * Call it before the routes are added, for it listens to them; call what it returns after them.
 */
export function watchPaths(app: FastifyInstance): () => void {
  const known = new Map<string, Set<string>>();
  app.addHook('onRoute', (route) => {
    const methods = known.get(route.routePath) ?? new Set();
    for (const method of [route.method].flat()) methods.add(method);
    known.set(route.routePath, methods);
  });
  return () => {
    for (const [url, methods] of Array.from(known)) {
      const allow = METHODS.filter((method) => methods.has(method)).join(', ');
      const other = METHODS.filter((method) => !methods.has(method));
      app.route({
        method: other,
        url,
        schema: HIDDEN,
        handler: (request, reply) => {
          const detail = `${request.method} is not possible here; ${allow} is.`;
          return sendAnswer(reply.header('allow', allow), invalidRequest(detail, 405));
        },
      });
    }
    for (const url of ['/', '/*']) {
      app.all(url, { schema: HIDDEN }, (_request, reply) =>
        sendAnswer(reply, problem('NOT_FOUND', { detail: NO_SUCH_ADDRESS })),
      );
    }
  };
}
