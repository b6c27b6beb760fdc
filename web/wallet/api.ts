/**
 * The wallet's calls to `/wallet/v1`. An answer is one of three: what was asked for, a problem that
 * the server names, or LOST, when nobody knows whether the server acted. Every POST carries an
 * `Idempotency-Key` made once for each intent, so that a LOST one is repeated without harm.
 */

import type {
  AccountJson,
  DeviceSignatureJson,
  LoyaltyCardJson,
  LoyaltyCardListJson,
  ProblemJson,
  PurchaseJson,
  PurchasePageJson,
  ReceiptListJson,
  SessionJson,
  SwipedCardListJson,
} from '@seqr-ups/contract';
import { signal } from '@preact/signals';
import { learnServerDate } from '../design/server-clock.ts';
import { forgetSession, session } from './session.ts';

const API = '/wallet/v1';
/** Reads and approvals answer in milliseconds; longer means that the network is gone. */
export const ANSWER_TIMEOUT_MS = 8_000;
/** Opening waits for the reseller, whom the platform gives 10 s, and 15 s in all. */
const OPENING_TIMEOUT_MS = 20_000;
/** Pauses before the repeats of a LOST or still running POST. */
const REPEAT_PAUSES_MS = [400, 1_000, 2_000] as const;

/** What became of a call. */
export type Answer<T> =
  | { readonly kind: 'OK'; readonly value: T }
  | { readonly kind: 'PROBLEM'; readonly problem: ProblemJson }
  | { readonly kind: 'LOST' };

/** One thing that the customer wants done once: repeats of it carry the same key. */
export type Intent = { readonly key: string };

/** False after a call was LOST or the device went offline, true after any answer. */
export const reachable = signal(navigator.onLine);

window.addEventListener('offline', () => {
  reachable.value = false;
});
window.addEventListener('online', () => {
  reachable.value = true;
});

/** A fresh intent. Not crypto.randomUUID: that exists on secure origins only. */
export function newIntent(): Intent {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const cut = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return { key: `${cut.join('-')}-${hex.slice(20)}` };
}

/**
 * `POST /sessions`, signed by the customer's device where there is one. Takes no key; a wrong
 * number or PIN is the problem UNAUTHORIZED.
 */
export function signIn(
  msisdn: string,
  pin: string,
  device: DeviceSignatureJson | null,
): Promise<Answer<SessionJson>> {
  const body = { msisdn, pin, ...(device !== null && { device }) };
  return call('POST', '/sessions', { body, timeoutMs: ANSWER_TIMEOUT_MS });
}

/** `DELETE /sessions/current`; the device forgets the session whatever the answer. */
export async function signOut(): Promise<void> {
  const ending = call('DELETE', '/sessions/current', { timeoutMs: ANSWER_TIMEOUT_MS });
  forgetSession('BY_CUSTOMER');
  await ending;
}

/** `GET /account`. */
export function fetchAccount(): Promise<Answer<AccountJson>> {
  return call('GET', '/account', { timeoutMs: ANSWER_TIMEOUT_MS });
}

/** `GET /purchases`: one page, newest first. */
export function fetchPurchases(
  limit: number,
  cursor: string | null,
): Promise<Answer<PurchasePageJson>> {
  const query = new URLSearchParams({ limit: String(limit) });
  if (cursor !== null) query.set('cursor', cursor);
  return call('GET', `/purchases?${query.toString()}`, { timeoutMs: ANSWER_TIMEOUT_MS });
}

/** `GET /purchases/{id}`. */
export function fetchPurchase(id: string): Promise<Answer<PurchaseJson>> {
  return call('GET', `/purchases/${encodeURIComponent(id)}`, { timeoutMs: ANSWER_TIMEOUT_MS });
}

/** What a purchase is opened with: the scanned text, or the number of an invoice. */
export type OpeningBody = { readonly qr: string } | { readonly reference: string };

/** `POST /purchases`: the offer, an unfinished purchase resumed, or a refusal. */
export function openPurchase(
  body: OpeningBody,
  intent: Intent,
  signal: AbortSignal,
): Promise<Answer<PurchaseJson>> {
  return insist(
    () => call('POST', '/purchases', { body, intent, signal, timeoutMs: OPENING_TIMEOUT_MS }),
    signal,
  );
}

/**
 * `POST /purchases/{id}/approval` of the version that the customer saw, signed by this device where
 * it is let in.
 */
export function approvePurchase(
  purchase: PurchaseJson,
  pin: string,
  device: DeviceSignatureJson | null,
  intent: Intent,
): Promise<Answer<PurchaseJson>> {
  const path = `/purchases/${encodeURIComponent(purchase.id)}/approval`;
  const body = { pin, version: purchase.version, ...(device !== null && { device }) };
  return insist(() => call('POST', path, { body, intent, timeoutMs: ANSWER_TIMEOUT_MS }));
}

/** `POST /purchases/{id}/cancellation`. */
export function cancelPurchase(id: string, intent: Intent): Promise<Answer<PurchaseJson>> {
  const path = `/purchases/${encodeURIComponent(id)}/cancellation`;
  return insist(() => call('POST', path, { body: {}, intent, timeoutMs: ANSWER_TIMEOUT_MS }));
}

const purchasePath = (id: string): string => `/purchases/${encodeURIComponent(id)}`;

/** `GET /purchases/{id}/receipts`: the documents that the shop stored. */
export function fetchReceipts(id: string): Promise<Answer<ReceiptListJson>> {
  return call('GET', `${purchasePath(id)}/receipts`, { timeoutMs: ANSWER_TIMEOUT_MS });
}

