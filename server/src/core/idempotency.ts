/** `Idempotency-Key`: the answer of a mutating call, kept 24 h within customer and route. */

import type { Tx } from '../db.ts';

/**
 * A first call that has not finished after so long died with its process; its key is free again.
 */
const STALE_S = 60;

/**
 * Does not wait for the disk. The write-ahead log is one sequence, so a key is on disk before
 * anything that its call then does; an answer that a crash of the database forgets leaves the key
 * like that of a call that died, which is provided for.
 */
const NOT_WAITING = `set_config('synchronous_commit', 'off', true)`;

/** What a key is for. `digest` is of the content without secrets. */
export type KeyUse = {
  readonly customerId: string;
  readonly route: string;
  readonly key: string;
  readonly digest: Buffer;
};

/**
 * What is known of a key: nothing (now taken by this call), an answer, a call still running, or
 * other content.
 */
export type KeyState =
  | { readonly kind: 'NEW' }
  | { readonly kind: 'STORED'; readonly status: number; readonly body: string }
  | { readonly kind: 'IN_PROGRESS' }
  | { readonly kind: 'REUSED' };

/**
 * Takes a key for this call, or says what is known of it. One statement: of two calls at once
 * exactly one gets NEW.
 */
export async function beginKey(tx: Tx, use: KeyUse): Promise<KeyState> {
  const taken = await tx.query(
    `insert into idempotency_key as k (customer_id, route, key, content_digest)
     values ($1, $2, $3, $4)
     on conflict (customer_id, route, key) do update
       set created_at = seqr_clock(), content_digest = excluded.content_digest
       where k.status is null and k.created_at < seqr_clock() - make_interval(secs => $5)
     returning ${NOT_WAITING}`,
    [use.customerId, use.route, use.key, use.digest, STALE_S],
  );
  if (taken.rows.length > 0) return { kind: 'NEW' };
  const { rows } = await tx.query<{ same: boolean; status: number | null; body: string }>(
    `select content_digest = $4 as same, status, body from idempotency_key
     where customer_id = $1 and route = $2 and key = $3`,
    [use.customerId, use.route, use.key, use.digest],
  );
  const [row] = rows;
  // Dropped between the two statements: its call failed; the customer's next try takes the key.
  if (!row) return { kind: 'IN_PROGRESS' };
  if (!row.same) return { kind: 'REUSED' };
  if (row.status === null) return { kind: 'IN_PROGRESS' };
  return { kind: 'STORED', status: row.status, body: row.body };
}

/** Stores the answer of the call that took the key. */
export async function finishKey(
  tx: Tx,
  use: KeyUse,
  answer: { readonly status: number; readonly body: string },
): Promise<void> {
  await tx.query(
    `update idempotency_key set status = $4, body = $5
     where customer_id = $1 and route = $2 and key = $3 returning ${NOT_WAITING}`,
    [use.customerId, use.route, use.key, answer.status, answer.body],
  );
}

/** Frees the key of a call whose answer is not to be kept (a wrong PIN, a failure of ours). */
export async function dropKey(tx: Tx, use: KeyUse): Promise<void> {
  await tx.query(
    `delete from idempotency_key
     where customer_id = $1 and route = $2 and key = $3 and status is null`,
    [use.customerId, use.route, use.key],
  );
}
