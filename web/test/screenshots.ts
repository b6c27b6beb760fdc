/**
 * The screenshot sheet: `npm run screenshots -- [folder] [part of a name]`. Every screen and state
 * of wallet and panel, on a phone and on a desktop, by day and by night, for looking at by eye.
 */

import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { allScenes } from './all-scenes.ts';
import { startBrowser } from './browser.ts';
import { startFixture } from './fixture-server.ts';
import { wholePicture, windowPictures } from './pictures.ts';
import { beginSheet } from './sheet.ts';
import { each, visit } from './visit.ts';

/** Pages that are open side by side; more only wait for the processor. */
const AT_ONCE = 3;

const { positionals } = parseArgs({ allowPositionals: true });
const [folder = 'test-results/sheet', part = ''] = positionals;
const scenes = await allScenes(part);
const sheet = await beginSheet(path.resolve(folder));
const fixture = await startFixture();
const browser = await startBrowser();
let failed = 0;
try {
  await each(scenes, AT_ONCE, async (scene) => {
    try {
      const pictures = await visit(browser, fixture, scene, async ({ page, faults }) => {
        const taken = await windowPictures(page);
        const whole = await wholePicture(page);
        for (const fault of faults) process.stderr.write(`${scene.name}: ${fault}\n`);
        return whole === null ? taken : [...taken, whole];
      });
      await sheet.add({ scene: scene.name, pictures });
    } catch (error) {
      failed += 1;
      process.stderr.write(`${scene.name}: ${String(error)}\n`);
    }
  });
  const index = await sheet.finish(`${String(scenes.length)} scenes`);
  process.stdout.write(`${index}\n`);
} finally {
  await browser.close();
  await fixture.close();
}
if (failed > 0) process.exitCode = 1;
