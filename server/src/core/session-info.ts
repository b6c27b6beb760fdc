/**
 * Sessions of embedded pages (external services): a customer scans a service's code, the wallet
 * opens the service's page with a token, and the service asks by that token who the customer is
 * (getClientSessionInfo, merchant-soap-api 4.13).
 */

import { createHash, randomBytes } from 'node:crypto';
import type { Tx } from '../db.ts';
import { ok, refused } from './refusal.ts';
import type { MerchantRefusal, Result } from './refusal.ts';

/** How long a page may ask for its session. */
const LIFETIME_S = 30 * 60;
/** Expired sessions are still known as such (60, not 63) for a day. */
const KEPT_AFTER_EXPIRY_S = 24 * 60 * 60;
/** 128 bit: the token is all that the page knows. */
const KEY_BYTES = 16;

/** One thing that a service learns, such as `msisdn`, or a parameter of the scanned link. */
export type SessionParameter = { readonly key: string; readonly value: string };

/** Why a session is not answered; the names are those of the SOAP result codes. */
export type SessionRefusal = Extract<
  MerchantRefusal,
  | 'AUTHORIZATION_EXPIRED'
  | 'AUTHORIZATION_CANCELLED'
  | 'AUTHORIZATION_IN_PROGRESS'
  | 'INVALID_AUTHORIZATION_REFERENCE'
>;

/** Opens a session of the service that `terminalId` stands for; answers the token of its page. */
export async function openClientSession(
  tx: Tx,
  session: { readonly terminalId: string; readonly lifetimeS?: number },
): Promise<{ key: string }> {
  const key = randomBytes(KEY_BYTES).toString('hex');
  await tx.query(
    `insert into client_session (key_digest, terminal_id, expires_at)
     values ($1, $2, seqr_clock() + make_interval(secs => $3))`,
    [digestOf(key), session.terminalId, session.lifetimeS ?? LIFETIME_S],
  );
  return { key };
}

/** The customer has agreed: from now on the service is told `parameters`. */
export async function completeClientSession(
  tx: Tx,
  key: string,
  parameters: readonly SessionParameter[],
): Promise<void> {
  await tx.query(
    `update client_session set state = 'READY', parameters = $2
     where key_digest = $1 and state = 'IN_PROGRESS'`,
    [digestOf(key), JSON.stringify(parameters)],
  );
}

/** The customer has left; the service is told nothing, also if it was before. */
export async function cancelClientSession(tx: Tx, key: string): Promise<void> {
  await tx.query(
    `update client_session set state = 'CANCELED', parameters = '[]' where key_digest = $1`,
    [digestOf(key)],
  );
}

/** What the service of this terminal learns by `key`. Another's session is an unknown one. */
export async function clientSessionInfo(
  tx: Tx,
  query: { readonly terminalId: string; readonly key: string },
): Promise<Result<readonly SessionParameter[], SessionRefusal>> {
  const { rows } = await tx.query<{
    state: 'IN_PROGRESS' | 'READY' | 'CANCELED';
    expired: boolean;
    parameters: readonly SessionParameter[];
  }>(
    `select state, expires_at <= seqr_clock() as expired, parameters from client_session
     where key_digest = $1 and terminal_id = $2`,
    [digestOf(query.key), query.terminalId],
  );
  const [row] = rows;
  if (!row) return refused('INVALID_AUTHORIZATION_REFERENCE');
  if (row.state === 'CANCELED') return refused('AUTHORIZATION_CANCELLED');
  if (row.expired) return refused('AUTHORIZATION_EXPIRED');
  if (row.state === 'IN_PROGRESS') return refused('AUTHORIZATION_IN_PROGRESS');
  return ok(row.parameters);
}

/** Forgets sessions that expired a day ago. */
export async function pruneClientSessions(tx: Tx): Promise<void> {
  await tx.query(
    `delete from client_session where expires_at < seqr_clock() - make_interval(secs => $1)`,
    [KEPT_AFTER_EXPIRY_S],
  );
}

/** Only digests are stored: who reads the database cannot ask in a customer's name. */
function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
