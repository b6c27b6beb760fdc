/**
 * Pictures of every screen and state: `node web/test/screenshots.ts <folder> [part of a name]`. For
 * looking at by eye, at the sizes of a phone, a phone with its browser's bars, and a desktop, by
 * day and by night.
 */

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { startBrowser } from './browser.ts';
import { startFixture } from './fixture-server.ts';
import { SCENES } from './scenes.ts';

const SIZES = {
  phone: { width: 360, height: 740 },
  small: { width: 360, height: 640 },
  desktop: { width: 1280, height: 800 },
} as const;
const SCHEMES = ['light', 'dark'] as const;
/** Animations that come to rest have done so after this long. */
const REST_MS = 350;

const [folder = 'test-results/screens', wanted = ''] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const fixture = await startFixture();
const browser = await startBrowser();
try {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of SCHEMES) {
      for (const scene of SCENES.filter(({ name }) => name.includes(wanted))) {
        const context = await browser.newContext({ viewport, colorScheme });
        const page = await context.newPage();
        page.on('console', (line) => {
          if (line.type() === 'error') process.stderr.write(`${scene.name}: ${line.text()}\n`);
        });
        page.on('pageerror', (error) => process.stderr.write(`${scene.name}: ${error.message}\n`));
        await scene.open(page, fixture);
        await page.waitForTimeout(REST_MS);
        await page.screenshot({
          path: path.join(folder, `${scene.name}.${size}.${colorScheme}.png`),
        });
        await context.close();
      }
    }
  }
} finally {
  await browser.close();
  await fixture.close();
}
