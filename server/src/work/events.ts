/**
 * Tells those who listen in this process that a purchase changed, whichever process changed it: the
 * database's outbox, read by one loop while anybody listens.
 */

import { readEvents } from '../core/event.ts';
import type { WorkOptions } from './expire.ts';
import { startLoop } from './loop.ts';

/** While nobody listens the cursor is only moved along, this often. */
const IDLE_INTERVAL_MS = 5_000;
/** Pokes that come faster than this are answered by one look. */
const GAP_MS = 20;

/** Changes of purchases. */
export type EventFeed = {
  /**
   * Calls `onChange` with the id of each purchase of this customer that changes from now on,
   * possibly more than once for one change, and also for changes of the last moments before.
   * Returns what ends it.
   */
  subscribe(customerId: string, onChange: (purchaseId: string) => void): () => void;
  /** Whether anybody listens in this process for this customer. */
  isListening(customerId: string): boolean;
  /** Something was changed by this process just now: look soon. */
  poke(): void;
};

/**
 * Starts the feed; resolves once it knows where to begin, so that no listener can miss a change.
 */
export async function startEventFeed(
  options: WorkOptions,
): Promise<EventFeed & { stop(): Promise<void> }> {
  const { db, config, log, metrics } = options;
  const listeners = new Map<string, Set<(purchaseId: string) => void>>();
  let cursor = (await db.statement((tx) => readEvents(tx, null))).next;
  let movedMs = performance.now();

  const look = async (): Promise<void> => {
    const { events, next } = await db.statement((tx) => readEvents(tx, cursor));
    cursor = next;
    movedMs = performance.now();
    const changed = new Map(events.map((event) => [event.purchaseId, event.customerId]));
    for (const [purchaseId, customerId] of changed) {
      for (const onChange of listeners.get(customerId) ?? []) {
        try {
          onChange(purchaseId);
        } catch (error) {
          log.error({ err: error, purchaseId }, 'a listener failed');
        }
      }
    }
  };
  const moveAlong = async (): Promise<void> => {
    // Read before anybody can have begun to listen, so it is never ahead of a listener's first
    // look.
    const { next } = await db.statement((tx) => readEvents(tx, null));
    if (listeners.size > 0) return;
    cursor = next;
    movedMs = performance.now();
  };
  const loop = startLoop({
    name: 'events',
    intervalMs: config.eventIntervalMs,
    gapMs: GAP_MS,
    log,
    metrics,
    run: async () => {
      if (listeners.size > 0) await look();
      else if (performance.now() - movedMs >= IDLE_INTERVAL_MS) await moveAlong();
      return false;
    },
  });
  return {
    subscribe(customerId, onChange) {
      const own = listeners.get(customerId) ?? new Set();
      // Wrapped, so that the same function may listen twice.
      const listener = (purchaseId: string) => onChange(purchaseId);
      listeners.set(customerId, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(customerId) === own) listeners.delete(customerId);
      };
    },
    isListening: (customerId) => listeners.has(customerId),
    poke() {
      if (listeners.size > 0) loop.wake();
    },
    stop: () => loop.stop(),
  };
}
