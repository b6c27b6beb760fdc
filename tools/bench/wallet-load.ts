/** How long a visit takes until something is seen, and until the scan button answers. */

import type { BrowserContext, Page } from 'playwright-core';
import { forgetFiles, phonePage } from './wallet-phone.ts';

/** One visit, in ms from its beginning. */
export type Visit = {
  readonly paintMs: number;
  /** The scan button is drawn and a tap on it would be handled. */
  readonly interactiveMs: number;
  /** Tasks of more than 50 ms until then: their count and the longest. */
  readonly longTasks: number;
  readonly longestTaskMs: number;
  readonly requests: number;
  readonly bytes: number;
};

/**
 * Notes when the scan button stands in the page and the thread has come to rest after two drawings:
 * what a tap at that moment would have waited for is then done.
 */
const WATCH = `(() => {
  const seen = { interactiveMs: 0, tasks: [] };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      seen.tasks.push({ startTime, duration });
    }
  }).observe({ type: 'longtask', buffered: true });
  globalThis.paint = new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const first = list.getEntriesByName('first-contentful-paint')[0];
      if (first !== undefined) resolve(first.startTime);
    }).observe({ type: 'paint', buffered: true });
  });
  globalThis.visit = new Promise((resolve) => {
    const look = () => {
      if (document.querySelector('.scan-button') === null) return requestAnimationFrame(look);
      requestAnimationFrame(() => setTimeout(() => {
        seen.interactiveMs = performance.now();
        resolve(seen);
      }));
    };
    requestAnimationFrame(look);
  });
})()`;

type Seen = {
  readonly interactiveMs: number;
  readonly tasks: readonly { readonly startTime: number; readonly duration: number }[];
};

/** A visit by somebody who has never been here, but is signed in. */
export async function firstVisit(context: BrowserContext, url: string): Promise<Visit> {
  await forgetFiles(context, url);
  return visit(context, url);
}

/** A visit when the service worker has kept the wallet. */
export async function laterVisit(context: BrowserContext, url: string): Promise<Visit> {
  const before = await context.newPage();
  await before.goto(url);
  await before.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
  await before.close();
  return visit(context, url);
}

async function visit(context: BrowserContext, url: string): Promise<Visit> {
  const { page, traffic } = await phonePage(context);
  await page.addInitScript(WATCH);
  await page.goto(url, { waitUntil: 'commit' });
  const { interactiveMs, tasks } = await page.evaluate<Seen>('globalThis.visit');
  const { requests, bytes } = traffic();
  const paintMs = await page.evaluate<number>('globalThis.paint');
  await answersTap(page);
  await page.close();
  const long = tasks.filter(({ startTime }) => startTime < interactiveMs);
  return {
    paintMs,
    interactiveMs,
    longTasks: long.length,
    longestTaskMs: Math.max(0, ...long.map(({ duration }) => duration)),
    requests,
    bytes,
  };
}

/** The claim is tried: a tap leads to the camera. */
async function answersTap(page: Page): Promise<void> {
  await page.locator('.scan-button').click();
  await page.locator('.viewfinder').waitFor();
}
