/**
 * The few numbers that describe a run: percentiles of durations, and arrivals of a seeded crowd.
 */

/** Durations in ms, summed up. Null where nothing was measured. */
export type Percentiles = { readonly p50: number | null; readonly p99: number | null };

/**
 * Median and 99th percentile by nearest rank: the smallest value that at least so many of the
 * values do not exceed, so that what is printed was really measured. Rounded to hundredths.
 */
export function percentiles(valuesMs: readonly number[]): Percentiles {
  const sorted = valuesMs.toSorted((a, b) => a - b);
  const at = (share: number): number | null => {
    const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
    return value === undefined ? null : rounded(value);
  };
  return { p50: at(0.5), p99: at(0.99) };
}

/** A number for people: hundredths. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;

/**
 * Instants of independent arrivals, in ms from 0 up to `forMs`: exponential gaps of `perSecond` on
 * average (a Poisson crowd, which comes in bunches as people do). The same seed gives the same
 * crowd.
 */
export function arrivals(perSecond: number, forMs: number, seed: number): number[] {
  const random = seededRandom(seed);
  const meanGapMs = 1000 / perSecond;
  const found: number[] = [];
  for (;;) {
    const gapMs = -Math.log(1 - random()) * meanGapMs;
    const atMs = (found.at(-1) ?? 0) + gapMs;
    if (atMs >= forMs) return found;
    found.push(atMs);
  }
}

/**
 * Mulberry32: even numbers in [0, 1) from a 32-bit seed; enough for arrivals, for nothing secret.
 */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How often each text occurs, most frequent first. */
export function tally(texts: readonly string[]): { text: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts]
    .map(([text, count]) => ({ text, count }))
    .toSorted((a, b) => b.count - a.count);
}
