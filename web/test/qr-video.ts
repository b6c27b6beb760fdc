/**
 * A video of a QR code for Chromium's fake camera (`--use-file-for-fake-video-capture`): YUV4MPEG2
 * with C420jpeg, grey only. What a camera sees is not a clean code in the middle, so it can be
 * shown small, off the middle, turned, dim, and after some frames without any code.
 */

import { writeFile } from 'node:fs/promises';
import { encodeQR } from 'qr';

/** How the code is seen. Lengths are in pixels of the frame, angles in degrees. */
export type QrView = {
  readonly width?: number;
  readonly height?: number;
  /** Side of the code with its quiet zone. */
  readonly side?: number;
  /** Turned around the middle of the frame. */
  readonly angle?: number;
  /** Frames of an empty wall before the code appears. */
  readonly emptyFrames?: number;
  /** Frames that show the code; Chromium then begins anew. */
  readonly frames?: number;
  /** Luma of the dark and of the light modules and of the wall behind, 0 to 255. */
  readonly dark?: number;
  readonly light?: number;
  readonly wall?: number;
};

const FRAMES_PER_SECOND = 10;
const QUIET_MODULES = 4;
/** Chroma of no colour. */
const NEUTRAL = 128;
/** Samples a side that make up one pixel, so that edges are grey as through a lens. */
const SAMPLES = 2;

/** Write a video that shows the code of `text` to `path`. */
export async function writeQrVideo(path: string, text: string, view: QrView = {}): Promise<void> {
  const { width = 640, height = 480, emptyFrames = 0, frames = 10 } = view;
  const empty = new Uint8Array(width * height).fill(view.wall ?? 150);
  const shown = qrLuma(text, view);
  await writeVideo(path, { width, height }, [
    ...Array.from({ length: emptyFrames }, () => empty),
    ...Array.from({ length: frames }, () => shown),
  ]);
}

/** Size and speed of a video. */
export type VideoShape = {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond?: number;
};

/** Write a video of frames that were drawn elsewhere; each is the luma, row by row. */
export async function writeVideo(
  path: string,
  { width, height, framesPerSecond = FRAMES_PER_SECOND }: VideoShape,
  frames: readonly Uint8Array[],
): Promise<void> {
  const header = `YUV4MPEG2 W${width} H${height} F${framesPerSecond}:1 Ip A1:1 C420jpeg\n`;
  const chroma = Buffer.alloc((width / 2) * (height / 2) * 2, NEUTRAL);
  const begin = Buffer.from('FRAME\n');
  await writeFile(path, [
    Buffer.from(header),
    ...frames.flatMap((luma) => [begin, Buffer.from(luma), chroma]),
  ]);
}

/** One frame's luma, row by row. */
function qrLuma(text: string, view: QrView = {}): Uint8Array {
  const { width = 640, height = 480, side = 300, angle = 0 } = view;
  const { dark = 25, light = 230, wall = 150 } = view;
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_MODULES });
  const scale = modules.length / side;
  const turn = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const sample = (x: number, y: number): number => {
    const [fromMiddleX, fromMiddleY] = [x - width / 2, y - height / 2];
    const column = Math.floor((fromMiddleX * cos + fromMiddleY * sin + side / 2) * scale);
    const row = Math.floor((fromMiddleY * cos - fromMiddleX * sin + side / 2) * scale);
    const module = modules[row]?.[column];
    return module === undefined ? wall : module ? dark : light;
  };
  const luma = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (let part = 0; part < SAMPLES * SAMPLES; part += 1) {
        const dx = ((part % SAMPLES) + 0.5) / SAMPLES;
        const dy = (Math.floor(part / SAMPLES) + 0.5) / SAMPLES;
        sum += sample(x + dx, y + dy);
      }
      luma[y * width + x] = sum / (SAMPLES * SAMPLES);
    }
  }
  return luma;
}
