/**
 * A purchase as its customer feels it, through the whole stack: from the tap that opens the camera
 * to the offer, and from the last digit of the PIN to the machine's unlock and to the words for it.
 */

import type { PanelMachineJson } from '@seqr-ups/contract';
import type { BrowserContext, Page } from 'playwright-core';
import { phonePage } from './wallet-phone.ts';

/** One purchase, in ms. */
export type PurchaseTimes = {
  /** From the tap to the first picture of the camera, from there to the code's text. */
  readonly cameraMs: number;
  readonly readingMs: number;
  /** From the text to the request, its answer, and the offer on the screen. */
  readonly sendingMs: number;
  readonly answerMs: number;
  readonly drawingMs: number;
  /** From the tap to the offer. */
  readonly offerMs: number;
  /** The longest task of the page from the tap to the offer; 0: none of more than 50 ms. */
  readonly longestTaskMs: number;
  /** From the last digit to the machine's lock, and to the screen that says so. */
  readonly unlockMs: number;
  readonly saidMs: number;
};

const PIN = '1234';
const SELECTIONS_LIMIT_MS = 10_000;
/** A machine's state is looked at so often. */
const LOOK_MS = 2;

/** Notes, in ms since 1970, what happens in the page; nothing of the wallet is changed. */
const WATCH = `(() => {
  const at = (globalThis.moments = {});
  const now = () => performance.timeOrigin + performance.now();
  let tell = () => {};
  at.end = new Promise((resolve) => { tell = resolve; });
  const once = (name) => {
    at[name] ??= now();
    if (name === 'said') tell();
  };
  at.tasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      at.tasks.push({ at: performance.timeOrigin + startTime, duration });
    }
  }).observe({ type: 'longtask' });
  addEventListener('click', (event) => {
    if (event.target.closest?.('.scan-button')) once('tapped');
  }, true);
  addEventListener('playing', () => once('playing'), true);
  const buzz = navigator.vibrate?.bind(navigator);
  navigator.vibrate = (pattern) => { once('read'); return buzz?.(pattern) ?? false; };
  addEventListener('keydown', ({ key }) => {
    if (/^[0-9]$/.test(key)) at.digit = now();
  }, true);
  const ask = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const opens = init?.method === 'POST' && /\\/purchases$/.test(String(input));
    if (opens) once('sent');
    const answer = await ask(input, init);
    if (opens) once('answered');
    return answer;
  };
  const drawn = (name) => requestAnimationFrame(() => setTimeout(() => once(name)));
  const look = () => {
    if (document.querySelector('.offer-pin .pin')) drawn('offered');
    if (at.digit !== undefined && document.querySelector('[class*="working"]')) drawn('said');
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true });
})()`;

type Moments = {
  readonly tapped: number;
  readonly playing: number;
  readonly read?: number;
  readonly sent: number;
  readonly answered: number;
  readonly offered: number;
  readonly digit: number;
  readonly said: number;
  readonly tasks: readonly { readonly at: number; readonly duration: number }[];
};

/** Buys at the machine whose code the browser's camera shows; `machineUrl` is its panel's JSON. */
export async function buyOnce(
  context: BrowserContext,
  platform: string,
  machineUrl: string,
): Promise<PurchaseTimes> {
  const { page } = await phonePage(context);
  await page.addInitScript(WATCH);
  await page.goto(platform);
  await page.locator('.scan-button').click();
  await page.locator('.offer-pin .pin').waitFor();
  for (const digit of PIN) await page.keyboard.press(digit);
  const unlocked = await whenUnlocked(machineUrl);
  await page.evaluate('globalThis.moments.end');
  const moments = await page.evaluate<Moments>('({ ...globalThis.moments, end: undefined })');
  await take(page, machineUrl);
  await page.close();
  const { tapped, playing, sent, answered, offered, digit, said } = moments;
  const read = moments.read ?? sent;
  const waiting = moments.tasks.filter(({ at }) => at > tapped && at < offered);
  return {
    cameraMs: playing - tapped,
    readingMs: read - playing,
    sendingMs: sent - read,
    answerMs: answered - sent,
    drawingMs: offered - answered,
    offerMs: offered - tapped,
    longestTaskMs: Math.max(0, ...waiting.map(({ duration }) => duration)),
    unlockMs: unlocked - digit,
    saidMs: said - digit,
  };
}

/** The instant at which the machine is open, in ms since 1970. */
async function whenUnlocked(machineUrl: string): Promise<number> {
  return until(machineUrl, ({ state }) => state === 'UNLOCKED' || state === 'VENDING');
}

async function take(page: Page, machineUrl: string): Promise<void> {
  const answer = await fetch(`${machineUrl}/selections`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ slot: 1 }),
  });
  if (!answer.ok) throw new Error(`the machine answered ${String(answer.status)}`);
  await page.locator('.paid').waitFor();
  await until(machineUrl, ({ state }) => state === 'IDLE');
}

async function until(
  machineUrl: string,
  holds: (machine: PanelMachineJson) => boolean,
): Promise<number> {
  const end = performance.now() + SELECTIONS_LIMIT_MS;
  while (performance.now() < end) {
    const answer = await fetch(machineUrl);
    if (holds((await answer.json()) as PanelMachineJson)) {
      return performance.timeOrigin + performance.now();
    }
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_MS);
    });
  }
  throw new Error(`the machine never did what was waited for: ${machineUrl}`);
}
