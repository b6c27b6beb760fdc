/**
 * Two screens in front of one another: the machine's page shows its code, the wallet's page reads
 * it from a video of that page, and the machine's page shows what the phone then does.
 */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startBrowser } from '../../web/test/browser.ts';
import { picture, writeScreenVideo, type ScreenView } from '../../web/test/screen-video.ts';
import { openStand, panelWords, visit, words } from './at-the-machine.ts';
import type { Stand } from './at-the-machine.ts';

/** The code in large is at least this much of the screen's shorter side. */
const LEAST_SHARE = 0.6;

let stand: Stand;
before(async () => {
  stand = await openStand();
});
after(() => stand.close());

type Screen = { readonly width: number; readonly height: number };

/** The page of a machine on a screen of that size, its code in large. */
async function largeCode(token: string, screen: Screen): Promise<Page> {
  const page = await stand.browser.newPage({ viewport: screen, locale: 'en-GB' });
  await page.goto(`${stand.sandbox.machines}/${token}`);
  await page.getByRole('button', { name: panelWords.large }).click();
  const code = await page.getByRole('dialog').getByRole('img').boundingBox();
  const shorter = Math.min(screen.width, screen.height);
  assert.ok(code !== null && code.width >= LEAST_SHARE * shorter, JSON.stringify(code));
  assert.ok(code.x >= 0 && code.y >= 0 && code.y + code.height <= screen.height);
  return page;
}

/** What a phone's camera sees of that page. */
async function videoOf(page: Page, name: string, view: ScreenView): Promise<string> {
  const workshop = await stand.browser.newPage();
  const video = join(stand.dataDir, `${name}.y4m`);
  await writeScreenVideo(video, [await picture(page)], workshop, view);
  await workshop.close();
  return video;
}

async function buy(token: string, product: string, screen: Screen, view: ScreenView) {
  const shown = await largeCode(token, screen);
  const seeing = await startBrowser({ video: await videoOf(shown, token, view) });
  try {
    const at = await visit(stand, token, seeing);
    await at.wallet.getByRole('link', { name: words.homeScreen.scan }).click();
    await at.wallet.getByRole('timer').first().waitFor();
    // The screen with the code gives way to what the phone has done.
    await shown.getByRole('dialog').waitFor({ state: 'detached' });
    await at.displays('Confirm with PIN on your phone');
    await at.sameCountdown();
    await at.unlock();
    await at.sameCountdown();
    await at.press(product);
    await at.displays(`${product} Enjoy!`);
    const finish = at.machine.getByRole('button', { name: panelWords.finish, exact: true });
    if (token === '1008') await finish.click();
    await at.says(words.receipt.paid);
    await at.leave();
  } finally {
    await seeing.close();
    await shown.close();
  }
}

test('a desktop screen’s code, held a little askew before the phone, buys', () =>
  buy('1008', 'Apple', { width: 1280, height: 800 }, { angle: 9, share: 0.95 }));

test('an upright screen’s code buys, and both screens say the same', () =>
  buy('1001', 'Espresso', { width: 360, height: 740 }, { angle: -6 }));

test('the code is read from the sticker on the machine, without enlarging it', async () => {
  const page = await stand.browser.newPage({ viewport: { width: 360, height: 740 } });
  await page.goto(`${stand.sandbox.machines}/1003?lang=en`);
  await page.getByRole('img', { name: panelWords.code }).scrollIntoViewIfNeeded();
  const seeing = await startBrowser({ video: await videoOf(page, 'sticker', {}) });
  try {
    const at = await visit(stand, '1003', seeing);
    await at.wallet.getByRole('link', { name: words.homeScreen.scan }).click();
    await at.says(words.endings.INSUFFICIENT_FUNDS.title);
    await at.leave();
  } finally {
    await seeing.close();
    await page.close();
  }
});
