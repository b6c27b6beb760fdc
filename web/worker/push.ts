/**
 * Notifications. A message says which purchase and what became of it, and nothing else: the words
 * are here, and amounts and sellers are seen only inside the wallet.
 */

import { PUSH_OUTCOMES, type PushMessageJson } from '@seqr-ups/contract';
import { app as de } from '../wallet/text/de/app.ts';
import { app as en } from '../wallet/text/en/app.ts';
import { app as pl } from '../wallet/text/pl/app.ts';
import { app as sv } from '../wallet/text/sv/app.ts';
import { LANGUAGE, SETTINGS } from './agreement.ts';

declare const self: ServiceWorkerGlobalScope;

const WORDS = { en: en.push, sv: sv.push, pl: pl.push, de: de.push } as const;

/** Show what a message says, unless the customer is looking at the wallet just now. */
export async function tell(data: PushMessageData | null): Promise<void> {
  const message = readMessage(data);
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (message === null || pages.some((page) => page.visibilityState === 'visible')) return;
  const language = await chosenLanguage();
  const words = WORDS[language];
  await self.registration.showNotification(words[message.outcome], {
    body: words.body,
    lang: language,
    // A later message of the same purchase takes the place of an earlier one.
    tag: message.purchaseId,
    icon: '/icon-192.png',
    data: message.purchaseId,
  });
  const shown = await self.registration.getNotifications();
  await self.navigator.setAppBadge?.(shown.length);
}

/** The purchase that a notification is about, in the wallet that is open or in a new one. */
export async function openPurchase({ data }: Notification): Promise<void> {
  const path = typeof data === 'string' ? `/#/purchase/${encodeURIComponent(data)}` : '/';
  const [page] = await self.clients.matchAll({ type: 'window' });
  if (page === undefined) {
    await self.clients.openWindow(path);
    return;
  }
  await page.focus();
  await page.navigate(path);
}

function readMessage(data: PushMessageData | null): PushMessageJson | null {
  try {
    const { purchaseId, outcome } = (data?.json() ?? {}) as Partial<PushMessageJson>;
    const isOurs = typeof purchaseId === 'string' && PUSH_OUTCOMES.some((one) => one === outcome);
    return isOurs && outcome !== undefined ? { purchaseId, outcome } : null;
  } catch {
    return null;
  }
}

async function chosenLanguage(): Promise<keyof typeof WORDS> {
  const noted = await (await caches.open(SETTINGS)).match(LANGUAGE);
  const language = (await noted?.text()) ?? self.navigator.language.slice(0, 2);
  return language in WORDS ? (language as keyof typeof WORDS) : 'en';
}
