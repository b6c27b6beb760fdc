/**
 * The wallet as an app in a real browser: opened without network, changed by a new version while it
 * is open, opened by a code while nobody is signed in, reloaded and cut off at every step of a
 * purchase, gone on with on a second device.
 */

import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildWorker } from '../../web/app-files.ts';
import { builtApp, buildWeb } from '../../web/build.ts';
import { startBrowser } from '../../web/test/browser.ts';
import { lookForUpdate, workerAtWork } from '../../web/test/worker.ts';
import { commitReservation } from '../src/core/invoice.ts';
import { PIN, eur, must } from './shop.ts';
import { startWalletEdge } from './wallet-platform.ts';
import type { TestCustomer, WalletPlatform } from './wallet-platform.ts';
import { layWire, type Wire } from './wire.ts';
import { eventually } from './work.ts';

let platform: WalletPlatform;
let wire: Wire;
let browser: Browser;
let webRoot: string;
let folder: string;
before(async () => {
  await buildWeb();
  folder = await mkdtemp(join(tmpdir(), 'seqr-wallet-app-'));
  webRoot = join(folder, 'wallet');
  await cp(builtApp('wallet'), webRoot, { recursive: true });
  platform = await startWalletEdge({ webRoot });
  wire = await layWire(Number(new URL(platform.url).port));
  browser = await startBrowser();
});
after(async () => {
  await browser.close();
  await platform.stop();
  await wire.cut();
  await rm(folder, { recursive: true, force: true });
});

/** What waits in the browser is given up on after so long. */
const PATIENCE_MS = 15_000;
/** The machine is open: it unlocks, or has done so a while ago. */
const AT_WORK = /The machine is unlocking|Take your products/u;
const PHONE = { viewport: { width: 360, height: 740 }, locale: 'en-GB' } as const;
const heading = (page: Page, name: string | RegExp) =>
  page.getByRole('heading', { name }).waitFor();
const codeOf = (machine: string): string =>
  `/000/ups?w=${encodeURIComponent(platform.shop.merchantId)}&t=${machine}`;

