/** What the wallet's routes work with. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DueNotification } from '../core/notification.ts';
import type { CreatePurchaseCall, ResellerAnswer } from '../core/purchase.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Session } from './session.ts';
import type { EventStreams } from './stream.ts';

/**
 * Tells who listens that a purchase of theirs changed. `subscribe` returns the way to stop; `poke`
 * says that something was changed here just now, so that nobody has to wait for the next look.
 */
export type EventFeed = {
  subscribe(customerId: string, onChange: (purchaseId: string) => void): () => void;
  poke(): void;
};

/** What the composition root gives to the wallet edge. */
export type WalletOptions = {
  readonly db: Database;
  readonly config: Pick<
    Config,
    | 'publicUrl'
    | 'pinKey'
    | 'tokenKey'
    | 'deviceSignature'
    | 'codeKeys'
    | 'pushKey'
    | 'scansPerMinute'
    | 'unapprovedOffers'
    | 'callsPerMachinePerMinute'
  >;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Asks the seller; bounded by its own deadline, every failure is an answer. */
  readonly createPurchase: (call: CreatePurchaseCall) => Promise<ResellerAnswer>;
  /** Sends a notification that was just claimed; returns at once. */
  readonly notifyNow: (notification: DueNotification) => void;
  readonly events: EventFeed;
  /** Whether new work is to be turned away; calls of purchases in progress are let through. */
  readonly overloaded: () => boolean;
  /** Time between signs of life on event streams; absent: what suits phones and proxies. */
  readonly heartbeatMs?: number;
  /** Folder of the built wallet; absent: where the build of this repository puts it. */
  readonly webRoot?: string;
};

/** The options, and what the edge itself shares between its routes. */
export type WalletContext = Omit<WalletOptions, 'webRoot' | 'heartbeatMs'> & {
  /** An onRequest hook: answers UNAUTHORIZED unless the request has a live session. */
  readonly authenticate: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  /** Whose request it is; only after `authenticate`. */
  readonly sessionOf: (request: FastifyRequest) => Session;
  readonly streams: EventStreams;
  /** Aborted when the server stops: whoever waits, answers. */
  readonly stopping: AbortSignal;
};
