/**
 * The words of the wallet in the customer's language. Each language is a folder of `text/` with the
 * same sections; English is part of the first load, the others are fetched when they are chosen.
 */

import { signal } from '@preact/signals';
import { setLocale } from '../design/locale.ts';
import { LANGUAGE, SETTINGS } from '../worker/agreement.ts';
import { en } from './text/en/index.ts';
import { LANGUAGE_NAMES } from './text/names.ts';
import type { Text } from './text/words.ts';

export type { Text } from './text/words.ts';

/** A language of the wallet, by its code of ISO 639. */
export type Language = keyof typeof LANGUAGE_NAMES;

/** The words in use: read them while rendering, never keep them. */
export let TEXT: Text = en;

/** The language in use; what is on the screen is rendered anew when it changes. */
export const language = signal<Language>('en');

/** What the customer chose; the phone's own languages decide where nothing was chosen. */
const STORAGE_KEY = 'seqr.language';

/** How each language comes, and the habits of its country where the phone names no other. */
const SOURCES: Readonly<Record<Language, { locale: string; load: () => Promise<Text> }>> = {
  en: { locale: 'en-GB', load: async () => en },
  sv: { locale: 'sv-SE', load: async () => (await import('./text/sv/index.ts')).sv },
  pl: { locale: 'pl-PL', load: async () => (await import('./text/pl/index.ts')).pl },
  de: { locale: 'de-DE', load: async () => (await import('./text/de/index.ts')).de },
};

/** Before the first render: the chosen language, else the first of the phone's that we speak. */
export async function loadLanguage(): Promise<void> {
  await use(chosenLanguage() ?? phoneLanguage());
  // Chosen in another tab: this one speaks it too.
  window.addEventListener('storage', ({ key }) => {
    if (key === STORAGE_KEY) void use(chosenLanguage() ?? phoneLanguage());
  });
}

/** From now on this language, also after a reload; null: whatever the phone speaks. */
export async function chooseLanguage(choice: Language | null): Promise<void> {
  try {
    if (choice === null) localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, choice);
  } catch {
    // Storage is full or forbidden: the choice then lasts as long as this page.
  }
  const spoken = await use(choice ?? phoneLanguage());
  // The server may have another build by now, whose language fits its page.
  if (!spoken && navigator.onLine) window.location.reload();
}

/** What the customer chose, or null. */
export function chosenLanguage(): Language | null {
  try {
    const stored = localStorage.getItem(STORAGE_KEY) ?? '';
    return isLanguage(stored) ? stored : null;
  } catch {
    return null;
  }
}

/** False where the words could not be had. */
async function use(choice: Language): Promise<boolean> {
  try {
    TEXT = await SOURCES[choice].load();
  } catch {
    // Without network and never seen before: better the words that are here than none.
    return false;
  }
  setLocale(localeOf(choice), 'ltr');
  language.value = choice;
  const manifest = choice === 'en' ? 'manifest' : `manifest.${choice}`;
  document.querySelector('link[rel=manifest]')?.setAttribute('href', `/${manifest}.webmanifest`);
  void noteForWorker(choice);
  return true;
}

/** Notifications are shown by the service worker, which sees no storage of the page but this. */
async function noteForWorker(choice: Language): Promise<void> {
  try {
    await (await caches.open(SETTINGS)).put(LANGUAGE, new Response(choice));
  } catch {
    // No secure origin, and so no worker either.
  }
}

function phoneLanguage(): Language {
  const spoken = navigator.languages.map((tag) => primary(tag));
  return spoken.find((tag) => isLanguage(tag)) ?? 'en';
}

/** The phone's own regional form of a language, because it also chose how times are written. */
function localeOf(choice: Language): string {
  const own = navigator.languages.find((tag) => primary(tag) === choice && tag.includes('-'));
  return own ?? SOURCES[choice].locale;
}

function primary(tag: string): string {
  return tag.split('-')[0]?.toLowerCase() ?? '';
}

function isLanguage(tag: string): tag is Language {
  return tag in LANGUAGE_NAMES;
}
