/**
 * The moment at which the fixture stands still, so that two pictures of one screen are the same. It
 * lies half a second after the whole one of its `Date` header: the wallet takes the middle of what
 * a header can mean.
 */

const NOW = '2026-11-24T09:30:00.500Z';
const MINUTE_MS = 60_000;

/** Milliseconds since 1970. Pages that are photographed have it as their own time too. */
export const FIXTURE_NOW_MS = Date.parse(NOW);

/** The ISO time so many minutes after the fixture's moment; before it, when negative. */
export function at(minutes: number): string {
  return new Date(FIXTURE_NOW_MS + minutes * MINUTE_MS).toISOString();
}
