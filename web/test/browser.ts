/** Debian's Chromium under playwright-core, as the browser tests use it. */

import { existsSync } from 'node:fs';
import process from 'node:process';
import { type Browser, chromium } from 'playwright-core';

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
