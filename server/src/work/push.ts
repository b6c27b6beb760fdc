/**
 * Tells customers' phones what became of their purchases, by Web Push: encrypted for each browser
 * (RFC 8291), signed with this platform's key (RFC 8292). The address of a push service is a
 * customer's input, so it is called like a merchant's: guarded, bounded, never inside a
 * transaction.
 */

import { createHash } from 'node:crypto';
import type { PushMessageJson } from '@seqr-ups/contract';
import webPush from 'web-push';
import {
  claimPushes,
  dropPushSubscription,
  endPush,
  pushSubscriptions,
  type DuePush,
  type PushSubscription,
} from '../core/push.ts';
import { shownUrl } from '../log.ts';
import type { Outbound, OutboundRequest } from '../outbound.ts';
import type { WorkOptions } from './expire.ts';
import { startLoop, type Loop } from './loop.ts';

const INTERVAL_MS = 1_000;
/** Messages told in one run; more are told in the next, which follows at once. */
const CLAIM_MAX = 64;
const TIMEOUT_MS = 5_000;
/** Of the answer only the status counts. */
const ANSWER_MAX_BYTES = 4_096;
/** How long a push service keeps a message for a phone that is off: then the news is old. */
const TTL_S = 3_600;
/** The browser is gone, or has unsubscribed. */
const GONE: ReadonlySet<number> = new Set([404, 410]);
/** Whom a push service may ask about us, where the operator has no public address of its own. */
const NO_CONTACT = 'mailto:operator@seqr.invalid';

/** What the sender works with. */
export type PushOptions = WorkOptions & {
  readonly outbound: Outbound;
  /** Whether a wallet of this customer listens to this process: it need not be told. */
  readonly isListening: (customerId: string) => boolean;
  /** Trusted beside the public authorities, as for a merchant's address. */
  readonly caPem?: string;
};

/** Starts telling what is due, once an interval. */
export function startPushing(options: PushOptions): Loop {
  const { db, log, metrics } = options;
  return startLoop({
    name: 'push',
    intervalMs: INTERVAL_MS,
    log,
    metrics,
    run: async () => {
      const due = await db.statement((tx) => claimPushes(tx, CLAIM_MAX));
      await Promise.all(due.map((message) => tell(options, message)));
      return due.length === CLAIM_MAX;
    },
  });
}

async function tell(options: PushOptions, message: DuePush): Promise<void> {
  const { db, isListening } = options;
  if (!isListening(message.customerId)) {
    const phones = await db.statement((tx) => pushSubscriptions(tx, message.customerId));
    await Promise.all(phones.map((phone) => tellPhone(options, message, phone)));
  }
  await db.statement((tx) => endPush(tx, message.id));
}

async function tellPhone(
  options: PushOptions,
  message: DuePush,
  phone: PushSubscription,
): Promise<void> {
  const { db, log, outbound } = options;
  const result = await outbound.post(requestOf(options, message, phone));
  const status = result.kind === 'ANSWER' ? result.status : null;
  const outcome = result.kind === 'ANSWER' ? String(result.status) : result.reason;
  const line = { purchaseId: message.purchaseId, target: shownUrl(phone.endpoint), outcome };
  if (status !== null && status >= 200 && status < 300) {
    log.info(line, 'phone told');
    return;
  }
  log.warn(line, 'phone not told');
  if (status !== null && GONE.has(status)) {
    await db.statement((tx) => dropPushSubscription(tx, phone.endpoint));
  }
}

function requestOf(
  { config, caPem }: PushOptions,
  { purchaseId, outcome }: DuePush,
  { endpoint, p256dh, auth }: PushSubscription,
): OutboundRequest {
  const message: PushMessageJson = { purchaseId, outcome };
  const { headers, body } = webPush.generateRequestDetails(
    {
      endpoint,
      keys: { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') },
    },
    JSON.stringify(message),
    {
      TTL: TTL_S,
      urgency: 'high',
      // A later message about the same purchase takes the place of one that still waits.
      topic: createHash('sha256').update(purchaseId).digest('base64url').slice(0, 32),
      vapidDetails: {
        subject: config.publicUrl?.startsWith('https:') === true ? config.publicUrl : NO_CONTACT,
        ...config.pushKey,
      },
    },
  );
  return {
    url: endpoint,
    headers: ownHeaders(headers),
    body: body ?? '',
    caPem: caPem ?? null,
    allowHttp: false,
    timeoutMs: TIMEOUT_MS,
    answerMaxBytes: ANSWER_MAX_BYTES,
    onlyStatusCounts: true,
  };
}

/** The library's headers as text; the length is set by whoever sends. */
function ownHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => name !== 'Content-Length');
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
