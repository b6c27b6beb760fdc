/**
 * The screenshot sheet: `npm run screenshots -- [folder] [part of a name]`. Every screen and state
 * of wallet and panel, on a phone and on a desktop, by day and by night, for looking at by eye;
 * how much each differs from the accepted look stands beside it. With `--accept` these looks become
 * the accepted ones, and those of scenes that are no more are forgotten.
 */

import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { acceptedLooks, acceptLook, beginComparison, forgetLook, inWords } from './baseline.ts';
import { allScenes } from './all-scenes.ts';
import { startStillBrowser } from './browser.ts';
import { startFixture } from './fixture-server.ts';
import { wholePictures, windowPictures } from './pictures.ts';
import { beginSheet } from './sheet.ts';
import { each, visit } from './visit.ts';

/** Pages that are open side by side; more only wait for the processor. */
const AT_ONCE = 3;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { accept: { type: 'boolean', default: false } },
});
const [folder = 'test-results/sheet', part = ''] = positionals;
const scenes = await allScenes(part);
const sheet = await beginSheet(path.resolve(folder));
const fixture = await startFixture();
const browser = await startStillBrowser();
const comparison = await beginComparison(browser);
const accepted = await acceptedLooks();
let failed = 0;
try {
  await each(scenes, AT_ONCE, async (scene) => {
    try {
      const { taken, whole } = await visit(browser, fixture, scene, async ({ page, faults }) => {
        for (const fault of faults) process.stderr.write(`${scene.name}: ${fault}\n`);
        return { taken: await windowPictures(page), whole: await wholePictures(page) };
      });
      const before = accepted.get(scene.name);
      const note = before === undefined ? 'new' : inWords(await comparison.compare(before, taken));
      await sheet.add({ scene: scene.name, pictures: [...taken, ...whole], note });
      if (values.accept) await acceptLook(scene.name, await comparison.reduce(taken));
    } catch (error) {
      failed += 1;
      process.stderr.write(`${scene.name}: ${String(error)}\n`);
    }
  });
  if (values.accept && part === '') {
    const names = new Set(scenes.map(({ name }) => name));
    for (const name of accepted.keys()) if (!names.has(name)) await forgetLook(name);
  }
  const index = await sheet.finish(`${String(scenes.length)} scenes`);
  process.stdout.write(`${index}\n`);
} finally {
  await browser.close();
  await fixture.close();
}
if (failed > 0) process.exitCode = 1;
