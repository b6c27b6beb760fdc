/**
 * Purchases on which something goes wrong on the way, by the wallet's pages in a real browser and
 * through all the actors of the sandbox: the page is loaded anew, the network goes, an answer is
 * lost, the tab is closed, another phone joins in, the PIN is forgotten, a link leads nowhere.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { panel } from './actors.ts';
import {
  FUNDS_VALUE,
  openStand,
  type Stand,
  typePin,
  type Visit,
  visit,
  words,
} from './at-the-machine.ts';

const PHONE = { width: 360, height: 740 };
/** More wrong PINs than any account forgives. */
const ATTEMPTS_MAX = 10;

let stand: Stand;
before(async () => {
  stand = await openStand();
});
after(async () => {
  await stand.close();
});

const { progress, receipt, offline, endings } = words;
const offered = (page: Page): Promise<void> =>
  page.getByRole('timer').filter({ hasText: words.offer.left }).waitFor();
const working = (page: Page): Promise<void> =>
  page.getByRole('heading', { name: progress.take }).waitFor();
const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name, exact: true }).first().waitFor();
const tap = (page: Page, name: string): Promise<void> => page.getByRole('button', { name }).click();

/** The first product of a machine, as its panel shows it. */
async function firstProduct(token: string): Promise<{ name: string; price: string }> {
  const { products } = await panel(stand.sandbox.machines, token).until('IDLE');
  const [first] = products;
  assert.ok(first);
  return { name: first.name, price: first.price.value };
}

/** Another phone of the same customer, at home. Tests see past a worker what it passes through. */
async function secondPhone(
  msisdn: string,
  serviceWorkers: 'allow' | 'block' = 'allow',
): Promise<Page> {
  const options = { viewport: PHONE, locale: 'en-GB', serviceWorkers } as const;
  const context = await stand.browser.newContext(options);
  const page = await context.newPage();
  await page.goto(stand.sandbox.platform);
  await page.getByLabel(words.signIn.phone).fill(`+${msisdn}`);
  await page.keyboard.press('Enter');
  await typePin(page);
  await page.getByRole('link', { name: words.homeScreen.scan }).waitFor();
  return page;
}

/** What was bought is charged, once, and nothing is held any more. */
async function paidOnce(customer: Visit, price: string): Promise<void> {
  const { wallet } = customer;
  await heading(wallet, receipt.paid);
  await wallet.getByText(price).first().waitFor();
  const left = (Number(FUNDS_VALUE) - Number(price)).toFixed(2);
  assert.deepEqual(await customer.funds(), { balance: left, available: left });
}

test('journeys on which something goes wrong', { concurrency: 3 }, async (all) => {
  await Promise.all([
    all.test('at machine 1008, one after the other', async (t) => {
      await t.test('a page that is loaded anew at each step goes on where it was', reloads);
      await t.test('a tab that is closed while the machine is open goes on in a new one', newTab);
      await t.test('a second phone sees the purchase live, and can go on with it', secondDevice);
    }),
    all.test('at machine 1010, one after the other', async (t) => {
      await t.test('answers that are lost on the way buy once', lostAnswers);
      await t.test('a session that was ended elsewhere signs in and goes on', signedOut);
    }),
    all.test('at machine 1001, one after the other', async (t) => {
      await t.test('a network that goes at each step comes back to the right screen', cutOff);
      await t.test('a PIN that is wrong too often is locked, in words', lockedOut);
      await t.test('links that lead nowhere say so, signed in or not', deadLinks);
    }),
  ]);
});

async function reloads(): Promise<void> {
  const customer = await visit(stand, '1008');
  const { wallet: page } = customer;
  const product = await firstProduct('1008');
  await page.getByRole('link', { name: words.homeScreen.scan }).click();
  await page.reload();
  await heading(page, words.scan.title);
  await page.goBack();
  await customer.typeCode();
  await offered(page);
  await page.reload();
  await offered(page);
  await customer.unlock();
  await page.reload();
  await working(page);
  await customer.press(product.name);
  await page.reload();
  await working(page);
  await finish(customer);
  await heading(page, receipt.paid);
  await page.reload();
  await paidOnce(customer, product.price);
  await customer.leave();
}

async function newTab(): Promise<void> {
  const customer = await visit(stand, '1008');
  const product = await firstProduct('1008');
  await customer.typeCode();
  await customer.unlock();
  const context = customer.wallet.context();
  await customer.wallet.close();
  await customer.press(product.name);
  const page = await context.newPage();
  await page.goto(stand.sandbox.platform);
  await working(page);
  await finish(customer);
  await paidOnce({ ...customer, wallet: page }, product.price);
  await customer.leave();
}

async function secondDevice(): Promise<void> {
  const customer = await visit(stand, '1008');
  const product = await firstProduct('1008');
  const second = await secondPhone(customer.msisdn);
  await customer.typeCode();
  await offered(customer.wallet);
  const waiting = { name: `Snacks ${words.states.AWAITING_APPROVAL}` };
  await second.getByRole('link', waiting).click();
  await offered(second);
  await customer.unlock();
  await working(second);
  await customer.press(product.name);
  await finish(customer);
  await heading(second, receipt.paid);
  await paidOnce(customer, product.price);
  await second.context().close();
  await customer.leave();
}