/** `GET /purchases/{id}/receipts/{receiptId}`: the bytes, whose content nobody has checked. */
export function fetchDocument(id: string, receiptId: string): Promise<Answer<ArrayBuffer>> {
  const path = `${purchasePath(id)}/receipts/${encodeURIComponent(receiptId)}`;
  return call('GET', path, { timeoutMs: ANSWER_TIMEOUT_MS, bytes: true });
}

/** `GET /purchases/{id}/loyalty-cards`: cards that were swiped and can be remembered. */
export function fetchSwipedCards(id: string): Promise<Answer<SwipedCardListJson>> {
  return call('GET', `${purchasePath(id)}/loyalty-cards`, { timeoutMs: ANSWER_TIMEOUT_MS });
}

/** `PUT /purchases/{id}/loyalty-cards/{type}`: remember such a card. */
export function rememberCard(id: string, type: string): Promise<Answer<LoyaltyCardJson>> {
  const path = `${purchasePath(id)}/loyalty-cards/${encodeURIComponent(type)}`;
  return call('PUT', path, { timeoutMs: ANSWER_TIMEOUT_MS });
}

/** `GET /loyalty-cards`: every kind of card, with the customer's own. */
export function fetchCards(): Promise<Answer<LoyaltyCardListJson>> {
  return call('GET', '/loyalty-cards', { timeoutMs: ANSWER_TIMEOUT_MS });
}

const cardPath = ({ merchant, type }: LoyaltyCardJson): string =>
  `/loyalty-cards/${encodeURIComponent(merchant.id)}/${encodeURIComponent(type)}`;

/** `PUT /loyalty-cards/{merchantId}/{type}`: add a card, or replace the one before. */
export function saveCard(card: LoyaltyCardJson, number: string): Promise<Answer<LoyaltyCardJson>> {
  return call('PUT', cardPath(card), { body: { number }, timeoutMs: ANSWER_TIMEOUT_MS });
}

/** `DELETE /loyalty-cards/{merchantId}/{type}`. */
export function removeCard(card: LoyaltyCardJson): Promise<Answer<void>> {
  return call('DELETE', cardPath(card), { timeoutMs: ANSWER_TIMEOUT_MS });
}

/** The headers and address of the event stream, from after `lastEventId`; null when signed out. */
export function eventRequest(
  lastEventId: string | null,
): { url: string; headers: Record<string, string> } | null {
  const current = session.peek();
  if (current === null) return null;
  const headers: Record<string, string> = {
    accept: 'text/event-stream',
    authorization: `Bearer ${current.token}`,
  };
  if (lastEventId !== null) headers['last-event-id'] = lastEventId;
  return { url: `${API}/events`, headers };
}

/** What a call sends, and for how long its answer is waited for. */
export type CallOptions = {
  readonly body?: unknown;
  readonly intent?: Intent;
  readonly signal?: AbortSignal;
  readonly timeoutMs: number;
  /** True where a success is a file and not JSON. */
  readonly bytes?: boolean;
};

/** Repeat what was LOST or is still running, with its own key, a bounded number of times. */
async function insist<T>(
  attempt: () => Promise<Answer<T>>,
  signal?: AbortSignal,
): Promise<Answer<T>> {
  let answer = await attempt();
  for (const pauseMs of REPEAT_PAUSES_MS) {
    const running = answer.kind === 'PROBLEM' && answer.problem.code === 'IN_PROGRESS';
    if ((answer.kind !== 'LOST' && !running) || signal?.aborted === true) break;
    await new Promise((resolve) => window.setTimeout(resolve, pauseMs));
    answer = await attempt();
  }
  return answer;
}

/** One call of `/wallet/v1`, with the session if there is one; one that ended is forgotten. */
export async function call<T>(
  method: string,
  path: string,
  options: CallOptions,
): Promise<Answer<T>> {
  const token = session.peek()?.token;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (options.intent !== undefined) headers['idempotency-key'] = options.intent.key;
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const init: RequestInit = {
    method,
    headers,
    cache: 'no-store',
    signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
  };
  if (options.body !== undefined) init.body = JSON.stringify(options.body);
  try {
    const sentAtMs = Date.now();
    const response = await fetch(API + path, init);
    learnServerDate(response.headers.get('date'), sentAtMs, Date.now());
    const answer = await readAnswer<T>(response, options.bytes === true);
    reachable.value = answer.kind !== 'LOST';
    if (isSessionEnd(answer, token)) forgetSession('BY_SERVER');
    return answer;
  } catch {
    if (options.signal?.aborted !== true) reachable.value = false;
    return { kind: 'LOST' };
  }
}

/** A gateway's error page is no answer of the platform's: whether it acted is not known. */
async function readAnswer<T>(response: Response, bytes: boolean): Promise<Answer<T>> {
  if (response.status === 204) return { kind: 'OK', value: undefined as T };
  if (response.ok && bytes) return { kind: 'OK', value: (await response.arrayBuffer()) as T };
  const body: unknown = await response.json();
  if (response.ok) return { kind: 'OK', value: body as T };
  if (typeof body === 'object' && body !== null && 'code' in body) {
    return { kind: 'PROBLEM', problem: body as ProblemJson };
  }
  return { kind: 'LOST' };
}

/**
 * UNAUTHORIZED with the token that is still ours; another tab may have signed in anew meanwhile.
 */
function isSessionEnd(answer: Answer<unknown>, token: string | undefined): boolean {
  return (
    answer.kind === 'PROBLEM' &&
    answer.problem.code === 'UNAUTHORIZED' &&
    token !== undefined &&
    session.peek()?.token === token
  );
}
