/**
 * Who is signed in. The token lies in localStorage (decision 0058): a machine's code opens a new
 * tab, and phones kill tabs while the machine is open; a session that did not survive that would
 * cost the customer the machine. The token alone moves no money: every purchase asks for the PIN.
 */

import type { SessionJson } from '@seqr-ups/contract';
import { computed, signal } from '@preact/signals';
import { serverNow } from '../design/server-clock.ts';

const STORAGE_KEY = 'seqr.session';

/**
 * The session of this device, or null when signed out. Other tabs follow through `storage` events.
 */
export const session = signal<SessionJson | null>(read());

/** True while somebody is signed in. */
export const signedIn = computed(() => session.value !== null);

/** Set when the server ended the session, so that the sign-in screen can say so. */
export const wasSignedOut = signal(false);

window.addEventListener('storage', (event) => {
  if (event.key === STORAGE_KEY || event.key === null) session.value = read();
});

/** Keep a fresh session on this device. */
export function beginSession(fresh: SessionJson): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(fresh));
  } catch {
    // Storage is full or forbidden: the session then lives as long as this page.
  }
  wasSignedOut.value = false;
  session.value = fresh;
}

/** Forget the session here; `byServer` when the server no longer knows it. */
export function forgetSession(byServer: boolean): void {
  try {
    localStorage.removeItem(STORAGE_KEY);
  } catch {
    // Nothing was stored, then.
  }
  wasSignedOut.value = byServer;
  session.value = null;
}

function read(): SessionJson | null {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null');
    return isSession(stored) && Date.parse(stored.expiresAt) > serverNow() ? stored : null;
  } catch {
    return null;
  }
}

function isSession(value: unknown): value is SessionJson {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Partial<SessionJson>;
  return (
    typeof candidate.token === 'string' &&
    typeof candidate.expiresAt === 'string' &&
    typeof candidate.customer?.msisdn === 'string'
  );
}
