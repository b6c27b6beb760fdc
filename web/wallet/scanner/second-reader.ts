/**
 * Another library's look at the same picture. It finds codes by other means and fails at other
 * ones: what the first reader loses at steep angles it mostly reads. docs/decisions/0127 has both.
 */

import { decodeQR } from 'qr/decode.js';
import { smoothed } from './contrast.ts';
import type { Way } from './look.ts';
import type { Luma } from './reader.ts';

/** Guesses at what a set of marks could be, beyond the first. */
const EFFORT = 8;
/** The library takes brightness as the first plane of a video frame, with colours behind it. */
const PLANES = 1.5;
const WHITE = 255;

let frame = new Uint8Array(0);

/**
 * The text of a code in the picture, or null. It has thresholds of its own, so the ways differ by
 * the picture that it gets: as it is, light and dark exchanged, or without the grain.
 */
export function readAgain(luma: Luma, way: Way): string | null {
  if (way === 'LOCAL') return decoded({ ...luma, data: luma.data.map((light) => WHITE - light) });
  return decoded(way === 'SMOOTH' ? smoothed(luma) : luma);
}

function decoded({ width, height, data }: Luma): string | null {
  // Sides are even there; a last row or column of one more is no part of a code.
  const [evenWidth, evenHeight] = [width & ~1, height & ~1];
  const bytes = evenWidth * evenHeight * PLANES;
  if (frame.length !== bytes) frame = new Uint8Array(bytes);
  for (let y = 0; y < evenHeight; y += 1) {
    frame.set(data.subarray(y * width, y * width + evenWidth), y * evenWidth);
  }
  try {
    return decodeQR(
      { width: evenWidth, height: evenHeight, data: frame },
      { format: 'I420', effort: EFFORT, timeLimit: Infinity },
    );
  } catch {
    return null;
  }
}
