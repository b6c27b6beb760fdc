/**
 * A code on its way to an offer survives a reload of the page: phones drop pages while somebody
 * looks up a number to sign in with, and a customer who sees nothing happen reloads, perhaps before
 * anything was sent. It is kept for this tab alone, and for the customer who had it.
 */

import { effect } from '@preact/signals';
import { beginOpening, type Code, opening } from './opening.ts';
import { route } from './route.ts';
import { session } from './session.ts';

const STORAGE_KEY = 'seqr.opening';

/** A code, and the number of the customer who asked; null while nobody was signed in. */
type Kept = { readonly code: Code; readonly msisdn: string | null };

/** Go on with the code that this tab had, and keep each one. Call once, at the start. */
export function keepOpening(): void {
  const kept = read();
  // Sent as a new intent: the platform resumes the purchase that an earlier one may have opened.
  if (kept !== null && kept.msisdn === customer() && route.peek().screen === 'OPENING') {
    beginOpening(kept.code);
  }
  effect(() => {
    const current = opening.value;
    // What was refused is over.
    const isOver = current?.phase.kind === 'REFUSED' || current?.phase.kind === 'CHANGED';
    try {
      if (current === null || isOver) sessionStorage.removeItem(STORAGE_KEY);
      else {
        const entry: Kept = { code: current.code, msisdn: customer() };
        sessionStorage.setItem(STORAGE_KEY, JSON.stringify(entry));
      }
    } catch {
      // Without storage a reload forgets it, and the customer scans again.
    }
  });
}

function customer(): string | null {
  return session.value?.customer.msisdn ?? null;
}

function read(): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null') as Kept | null;
  } catch {
    return null;
  }
}
