/** How two things that were measured by turns compare. */

import { percentiles } from './statistics.ts';

/**
 * The median of first ÷ second, turn by turn: what other programs take from the machine weighs on
 * both of a turn alike, and one bad turn counts for no more than another. Null without a pair.
 */
export function ratioByTurns(
  turns: readonly { readonly first: number; readonly second: number }[],
): number | null {
  return percentiles(turns.map(({ first, second }) => first / second)).p50;
}

/** The median of what was measured; null of nothing. */
export const median = (values: readonly number[]): number | null => percentiles(values).p50;
