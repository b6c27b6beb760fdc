/** The pictures of a scene: each window by day and by night, and all of a page that is longer. */

import type { Page } from 'playwright-core';
import { look, SCHEMES, type View, VIEWS } from './visit.ts';

/** One picture of a scene, a PNG. */
export type Picture = {
  /** `phone.light`, and for a whole page `phone.whole`. */
  readonly name: string;
  readonly png: Buffer;
};

const STILL = { animations: 'disabled', caret: 'hide' } as const;

/** The pictures that are compared: what a customer sees without scrolling. */
export async function windowPictures(page: Page): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const view of Object.keys(VIEWS) as View[]) {
    for (const scheme of SCHEMES) {
      await look(page, view, scheme);
      pictures.push({ name: `${view}.${scheme}`, png: await page.screenshot(STILL) });
    }
  }
  return pictures;
}

/**
 * What is only looked at: the colours of a customer's own choice, and the whole page where it is
 * longer than the window.
 */
export async function wholePictures(page: Page): Promise<Picture[]> {
  await look(page, 'phone', 'light');
  await page.emulateMedia({ forcedColors: 'active' });
  const forced = { name: 'phone.forced', png: await page.screenshot(STILL) };
  await page.emulateMedia({ forcedColors: 'none' });
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  if (height <= VIEWS.phone.height) return [forced];
  // As a taller window, so that what sticks to its end stands at the end.
  await page.setViewportSize({ width: VIEWS.phone.width, height });
  const whole = { name: 'phone.whole', png: await page.screenshot(STILL) };
  return [forced, whole];
}
