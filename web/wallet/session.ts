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

/** Why a session ended: the server no longer knew it, or by an act of the customer's own. */
export type SessionEnd = 'BY_SERVER' | 'BY_CUSTOMER' | 'PIN_CHANGED' | 'PIN_UNLOCKED' | 'REMOVED';

/** How the last session of this page ended, so that the sign-in screen can say so. */
export const sessionEnd = signal<SessionEnd | null>(null);

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
  sessionEnd.value = null;
  session.value = fresh;
}

/** Note that the session now belongs to this device: it ends with it. */
export function bindSession(deviceId: string): void {
  const current = session.peek();
  if (current === null || current.device?.id === deviceId) return;
  beginSession({ ...current, device: { id: deviceId } });
}

/** Forget the session here. */
export function forgetSession(why: SessionEnd): void {
  try {
    localStorage.removeItem(STORAGE_KEY);
  } catch {
    // Nothing was stored, then.
  }
  sessionEnd.value = why;
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
