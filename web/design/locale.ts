/**
 * By whose habits numbers and times are written. An app that speaks several languages sets this
 * before its first render; the others stay with English.
 */

/** How a text runs. */
export type Direction = 'ltr' | 'rtl';

let current = 'en-GB';
let direction: Direction = 'ltr';
const perLocale = new Map<string, unknown>();

/** The present locale as Intl takes it, for example `sv-SE`. */
export function locale(): string {
  return current;
}

/** Sets the locale, and the page's language and direction with it. */
export function setLocale(tag: string, writes: Direction): void {
  current = tag;
  direction = writes;
  perLocale.clear();
  document.documentElement.lang = tag;
  document.documentElement.dir = writes;
}

/** What `make` gives for the present locale, made once: formatters are slow to make. */
export function ofLocale<T>(name: string, make: (tag: string) => T): T {
  const known = perLocale.get(name);
  if (known !== undefined) return known as T;
  const made = make(current);
  perLocale.set(name, made);
  return made;
}

/**
 * A text that runs from left to right, such as an amount, safely inside one that runs the other
 * way: between LEFT-TO-RIGHT ISOLATE and POP DIRECTIONAL ISOLATE. Unchanged where nothing can mix.
 */
export function isolated(text: string): string {
  return direction === 'rtl' ? `\u2066${text}\u2069` : text;
}
