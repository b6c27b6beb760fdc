/**
 * Notifications to customers' phones: who is to be told, and what. A convenience, never a proof:
 * nothing waits for one, and one that cannot be delivered is dropped.
 */

import type { PushOutcome } from '@seqr-ups/contract';
import type { Tx } from '../db.ts';

/** Phones of one customer that are told. */
const SUBSCRIPTIONS_MAX = 10;
/** A claim lasts longer than telling every phone of a customer takes. */
const CLAIM_S = 60;
/** Times that a message is begun; after a crash it is begun once more. */
const ATTEMPTS_MAX = 2;

/** Where a browser takes messages, and what they are encrypted with. */
export type PushSubscription = {
  readonly endpoint: string;
  readonly p256dh: Buffer;
  readonly auth: Buffer;
};

/** A claimed message: its holder tells it once, then ends it. */
export type DuePush = {
  readonly id: string;
  readonly customerId: string;
  readonly purchaseId: string;
  readonly outcome: PushOutcome;
};

/** Subscribes a session's browser; one that is known belongs to this session from now on. */
export async function subscribePush(
  tx: Tx,
  owner: { readonly customerId: string; readonly tokenDigest: Buffer },
  { endpoint, p256dh, auth }: PushSubscription,
): Promise<void> {
  await tx.query(`select push_subscribe($1, $2, $3, $4, $5, $6)`, [
    endpoint,
    owner.customerId,
    owner.tokenDigest,
    p256dh,
    auth,
    SUBSCRIPTIONS_MAX,
  ]);
}

/** Forgets a customer's subscription; does nothing where there is none. */
export async function unsubscribePush(tx: Tx, customerId: string, endpoint: string): Promise<void> {
  await tx.query(`delete from push_subscription where customer_id = $1 and endpoint = $2`, [
    customerId,
    endpoint,
  ]);
}

/** Forgets subscriptions whose browser is gone, as its push service says. */
export async function dropPushSubscription(tx: Tx, endpoint: string): Promise<void> {
  await tx.query(`delete from push_subscription where endpoint = $1`, [endpoint]);
}

/** Claims what is due, at most `limit`. */
export async function claimPushes(tx: Tx, limit: number): Promise<DuePush[]> {
  const { rows } = await tx.query<{
    id: bigint;
    customer_id: string;
    purchase_id: string;
    outcome: PushOutcome;
  }>(`select * from push_claim($1, $2, $3)`, [limit, CLAIM_S, ATTEMPTS_MAX]);
  return rows.map((row) => ({
    id: row.id.toString(),
    customerId: row.customer_id,
    purchaseId: row.purchase_id,
    outcome: row.outcome,
  }));
}

/** The phones that a customer is told on. */
export async function pushSubscriptions(tx: Tx, customerId: string): Promise<PushSubscription[]> {
  const { rows } = await tx.query<PushSubscription>(
    `select endpoint, p256dh, auth from push_subscription where customer_id = $1`,
    [customerId],
  );
  return rows;
}

/** A claimed message was told, or need not be. */
export async function endPush(tx: Tx, id: string): Promise<void> {
  await tx.query(`delete from push_due where id = $1`, [id]);
}
