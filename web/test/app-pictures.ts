/**
 * Draws the pictures that phones want as PNG: the icons, from their SVG, and the two screens that
 * an app shop shows. They are committed; after a change of an icon or of those screens run
 * `node web/test/app-pictures.ts`.
 */

import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { startFixture } from './fixture-server.ts';
import { signedIn } from './scene.ts';

const PUBLIC = fileURLToPath(new URL('../wallet/public', import.meta.url));
const ICONS = [
  { from: 'icon.svg', to: 'icon-192.png', size: 192 },
  { from: 'icon.svg', to: 'icon-512.png', size: 512 },
  { from: 'icon-maskable.svg', to: 'icon-maskable-512.png', size: 512 },
  // An iPhone rounds the corners itself.
  { from: 'icon-maskable.svg', to: 'apple-touch-icon.png', size: 180 },
] as const;
const PICTURES = { home: '/', offer: '/#/purchase/offer' } as const;
/** As the manifest says: 720 × 1480. */
const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 } as const;
/** Animations that come to rest have done so after this long. */
const REST_MS = 800;

const browser = await startBrowser();
await drawIcons(browser);
await drawPictures(browser);
await browser.close();

async function drawIcons(browser: Browser): Promise<void> {
  for (const { from, to, size } of ICONS) {
    const svg = await readFile(path.join(PUBLIC, from), 'base64');
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(
      `<body style="margin:0"><img alt="" width="${String(size)}" height="${String(size)}" ` +
        `style="display:block" src="data:image/svg+xml;base64,${svg}"></body>`,
    );
    await page.screenshot({ path: path.join(PUBLIC, to), omitBackground: true });
    await page.close();
  }
}

async function drawPictures(browser: Browser): Promise<void> {
  await mkdir(path.join(PUBLIC, 'pictures'), { recursive: true });
  const fixture = await startFixture();
  for (const [name, address] of Object.entries(PICTURES)) {
    const page = await browser.newPage({ ...PHONE, locale: 'en-GB', colorScheme: 'light' });
    await signedIn(page, fixture, address);
    await page.locator('.figures').first().waitFor();
    await page.waitForTimeout(REST_MS);
    await page.screenshot({ path: path.join(PUBLIC, 'pictures', `${name}.png`) });
    await page.close();
  }
  await fixture.close();
}
