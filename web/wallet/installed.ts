/**
 * The wallet as an installed app: its service worker, and the browser's offer to install it. Both
 * exist on secure origins only; without them the wallet is the same web page.
 */

import { effect, signal } from '@preact/signals';
import { TAKE_OVER } from '../worker/agreement.ts';
import { away } from './live.ts';
import { forgetNotified, renewPush } from './push.ts';
import { session } from './session.ts';

const WORKER = '/service-worker.js';

/** Chromium's event that an app can be installed; Safari and Firefox have none. */
type InstallOffer = Event & { readonly prompt: () => Promise<unknown> };

/** The browser's offer to install the wallet, kept until the customer wants it. */
const offer = signal<InstallOffer | null>(null);

/** How the wallet can be installed here, or null. */
export function installWay(): 'PROMPT' | 'SHARE_MENU' | null {
  if (window.matchMedia('(display-mode: standalone)').matches) return null;
  if (offer.value !== null) return 'PROMPT';
  // Safari on phones says by a property of its own whether the page runs as an app.
  const isSafariPage = 'standalone' in navigator && navigator.standalone === false;
  return isSafariPage ? 'SHARE_MENU' : null;
}

/** Let the browser ask; an offer can be used once. */
export async function install(): Promise<void> {
  const current = offer.peek();
  offer.value = null;
  await current?.prompt();
}

/** Call once, at the start. */
export function startInstalled(): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    // Shown when the customer wants it, never over a purchase.
    event.preventDefault();
    offer.value = event as InstallOffer;
  });
  window.addEventListener('appinstalled', () => {
    offer.value = null;
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void forgetNotified();
  });
  if (!('serviceWorker' in navigator)) return;
  // Nothing of the first screen waits for it.
  if (document.readyState === 'complete') void register();
  else window.addEventListener('load', () => void register());
}

async function register(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker.register(WORKER);
    void forgetNotified();
    followSession();
    effect(() => {
      if (away.value) registration.waiting?.postMessage(TAKE_OVER);
    });
    await registration.update();
  } catch {
    await leaveStrangers();
  }
}

/** A subscription lives as long as its session: each new one takes it over. */
function followSession(): void {
  let token: string | undefined;
  effect(() => {
    const now = session.value?.token;
    if (now === token) return;
    token = now;
    if (now !== undefined) void renewPush();
  });
}

/**
 * Another program may listen on an address that was the wallet's (on a developer's machine): its
 * pages must not be hidden behind ours. Only a server that answers, and knows no worker, ends it.
 */
async function leaveStrangers(): Promise<void> {
  const [known] = await navigator.serviceWorker.getRegistrations();
  if (known === undefined) return;
  const answer = await fetch(WORKER, { cache: 'no-store' }).catch(() => null);
  if (answer?.status !== 404) return;
  await known.unregister();
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  window.location.reload();
}
