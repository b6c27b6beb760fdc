/**
 * A mid-range phone on a weak network, as Chromium's developer tools emulate it: a quarter of this
 * machine's speed for scripts and drawing, 1.6 Mbit/s down, 150 ms for each request.
 */

import type { BrowserContext, Page } from 'playwright-core';

/** How much slower the phone computes. Threads beside the page's own are not slowed by Chromium. */
export const CPU_SLOWDOWN = 4;
const LATENCY_MS = 150;
const DOWN_BYTES_PER_SECOND = 1_600_000 / 8;
const UP_BYTES_PER_SECOND = 750_000 / 8;
/** The screen of such a phone. */
export const PHONE = { width: 360, height: 740 };

/** What has come over the network so far. */
export type Traffic = { readonly requests: number; readonly bytes: number };

/** A page of `context` on such a phone; `traffic` counts what it fetches. */
export async function phonePage(
  context: BrowserContext,
): Promise<{ readonly page: Page; readonly traffic: () => Traffic }> {
  const page = await context.newPage();
  const tools = await context.newCDPSession(page);
  let requests = 0;
  let bytes = 0;
  tools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    requests += 1;
    bytes += encodedDataLength;
  });
  await tools.send('Network.enable');
  await tools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: LATENCY_MS,
    downloadThroughput: DOWN_BYTES_PER_SECOND,
    uploadThroughput: UP_BYTES_PER_SECOND,
  });
  await tools.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  return { page, traffic: () => ({ requests, bytes }) };
}

/** Forgets what the browser keeps of `origin` but who is signed in: the next visit is a first. */
export async function forgetFiles(context: BrowserContext, origin: string): Promise<void> {
  const page = await context.newPage();
  const tools = await context.newCDPSession(page);
  await tools.send('Network.clearBrowserCache');
  await tools.send('Storage.clearDataForOrigin', {
    origin,
    storageTypes: 'cache_storage,service_workers',
  });
  await page.close();
}
