/**
 * The purchases that this page knows, and the account. Whatever tells of a purchase (an answer, an
 * event, a poll) ends in `learn`, which lets nothing older overwrite something newer.
 */

import type { AccountJson, PurchaseJson, PurchaseState } from '@seqr-ups/contract';
import { PURCHASE_ENDINGS } from '@seqr-ups/contract';
import { computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import { serverNow } from '../design/server-clock.ts';
import { type Answer, fetchAccount, fetchPurchase, fetchPurchases } from './api.ts';
import { cue, cueOf } from './cues.ts';
import { keepAccount, recallAccount } from './kept-account.ts';
import { session } from './session.ts';

/** How many the home screen and the search for an unfinished purchase look at. */
const LATEST_LIMIT = 5;

const known = signal<ReadonlyMap<string, PurchaseJson>>(new Map());

/** The customer's money, or null until heard. */
export const account = signal<AccountJson | null>(null);

/** Ids of the newest purchases, newest first; null until heard. */
const latestIds = signal<readonly string[] | null>(null);

/** The newest purchases, newest first; null until heard. */
export const latest = computed<readonly PurchaseJson[] | null>(() => {
  const ids = latestIds.value;
  if (ids === null) return null;
  return ids.flatMap((id) => known.value.get(id) ?? []);
});

/** True for a state in which nothing more happens. */
export function isEnding(state: PurchaseState): boolean {
  return (PURCHASE_ENDINGS as readonly PurchaseState[]).includes(state);
}

/** The customer's newest purchase that still needs them; null when there is none. */
export const unfinished = computed<PurchaseJson | null>(() => {
  const waiting = [...known.value.values()].filter(needsCustomer);
  return waiting.sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0] ?? null;
});

/** For so long after a payment came back home says so: its customer may still be at the shop. */
const REVERSAL_SHOWN_MS = 10 * 60_000;

/** The newest payment that looked paid and came back just now; null when there is none. */
export const reversed = computed<PurchaseJson | null>(() => {
  const since = serverNow() - REVERSAL_SHOWN_MS;
  const recent = [...known.value.values()].filter(
    ({ ending, updatedAt }) => ending?.code === 'NOT_NOTICED' && Date.parse(updatedAt) > since,
  );
  return recent.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt))[0] ?? null;
});

/** One purchase as last heard of; undefined until then. */
export function purchaseOf(id: string): ReadonlySignal<PurchaseJson | undefined> {
  return computed(() => known.value.get(id));
}

/** Take in what was heard. An ending is final, and an older report never replaces a newer one. */
export function learn(heard: readonly PurchaseJson[]): void {
  const before = known.peek();
  const fresh = heard.filter((purchase) => isNews(before.get(purchase.id), purchase));
  if (fresh.length === 0) return;
  known.value = new Map([...before, ...fresh.map((purchase) => [purchase.id, purchase] as const)]);
  for (const purchase of fresh) {
    const kind = document.hidden ? null : cueOf(before.get(purchase.id), purchase);
    if (kind !== null) cue(kind);
  }
  noteNewest(fresh);
  if (fresh.some((purchase) => movedMoney(before.get(purchase.id), purchase))) {
    void refreshAccount();
  }
}

/** Ask for one purchase. */
export async function refreshPurchase(id: string): Promise<Answer<PurchaseJson>> {
  const answer = await fetchPurchase(id);
  if (answer.kind === 'OK') learn([answer.value]);
  return answer;
}

/** Ask for the newest purchases. */
export async function refreshLatest(): Promise<void> {
  const answer = await fetchPurchases(LATEST_LIMIT, null);
  if (answer.kind !== 'OK') return;
  learn(answer.value.items);
  latestIds.value = answer.value.items.map((purchase) => purchase.id);
}

/** Ask for the account. */
export async function refreshAccount(): Promise<void> {
  const answer = await fetchAccount();
  const msisdn = session.peek()?.customer.msisdn;
  if (answer.kind !== 'OK' || msisdn === undefined) return;
  account.value = answer.value;
  keepAccount(msisdn, answer.value);
}

// Another customer's purchases must not be seen for even a moment, also not when a second tab signs
// somebody else in.
let owner: string | null | undefined = null;
effect(() => {
  const now = session.value?.customer.msisdn;
  if (now === owner) return;
  owner = now;
  untracked(() => {
    known.value = new Map();
    account.value = null;
    latestIds.value = null;
    recallAccount(now);
  });
});

/**
 * CONFIRMING is paid in the customer's eyes: the shop notices or the money comes back. A shop may
 * keep a reservation for days; only a machine's waits for its customer.
 */
function needsCustomer({ state, kind }: PurchaseJson): boolean {
  if (isEnding(state) || state === 'CONFIRMING') return false;
  return state !== 'RESERVED' || kind === 'MACHINE';
}

function isNews(before: PurchaseJson | undefined, heard: PurchaseJson): boolean {
  if (before === undefined) return true;
  if (isEnding(before.state) && !isEnding(heard.state)) return false;
  return Date.parse(heard.updatedAt) >= Date.parse(before.updatedAt);
}

function movedMoney(before: PurchaseJson | undefined, heard: PurchaseJson): boolean {
  if (before === undefined) return false;
  return before.state !== heard.state || before.refunds.length !== heard.refunds.length;
}

function noteNewest(fresh: readonly PurchaseJson[]): void {
  const ids = latestIds.peek();
  if (ids === null) return;
  const oldest = known.peek().get(ids.at(-1) ?? '')?.createdAt ?? '';
  const added = fresh.filter(({ id, createdAt }) => !ids.includes(id) && createdAt >= oldest);
  if (added.length === 0) return;
  const all = [...added.map((purchase) => purchase.id), ...ids];
  const born = (id: string): string => known.peek().get(id)?.createdAt ?? '';
  latestIds.value = all.sort((a, b) => born(b).localeCompare(born(a))).slice(0, LATEST_LIMIT);
}
