/** A number from 0 to `below` - 1. */
export type Random = (below: number) => number;

/** Mulberry32: small, seeded, the same everywhere. */
const random = (seed: number): Random => {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

/** A random of its own for one envelope of a run, so that each can be made again alone. */
export const randomOf = (seed: number, index: number): Random =>
  random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
