/** Notifications to phones while the wallet is closed: Web Push (RFC 8030, 8291, 8292). */

/** What became of a purchase, as a notification says it. */
export const PUSH_OUTCOMES = [
  'PAID',
  'RELEASED',
  'REFUSED',
  'CANCELED',
  'EXPIRED',
  'REFUNDED',
] as const;
export type PushOutcome = (typeof PUSH_OUTCOMES)[number];

/** A message to the wallet's service worker, which has the words; encrypted on the way. */
export type PushMessageJson = { readonly purchaseId: string; readonly outcome: PushOutcome };

/**
 * `POST /push-subscriptions`: what a browser's PushManager gives. It belongs to the session that
 * sends it and ends with that; the same endpoint sent again belongs to the later session.
 */
export type PushSubscriptionBodyJson = {
  readonly endpoint: string;
  /** The browser's public key and shared secret, base64url. */
  readonly keys: { readonly p256dh: string; readonly auth: string };
};

/** `POST /push-subscriptions/removal`: the endpoint that is no longer to be told. */
export type PushRemovalBodyJson = { readonly endpoint: string };
