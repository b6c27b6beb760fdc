/** Kept-alive connections to one platform: what both of the kit's clients send their calls over. */

import { Pool } from 'undici';
import type { Dispatcher } from 'undici';

const CONNECT_WITHIN_MS = 3_000;
/** An unused connection is closed before common servers and balancers close it under a request. */
const KEEP_ALIVE_MS = 4_000;

/** A whole answer. */
export type WholeAnswer = {
  readonly statusCode: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly body: Uint8Array;
};

/** Connections to one platform. */
export type PlatformConnection = {
  /**
   * One request and its whole answer. Rejects when that has not come within the deadline, is too
   * large, or got lost: whether the request was carried out is then unknown.
   */
  exchange(request: {
    readonly method: 'GET' | 'POST';
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  }): Promise<WholeAnswer>;
  /** Closes the connections; what is under way rejects. */
  close(): Promise<void>;
};

/**
 * Connects lazily. Requests beyond `connections` wait for a free one within their deadline; `ca`
 * are further trusted certificate authorities, PEM.
 */
export function connectTo(
  url: URL,
  options: {
    readonly connections: number;
    readonly deadlineMs: number;
    readonly answerBytesMax: number;
    readonly ca: string | undefined;
  },
): PlatformConnection {
  const { connections, deadlineMs, answerBytesMax, ca } = options;
  const pool = new Pool(url.origin, {
    connections,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxResponseSize: answerBytesMax,
    connect: { timeout: CONNECT_WITHIN_MS, ...(ca !== undefined && { ca }) },
  });
  return {
    exchange: async (request) => {
      // Not AbortSignal.timeout: it keeps each finished exchange in memory until its deadline.
      const late = new AbortController();
      const giveUp = () => late.abort(new Error(`no whole answer within ${deadlineMs} ms`));
      const timer = setTimeout(giveUp, deadlineMs);
      try {
        const answer = await pool.request({ ...request, signal: late.signal });
        const { statusCode, headers } = answer;
        return { statusCode, headers, body: await answer.body.bytes() };
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => pool.destroy(),
  };
}
