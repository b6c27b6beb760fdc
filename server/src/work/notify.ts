/**
 * Sends notifications: the POST that tells a merchant to look (Unattended Payments, 5). The core
 * says what is due and keeps the schedule; here they are sent, many at once, but of one merchant
 * never so many that another has to wait.
 */

import {
  NOTIFICATION_CLAIM_S,
  NOTIFICATION_DELAYS_S,
  claimNotifications,
  recordNotification,
  type DueNotification,
} from '../core/notification.ts';
import { shownUrl } from '../log.ts';
import type { Outbound, OutboundResult } from '../outbound.ts';
import type { WorkOptions } from './expire.ts';
import { fairQueue } from './fair-queue.ts';
import { startLoop } from './loop.ts';

/** Attempts under way at once, in all and of one merchant. */
const SENDING_MAX = 512;
const SENDING_PER_MERCHANT_MAX = 64;
/**
 * Of a merchant whose last attempt timed out: a dead endpoint holds each attempt for the whole
 * deadline.
 */
const SENDING_PER_SLOW_MERCHANT_MAX = 8;
/**
 * Claimed notifications of one merchant that wait for their turn; one more is left to its claim's
 * end.
 */
const WAITING_PER_MERCHANT_MAX = 256;
/** Claimed in one run of the loop. */
const CLAIM_MAX = 64;
/** Merchants remembered as slow. */
const SLOW_MERCHANTS_MAX = 10_000;
/** Bytes read of an answer, which is ignored, and kept of a wrong one. */
const ANSWER_MAX_BYTES = 16_384;
const KEPT_BODY_BYTES = 512;
/** Attempts that are due within this are made punctually. */
const PUNCTUAL_MAX_S = 10;
/**
 * When the platform stops, attempts under way get so long before they are cut off, to be made again
 * later.
 */
const STOP_GRACE_MS = 3_000;

/** The sender of notifications. */
export type Notifier = {
  /** Sends a notification that the caller's transaction has claimed; returns at once. */
  notifyNow(notification: DueNotification): void;
  /** Claims nothing more and waits, within a bound, for the attempts under way. */
  stop(): Promise<void>;
};

/** Starts the notifier and its look, once an interval, for what is due. */
export function startNotifier(options: WorkOptions & { readonly outbound: Outbound }): Notifier {
  const { db, config, log, metrics } = options;
  const slowMerchants = new Set<string>();
  const queue = fairQueue((notification: DueNotification) => attempt(notification), {
    runningMax: SENDING_MAX,
    runningOfOwnerMax: (merchantId) =>
      slowMerchants.has(merchantId) ? SENDING_PER_SLOW_MERCHANT_MAX : SENDING_PER_MERCHANT_MAX,
    waitingOfOwnerMax: WAITING_PER_MERCHANT_MAX,
  });
  // Begun later, the claim could run out during the attempt, and two attempts would overlap. One
  // that is dropped for that is due again once its claim has ended.
  const beginWithinMs = NOTIFICATION_CLAIM_S * 1_000 - config.notificationTimeoutMs;
  const accept = (notification: DueNotification): void =>
    queue.add(notification.merchantId, notification, beginWithinMs);

  const attempt = async (notification: DueNotification): Promise<void> => {
    const startMs = performance.now();
    const result = await options.outbound.post(requestOf(notification, config));
    const outcome = outcomeOf(result);
    metrics.notifications.observe({ outcome }, (performance.now() - startMs) / 1_000);
    if (outcome !== 'TIMEOUT') slowMerchants.delete(notification.merchantId);
    else if (slowMerchants.size < SLOW_MERCHANTS_MAX) slowMerchants.add(notification.merchantId);
    const { purchaseId, invoiceReference } = notification;
    const target = shownUrl(notification.url);
    const line = { purchaseId, invoiceReference, attempt: notification.attempt, target, outcome };
    if (outcome === 'DELIVERED') log.info(line, 'notified');
    else log.warn({ ...line, error: errorOf(result) }, 'notification failed');
    try {
      const record = { status: statusOf(result), error: errorOf(result) };
      await db.statement((tx) => recordNotification(tx, notification.id, record));
      if (outcome !== 'DELIVERED') lookWhenDue(notification.attempt);
    } catch (error) {
      // Its claim ends by itself and it is sent once more: at least once is what is promised.
      log.warn({ ...line, err: error }, 'notification not recorded');
    }
  };
  // A customer is standing there: the first attempts are made when due, not up to an interval
  // later.
  const lookWhenDue = (attemptsMade: number): void => {
    const delayS = NOTIFICATION_DELAYS_S[attemptsMade - 1] ?? 0;
    if (delayS <= PUNCTUAL_MAX_S) setTimeout(() => loop.wake(), delayS * 1_000).unref();
  };
  const loop = startLoop({
    name: 'notify',
    intervalMs: config.notifyIntervalMs,
    log,
    metrics,
    run: async () => {
      const limit = Math.min(CLAIM_MAX, queue.free());
      if (limit <= 0) return false;
      const due = await db.statement((tx) => claimNotifications(tx, limit));
      for (const notification of due) accept(notification);
      return due.length === CLAIM_MAX;
    },
  });
  return {
    notifyNow: accept,
    async stop() {
      await loop.stop();
      await queue.stop(STOP_GRACE_MS);
    },
  };
}

function requestOf(
  { url, body, caPem, invoiceReference }: DueNotification,
  { notificationTimeoutMs }: WorkOptions['config'],
) {
  return {
    url,
    headers: {
      // Extra headers, which a reseller may ignore: the same id on every attempt, and when this one
      // was made.
      'webhook-id': invoiceReference,
      'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
      ...(body !== null && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    body: body ?? '',
    caPem,
    // Whether this merchant may use http was judged when the invoice was sent (code 64).
    allowHttp: true,
    timeoutMs: notificationTimeoutMs,
    answerMaxBytes: ANSWER_MAX_BYTES,
    onlyStatusCounts: true,
  };
}

/** Success is HTTP 200 and nothing else (5). */
function outcomeOf(result: OutboundResult): string {
  if (result.kind === 'FAILED') return result.reason;
  return result.status === 200 ? 'DELIVERED' : 'STATUS';
}

const statusOf = (result: OutboundResult): number | null =>
  result.kind === 'ANSWER' ? result.status : null;

/** What the operator reads about a failed attempt. */
function errorOf(result: OutboundResult): string | null {
  if (result.kind === 'FAILED') return `${result.reason}: ${result.detail}`;
  if (result.status === 200) return null;
  const body = new TextDecoder().decode(result.body.subarray(0, KEPT_BODY_BYTES));
  return `HTTP ${result.status}: ${body.replaceAll(/\p{Cc}/gu, ' ')}`;
}
