/** A picture of the corpus: one frame of each condition and kind of code, side by side. */

import { PNG } from 'pngjs';
import { FRAME_HEIGHT, FRAME_WIDTH } from '../../web/test/frames/camera-geometry.ts';
import { KINDS, sceneOf } from '../../web/test/frames/corpus.ts';
import { ASKED, FURTHER } from '../../web/test/frames/view.ts';

const COLUMNS = 6;
const SHRINK = 2;
const OPAQUE = 255;

/** The sheet as a PNG: row by row, the plain code of a condition beside its signed one. */
export function contactSheet(): Buffer {
  const frames = [...ASKED, ...FURTHER].flatMap((condition) =>
    KINDS.map((kind) => sceneOf(condition, kind, 0).frame(0)),
  );
  const [width, height] = [FRAME_WIDTH / SHRINK, FRAME_HEIGHT / SHRINK];
  const sheet = new PNG({
    width: COLUMNS * width,
    height: Math.ceil(frames.length / COLUMNS) * height,
  });
  for (const [index, { data }] of frames.entries()) {
    const left = (index % COLUMNS) * width;
    const top = Math.floor(index / COLUMNS) * height;
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const light = data[y * SHRINK * FRAME_WIDTH + x * SHRINK] ?? 0;
        const at = ((top + y) * sheet.width + left + x) * 4;
        sheet.data.set([light, light, light, OPAQUE], at);
      }
    }
  }
  return PNG.sync.write(sheet);
}
