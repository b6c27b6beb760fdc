/** The contact sheet: a page with every picture of every scene. */

import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Picture } from './pictures.ts';

/** A scene with its pictures, and words about it where there is something to say. */
export type SheetEntry = {
  readonly scene: string;
  readonly pictures: readonly Picture[];
  readonly note?: string;
};

/** A sheet that is being written. */
export type Sheet = {
  readonly add: (entry: SheetEntry) => Promise<void>;
  /** Writes the page; its path is returned. */
  readonly finish: (title: string) => Promise<string>;
};

/** Begin a sheet in `folder`, which is emptied of older pictures. */
export async function beginSheet(folder: string): Promise<Sheet> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const figures = new Map<string, string>();
  return {
    add: async ({ scene, pictures, note }) => {
      const files = pictures.map(({ name, png }) => ({ name, file: `${scene}.${name}.png`, png }));
      await Promise.all(files.map(({ file, png }) => writeFile(path.join(folder, file), png)));
      const images = files.map(
        ({ name, file }) =>
          `<a href="${file}"><img src="${file}" alt="${scene} ${name}" loading="lazy"></a>`,
      );
      const words = note === undefined ? '' : `<p>${note}</p>`;
      figures.set(
        scene,
        `<section id="${scene}"><h2>${scene}</h2>${words}<div>${images.join('')}</div></section>`,
      );
    },
    finish: async (title) => {
      const index = path.join(folder, 'index.html');
      const sorted = [...figures].toSorted(([a], [b]) => a.localeCompare(b));
      await writeFile(index, page(title, sorted));
      return index;
    },
  };
}

function page(title: string, figures: readonly (readonly [string, string])[]): string {
  const links = figures.map(([scene]) => `<a href="#${scene}">${scene}</a>`);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${title}</title>
<style>
  body { margin: 1rem; background: #77807c; color: #fff; font: 0.875rem system-ui, sans-serif; }
  nav { columns: 14rem; } a { color: inherit; }
  section > div { display: flex; flex-wrap: wrap; align-items: start; gap: 0.75rem; }
  img { display: block; height: 27rem; max-width: 46rem; object-fit: contain; }
</style>
<h1>${title}</h1><nav>${links.join('<br>')}</nav>
${figures.map(([, figure]) => figure).join('\n')}
</html>
`;
}
