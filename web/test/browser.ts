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

/**
 * The same engine without windows of its own: pages that are only looked at take half the time. It
 * lets nobody be notified, so customers' journeys are made in the whole browser.
 */
const SHELL = '/usr/bin/chromium-headless-shell';

/** How a browser differs from the usual one. */
export type BrowserOptions = {
  /** What the fake camera shows: a `.y4m` file. Without one, Chromium's own test picture. */
  readonly video?: string;
  /** Where to look first. */
  readonly places?: readonly (string | undefined)[];
};

/** Start Chromium; the caller closes it. Throws with what to install when there is none. */
export async function startBrowser(options: BrowserOptions = {}): Promise<Browser> {
  const { places = PLACES } = options;
  const executablePath = places.find((place) => place !== undefined && existsSync(place));
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

/** Start Chromium for scenes: its camera sees the same at every look. */
export async function startStillBrowser(): Promise<Browser> {
  const folder = await mkdtemp(path.join(tmpdir(), 'seqr-wall-'));
  const video = path.join(folder, 'wall.y4m');
  await writeVideo(video, WALL, [new Uint8Array(WALL.width * WALL.height).fill(WALL.luma)]);
  const browser = await startBrowser({ video, places: [PLACES[0], SHELL, ...PLACES] });
  browser.once('disconnected', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return browser;
}
