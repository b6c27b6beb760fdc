/** Months and days of the customer's own calendar, which is the device's. */

import { isolated, ofLocale } from '../design/locale.ts';
import { serverNow } from '../design/server-clock.ts';
import { TEXT } from './text.ts';

/** A month as `2026-11`. */
export type Month = string;

/** The month that it is now. */
function presentMonth(): Month {
  return monthOf(new Date(serverNow()));
}

/** From the present month back to the one of `firstAt`; the present one alone without it. */
export function monthsSince(firstAt: string | null): Month[] {
  const last = presentMonth();
  const first = firstAt === null ? last : monthOf(new Date(firstAt));
  const months = [last];
  for (let month = last; month > first;) {
    month = monthOf(startOf(month, -1));
    months.push(month);
  }
  return months;
}

/** Where a month begins and the next one does, as moments. */
export function boundsOf(month: Month): { readonly from: string; readonly to: string } {
  return { from: startOf(month, 0).toISOString(), to: startOf(month, 1).toISOString() };
}

/** `November 2026` */
export function monthWords(month: Month): string {
  const format = ofLocale('month', (tag) => {
    return new Intl.DateTimeFormat(tag, { month: 'long', year: 'numeric' });
  });
  return capitalised(format.format(startOf(month, 0)));
}

/** `2026-11-24` in the device's zone: moments of one day have one. */
export function dayOf(iso: string): string {
  const date = new Date(iso);
  return `${monthOf(date)}-${String(date.getDate()).padStart(2, '0')}`;
}

/** `Today`, `Yesterday`, `Tuesday 3 November`; with its year where that is not this one. */
export function dayWords(iso: string): string {
  const now = new Date(serverNow());
  const day = dayOf(iso);
  if (day === dayOf(now.toISOString())) return TEXT.after.history.today;
  now.setDate(now.getDate() - 1);
  if (day === dayOf(now.toISOString())) return TEXT.after.history.yesterday;
  const thisYear = presentMonth().slice(0, 4) === day.slice(0, 4);
  const format = ofLocale(thisYear ? 'day' : 'dayAndYear', (tag) => {
    const parts = { weekday: 'long', day: 'numeric', month: 'long' } as const;
    return new Intl.DateTimeFormat(tag, thisYear ? parts : { ...parts, year: 'numeric' });
  });
  return isolated(capitalised(format.format(new Date(iso))));
}

function monthOf(date: Date): Month {
  return `${String(date.getFullYear())}-${String(date.getMonth() + 1).padStart(2, '0')}`;
}

function startOf(month: Month, later: number): Date {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(year, number - 1 + later, 1);
}

/** It begins a line; Swedish and Polish write months and days small inside a sentence. */
function capitalised(words: string): string {
  return words.slice(0, 1).toLocaleUpperCase() + words.slice(1);
}
