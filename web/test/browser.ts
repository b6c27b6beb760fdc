/** Debian's Chromium under playwright-core, as the browser tests use it. */

import { existsSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { type Browser, chromium } from 'playwright-core';
import { writeVideo } from './qr-video.ts';

/** Where Chromium is: the environment's choice, else the places that distributions use. */
const PLACES = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** What the fake camera shows: a `.y4m` file. Without one, Chromium's own test picture. */
export type BrowserOptions = { readonly video?: string };

/** Start Chromium; the caller closes it. Throws with what to install when there is none. */
export async function startBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const executablePath = PLACES.find((place) => place !== undefined && existsSync(place));
  if (executablePath === undefined) {
    throw new Error('Browser tests need Chromium: apt-get install chromium, or set CHROMIUM_PATH.');
  }
  const args = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];
  if (options.video !== undefined) args.push(`--use-file-for-fake-video-capture=${options.video}`);
  // Chromium cannot make its sandbox as root; the pages are our own.
  return chromium.launch({ executablePath, chromiumSandbox: false, args });
}

/**
 * What the camera of a picture sees: a wall of one grey, since Chromium's own test picture moves.
 */
const WALL = { width: 640, height: 480, luma: 110 } as const;

/** Start Chromium for pictures that are compared: its camera sees the same at every look. */
export async function startStillBrowser(): Promise<Browser> {
  const folder = await mkdtemp(path.join(tmpdir(), 'seqr-wall-'));
  const video = path.join(folder, 'wall.y4m');
  await writeVideo(video, WALL, [new Uint8Array(WALL.width * WALL.height).fill(WALL.luma)]);
  const browser = await startBrowser({ video });
  browser.once('disconnected', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return browser;
}
