/**
 * The lock of the wallet's own screen, by what the phone itself is unlocked with: fingerprint, face
 * or its code, asked for through a passkey of this device. It hides purchases and balance from
 * somebody who holds the unlocked phone; money is guarded by the PIN and the device key, and the
 * session behind the lock goes on (decision 0109).
 */

import { effect, signal } from '@preact/signals';
import { session } from './session.ts';

const STORAGE_KEY = 'seqr.lock';
const SEEN_KEY = 'seqr.seen';
/** Out of sight for longer than this it locks; shorter, a glance at a message would lock it. */
const LOCK_AFTER_MS = 60_000;
const CHALLENGE_BYTES = 32;
const ANSWER_WITHIN_MS = 60_000;
/** Which signatures an authenticator may make: ES256 and RS256. Nobody checks them but itself. */
const ALGORITHMS = [-7, -257] as const;
/** The bit of the authenticator's data that says that it knows who it was. */
const USER_VERIFIED = 0x04;
const FLAGS_AT = 32;

/** The passkey's id, base64url; null while the lock is off. */
export const lockId = signal<string | null>(read());

/** True while the lock hides the wallet. */
export const locked = signal(false);

/** Lock a page that opens, and one that was out of sight for a while. */
export function startAppLock(): void {
  locked.value = lockId.peek() !== null && sinceSeenMs() > LOCK_AFTER_MS;
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) noteSeen();
    else if (lockId.peek() !== null && sinceSeenMs() > LOCK_AFTER_MS) locked.value = true;
  });
  window.addEventListener('pagehide', noteSeen);
  // Behind a sign-in there is nothing left to hide, and the PIN was just asked for.
  effect(() => {
    if (session.value === null) locked.value = false;
  });
}

/** Whether this browser can ask the phone here. Passkeys belong to a name, never to an address. */
export async function canLock(): Promise<boolean> {
  if (!('PublicKeyCredential' in window) || isAddress(window.location.hostname)) return false;
  return PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false);
}

/** Switch the lock on; false when the phone did not confirm that it is its owner. */
export async function switchOn(name: string): Promise<boolean> {
  const id = await makePasskey(name).catch(() => null);
  if (id !== null) store(id);
  return id !== null;
}

/** Switch the lock off; false when the phone did not confirm that it is its owner. */
export async function switchOff(): Promise<boolean> {
  const confirmed = await confirm();
  if (confirmed) store(null);
  return confirmed;
}

/** Ask the phone who holds it, and open the wallet; false when it did not say. */
export async function unlockScreen(): Promise<boolean> {
  const confirmed = await confirm();
  if (confirmed) locked.value = false;
  return confirmed;
}

async function makePasskey(name: string): Promise<string | null> {
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: fresh(),
      rp: { name },
      user: { id: fresh(), name, displayName: name },
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: {
        authenticatorAttachment: 'platform',
        residentKey: 'discouraged',
        userVerification: 'required',
      },
      timeout: ANSWER_WITHIN_MS,
    },
  });
  return made instanceof PublicKeyCredential ? made.id : null;
}

let asking: AbortController | null = null;

async function confirm(): Promise<boolean> {
  const id = lockId.peek();
  if (id === null) return true;
  // A phone shows one question at a time; the newer is the one that was touched for.
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await navigator.credentials.get({
      signal: asking.signal,
      publicKey: {
        challenge: fresh(),
        allowCredentials: [{ type: 'public-key', id: bytesOf(id), transports: ['internal'] }],
        userVerification: 'required',
        timeout: ANSWER_WITHIN_MS,
      },
    });
    if (!(answer instanceof PublicKeyCredential) || answer.id !== id) return false;
    const { response } = answer;
    if (!(response instanceof AuthenticatorAssertionResponse)) return false;
    const flags = new Uint8Array(response.authenticatorData)[FLAGS_AT] ?? 0;
    return (flags & USER_VERIFIED) !== 0;
  } catch {
    return false;
  }
}

function fresh(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(CHALLENGE_BYTES));
}

function bytesOf(id: string): Uint8Array<ArrayBuffer> {
  const text = atob(id.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** An IPv4 address, or IPv6 in its brackets. */
function isAddress(host: string): boolean {
  return /^[\d.]+$|^\[/u.test(host);
}

function store(id: string | null): void {
  try {
    if (id === null) localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, id);
  } catch {
    // Storage is full or forbidden: the lock then lasts as long as this page.
  }
  lockId.value = id;
}

function read(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

/** A reload of a page that was just looked at is no reason to lock it: the machine may be open. */
function noteSeen(): void {
  try {
    sessionStorage.setItem(SEEN_KEY, String(Date.now()));
  } catch {
    // Not remembered: it then locks sooner.
  }
}

function sinceSeenMs(): number {
  try {
    const seen = Number(sessionStorage.getItem(SEEN_KEY));
    return Math.abs(Date.now() - seen);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
