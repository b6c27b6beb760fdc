/**
 * Which of their purchases the customer looks at, and what was found: kept while a receipt is
 * looked at in between, and forgotten with the session.
 */

import type { PurchaseJson, SpendingJson } from '@seqr-ups/contract';
import { effect, signal, untracked } from '@preact/signals';
import { fetchSelected, fetchSpending, type Selection } from './after-api.ts';
import { boundsOf, type Month } from './months.ts';
import { learn } from './purchases.ts';
import { session } from './session.ts';

const PAGE_LIMIT = 20;

/** The month that is looked at; null: all. */
export const month = signal<Month | null>(null);
/** What is searched for, as typed. */
export const search = signal('');

/** What was found; `items` and `spending` are null until heard. */
export type Found = {
  readonly items: readonly PurchaseJson[] | null;
  readonly spending: SpendingJson | null;
  readonly cursor: string | null;
  readonly state: 'LOADING' | 'LOADED' | 'LOST';
};

const NOTHING: Found = { items: null, spending: null, cursor: null, state: 'LOADING' };

/** The present selection's purchases so far, and what all of them came to. */
export const found = signal<Found>(NOTHING);

/** Counts the selections; an answer to an earlier one comes too late. */
let turn = 0;

/** Ask for the first page of the selection, and for its sum. What is there stays until it comes. */
export async function find(): Promise<void> {
  const mine = (turn += 1);
  const selection = selected();
  found.value = { ...found.peek(), state: 'LOADING' };
  const [page, spending] = await Promise.all([
    fetchSelected(selection, { limit: PAGE_LIMIT, cursor: null }),
    fetchSpending(selection),
  ]);
  if (mine !== turn) return;
  if (page.kind !== 'OK' || spending.kind !== 'OK') {
    found.value = { ...found.peek(), state: 'LOST' };
    return;
  }
  learn(page.value.items);
  found.value = {
    items: page.value.items,
    spending: spending.value,
    cursor: page.value.nextCursor,
    state: 'LOADED',
  };
}

/** Ask for the next page. */
export async function findMore(): Promise<void> {
  const mine = turn;
  const { cursor } = found.peek();
  found.value = { ...found.peek(), state: 'LOADING' };
  const page = await fetchSelected(selected(), { limit: PAGE_LIMIT, cursor });
  if (mine !== turn) return;
  if (page.kind !== 'OK') {
    found.value = { ...found.peek(), state: 'LOST' };
    return;
  }
  learn(page.value.items);
  found.value = {
    ...found.peek(),
    items: [...(found.peek().items ?? []), ...page.value.items],
    cursor: page.value.nextCursor,
    state: 'LOADED',
  };
}

function selected(): Selection {
  const bounds = month.peek() === null ? { from: null, to: null } : boundsOf(month.peek() ?? '');
  return { ...bounds, q: search.peek().trim() };
}

// Another customer must not see what this one looked for.
let owner: string | undefined;
effect(() => {
  const now = session.value?.customer.msisdn;
  if (now === owner) return;
  owner = now;
  untracked(() => {
    turn += 1;
    month.value = null;
    search.value = '';
    found.value = NOTHING;
  });
});
