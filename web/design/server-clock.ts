/**
 * The server's time, as well as its `Date` headers tell it. Deadlines are the server's; a phone
 * whose clock is minutes wrong must still show the right countdown.
 */

import { signal, type ReadonlySignal } from '@preact/signals';

/** A `Date` header is cut to whole seconds: the true time lies up to this much later. */
const HEADER_STEP_MS = 1000;
/** How often a countdown is redrawn while one is on the screen. */
const TICK_MS = 250;

let earliestOffsetMs = Number.NEGATIVE_INFINITY;
let latestOffsetMs = Number.POSITIVE_INFINITY;

/**
 * Learn from one answer. Each bounds the offset from both sides: the server wrote its date after
 * the request left (`sentAtMs`) and before the answer came (`heardAtMs`). The bounds of several
 * answers are intersected, which soon is finer than the header's second.
 */
export function learnServerDate(date: string | null, sentAtMs: number, heardAtMs: number): void {
  const serverMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(serverMs)) return;
  const earliest = serverMs - heardAtMs;
  const latest = serverMs + HEADER_STEP_MS - sentAtMs;
  const contradicts = earliest > latestOffsetMs || latest < earliestOffsetMs;
  // One of the clocks was set meanwhile: what was learned before is worth nothing.
  earliestOffsetMs = contradicts ? earliest : Math.max(earliest, earliestOffsetMs);
  latestOffsetMs = contradicts ? latest : Math.min(latest, latestOffsetMs);
}

/** Milliseconds since 1970 on the server's clock; the device's own until an answer was heard. */
export function serverNow(): number {
  if (!Number.isFinite(earliestOffsetMs)) return Date.now();
  return Date.now() + Math.round((earliestOffsetMs + latestOffsetMs) / 2);
}

let timer = 0;
const ticking = signal(serverNow(), {
  watched() {
    ticking.value = serverNow();
    timer = window.setInterval(() => {
      ticking.value = serverNow();
    }, TICK_MS);
  },
  unwatched() {
    window.clearInterval(timer);
  },
});

/** The server's time as a signal that moves only while somebody reads it. */
export const serverTime: ReadonlySignal<number> = ticking;

/**
 * Whole seconds from `nowMs` until the ISO time `deadline`, never below 0. To the nearest: the
 * server's clock is known to half a second, and 10:01 of ten minutes would look wrong.
 */
export function secondsUntil(deadline: string, nowMs: number): number {
  return Math.max(0, Math.round((Date.parse(deadline) - nowMs) / 1000));
}

/** Seconds as a customer reads them: `1:45`, above an hour `1:02:05`. */
export function clockText(seconds: number): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
