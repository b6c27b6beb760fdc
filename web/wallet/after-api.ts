/** The calls about what comes after a sale: the history, what was spent, limits, play money. */

import type {
  AccountJson,
  AmountJson,
  LimitsBodyJson,
  LimitsJson,
  PurchasePageJson,
  SpendingJson,
} from '@seqr-ups/contract';
import { type Answer, ANSWER_TIMEOUT_MS, call, type Intent } from './api.ts';
import type { Proof } from './security-api.ts';

const timeoutMs = ANSWER_TIMEOUT_MS;

/** Which purchases are meant: opened in [from, to) where given, holding the words of `q`. */
export type Selection = {
  readonly from: string | null;
  readonly to: string | null;
  readonly q: string;
};

/** `GET /purchases` of a selection: one page, newest first. */
export function fetchSelected(
  selection: Selection,
  page: { readonly limit: number; readonly cursor: string | null },
): Promise<Answer<PurchasePageJson>> {
  const query = selectionQuery(selection);
  query.set('limit', String(page.limit));
  if (page.cursor !== null) query.set('cursor', page.cursor);
  return call('GET', `/purchases?${query.toString()}`, { timeoutMs });
}

/** `GET /spending`: what the purchases of a selection came to. */
export function fetchSpending(selection: Selection): Promise<Answer<SpendingJson>> {
  return call('GET', `/spending?${selectionQuery(selection).toString()}`, { timeoutMs });
}

/** `GET /limits`; days are those of `zone` while no limit is set. */
export function fetchLimits(zone: string): Promise<Answer<LimitsJson>> {
  return call('GET', `/limits?${new URLSearchParams({ zone }).toString()}`, { timeoutMs });
}

/** `PUT /limits`: all of them at once. */
export function saveLimits(limits: LimitsBodyJson, proof: Proof): Promise<Answer<LimitsJson>> {
  const { pin, device } = proof;
  const body = { ...limits, pin, ...(device !== null && { device }) };
  return call('PUT', '/limits', { body, timeoutMs });
}

/** `POST /top-ups`: play money, in a sandbox only. */
export function topUp(amount: AmountJson, intent: Intent): Promise<Answer<AccountJson>> {
  return call('POST', '/top-ups', { body: { amount }, intent, timeoutMs });
}

function selectionQuery({ from, to, q }: Selection): URLSearchParams {
  const query = new URLSearchParams();
  if (from !== null) query.set('from', from);
  if (to !== null) query.set('to', to);
  if (q !== '') query.set('q', q);
  return query;
}
