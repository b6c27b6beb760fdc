/** Accessibility of every screen and state, by day and by night, as axe judges it. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { type Fixture, startFixture } from './fixture-server.ts';
import { type Scene, SCENES } from './scenes.ts';

/** The narrowest phone that is served well. */
const WIDTH = 360;
/** A desktop of 1280 px at 400 % zoom: narrower must not be scrolled sideways (WCAG 1.4.10). */
const REFLOW_WIDTH = 320;
/** Pages that are open side by side; more only wait for the processor. */
const SCENES_AT_ONCE = 3;

let fixture: Fixture;
let browser: Browser;

before(async () => {
  fixture = await startFixture();
  browser = await startBrowser();
});

after(async () => {
  await browser.close();
  await fixture.close();
});

test('every screen and state', { concurrency: SCENES_AT_ONCE }, async (all) => {
  const judged = SCENES.map((scene, index) => {
    // Colours are the only difference between the schemes; the scenes are judged in either in turn.
    const colorScheme = index % 2 === 0 ? 'light' : 'dark';
    return all.test(`${scene.name} (${colorScheme}) satisfies axe and fits 360 px`, async () => {
      const faults = await faultsOf(scene, colorScheme);
      assert.deepEqual(faults, []);
    });
  });
  await Promise.all(judged);
});

async function faultsOf(scene: Scene, colorScheme: 'light' | 'dark'): Promise<string[]> {
  const context = await browser.newContext({
    viewport: { width: WIDTH, height: 740 },
    colorScheme,
    reducedMotion: 'reduce',
  });
  const faults: string[] = [];
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => {
    if (line.text().includes('Content Security Policy')) faults.push(line.text());
  });
  await scene.open(page, fixture);
  const { violations } = await new AxeBuilder({ page }).analyze();
  for (const { id, nodes } of violations) {
    faults.push(`${id}: ${nodes.map((node) => node.html).join(' ')}`);
  }
  for (const room of [WIDTH, REFLOW_WIDTH]) {
    await page.setViewportSize({ width: room, height: 740 });
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    if (width > room) faults.push(`the page is ${String(width)} px wide in ${String(room)}`);
  }
  await context.close();
  return faults;
}
