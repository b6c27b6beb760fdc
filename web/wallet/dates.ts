/** Times as the customer reads them, on the device's own time zone. */

const LANGUAGE = 'en-GB';
const clock = new Intl.DateTimeFormat(LANGUAGE, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'medium' });

/** `14:05` */
export function clockTime(iso: string): string {
  return clock.format(new Date(iso));
}

/** `14:05` of today, else `3 Nov, 14:05`. */
export function shortTime(iso: string): string {
  const moment = new Date(iso);
  const today = new Date().toDateString() === moment.toDateString();
  return today ? clock.format(moment) : `${day.format(moment)}, ${clock.format(moment)}`;
}

/** `3 Nov 2026, 14:05:09` */
export function fullTime(iso: string): string {
  return full.format(new Date(iso));
}
