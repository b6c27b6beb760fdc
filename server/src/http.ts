/**
 * The HTTP server that the edges are added to: limits of connections and requests, measures, and
 * the one judgement of whether there is too much to do. Knows none of the edges.
 */

import { readFile } from 'node:fs/promises';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Config } from './config.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';

/** Sockets open at once; event streams are the most of them. */
const CONNECTIONS_MAX = 25_000;
/** A body, unless an edge says otherwise. */
const BODY_MAX_BYTES = 64 * 1_024;
/** Until the headers, and until the whole request, has arrived. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 20_000;
/**
 * A socket on which nothing moves; longer than any call takes and than the pause between beats of
 * an event stream.
 */
const SILENCE_TIMEOUT_MS = 60_000;
/**
 * Between requests of one connection; longer than the minute after which load balancers give up
 * theirs.
 */
const KEEP_ALIVE_MS = 65_000;
/**
 * When stopping, requests under way get so long; the longest is a createPurchase that is not
 * answered.
 */
const DRAIN_MS = 12_000;
const IDLE_LOOK_MS = 50;

/** The one route whose requests last; it is neither counted as work nor measured. */
const STREAM_ROUTE = '/wallet/v1/events';

/**
 * How many times the limit of new work that may be in work before calls of purchases under way are
 * shed too: money that is held waits for them.
 */
const UNDER_WAY_FACTOR = 2;

/** Work that could begin as well a little later, or work that ends what is under way. */
export type WorkKind = 'NEW' | 'UNDER_WAY';

/** A server without routes, and its judgement. */
export type HttpServer = {
  readonly app: FastifyInstance;
  /**
   * Whether more requests are in work than the setting allows; by default for new work, which is
   * shed first.
   */
  overloaded(work?: WorkKind): boolean;
  /** Does not count as work while it waits for somebody else, such as a reseller. */
  waiting<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Accepts nothing more, lets requests under way finish within a bound, then closes every
   * connection.
   */
  stop(): Promise<void>;
};

/**
 * Makes the server; it listens once its edges are registered. Throws a sentence when the TLS files
 * are unusable.
 */
export async function openHttpServer(
  config: Config,
  log: Logger,
  metrics: Metrics,
): Promise<HttpServer> {
  const app = await newServer(config);
  app.server.maxConnections = CONNECTIONS_MAX;
  let inWork = 0;
  const count = (change: number): void => {
    inWork += change;
    metrics.requestsInWork.set(inWork);
  };
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url === STREAM_ROUTE) return;
    count(1);
    const startMs = performance.now();
    // Also when the client goes away before its answer.
    reply.raw.once('close', () => {
      count(-1);
      measure(request, reply, performance.now() - startMs, { log, metrics });
    });
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ err: error, route: request.routeOptions.url }, 'failed');
    return reply
      .code(status)
      .type('text/plain')
      .send(status >= 500 ? 'failed\n' : 'bad request\n');
  });
  return {
    app,
    overloaded: (work = 'NEW') =>
      inWork > config.requestsMax * (work === 'NEW' ? 1 : UNDER_WAY_FACTOR),
    async waiting(work) {
      count(-1);
      try {
        return await work();
      } finally {
        count(1);
      }
    },
    async stop() {
      const late = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
      // A connection whose request has been answered meanwhile would wait for its next one.
      const idle = setInterval(() => app.server.closeIdleConnections(), IDLE_LOOK_MS);
      await app.close();
      clearInterval(idle);
      clearTimeout(late);
    },
  };
}

async function newServer(config: Config): Promise<FastifyInstance> {
  const options = {
    logger: false,
    bodyLimit: BODY_MAX_BYTES,
    connectionTimeout: SILENCE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    trustProxy: config.trustedProxies.length > 0 && [...config.trustedProxies],
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
  } as const;
  const limits = { headersTimeout: HEADERS_TIMEOUT_MS };
  if (config.tls === null) return fastify({ ...options, http: limits });
  const { certificatePath, keyPath } = config.tls;
  const read = (name: string, path: string): Promise<string> =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new Error(`${name} cannot be read (${path}: ${error.code}).`);
    });
  const cert = await read('SEQR_TLS_CERT', certificatePath);
  const key = await read('SEQR_TLS_KEY', keyPath);
  try {
    // An https server differs from an http one only below what edges see.
    return fastify({ ...options, https: { ...limits, cert, key } });
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(`SEQR_TLS_CERT and SEQR_TLS_KEY do not work together: ${reason}.`, {
      cause: error,
    });
  }
}

function measure(
  request: FastifyRequest,
  reply: FastifyReply,
  durationMs: number,
  { log, metrics }: { readonly log: Logger; readonly metrics: Metrics },
): void {
  const route = request.routeOptions.url ?? 'none';
  const edge = edgeOf(route);
  // 499, as proxies write it: the client left before its answer was complete.
  const status = reply.raw.writableFinished ? reply.statusCode : 499;
  metrics.requests.observe({ edge, route, status }, durationMs / 1_000);
  if (status === 503) metrics.requestsShed.inc({ edge });
  log.debug({ route, status, durationMs: Math.round(durationMs) }, request.method);
}

function edgeOf(route: string): string {
  if (route.startsWith('/wallet/')) return 'wallet';
  if (route.startsWith('/merchant/')) return 'merchant';
  if (route.startsWith('/soap/') || route.startsWith('/extclientproxy/')) return 'soap';
  return ['/healthz', '/readyz', '/metrics'].includes(route) ? 'health' : 'pages';
}
