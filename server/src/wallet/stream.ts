/**
 * `GET /wallet/v1/events`: a customer's purchases as Server-Sent Events, each event one whole
 * purchase as it is at that moment. A stream begins with the unfinished purchases and, when the
 * listener says where it left off, those that changed since, so that a reconnect misses no ending.
 * Changes of one purchase that come faster than they can be sent are sent once.
 */

import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { findSession } from '../core/customer.ts';
import { listPurchases } from '../core/history.ts';
import { findPurchases, hasEnded, unfinishedPurchases } from '../core/purchase.ts';
import type { Purchase } from '../core/purchase.ts';
import { readTogether } from '../core/together.ts';
import { overloaded, sendAnswer } from './answers.ts';
import type { WalletOptions } from './context.ts';
import { purchaseJson } from './purchase-json.ts';
import type { Session } from './session.ts';

/** Between signs of life; also how often it is checked that the session still lives. */
const HEARTBEAT_MS = 15_000;
/** What a listener waits before it connects again. */
const RETRY_MS = 2_000;
/** Streams of one customer; one more ends the oldest, likely a phone that left without a word. */
const STREAMS_PER_CUSTOMER_MAX = 6;
/** Streams of one process. */
const STREAMS_MAX = 20_000;
/** A listener that takes nothing for so long is cut off; if it still lives, it connects again. */
const STALLED_MS = 60_000;
/** Purchases looked at for endings that a listener missed. */
const RECENT_MAX = 50;
/** Changed purchases that wait to be sent on one stream. */
const WAITING_MAX = 1_000;
/** Changes that many streams hear of at once are read together: so many reads, of so many. */
const READS_AT_ONCE = 2;
const PURCHASES_PER_READ_MAX = 100;
/** Changes become visible in another order than their times say; a reconnect looks back further. */
const OVERLAP_MS = 30_000;

/** The open streams of this process. */
export type EventStreams = {
  /** Answers a request with a stream, or with OVERLOADED. */
  open(request: FastifyRequest, reply: FastifyReply, session: Session): FastifyReply;
  /** Ends the streams of a session that was signed out. */
  endSession(tokenDigest: Buffer): void;
  /** Ends the streams of a customer whose sessions have all ended; other processes see it soon. */
  endCustomer(customerId: string): void;
  /** Ends every stream: the server stops. */
  endAll(): void;
};

type Stream = {
  readonly session: Session;
  /** Purchases that changed and have not been sent since. */
  readonly changed: Set<string>;
  ended: boolean;
  wake: () => void;
};

/** Makes the registry of streams; one a process. */
export function createEventStreams(
  options: Pick<WalletOptions, 'db' | 'events' | 'metrics' | 'heartbeatMs'>,
): EventStreams {
  const byCustomer = new Map<string, Set<Stream>>();
  const findPurchase = readTogether((ids) => options.db.statement((tx) => findPurchases(tx, ids)), {
    atOnce: READS_AT_ONCE,
    keysMax: PURCHASES_PER_READ_MAX,
  });
  let count = 0;

  const end = (stream: Stream): void => {
    stream.ended = true;
    stream.wake();
  };
  const add = (stream: Stream): (() => void) => {
    const { customerId } = stream.session;
    const mine = byCustomer.get(customerId) ?? new Set();
    const [oldest] = mine;
    if (oldest !== undefined && mine.size >= STREAMS_PER_CUSTOMER_MAX) end(oldest);
    byCustomer.set(customerId, mine.add(stream));
    options.metrics.streams.set((count += 1));
    const unsubscribe = options.events.subscribe(customerId, (purchaseId) => {
      stream.changed.add(purchaseId);
      if (stream.changed.size > WAITING_MAX) end(stream);
      stream.wake();
    });
    return () => {
      unsubscribe();
      end(stream);
      mine.delete(stream);
      if (mine.size === 0 && byCustomer.get(customerId) === mine) byCustomer.delete(customerId);
      options.metrics.streams.set((count -= 1));
    };
  };
  const all = (): Stream[] => [...byCustomer.values()].flatMap((mine) => [...mine]);

  return {
    open: (request, reply, session) => {
      if (count >= STREAMS_MAX) return sendAnswer(reply, overloaded());
      const stream: Stream = { session, changed: new Set(), ended: false, wake: () => {} };
      reply.raw.once('close', add(stream));
      const lines = guarded(listen({ ...options, findPurchase }, stream, leftOffAt(request)), () =>
        reply.raw.destroy(),
      );
      return (
        reply
          .type('text/event-stream')
          .header('cache-control', 'no-store, no-transform')
          .header('x-accel-buffering', 'no')
          // A connection that is kept when its stream has ended would hold up the server's stop.
          .header('connection', 'close')
          .send(Readable.from(lines))
      );
    },
    endSession: (tokenDigest) => {
      for (const stream of all()) {
        if (stream.session.tokenDigest.equals(tokenDigest)) end(stream);
      }
    },
    endCustomer: (customerId) => {
      for (const stream of byCustomer.get(customerId) ?? []) end(stream);
    },
    endAll: () => {
      for (const stream of all()) end(stream);
    },
  };
}

