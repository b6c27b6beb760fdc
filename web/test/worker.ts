/** The wallet's service worker, as a page of the browser tests waits for it. */

import type { Page } from 'playwright-core';

const LOOK_MS = 20;
const PATIENCE_MS = 30_000;

/**
 * The page's worker is at work, and looks for no newer one just now: when the page is left
 * meanwhile, Chromium may pass the worker by. Rejects when it does not come to work in time.
 */
export async function workerAtWork(page: Page): Promise<void> {
  await page.evaluate(`new Promise((done, fail) => {
    const endMs = performance.now() + ${PATIENCE_MS};
    const look = () => {
      if (navigator.serviceWorker.controller?.state === 'activated') done();
      else if (performance.now() > endMs) fail(new Error('the worker never came to work'));
      else setTimeout(look, ${LOOK_MS});
    };
    look();
  })`);
  await lookForUpdate(page);
}

/** Has the browser look for a new worker, as it does by itself when the wallet is opened. */
export async function lookForUpdate(page: Page): Promise<void> {
  await page.evaluate(`navigator.serviceWorker.getRegistration().then(async (found) => {
    await found.update();
  })`);
}
