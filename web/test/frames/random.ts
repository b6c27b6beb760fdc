/** Seeded randomness, so that a frame that was not read can be drawn again. */

/** Draws numbers; the same seed draws the same ones. */
export type Random = {
  /** From `low` up to `high`. */
  readonly between: (low: number, high: number) => number;
  /** Standard normal. */
  readonly normal: () => number;
};

/** Draws of this kind are made once and walked through: a frame needs 300,000. */
const NORMALS = 1 << 16;
let normals: Float32Array | null = null;

/** A generator (mulberry32) for one seed. */
export function seeded(seed: number): Random {
  const next = uniform(seed);
  const table = (normals ??= tableOfNormals());
  let at = Math.floor(next() * NORMALS);
  return {
    between: (low, high) => low + (high - low) * next(),
    normal: () => {
      // A step that grows by chance now and then: no two frames walk through the same row.
      at = (at + 1 + (((at * 40_503) >>> 13) % 3)) % NORMALS;
      return table[at] ?? 0;
    },
  };
}

function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** By Box and Muller. */
function tableOfNormals(): Float32Array {
  const next = uniform(1);
  return Float32Array.from(
    { length: NORMALS },
    () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  );
}
