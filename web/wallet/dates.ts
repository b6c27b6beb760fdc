/** Times as the customer reads them: by the language in use, on the device's own time zone. */

import { isolated, ofLocale } from '../design/locale.ts';

/** `14:05` */
export function clockTime(iso: string): string {
  return isolated(clock().format(new Date(iso)));
}

/** `14:05` of today, else `3 Nov, 14:05`. */
export function shortTime(iso: string): string {
  const moment = new Date(iso);
  const today = new Date().toDateString() === moment.toDateString();
  return isolated(today ? clock().format(moment) : dayAndClock().format(moment));
}

/** `3 Nov 2026, 14:05:09` */
export function fullTime(iso: string): string {
  return isolated(full().format(new Date(iso)));
}

function clock(): Intl.DateTimeFormat {
  return ofLocale('clock', (tag) => {
    return new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit' });
  });
}

function dayAndClock(): Intl.DateTimeFormat {
  return ofLocale('dayAndClock', (tag) => {
    const parts = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
    return new Intl.DateTimeFormat(tag, parts);
  });
}

function full(): Intl.DateTimeFormat {
  return ofLocale('full', (tag) => {
    return new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'medium' });
  });
}
