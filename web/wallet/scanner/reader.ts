/**
 * Reads the code in one picture. The library finds and decodes; which points are dark is decided
 * here, in three ways that fail at different pictures, each also for light codes on dark.
 * docs/decisions/0127 has what each reads.
 */

import { binarize, type BitMatrix, Decoder, Detector } from '@nuintun/qrcode';
import { darkerThanAround, lighterThanAround, smoothed } from './contrast.ts';
import type { Way } from './look.ts';

/** Brightness of each point, row by row, 0 to 255. */
export type Luma = {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
};

/** A busy background has many shapes like a code's marks; the next frame is a better chance. */
const CANDIDATES_MAX = 12;

const detector = new Detector();
const decoder = new Decoder();

/** The text of a code in the picture, looked for in one way; null when none can be read. */
export function readCode(luma: Luma, way: Way): string | null {
  if (way === 'LOCAL') return decoded(darkerThanAround(luma)) ?? decoded(lighterThanAround(luma));
  const { width, height, data } = way === 'SMOOTH' ? smoothed(luma) : luma;
  const dark = binarize(data, width, height);
  const text = decoded(dark);
  if (text !== null) return text;
  dark.flip();
  return decoded(dark);
}

function decoded(matrix: BitMatrix): string | null {
  const found = detector.detect(matrix);
  let candidate = found.next();
  for (let tried = 0; candidate.done !== true && tried < CANDIDATES_MAX; tried += 1) {
    try {
      return decoder.decode(candidate.value.matrix).content;
    } catch {
      // The marks were right, the rest could not be made out; another three may be the code.
      candidate = found.next(false);
    }
  }
  return null;
}
