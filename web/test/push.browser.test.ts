/**
 * Notifications as the browser shows them: messages are handed to the service worker as a push
 * service's would be. That they come, encrypted and signed, is tried with the server
 * (`server/src/work/push.test.ts`); no push service can be reached from here. On a busy machine the
 * developer tools lose one now and then, which a push service keeps: what is waited for is handed
 * over again at each look.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { PushMessageJson } from '@seqr-ups/contract';
import type { Browser, BrowserContext, CDPSession, Page, Worker } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { type Fixture, startFixture } from './fixture-server.ts';
import { signedIn } from './scene.ts';
import { workerAtWork } from './worker.ts';

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
  await workerAtWork(page);
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

/** Closes the page; a worker may take it for open, and looked at, a moment longer. */
async function leave(page: Page, worker: Worker): Promise<void> {
  await page.close();
  const pages = "clients.matchAll({ type: 'window', includeUncontrolled: true })";
  await eventually('nobody looks', async () =>
    (await worker.evaluate<number>(`${pages}.then((all) => all.length)`)) === 0 ? true : null,
  );
}

test('a message is told in the language of the wallet, one for each purchase', async () => {
  const { context, page, worker, deliver } = await phone('sv-SE');
  await page.locator('html[lang|=sv]').waitFor();
  await leave(page, worker);
  const paid: PushMessageJson = { purchaseId: 'paid', outcome: 'PAID' };
  const [first] = await eventually('it is shown', async () => {
    await deliver(paid);
    const shown = await shownBy(worker);
    return shown.length > 0 ? shown : null;
  });
  assert.deepEqual(first, { title: 'Betalt', lang: 'sv', tag: 'paid' });
  await eventually('the later one takes its place', async () => {
    await deliver({ purchaseId: 'paid', outcome: 'REFUNDED' } satisfies PushMessageJson);
    const shown = await shownBy(worker);
    return shown.length === 1 && shown[0]?.title === 'Pengar kom tillbaka' ? true : null;
  });
  // Whoever opens the wallet has seen it.
  const again = await context.newPage();
  await signedIn(again, fixture, '/');
  await eventually('it is gone', async () => ((await shownBy(worker)).length === 0 ? true : null));
  await context.close();
});

/** Has the worker count how often it has heard who looks at the wallet. */
const countLooks = (worker: Worker): Promise<unknown> =>
  worker.evaluate(`const ask = clients.matchAll.bind(clients);
    self.looks = 0;
    clients.matchAll = (options) => ask(options).finally(() => { self.looks += 1; });`);

test('whoever looks at the wallet is shown nothing, nor is what is no message', async () => {
  const { context, page, worker, deliver } = await phone('en-GB');
  await countLooks(worker);
  await deliver({ purchaseId: 'paid', outcome: 'PAID' } satisfies PushMessageJson);
  // It was delivered, which is not yet read: who is gone by then does not look.
  await eventually('the worker has looked', async () =>
    (await worker.evaluate<number>('self.looks')) === 1 ? true : null,
  );
  await leave(page, worker);
  for (const message of ['not JSON', {}, { purchaseId: 'x', outcome: 'body' }]) {
    await deliver(message);
  }
  const shown = await eventually('the last one is shown', async () => {
    await deliver({ purchaseId: 'released', outcome: 'RELEASED' } satisfies PushMessageJson);
    const all = await shownBy(worker);
    return all.some(({ tag }) => tag === 'released') ? all : null;
  });
  assert.deepEqual(
    shown.map(({ title }) => title),
    ['Nothing was charged'],
  );
  await context.close();
});
