/**
 * The accepted look of every scene, small: `baseline/<scene>.webp` holds its four windows side by
 * side. Pictures of another machine differ by its fonts, so what is compared are areas of colour:
 * a change that a customer would see moves many of them, another face of the letters few.
 */

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Picture } from './pictures.ts';

const FOLDER = path.join(import.meta.dirname, 'baseline');
const FILE = /^(.+)\.webp$/u;
/** The height of a small picture, and the side of one compared area, in its pixels. */
const HEIGHT_PX = 148;
const AREA_PX = 8;
/** An area has changed when a channel's mean differs by more than this, of 255. */
const AREA_TOLERANCE = 26;
const QUALITY = 0.55;

/** The share of areas that changed, from 0 to 1, by the name of the picture. */
export type Difference = { readonly picture: string; readonly share: number };

/** A page of the browser's own in which pictures are made small and compared. */
export type Comparison = {
  /** The small picture of a scene, as it is committed. */
  readonly reduce: (pictures: readonly Picture[]) => Promise<Buffer>;
  /** How much each picture differs from the accepted ones. */
  readonly compare: (accepted: Buffer, pictures: readonly Picture[]) => Promise<Difference[]>;
};

/** Begin to compare; the page lives as long as the browser. */
export async function beginComparison(browser: Browser): Promise<Comparison> {
  const page = await browser.newPage();
  await page.evaluate(await readFile(path.join(import.meta.dirname, 'in-comparison.js'), 'utf8'));
  const sizes = { height: HEIGHT_PX, area: AREA_PX, tolerance: AREA_TOLERANCE, quality: QUALITY };
  return {
    reduce: async (pictures) => {
      const webp = await inPage<string>(page, 'reduce', { ...sizes, pictures: coded(pictures) });
      return Buffer.from(webp, 'base64');
    },
    compare: async (accepted, pictures) => {
      const options = {
        ...sizes,
        pictures: coded(pictures),
        accepted: accepted.toString('base64'),
      };
      const shares = await inPage<number[]>(page, 'compare', options);
      return pictures.map(({ name }, index) => ({ picture: name, share: shares[index] ?? 1 }));
    },
  };
}

/** The accepted look of each scene, by its name. */
export async function acceptedLooks(): Promise<Map<string, Buffer>> {
  const names = (await readdir(FOLDER).catch(() => [])).flatMap(
    (file) => FILE.exec(file)?.[1] ?? [],
  );
  const looks = names.map(
    async (name) => [name, await readFile(path.join(FOLDER, `${name}.webp`))] as const,
  );
  return new Map(await Promise.all(looks));
}

/** Take this look of a scene as the right one. */
export async function acceptLook(scene: string, look: Buffer): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(path.join(FOLDER, `${scene}.webp`), look);
}

/** Forget a scene that is no more. */
export async function forgetLook(scene: string): Promise<void> {
  await rm(path.join(FOLDER, `${scene}.webp`));
}

/** Differences as they are read: `phone.light 0.4 %, …`. */
export function inWords(differences: readonly Difference[]): string {
  return differences
    .map(({ picture, share }) => `${picture} ${(share * 100).toFixed(1)} %`)
    .join(', ');
}

function coded(pictures: readonly Picture[]): string[] {
  return pictures.map(({ png }) => png.toString('base64'));
}

function inPage<T>(page: Page, act: string, options: object): Promise<T> {
  return page.evaluate<T>(`looks.${act}(${JSON.stringify(options)})`);
}
