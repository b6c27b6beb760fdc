/**
 * Notifications of purchases that end while the wallet is closed. The browser is asked only after
 * the customer has said yes to us; a subscription lives as long as the session that made it.
 */

import type { PushSubscriptionBodyJson } from '@seqr-ups/contract';
import { fetchPushKey, forgetPushSubscription, savePushSubscription } from './push-api.ts';
import { session } from './session.ts';

const STORAGE_KEY = 'seqr.push';

/** How notifications stand on this device. */
export type PushState = 'ON' | 'OFF' | 'DENIED' | 'IMPOSSIBLE';

/** How notifications stand; IMPOSSIBLE where the browser has none. */
export async function pushState(): Promise<PushState> {
  if (!canPush()) return 'IMPOSSIBLE';
  if (Notification.permission === 'denied') return 'DENIED';
  return (await subscription()) === null ? 'OFF' : 'ON';
}

/** Ask the browser and subscribe; false when either did not work. */
export async function switchPushOn(): Promise<boolean> {
  try {
    if ((await Notification.requestPermission()) !== 'granted') return false;
    return await subscribe();
  } catch {
    return false;
  }
}

/** No more notifications here. */
export async function switchPushOff(): Promise<void> {
  const current = await subscription();
  if (current === null) return;
  await current.unsubscribe();
  await forgetPushSubscription(current.endpoint);
}

/**
 * After a sign-in: what this device is subscribed to belongs to the new session, or ends where
 * another customer than the one who said yes has signed in.
 */
export async function renewPush(): Promise<void> {
  try {
    const current = canPush() ? await subscription() : null;
    if (current === null) return;
    if (readOwner() === session.peek()?.customer.msisdn) await subscribe();
    else await current.unsubscribe();
  } catch {
    // The settings show how it stands; the next start tries again.
  }
}

/** The customer is looking: what was notified is seen. */
export async function forgetNotified(): Promise<void> {
  try {
    await navigator.clearAppBadge?.();
    const registration = await navigator.serviceWorker?.getRegistration();
    for (const shown of (await registration?.getNotifications()) ?? []) shown.close();
  } catch {
    // A badge that stays does no harm.
  }
}

function canPush(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
}

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

async function subscribe(): Promise<boolean> {
  const key = await fetchPushKey();
  if (key === null) return false;
  const registration = await navigator.serviceWorker.ready;
  const made = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  const body = bodyOf(made);
  keepOwner();
  return body !== null && (await savePushSubscription(body));
}

/** Who said yes on this device. */
function keepOwner(): void {
  try {
    localStorage.setItem(STORAGE_KEY, session.peek()?.customer.msisdn ?? '');
  } catch {
    // Then nobody is known to have said yes, and the next sign-in ends it.
  }
}

function readOwner(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

function bodyOf(made: PushSubscription): PushSubscriptionBodyJson | null {
  const { endpoint, keys } = made.toJSON();
  const { p256dh, auth } = keys ?? {};
  if (endpoint === undefined || p256dh === undefined || auth === undefined) return null;
  return { endpoint, keys: { p256dh, auth } };
}
