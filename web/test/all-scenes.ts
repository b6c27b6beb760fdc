/**
 * Every scene of every `scenes*.ts` beside this file, which exports its own as `SCENES`. Pictures
 * and the accessibility test walk through the same list, so that no screen is looked at by only one
 * of them.
 */

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Scene } from './scene.ts';

const FILE = /^scenes(-[a-z]+)?\.ts$/u;

/** All scenes, or those whose name contains `part`. Throws when two have one name. */
export async function allScenes(part = ''): Promise<Scene[]> {
  const folder = import.meta.dirname;
  const files = readdirSync(folder)
    .filter((name) => FILE.test(name))
    .toSorted();
  const lists = await Promise.all(
    files.map(async (name) => {
      const module = (await import(pathToFileURL(path.join(folder, name)).href)) as {
        readonly SCENES: readonly Scene[];
      };
      return module.SCENES;
    }),
  );
  const scenes = lists.flat();
  const names = scenes.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two scenes are called ${twice}`);
  return scenes.filter(({ name }) => name.includes(part));
}