/** What a stream reads from. */
type Reading = Pick<WalletOptions, 'db' | 'heartbeatMs'> & {
  readonly findPurchase: (id: string) => Promise<Purchase | undefined>;
};

/** The text of one stream, piece by piece as the listener takes it; ends with the session. */
async function* listen(
  { db, findPurchase, heartbeatMs = HEARTBEAT_MS }: Reading,
  stream: Stream,
  since: number | null,
): AsyncGenerator<string> {
  const { customerId, tokenDigest } = stream.session;
  yield `: purchases of this customer\nretry: ${RETRY_MS}\n\n`;
  if (since !== null) {
    const { items } = await db.statement((tx) =>
      listPurchases(tx, customerId, { limit: RECENT_MAX, before: null }),
    );
    for (const purchase of items.toReversed()) {
      const missed = purchase.updatedAt.getTime() >= since - OVERLAP_MS;
      if (missed && hasEnded(purchase.state)) yield event(purchase);
    }
  }
  for (const purchase of await db.statement((tx) => unfinishedPurchases(tx, customerId))) {
    yield event(purchase);
  }
  let checkedAtMs = performance.now();
  while (!stream.ended) {
    if (performance.now() - checkedAtMs >= heartbeatMs) {
      if ((await db.statement((tx) => findSession(tx, tokenDigest))) === null) return;
      checkedAtMs = performance.now();
      yield ': still here\n\n';
    }
    const [purchaseId] = stream.changed;
    if (purchaseId === undefined) {
      await change(stream, checkedAtMs + heartbeatMs - performance.now());
      continue;
    }
    stream.changed.delete(purchaseId);
    const purchase = await findPurchase(purchaseId);
    if (purchase?.customerId === customerId) yield event(purchase);
  }
}

/** Hands pieces on, and calls `onStalled` when one is not taken in time. */
async function* guarded(
  lines: AsyncGenerator<string>,
  onStalled: () => void,
): AsyncGenerator<string> {
  for await (const line of lines) {
    const timer = setTimeout(onStalled, STALLED_MS);
    try {
      yield line;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Resolves when the stream has something to send or has ended, at the latest after `timeoutMs`. */
function change(stream: Stream, timeoutMs: number): Promise<void> {
  if (stream.ended || stream.changed.size > 0) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, timeoutMs));
    stream.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** One event. Its id is the time of the change, which is all that a reconnect needs to say. */
const event = (purchase: Purchase): string =>
  `id: ${purchase.updatedAt.getTime()}-${purchase.id}\n` +
  `data: ${JSON.stringify(purchaseJson(purchase))}\n\n`;

/** When the listener's last event changed, in ms since 1970, from the id that it gives back. */
function leftOffAt(request: FastifyRequest): number | null {
  const id = request.headers['last-event-id'];
  const time = typeof id === 'string' ? /^([0-9]{1,15})-/.exec(id)?.[1] : undefined;
  return time === undefined ? null : Number(time);
}
