/**
 * Every screen and state in every language, and written from right to left: nothing is missing,
 * nothing is left in English, nothing runs out of a narrow phone.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { de } from '../wallet/text/de/index.ts';
import { en } from '../wallet/text/en/index.ts';
import { pl } from '../wallet/text/pl/index.ts';
import { sv } from '../wallet/text/sv/index.ts';
import { allScenes } from './all-scenes.ts';
import { startStillBrowser } from './browser.ts';
import { type Fixture, startFixture } from './fixture-server.ts';
import type { Scene } from './scene.ts';
import { each, painted, visit } from './visit.ts';

const OTHERS = { sv, pl, de } as const;
/** Pages that are open side by side; more only wait for the processor. */
const SCENES_AT_ONCE = 3;
/** Scenes of one test, so that none is a long one. */
const SCENES_A_TEST = 12;
/** Shorter texts of two languages are often alike. */
const LEFT_OVER_LENGTH_MIN = 12;

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

test('every language says what English says', () => {
  const wanted = [...leaves(en).keys()];
  for (const [name, words] of Object.entries(OTHERS)) {
    const said = leaves(words);
    assert.deepEqual([...said.keys()].toSorted(), wanted.toSorted(), name);
    for (const [path, text] of said) assert.notEqual(text.trim(), '', `${name} ${path}`);
  }
});

const scenes = (await allScenes()).filter(({ name }) => name.startsWith('wallet-'));
for (let first = 0; first < scenes.length; first += SCENES_A_TEST) {
  const some = scenes.slice(first, first + SCENES_A_TEST);
  const names = `${some[0]?.name ?? ''} to ${some.at(-1)?.name ?? ''}`;
  test(`${names} in Swedish, Polish, German, and from right to left`, async () => {
    const faults: string[] = [];
    await each(some, SCENES_AT_ONCE, async (scene) => {
      const found = await faultsOf(scene).catch((error: Error) => [error.message]);
      faults.push(...found.map((fault) => `${scene.name}: ${fault}`));
    });
    assert.deepEqual(faults, []);
  });
}

function faultsOf(scene: Scene): Promise<string[]> {
  return visit(browser, fixture, scene, async ({ page, faults: reported }) => {
    const faults: string[] = [];
    for (const language of Object.keys(OTHERS) as (keyof typeof OTHERS)[]) {
      await speak(page, language);
      const found = [...(await leftOver(page, language)), ...(await outside(page))];
      faults.push(...found.map((fault) => `${language}: ${fault}`));
    }
    await page.evaluate("document.documentElement.dir = 'rtl'");
    await painted(page);
    faults.push(...(await outside(page)).map((fault) => `rtl: ${fault}`));
    return [...faults, ...reported];
  });
}

/** As if the customer had chosen the language in another tab. */
async function speak(page: Page, language: string): Promise<void> {
  await page.evaluate(
    `localStorage.setItem('seqr.language', '${language}');
     window.dispatchEvent(new StorageEvent('storage', { key: 'seqr.language' }));`,
  );
  await page.locator(`html[lang|=${language}]`).waitFor({ state: 'attached' });
  await painted(page);
}

/** Sentences on the page that are English still. */
async function leftOver(page: Page, language: keyof typeof OTHERS): Promise<string[]> {
  const shown = await page.evaluate<string>('document.body.innerText');
  const own = leaves(OTHERS[language]);
  const english = [...leaves(en)]
    .filter(([path, text]) => own.get(path) !== text && text.length >= LEFT_OVER_LENGTH_MIN)
    .map(([, text]) => text);
  const found = english.filter((text) => shown.includes(text));
  if (/undefined|\[object|NaN/u.test(shown)) found.push('a value that is no text');
  return found.map((text) => `still says "${text}"`);
}

/** What stands outside the window, and whether the page can be scrolled sideways. */
function outside(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const width = document.documentElement.clientWidth;
    const faults = [];
    const wide = document.documentElement.scrollWidth;
    if (wide > width) faults.push('the page is ' + wide + ' px wide in ' + width);
    for (const element of document.querySelectorAll('main *, header *')) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (!own || !element.checkVisibility() || element.closest('.sr-only')) continue;
      const { left, right } = element.getBoundingClientRect();
      if (left < -1 || right > width + 1) faults.push('outside: ' + element.textContent.trim());
    }
    return faults;
  })()`);
}

/** Every text of a language by its place; of a sentence with parameters what it says for "7". */
function leaves(words: unknown, path = ''): Map<string, string> {
  if (typeof words === 'string') return new Map([[path, words]]);
  if (typeof words === 'function') {
    const say = words as (...parameters: unknown[]) => string;
    return new Map([[path, say(...Array.from({ length: say.length }, () => 7))]]);
  }
  const below = Object.entries(words as object).map(([name, part]) =>
    leaves(part, path === '' ? name : `${path}.${name}`),
  );
  return new Map(below.flatMap((map) => [...map]));
}
