/**
 * What the customer had when the platform was last heard: the one private thing that the phone
 * keeps, so that a wallet that is opened without network says more than nothing. Purchases are
 * never kept. It goes with the session (decision 0121).
 */

import type { AccountJson } from '@seqr-ups/contract';
import { signal } from '@preact/signals';

const STORAGE_KEY = 'seqr.account';

/** An account as it was at a time (ISO 8601), and whose it is. */
type KeptAccount = {
  readonly msisdn: string;
  readonly account: AccountJson;
  readonly heardAt: string;
};

/** What is kept of the customer who is signed in, or null. */
export const keptAccount = signal<KeptAccount | null>(null);

/** Keep what was just heard. */
export function keepAccount(msisdn: string, account: AccountJson): void {
  keptAccount.value = { msisdn, account, heardAt: new Date().toISOString() };
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(keptAccount.peek()));
  } catch {
    // Storage is full or forbidden: the next start without network says nothing, then.
  }
}

/** Recall what is kept of this customer; what is kept of another, or of nobody's now, goes. */
export function recallAccount(msisdn: string | undefined): void {
  try {
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null') as KeptAccount | null;
    const isOwn = stored !== null && msisdn !== undefined && stored.msisdn === msisdn;
    if (!isOwn) localStorage.removeItem(STORAGE_KEY);
    keptAccount.value = isOwn ? stored : null;
  } catch {
    keptAccount.value = null;
  }
}
