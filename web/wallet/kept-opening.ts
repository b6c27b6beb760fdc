/**
 * A code whose customer must sign in first survives a reload of the page: phones drop pages while
 * somebody looks up a number. It is kept for this tab alone, and only until somebody is signed in.
 */

import { effect } from '@preact/signals';
import { beginOpening, type Code, opening } from './opening.ts';
import { route } from './route.ts';
import { session } from './session.ts';

const STORAGE_KEY = 'seqr.opening';

/** Go on with a code that waited for sign-in, and keep one that waits. Call once, at the start. */
export function keepOpening(): void {
  const kept = read();
  const waits = session.peek() === null && route.peek().screen === 'OPENING';
  if (kept !== null && waits) beginOpening(kept);
  effect(() => {
    const waiting = session.value === null ? opening.value : null;
    try {
      if (waiting === null) sessionStorage.removeItem(STORAGE_KEY);
      else sessionStorage.setItem(STORAGE_KEY, JSON.stringify(waiting.code));
    } catch {
      // Without storage a reload forgets it, and the customer scans again.
    }
  });
}

function read(): Code | null {
  try {
    return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null') as Code | null;
  } catch {
    return null;
  }
}
