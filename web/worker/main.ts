/**
 * The wallet's service worker: it keeps the built files, so that the wallet opens without network
 * and at once, and it shows notifications of purchases that end while the wallet is closed. It
 * never touches the API: what is about money is always asked anew (decision 0120).
 */

import { TAKE_OVER } from './agreement.ts';
import { keptFile, keepFiles, dropOldFiles, isKept, isWalletPage, shell } from './files.ts';
import { openPurchase, tell } from './push.ts';

declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', (event) => {
  event.waitUntil(keepFiles());
});

self.addEventListener('message', (event) => {
  if (event.data === TAKE_OVER) event.waitUntil(self.skipWaiting());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldFiles().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (isWalletPage(pathname)) event.respondWith(shell(request));
  } else if (isKept(pathname)) {
    event.respondWith(keptFile(request));
  }
});

self.addEventListener('push', (event) => {
  event.waitUntil(tell(event.data));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openPurchase(event.notification));
});
