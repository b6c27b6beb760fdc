/** Which purchases began with a code whose signature was right; known until the tab is closed. */

import { signal } from '@preact/signals';

const STORED = 'seqr.verified';
/** More than anybody buys before closing a tab. */
const KEPT_MAX = 20;

const verified = signal<readonly string[]>(stored());

/** Whether this purchase began with a verified code. */
export const isVerified = (purchaseId: string): boolean => verified.value.includes(purchaseId);

/** Remember that it did. */
export function rememberVerified(purchaseId: string): void {
  verified.value = [purchaseId, ...verified.peek()].slice(0, KEPT_MAX);
  try {
    sessionStorage.setItem(STORED, verified.value.join(' '));
  } catch {
    // Then a reload shows the offer without the sign.
  }
}

function stored(): string[] {
  try {
    return (sessionStorage.getItem(STORED) ?? '').split(' ').filter((id) => id !== '');
  } catch {
    return [];
  }
}