/** A phone on which this customer is signed in, its files kept; at home. */
async function phoneOf({ token, msisdn }: TestCustomer): Promise<BrowserContext> {
  const session = JSON.stringify({
    token,
    expiresAt: '2100-01-01T00:00:00.000Z',
    customer: { msisdn, name: 'Customer' },
    device: null,
  });
  const localStorage = [{ name: 'seqr.session', value: session }];
  const context = await browser.newContext({
    ...PHONE,
    storageState: { cookies: [], origins: [{ origin: wire.url, localStorage }] },
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await open(context);
  await page.locator('.balance-amount', { hasText: 'EUR' }).waitFor();
  await workerAtWork(page);
  await page.close();
  return context;
}

async function open(context: BrowserContext, path = '/'): Promise<Page> {
  const page = await context.newPage();
  await page.goto(wire.url + path);
  return page;
}

async function typePin(page: Page): Promise<void> {
  await page.getByRole('group', { name: 'Keypad' }).waitFor();
  for (const digit of PIN) await page.keyboard.press(digit);
}

test('without network it shows what was known, goes as far as it can, and says so', async () => {
  const context = await phoneOf(await platform.customer());
  await wire.cut();
  const page = await open(context);
  await page.getByText('No connection.').waitFor();
  await page.getByText('100.00 EUR').waitFor();
  await page.getByText(/^As of /u).waitFor();
  await page.goto(wire.url + codeOf('m1'));
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('Nothing is held and nothing was charged').waitFor();
  await wire.mend();
  await page.getByRole('button', { name: 'Try again' }).click();
  await heading(page, /./u);
  await page.getByText('20.00 EUR').first().waitFor();
  await context.close();
});

test('without network and session it opens at sign-in, in the chosen language', async () => {
  const context = await browser.newContext({ ...PHONE, locale: 'sv-SE' });
  const first = await open(context);
  await first.getByLabel('Telefonnummer').waitFor();
  await workerAtWork(first);
  await first.close();
  await wire.cut();
  const page = await open(context, codeOf('m1'));
  await page.getByRole('button', { name: 'Logga in och fortsätt' }).click();
  await page.getByLabel('Telefonnummer').fill('+46700000001');
  await page.keyboard.press('Enter');
  for (const digit of PIN) await page.keyboard.press(digit);
  await page.getByText('Ingen anslutning. Kontrollera nätet').waitFor();
  await wire.mend();
  await context.close();
});

test('only files of the build are kept: nothing of the API ever is', async () => {
  const context = await phoneOf(await platform.customer());
  const page = await open(context);
  await page.locator('.balance-amount', { hasText: 'EUR' }).waitFor();
  const kept = await page.evaluate<string[]>(`(async () => {
    const found = [];
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) found.push(url);
    }
    return found.map((url) => new URL(url).pathname);
  })()`);
  assert.deepEqual(
    kept.filter((path) => path.startsWith('/wallet/v1') || path.startsWith('/000')),
    [],
  );
  const files = await readdir(join(webRoot, 'assets'));
  const built = files.filter((name) => !/\.(br|gz)$/u.test(name)).map((name) => `/assets/${name}`);
  assert.deepEqual(
    built.filter((path) => !kept.includes(path)),
    [],
    'a part that is not kept is missing without network',
  );
  await context.close();
});

/** What the server hands out is now another build: its page says `name`; a part has a new name. */
async function publish(name: string): Promise<void> {
  const page = join(webRoot, 'index.html');
  const html = await readFile(page, 'utf8');
  await writeFile(
    page,
    html.replace(/<html lang="en"[^>]*>/u, `<html lang="en" data-build="${name}">`),
  );
  const assets = join(webRoot, 'assets');
  for (const file of await readdir(assets)) {
    if (file.startsWith('settings-')) await rm(join(assets, file));
  }
  await buildWorker(webRoot);
  await dropCompressed();
}

/** The compressed copies beside the files are of the build before. */
async function dropCompressed(): Promise<void> {
  for (const file of await readdir(webRoot, { recursive: true })) {
    if (/\.(br|gz)$/u.test(file)) await rm(join(webRoot, file));
  }
}

const buildOf = (page: Page) => page.locator('html').getAttribute('data-build');
/** A worker of another build has kept all its files, and waits. */
const isWaiting = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>(
    'navigator.serviceWorker.getRegistration().then((found) => found.waiting !== null)',
  );

/** A phone whose wallet is open, and for which the build of that name is ready and waits. */
async function phoneToUpdate(name: string): Promise<{ context: BrowserContext; old: Page }> {
  const context = await phoneOf(await platform.customer());
  const old = await open(context);
  await publish(name);
  await lookForUpdate(old);
  await eventually('the new worker is ready', () => isWaiting(old));
  return { context, old };
}

/** Nobody looks at the page: another app is before it. The browser has no way to be told so. */
const lookAway = (page: Page): Promise<unknown> =>
  page.evaluate(`Object.defineProperty(document, 'hidden', { get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));`);

test('a new version takes over while nobody looks; the page that is open stays whole', async () => {
  const { context, old } = await phoneToUpdate('second');
  const meanwhile = await open(context);
  assert.equal(await buildOf(meanwhile), null, 'one that is looked at goes on with one build');
  await meanwhile.close();
  await lookAway(old);
  await eventually('the new worker is at work', async () => !(await isWaiting(old)));
  const next = await open(context);
  assert.equal(await buildOf(next), 'second');
  assert.equal(await buildOf(old), null, 'nobody reloads what the customer looks at');
  // The server has it no more under this name; the phone does.
  await old.goto(`${wire.url}/#/settings`);
  await heading(old, 'Settings');
  await context.close();
});

test('a new version is there when the wallet was closed and is opened again', async () => {
  const { context, old } = await phoneToUpdate('third');
  await old.close();
  await eventually('the next opening is of the new build', async () => {
    const next = await open(context);
    const build = await buildOf(next);
    await next.close();
    return build === 'third';
  });
  await context.close();
});

test('a build that is only half published changes nothing', async () => {
  const context = await phoneOf(await platform.customer());
  const page = join(webRoot, 'index.html');
  const whole = await readFile(page, 'utf8');
  await writeFile(page, whole.replace('data-build="third"', 'data-build="half"'));
  const worker = join(webRoot, 'service-worker.js');
  await writeFile(worker, `${await readFile(worker, 'utf8')}\n// changed`);
  const open1 = await open(context);
  await lookForUpdate(open1).catch(() => {});
  await eventually('the new worker has given up', () =>
    open1.evaluate<boolean>(
      'navigator.serviceWorker.getRegistration().then((found) => found.installing === null)',
    ),
  );
  const next = await open(context);
  assert.equal(await buildOf(next), 'third');
  await writeFile(page, whole);
  await context.close();
});

test('another program at the same address is not hidden behind the wallet', async (t) => {
  const context = await phoneOf(await platform.customer());
  const other = createServer((request, reply) => {
    reply.writeHead(request.url === '/' ? 200 : 404, { 'content-type': 'text/html' });
    reply.end('<!doctype html><html lang="en"><title>Other</title><h1>Another program</h1></html>');
  });
  await new Promise<void>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve());
  });
  t.after(async () => {
    await wire.cut();
    await wire.mend(Number(new URL(platform.url).port));
    other.closeAllConnections();
    other.close();
  });
  await wire.cut();
  await wire.mend((other.address() as AddressInfo).port);
  const page = await open(context);
  await heading(page, 'Another program');
  await context.close();
});

