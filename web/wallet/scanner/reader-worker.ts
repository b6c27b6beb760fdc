/**
 * The reader in a thread of its own: a mid-range phone takes longer for a picture than for drawing
 * one, and the screen must not wait. Told a picture and a way to look, it answers the text or null.
 */

import type { Way } from './look.ts';
import { type Luma, readCode } from './reader.ts';

/** What the worker is told. The picture is given away. */
export type Question = { readonly picture: ImageBitmap; readonly way: Way };

/** Comes after the first, which is enough for most codes; nobody waits for it. */
let readAgain: ((luma: Luma, way: Way) => string | null) | null = null;
import('./second-reader.ts').then(
  (part) => {
    readAgain = part.readAgain;
  },
  () => {
    // Without network the first reader goes on alone.
  },
);

const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });

globalThis.addEventListener('message', ({ data }: MessageEvent<Question>) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's has none
  globalThis.postMessage(readPicture(data));
});

function readPicture({ picture, way }: Question): string | null {
  if (context === null) return null;
  const { width, height } = picture;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.drawImage(picture, 0, 0);
  picture.close();
  const luma = lumaOf(context.getImageData(0, 0, width, height));
  return readCode(luma, way) ?? readAgain?.(luma, way) ?? null;
}

/** Weights of BT.601, in 256ths. */
function lumaOf({ width, height, data }: ImageData): Luma {
  const luma = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < luma.length; at += 1, from += 4) {
    const [red, green, blue] = [data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0];
    luma[at] = (77 * red + 150 * green + 29 * blue) >> 8;
  }
  return { width, height, data: luma };
}
