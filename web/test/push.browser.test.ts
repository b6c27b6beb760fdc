/**
 * Notifications as the browser shows them: messages are handed to the service worker as a push
 * service's would be. That they come, encrypted and signed, is tried with the server
 * (`server/src/work/push.test.ts`); no push service can be reached from here.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { PushMessageJson } from '@seqr-ups/contract';
import type { Browser, BrowserContext, CDPSession, Page, Worker } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { type Fixture, startFixture } from './fixture-server.ts';
import { signedIn } from './scene.ts';

const LOOK_MS = 50;
const PATIENCE_MS = 30_000;

type Shown = { readonly title: string; readonly lang: string; readonly tag: string };

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

/** Looks until there is something, within a bound. */
async function eventually<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    assert.ok(performance.now() < endMs, `never happened: ${what}`);
    await pause(LOOK_MS);
  }
}

/** A phone on which the wallet was opened once, allowed to notify, and what delivers to it. */
async function phone(language: string): Promise<{
  context: BrowserContext;
  page: Page;
  worker: Worker;
  deliver: (message: unknown) => Promise<void>;
}> {
  const context = await browser.newContext({ locale: language });
  await context.grantPermissions(['notifications'], { origin: fixture.wallet });
  // Stays open, and is no page of the wallet.
  const desk = await context.newPage();
  const session = await context.newCDPSession(desk);
  const registered = registrationOf(session);
  await session.send('ServiceWorker.enable');
  const page = await context.newPage();
  await signedIn(page, fixture, '/');
  const worker = await eventually(
    'the worker runs',
    async () => context.serviceWorkers()[0] ?? null,
  );
  const registrationId = await registered;
  await eventually('the worker is in control', async () =>
    (await page.evaluate<boolean>('navigator.serviceWorker.controller !== null')) ? true : null,
  );
  return {
    context,
    page,
    worker,
    deliver: async (message) => {
      const data = typeof message === 'string' ? message : JSON.stringify(message);
      const { origin } = new URL(fixture.wallet);
      await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data });
    },
  };
}

function registrationOf(session: CDPSession): Promise<string> {
  return new Promise((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(({ scopeURL }) => scopeURL.startsWith(fixture.wallet));
      if (own !== undefined) resolve(own.registrationId);
    });
  });
}

const shownBy = (worker: Worker): Promise<Shown[]> =>
  worker.evaluate<Shown[]>(`self.registration.getNotifications().then((all) =>
    all.map(({ title, lang, tag }) => ({ title, lang, tag })))`);

test('a message is told in the language of the wallet, one for each purchase', async () => {
  const { context, page, worker, deliver } = await phone('sv-SE');
  await page.locator('html[lang|=sv]').waitFor();
  await page.close();
  const paid: PushMessageJson = { purchaseId: 'paid', outcome: 'PAID' };
  await deliver(paid);
  const [first] = await eventually('it is shown', async () => {
    const shown = await shownBy(worker);
    return shown.length > 0 ? shown : null;
  });
  assert.deepEqual(first, { title: 'Betalt', lang: 'sv', tag: 'paid' });
  await deliver({ purchaseId: 'paid', outcome: 'REFUNDED' } satisfies PushMessageJson);
  await eventually('the later one takes its place', async () => {
    const shown = await shownBy(worker);
    return shown.length === 1 && shown[0]?.title === 'Pengar kom tillbaka' ? true : null;
  });
  // Whoever opens the wallet has seen it.
  const again = await context.newPage();
  await signedIn(again, fixture, '/');
  await eventually('it is gone', async () => ((await shownBy(worker)).length === 0 ? true : null));
  await context.close();
});

test('whoever looks at the wallet is shown nothing, nor is what is no message', async () => {
  const { context, page, worker, deliver } = await phone('en-GB');
  await deliver({ purchaseId: 'paid', outcome: 'PAID' } satisfies PushMessageJson);
  await page.close();
  for (const message of ['not JSON', {}, { purchaseId: 'x', outcome: 'body' }]) {
    await deliver(message);
  }
  await deliver({ purchaseId: 'released', outcome: 'RELEASED' } satisfies PushMessageJson);
  const shown = await eventually('the last one is shown', async () => {
    const all = await shownBy(worker);
    return all.some(({ tag }) => tag === 'released') ? all : null;
  });
  assert.deepEqual(
    shown.map(({ title }) => title),
    ['Nothing was charged'],
  );
  await context.close();
});