test('a link that a signed-out customer opens ends at that machine, also by a reload', async () => {
  const customer = await platform.customer();
  const context = await browser.newContext(PHONE);
  const page = await open(context, codeOf('m1').replace('/ups', '/UPS'));
  await heading(page, 'Buy at this machine?');
  await page.getByRole('button', { name: 'Sign in and go on' }).click();
  await page.getByLabel('Phone number').waitFor();
  await page.reload();
  await page.getByText('then we go straight on').waitFor();
  await page.getByLabel('Phone number').fill(`+${customer.msisdn}`);
  await page.keyboard.press('Enter');
  await typePin(page);
  await page.getByText('20.00 EUR').first().waitFor();
  await context.close();
});

test('a code whose question got lost before a reload is asked again after it', async () => {
  const context = await phoneOf(await platform.customer());
  const page = await open(context, codeOf('m3'));
  await page.getByRole('button', { name: 'Go on' }).waitFor();
  await wire.cut();
  await page.getByRole('button', { name: 'Go on' }).click();
  await heading(page, 'Asking the machine');
  await page.reload();
  await heading(page, /Asking the machine|No connection/u);
  await wire.mend();
  await page.reload();
  await page.getByText('20.00 EUR').first().waitFor();
  await context.close();
});

test('a reload at each step, a lost page and a second phone go on with the purchase', async () => {
  const customer = await platform.customer();
  const context = await phoneOf(customer);
  let page = await open(context, codeOf('slow'));
  await page.getByRole('button', { name: 'Go on' }).click();
  await heading(page, 'Asking the machine');
  await page.reload();
  await heading(page, 'Asking the machine');
  platform.gate.open();
  await page.getByText('20.00 EUR').first().waitFor();
  await page.reload();
  await typePin(page);
  await heading(page, AT_WORK);
  await page.reload();
  await heading(page, AT_WORK);
  // The phone's system ends the page; the app is opened anew.
  await page.close();
  page = await open(context);
  await heading(page, AT_WORK);
  const second = await phoneOf2(customer);
  await heading(second.page, AT_WORK);
  await sell(customer);
  await heading(page, 'Paid');
  await heading(second.page, 'Paid');
  await Promise.all([context.close(), second.context.close()]);
});

/** Another phone of the same customer, which opens the wallet while a purchase is under way. */
async function phoneOf2(customer: TestCustomer): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext(PHONE);
  const page = await open(context);
  await page.getByLabel('Phone number').fill(`+${customer.msisdn}`);
  await page.keyboard.press('Enter');
  await typePin(page);
  return { page, context };
}

/** The customer has taken something for 2.50: the reseller commits the newest purchase. */
async function sell(customer: TestCustomer): Promise<void> {
  const { rows } = await platform.db.statement((tx) =>
    tx.query<{ reference: string; terminal_id: string }>(
      `select i.reference, i.terminal_id from purchase p join invoice i on i.purchase_id = p.id
        where p.customer_id = $1 order by p.created_at desc limit 1`,
      [customer.customerId],
    ),
  );
  const [sale] = rows;
  assert.ok(sale);
  const commit = {
    terminalId: sale.terminal_id,
    reference: sale.reference,
    amount: eur(250n),
  };
  must(await platform.db.statement((tx) => commitReservation(tx, commit)));
}

test('a network that is lost at any step costs nothing but time', async () => {
  const customer = await platform.customer();
  const context = await phoneOf(customer);
  const page = await open(context, codeOf('m2'));
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('group', { name: 'Keypad' }).waitFor();
  await wire.cut();
  await typePin(page);
  await page.getByText('We did not hear whether your PIN arrived').waitFor();
  await wire.mend();
  await page.getByRole('button', { name: 'Try again' }).click();
  await heading(page, AT_WORK);
  await wire.cut();
  await sell(customer);
  await page.getByText('No connection.').waitFor();
  await wire.mend();
  await heading(page, 'Paid');
  await page.getByText('17.50 EUR').first().waitFor();
  await context.close();
});
