import { createServer } from 'node:https';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CREATE_PURCHASE_HEADERS,
  parseCreatePurchaseRequest,
  writeCreatePurchaseAnswer,
} from '@seqr-ups/contract';
import type { CreatePurchaseRequest, Money } from '@seqr-ups/contract';
import { reasonOf } from './log.ts';
import type { Log } from './log.ts';
import type { Offer } from './offering.ts';

/** Path of createPurchase; the contract wants these last letters. */
export const CREATE_PURCHASE_PATH = '/seqr/createPurchase';
/** Before the unguessable value of a notification URL. */
export const NOTIFICATION_PATH = '/seqr/n/';

/** Largest body that is read: four short fields. */
const BODY_BYTES_MAX = 16 * 1024;
/** Time for one request to arrive completely, in ms. */
const REQUEST_WITHIN_MS = 10_000;
const HEADERS_WITHIN_MS = 5_000;
/** Longer than a caller's pool keeps connections, so that the caller closes first. */
const KEEP_ALIVE_MS = 65_000;
const CONNECTIONS_MAX = 4_096;
/** Purchases being answered at once. */
const OFFERS_MAX = 2_048;
const SECRET = /^[A-Za-z0-9_-]{1,128}$/;

/** What the server asks the kit. */
export type Handlers = {
  /** `gone` is aborted when the platform has closed the connection before the answer. */
  createPurchase(request: CreatePurchaseRequest, maximum: Money, gone: AbortSignal): Promise<Offer>;
  /** Somebody has posted to the notification URL with `secret`; answers the HTTP status. */
  notification(secret: string): Promise<number>;
};

/** Where to listen. `cert` and `key` are PEM texts; port 0 picks a free one. */
export type ListenOptions = {
  readonly host: string;
  readonly port: number;
  readonly cert: string;
  readonly key: string;
};

/** A listening server. */
export type ResellerServer = {
  readonly port: number;
  /**
   * Takes no new request; resolves when those under way are answered or their connections are cut.
   */
  close(): Promise<void>;
};

/** createPurchase and notifications by their paths, 404 for the rest. */
function requestListener(handlers: Handlers, log: Log) {
  let offers = 0;
  return (request: IncomingMessage, response: ServerResponse): void => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const secret = path.startsWith(NOTIFICATION_PATH) ? path.slice(NOTIFICATION_PATH.length) : null;
    const answering = async (): Promise<void> => {
      if (path !== CREATE_PURCHASE_PATH && (secret === null || !SECRET.test(secret))) {
        return end(request, response, 404);
      }
      if (request.method !== 'POST') {
        response.setHeader('allow', 'POST');
        return end(request, response, 405);
      }
      if (secret !== null) return end(request, response, await handlers.notification(secret));
      if (offers >= OFFERS_MAX) return end(request, response, 503);
      offers += 1;
      try {
        await answerCreatePurchase(handlers, request, response);
      } finally {
        offers -= 1;
      }
    };
    answering().catch((error: unknown) => {
      log('alarm', 'bug', {
        path: path.slice(0, NOTIFICATION_PATH.length),
        reason: reasonOf(error),
      });
      if (response.headersSent) response.destroy();
      else end(request, response, 500);
    });
  };
}

async function answerCreatePurchase(
  handlers: Handlers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  let offer: Offer | null = null;
  response.on('close', () => {
    if (response.writableFinished) return;
    gone.abort();
    offer?.undelivered();
  });
  const body = await readBody(request);
  const parsed = body === null ? null : parseCreatePurchaseRequest(body);
  if (parsed === null || !parsed.ok) {
    return send(response, writeCreatePurchaseAnswer({ kind: 'ERROR', code: 'SYSTEM_ERROR' }));
  }
  const answered = await handlers.createPurchase(parsed.request, parsed.amount, gone.signal);
  if (gone.signal.aborted) return answered.undelivered();
  offer = answered;
  send(response, writeCreatePurchaseAnswer(answered.answer));
}

function send(response: ServerResponse, body: string): void {
  response.writeHead(200, {
    'content-type': CREATE_PURCHASE_HEADERS['content-type'],
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** Answers without a body. What is left of the request is thrown away. */
function end(request: IncomingMessage, response: ServerResponse, status: number): void {
  request.resume();
  response.writeHead(status, { 'content-length': 0 });
  response.end();
}

/** The body as JSON; null when it is too large, is no JSON, or the connection broke. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      if (!(chunk instanceof Buffer)) return null;
      bytes += chunk.byteLength;
      if (bytes > BODY_BYTES_MAX) return null;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return null;
  }
}

/**
 * Listens for the platform over HTTPS. Rejects when the address is taken or the certificate is
 * none.
 */
export async function listen(
  handlers: Handlers,
  options: ListenOptions,
  log: Log,
): Promise<ResellerServer> {
  const server: Server = createServer(
    { cert: options.cert, key: options.key },
    requestListener(handlers, log),
  );
  server.headersTimeout = HEADERS_WITHIN_MS;
  server.requestTimeout = REQUEST_WITHIN_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
