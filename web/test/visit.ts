/** Opens a scene as it is photographed and judged: still, at one moment, in one language. */

import type { Browser, Page } from 'playwright-core';
import { FIXTURE_NOW_MS } from './fixture-clock.ts';
import type { Fixture } from './fixture-server.ts';
import type { Scene } from './scene.ts';

/** The windows that every scene is seen in. 360 px is the narrowest phone that is served well. */
export const VIEWS = {
  phone: { width: 360, height: 740 },
  desktop: { width: 1280, height: 800 },
} as const;

/** The name of a window. */
export type View = keyof typeof VIEWS;

/** By day and by night. */
export const SCHEMES = ['light', 'dark'] as const;

/** By day or by night. */
export type Scheme = (typeof SCHEMES)[number];

/** An open scene, and the errors that its page reported so far. */
export type Visit = { readonly page: Page; readonly faults: readonly string[] };

/** As on a phone that may ask; Chromium's headless shell forbids notifications to everybody. */
const NOT_ASKED_YET = `Object.defineProperty(Notification, 'permission', { get: () => 'default' })`;

/** Open `scene` on a phone by day, do `act`, close it. */
export async function visit<T>(
  browser: Browser,
  fixture: Fixture,
  scene: Scene,
  act: (visit: Visit) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({
    viewport: VIEWS.phone,
    colorScheme: 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Stockholm',
  });
  try {
    const page = await context.newPage();
    await page.clock.setFixedTime(FIXTURE_NOW_MS);
    await page.addInitScript(NOT_ASKED_YET);
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (line) => {
      if (line.text().includes('Content Security Policy')) faults.push(line.text());
    });
    await scene.open(page, fixture);
    return await act({ page, faults });
  } finally {
    await context.close();
  }
}

/** Show the open page in another window and scheme, laid out and painted. */
export async function look(page: Page, view: View, colorScheme: Scheme): Promise<void> {
  await page.setViewportSize(VIEWS[view]);
  await page.emulateMedia({ colorScheme });
  await painted(page);
}

/** Two frames later what was changed is on the screen. */
export async function painted(page: Page): Promise<void> {
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))',
  );
}

/** `work` on every item, `atOnce` of them side by side. */
export async function each<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
