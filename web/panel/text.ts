/**
 * The words of the panel. A machine in the field speaks one language to everybody, which its fleet
 * file says; where it says none, the address (`?lang=`) and then the browser decide. The display
 * speaks the page's language, so that a machine never speaks two.
 */

import { MACHINE_LANGUAGES, type MachineLanguage } from '@seqr-ups/contract';
import { setLocale } from '../design/locale.ts';
import { en } from './text/en.ts';

type Words<T> = T extends string
  ? string
  : T extends (...parameters: infer P) => string
    ? (...parameters: P) => string
    : { readonly [K in keyof T]: Words<T[K]> };

/** Every word of the panel, as each language has them. */
export type Text = Words<typeof en>;

/** The words in use: read them while rendering, never keep them. */
export let TEXT: Text = en;

let current: MachineLanguage = 'en';

const SOURCES: Readonly<Record<MachineLanguage, () => Promise<Text>>> = {
  en: async () => en,
  sv: async () => (await import('./text/sv.ts')).sv,
  pl: async () => (await import('./text/pl.ts')).pl,
  de: async () => (await import('./text/de.ts')).de,
};

/** What each language calls itself, for choosing it. */
export { LANGUAGE_NAMES } from './text/names.ts';

/** The language in use. */
export function language(): MachineLanguage {
  return current;
}

/** Before the first render. `fixed` is the machine's own language, null where it has none. */
export async function loadLanguage(fixed: MachineLanguage | null): Promise<void> {
  const chosen = known(askedLanguage()) ?? fixed ?? browserLanguage();
  try {
    TEXT = await SOURCES[chosen]();
  } catch {
    // Not to be had just now: better the words that are here than none.
    return;
  }
  current = chosen;
  setLocale(chosen, 'ltr');
}

/** The address of another page of the panel in the language that this one was asked in. */
export function pageAddress(path: string): string {
  const asked = known(askedLanguage());
  return asked === undefined ? path : `${path}?lang=${asked}`;
}

function askedLanguage(): string | null {
  return new URLSearchParams(window.location.search).get('lang');
}

function browserLanguage(): MachineLanguage {
  const spoken = navigator.languages.map((tag) => known(tag.split('-')[0]?.toLowerCase()));
  return spoken.find((tag) => tag !== undefined) ?? 'en';
}

function known(tag: string | null | undefined): MachineLanguage | undefined {
  return MACHINE_LANGUAGES.find((one) => one === tag);
}