async function lostAnswers(): Promise<void> {
  const customer = await visit(stand, '1010');
  const product = await firstProduct('1010');
  const page = await secondPhone(customer.msisdn, 'block');
  await loseAnswer(page, '/purchases');
  await fillCode(page, '1010');
  await page.keyboard.press('Enter');
  // The wallet asks again by itself, by the same key, and hears what became of its first question.
  await offered(page);
  await loseAnswer(page, '/approval');
  await typePin(page);
  await working(page);
  await customer.press(product.name);
  await paidOnce({ ...customer, wallet: page }, product.price);
  await page.context().close();
  await customer.leave();
}

/** The next answer to a POST on `path` is written by the server and never arrives. */
async function loseAnswer(page: Page, path: string): Promise<void> {
  let isLost = false;
  const isOnPath = (url: URL): boolean => url.pathname.endsWith(path);
  await page.route(isOnPath, async (route) => {
    if (isLost || route.request().method() !== 'POST') return route.fallback();
    isLost = true;
    await route.fetch();
    return route.abort('connectionreset');
  });
}

async function signedOut(): Promise<void> {
  const customer = await visit(stand, '1010');
  const { wallet: page } = customer;
  await customer.typeCode();
  await offered(page);
  const token = await page.evaluate(
    () => (JSON.parse(localStorage.getItem('seqr.session') ?? '{}') as { token: string }).token,
  );
  await fetch(`${stand.sandbox.platform}/wallet/v1/sessions/current`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  });
  await typePin(page);
  await page.getByText(endings.UNAUTHORIZED.title).waitFor();
  await page.getByLabel(words.signIn.phone).fill(`+${customer.msisdn}`);
  await page.keyboard.press('Enter');
  await typePin(page);
  await offered(page);
  await tap(page, words.offer.cancel);
  await heading(page, endings.BY_CUSTOMER.title);
  await customer.leave();
}

async function cutOff(): Promise<void> {
  const customer = await visit(stand, '1001');
  const { wallet: page } = customer;
  const product = await firstProduct('1001');
  const cut = (off: boolean): Promise<void> => page.context().setOffline(off);
  const told = page.getByText(offline.read);
  await cut(true);
  await told.waitFor();
  await cut(false);
  await told.waitFor({ state: 'detached' });
  await fillCode(page, '1001');
  await cut(true);
  await page.keyboard.press('Enter');
  await page.getByText(offline.opening).waitFor();
  await cut(false);
  await tap(page, words.retry);
  await offered(page);
  await cut(true);
  await typePin(page);
  await page.getByText(offline.approval).waitFor();
  await cut(false);
  await tap(page, words.retry);
  await working(page);
  await cut(true);
  await customer.press(product.name);
  await panel(stand.sandbox.machines, '1001').until('IDLE');
  await told.waitFor();
  await cut(false);
  await paidOnce(customer, product.price);
  await customer.leave();
}

async function lockedOut(): Promise<void> {
  const customer = await visit(stand, '1001');
  const { wallet: page } = customer;
  await customer.typeCode();
  await offered(page);
  const locked = page.getByRole('heading', { name: endings.PIN_LOCKED.title });
  for (let attempt = 0; attempt < ATTEMPTS_MAX && !(await locked.isVisible()); attempt += 1) {
    const answered = page.waitForResponse((response) => response.url().endsWith('/approval'));
    for (const digit of '9753') await page.keyboard.press(digit);
    await answered;
    await page.getByRole('alert').or(locked).first().waitFor();
  }
  await locked.waitFor();
  await page.getByText('Nothing was charged').first().waitFor();
  assert.deepEqual(await customer.funds(), { balance: FUNDS_VALUE, available: FUNDS_VALUE });
  await customer.leave();
}

async function deadLinks(): Promise<void> {
  const context = await stand.browser.newContext({ viewport: PHONE, locale: 'en-GB' });
  const page = await context.newPage();
  const open = async (path: string): Promise<void> => {
    await page.goto(stand.sandbox.platform + path);
  };
  await open('/000/ups?w=&t=');
  await heading(page, endings.INVALID_CODE.title);
  await open('/000/ups?w=nobody&t=1001');
  await page.getByText(endings.UNKNOWN_MERCHANT.title).first().waitFor();
  const customer = await visit(stand, '1002');
  await customer.wallet.goto(`${stand.sandbox.platform}/000/ups?w=demo&t=1002`);
  await tap(customer.wallet, words.link.go);
  await heading(customer.wallet, endings.DEVICE_UNAVAILABLE.title);
  await customer.leave();
  await context.close();
}

/** A machine's code, typed but not sent. */
async function fillCode(page: Page, token: string): Promise<void> {
  await page.getByRole('link', { name: words.homeScreen.scan }).click();
  await tap(page, words.scan.type);
  await page.getByLabel(words.scan.typedLabel).fill(`demo ${token}`);
}

async function finish({ machine }: Visit): Promise<void> {
  await machine.getByRole('button', { name: 'Finish' }).click();
}
