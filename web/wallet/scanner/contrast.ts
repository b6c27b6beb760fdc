/** What is dark and what is light where print is faded, the light uneven, or the picture grainy. */

import { BitMatrix } from '@nuintun/qrcode';
import type { Luma } from './reader.ts';

/**
 * A point is compared with the mean of the square around it that reaches so far: wider than a
 * corner mark of a small code, narrower than the shadow of a hand.
 */
const REACH = 32;
/** Less of a difference than this is grain. */
const GRAIN = 4;

/** Marks the points that are darker than what is around them. */
export function darkerThanAround(luma: Luma): BitMatrix {
  return against(luma, -1);
}

/** Marks the points that are lighter than what is around them: for light codes on dark. */
export function lighterThanAround(luma: Luma): BitMatrix {
  return against(luma, 1);
}

function against({ width, height, data }: Luma, sign: 1 | -1): BitMatrix {
  const sums = sumsOf({ width, height, data });
  const across = width + 1;
  const marked = new BitMatrix(width, height);
  for (let y = 0; y < height; y += 1) {
    const top = Math.max(0, y - REACH);
    const bottom = Math.min(height, y + REACH + 1);
    for (let x = 0; x < width; x += 1) {
      const left = x < REACH ? 0 : x - REACH;
      const right = x + REACH + 1 > width ? width : x + REACH + 1;
      const points = (bottom - top) * (right - left);
      const sum =
        (sums[bottom * across + right] ?? 0) -
        (sums[top * across + right] ?? 0) -
        (sums[bottom * across + left] ?? 0) +
        (sums[top * across + left] ?? 0);
      if (sign * ((data[y * width + x] ?? 0) * points - sum) > GRAIN * points) marked.set(x, y);
    }
  }
  return marked;
}

/** For each point the sum of all above and left of it, so that any square's is four look-ups. */
function sumsOf({ width, height, data }: Luma): Uint32Array {
  const across = width + 1;
  const sums = new Uint32Array(across * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += data[y * width + x] ?? 0;
      sums[(y + 1) * across + x + 1] = (sums[y * across + x + 1] ?? 0) + row;
    }
  }
  return sums;
}

/** Each point with its neighbours, weighted 1, 2, 1 either way: it takes the grain out. */
export function smoothed({ width, height, data }: Luma): Luma {
  const rows = new Uint8Array(data.length);
  const result = new Uint8Array(data.length);
  const last = data.length - 1;
  for (let at = 0; at <= last; at += 1) {
    const here = data[at] ?? 0;
    rows[at] = ((data[at - 1] ?? here) + 2 * here + (data[at + 1] ?? here) + 2) >> 2;
  }
  for (let at = 0; at <= last; at += 1) {
    const here = rows[at] ?? 0;
    result[at] = ((rows[at - width] ?? here) + 2 * here + (rows[at + width] ?? here) + 2) >> 2;
  }
  return { width, height, data: result };
}
