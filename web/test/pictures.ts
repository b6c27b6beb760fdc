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

/** The whole page on a phone, where it is longer than the window; else null. */
export async function wholePicture(page: Page): Promise<Picture | null> {
  await look(page, 'phone', 'light');
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  if (height <= VIEWS.phone.height) return null;
  return { name: 'phone.whole', png: await page.screenshot({ ...STILL, fullPage: true }) };
}
