/**
 * What a camera sees that is held before another screen: pictures of a page, made into a video for
 * Chromium's fake camera (`--use-file-for-fake-video-capture`): YUV4MPEG2 with C420jpeg, grey only.
 */

import { writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

const WIDTH = 640;
const HEIGHT = 480;
const FRAMES_PER_SECOND = 10;
/** Frames that show one picture. */
const FRAMES_EACH = 8;
/** Chroma of no colour. */
const NEUTRAL = 128;
/** The room around the screen, 0 to 255. */
const WALL = 90;

/** Degrees by which the phone is held askew, and how much of the picture the screen fills. */
export type ScreenView = { readonly angle?: number; readonly share?: number };

/** What a page looks like now, as {@link writeScreenVideo} takes it. */
export async function picture(page: Page): Promise<Buffer> {
  return page.screenshot({ animations: 'disabled' });
}

/**
 * Writes a video of these pictures of a screen, one after the other, to `path`. `workshop` is a
 * page that may be used for drawing.
 */
export async function writeScreenVideo(
  path: string,
  pictures: readonly Buffer[],
  workshop: Page,
  view: ScreenView = {},
): Promise<void> {
  const header = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FRAMES_PER_SECOND}:1 Ip A1:1 C420jpeg\n`;
  const chroma = Buffer.alloc((WIDTH / 2) * (HEIGHT / 2) * 2, NEUTRAL);
  const frames: Buffer[] = [];
  for (const shot of pictures) {
    const luma = await lumaOf(shot, workshop, view);
    for (let frame = 0; frame < FRAMES_EACH; frame += 1) {
      frames.push(Buffer.from('FRAME\n'), luma, chroma);
    }
  }
  await writeFile(path, [Buffer.from(header), ...frames]);
}

/** Draws a picture into a frame, as large as it fits, in a browser: it can read PNG. */
async function lumaOf(shot: Buffer, workshop: Page, view: ScreenView): Promise<Buffer> {
  const task = {
    png: shot.toString('base64'),
    width: WIDTH,
    height: HEIGHT,
    wall: WALL,
    turn: ((view.angle ?? 0) * Math.PI) / 180,
    share: view.share ?? 1,
  };
  const luma = await workshop.evaluate<string>(`(${DRAW})(${JSON.stringify(task)})`);
  return Buffer.from(luma, 'base64');
}

/** Runs in the page. Luma as JPEG has it: 0.299 R + 0.587 G + 0.114 B. */
const DRAW = `async ({ png, width, height, wall, turn, share }) => {
  const bytes = Uint8Array.from(atob(png), (sign) => sign.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const canvas = new OffscreenCanvas(width, height);
  const paint = canvas.getContext('2d');
  paint.fillStyle = 'rgb(' + [wall, wall, wall].join(' ') + ')';
  paint.fillRect(0, 0, width, height);
  const scale = share * Math.min(width / image.width, height / image.height);
  paint.translate(width / 2, height / 2);
  paint.rotate(turn);
  paint.scale(scale, scale);
  paint.imageSmoothingQuality = 'high';
  paint.drawImage(image, -image.width / 2, -image.height / 2);
  const { data } = paint.getImageData(0, 0, width, height);
  let text = '';
  for (let at = 0; at < data.length; at += 4) {
    const luma = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
    text += String.fromCharCode(Math.round(luma));
  }
  return btoa(text);
}`;
