/** Every screen and state, as axe and people with other eyes, ears and hands would judge it. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { allScenes } from './all-scenes.ts';
import { startStillBrowser } from './browser.ts';
import { type Fixture, startFixture } from './fixture-server.ts';
import { faultsOf } from './judge.ts';
import { visit } from './visit.ts';

/** Pages that are open side by side; more only wait for the processor. */
const SCENES_AT_ONCE = 3;
/** All scenes together; each has the usual time. */
const TIMEOUT_MS = 600_000;

const scenes = await allScenes();
let fixture: Fixture;
let browser: Browser;

before(async () => {
  fixture = await startFixture();
  browser = await startStillBrowser();
});

after(async () => {
  await browser.close();
  await fixture.close();
});

test(
  'every screen and state',
  { concurrency: SCENES_AT_ONCE, timeout: TIMEOUT_MS },
  async (all) => {
    const judged = scenes.map((scene) =>
      all.test(`${scene.name} is accessible`, async () => {
        const faults = await visit(browser, fixture, scene, async (open) => [
          ...(await faultsOf(open.page)),
          ...open.faults,
        ]);
        assert.deepEqual(faults, []);
      }),
    );
    await Promise.all(judged);
  },
);
