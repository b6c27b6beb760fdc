/** Every scene looks as it was accepted, as far as another machine's fonts allow to tell. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { allScenes } from './all-scenes.ts';
import { acceptedLooks, beginComparison, type Comparison, inWords } from './baseline.ts';
import { startStillBrowser } from './browser.ts';
import { type Fixture, startFixture } from './fixture-server.ts';
import { type Picture, windowPictures } from './pictures.ts';
import { beginSheet } from './sheet.ts';
import { each, visit } from './visit.ts';

/** Pages that are open side by side; more only wait for the processor. */
const AT_ONCE = 3;
const TIMEOUT_MS = 600_000;
/** Another face of the letters moves less of a window than this; a lost card moves more. */
const SHARE_MAX = 0.08;
/** Where what differs can be looked at. */
const SHEET = path.resolve(import.meta.dirname, '../../test-results/differences');

let fixture: Fixture;
let browser: Browser;
let comparison: Comparison;

before(async () => {
  fixture = await startFixture();
  browser = await startStillBrowser();
  comparison = await beginComparison(browser);
});

after(async () => {
  await browser.close();
  await fixture.close();
});

const accepted = await acceptedLooks();

test(
  'every scene looks as accepted, and none is new or lost',
  { timeout: TIMEOUT_MS },
  async (t) => {
    const scenes = await allScenes();
    const names = scenes.map(({ name }) => name);
    const sheet = await beginSheet(SHEET);
    const changed: string[] = [];
    await each(scenes, AT_ONCE, async (scene) => {
      const pictures = await visit(browser, fixture, scene, ({ page }) => windowPictures(page));
      const before = accepted.get(scene.name);
      if (before === undefined) return;
      const differences = await comparison.compare(before, pictures);
      if (differences.every(({ share }) => share === 0)) return;
      const note = inWords(differences);
      t.diagnostic(`${scene.name}: ${note}`);
      await sheet.add({ scene: scene.name, pictures, note });
      if (differences.some(({ share }) => share > SHARE_MAX))
        changed.push(`${scene.name}: ${note}`);
    });
    const index = await sheet.finish('What differs from the accepted looks');
    assert.deepEqual(
      {
        changed,
        new: names.filter((name) => !accepted.has(name)),
        lost: [...accepted.keys()].filter((name) => !names.includes(name)),
      },
      { changed: [], new: [], lost: [] },
      `look at ${index}, then: npm run screenshots -- --accept`,
    );
  },
);

/** The home screen after this was done in it. */
async function pictured(change: string): Promise<Picture[]> {
  const [scene] = await allScenes('wallet-home');
  assert.ok(scene);
  return visit(browser, fixture, scene, async ({ page }) => {
    await page.evaluate(change);
    return windowPictures(page);
  });
}

test('another face of the letters is no difference; a lost part is', async (t) => {
  const look = await comparison.reduce(await pictured('0'));
  const share = async (change: string): Promise<number> => {
    const differences = await comparison.compare(look, await pictured(change));
    t.diagnostic(`${change.slice(0, 60)}: ${inWords(differences)}`);
    return Math.max(...differences.map((difference) => difference.share));
  };
  const style = (property: string, value: string): string =>
    `document.documentElement.style.setProperty('${property}', '${value}')`;
  assert.ok((await share('0')) < 0.01);
  assert.ok((await share(style('--face', 'serif'))) <= SHARE_MAX);
  assert.ok((await share(style('--face', 'DejaVu Sans'))) <= SHARE_MAX);
  assert.ok((await share("document.querySelector('.balance').remove()")) > SHARE_MAX);
  assert.ok((await share(style('--paper', '#f0c0c0'))) > SHARE_MAX);
});
