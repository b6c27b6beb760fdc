/**
 * Purchases by the wallet's and the panel's own pages in a real browser, through all the actors of
 * the sandbox. The camera is Chromium's fake one, which plays a video of the machine's code.
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startSandbox } from '../../tools/sandbox/sandbox.ts';
import type { Sandbox } from '../../tools/sandbox/sandbox.ts';
import { startBrowser } from '../../web/test/browser.ts';
import { writeQrVideo } from '../../web/test/qr-video.ts';
import { audit } from '../src/core/audit.ts';
import { panel, signIn } from './actors.ts';

const PHONE = { width: 360, height: 740 };
const RICH = '46700000004';
/** Tests scan faster than people. */
const NO_FLOOD_LIMITS = {
  SEQR_SCANS_PER_MINUTE: '10000',
  SEQR_CALLS_PER_MACHINE_PER_MINUTE: '10000',
};

let sandbox: Sandbox;
let browser: Browser;
/** The one whose camera sees a code: elsewhere it would be quicker than somebody who types. */
let seeing: Browser;
let dataDir: string;
before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'seqr-wallet-'));
  sandbox = await startSandbox({
    dataDir,
    platformPort: 0,
    resellerPort: 0,
    machinePort: 0,
    environment: NO_FLOOD_LIMITS,
  });
  const video = join(dataDir, 'code.y4m');
  await writeQrVideo(video, (await panel(sandbox.machines, '1008').until('IDLE')).qr, {
    emptyFrames: 3,
    angle: 8,
  });
  [browser, seeing] = await Promise.all([startBrowser(), startBrowser({ video })]);
});
after(async () => {
  await Promise.all([browser.close(), seeing.close()]);
  assert.deepEqual(await sandbox.db.statement(audit), []);
  await sandbox.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** A wallet on a phone of its own. */
async function phone(path = '/', own = browser): Promise<{ page: Page; context: BrowserContext }> {
  const context = await own.newContext({ viewport: PHONE });
  const page = await context.newPage();
  await page.goto(sandbox.platform + path);
  return { page, context };
}

async function typePin(page: Page, pin = '1234'): Promise<void> {
  for (const digit of pin) await page.keyboard.press(digit);
}

async function signInBy(page: Page, msisdn: string): Promise<void> {
  await page.getByLabel('Phone number').fill(`+${msisdn}`);
  await page.keyboard.press('Enter');
  await page.getByRole('group', { name: 'Keypad' }).waitFor();
  await typePin(page);
}

/** A wallet that is signed in and at home. */
async function wallet(
  msisdn = RICH,
  own = browser,
): Promise<{ page: Page; context: BrowserContext }> {
  const opened = await phone('/', own);
  await signInBy(opened.page, msisdn);
  await opened.page.getByRole('link', { name: 'Scan to pay' }).waitFor();
  return opened;
}

async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByRole('link', { name: 'Scan to pay' }).click();
  await page.getByRole('button', { name: 'Type the code instead' }).click();
  await page.getByLabel('Code').fill(code);
  await page.keyboard.press('Enter');
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });
const offered = (page: Page) => page.getByRole('timer').filter({ hasText: 'left to confirm' });
const working = (page: Page) => heading(page, /unlocking|Take your products/u);

/** The machine's front on a desktop, its door open. */
async function openedMachine(context: BrowserContext, token: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${sandbox.machines}/${token}`);
  await page.getByText('Please choose').waitFor();
  return page;
}

test('a scanned code, a PIN and two products end in a receipt of what was delivered', async () => {
  const { page, context } = await wallet(RICH, seeing);
  await page.getByRole('link', { name: 'Scan to pay' }).click();
  await offered(page).waitFor();
  for (const words of ['Demo Vending', 'Snacks', 'Waiting room', '20.00', 'only what you take']) {
    await page.getByText(words).first().waitFor();
  }
  await typePin(page);
  await working(page).waitFor();
  const machine = await openedMachine(context, '1008');
  for (const [product, words] of [
    ['Nuts', 'Nuts Enjoy!'],
    ['Crisps', 'Crisps Jammed Not charged'],
    ['Apple', 'Apple Enjoy!'],
  ] as const) {
    await machine.getByRole('button', { name: new RegExp(`^${product}`, 'u') }).click();
    await machine.getByText(words).waitFor();
  }
  await machine.getByRole('button', { name: 'Finish' }).click();
  await heading(page, 'Paid').waitFor();
  const receipt = await page.getByRole('main').innerText();
  assert.match(receipt, /4\.30\sEUR[^]*15\.70\sEUR released at once[^]*Nuts[^]*Apple/u);
  assert.doesNotMatch(receipt, /Crisps/u);
  await context.close();
});

test('a link asks first, leads through sign-in to its machine, and survives a reload', async () => {
  const before = await signIn(sandbox.platform, '46700000001').then((own) => own.account());
  const { page, context } = await phone('/000/UPS?W=demo&T=1001');
  await page.getByRole('button', { name: 'Sign in and go on' }).click();
  await signInBy(page, '46700000001');
  await offered(page).waitFor();
  await page.reload();
  await offered(page).waitFor();
  await page.goto(sandbox.platform);
  await offered(page).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await heading(page, 'Cancelled').waitFor();
  await context.close();
  const own = await signIn(sandbox.platform, '46700000001');
  assert.deepEqual(await own.account(), before);
});

test('every refusal says what happened, that nothing was charged, and what to do', async () => {
  const { page, context } = await wallet();
  for (const [code, title, action] of [
    ['demo 1002', 'Out of order', 'Scan again'],
    ['demo 1003', 'Not enough money', 'Home'],
    ['demo 1004', 'Payment not possible', 'Try again'],
    ['demo 1005', 'That did not work', 'Try again'],
    ['nobody 1001', 'Unknown seller', 'Scan again'],
  ] as const) {
    await typeCode(page, code);
    await heading(page, title).waitFor();
    await page.getByText('Nothing was charged').waitFor();
    await page.getByRole('button', { name: action }).waitFor();
    await page.getByRole('button', { name: 'Home' }).click();
  }
  await context.close();
});

test('whoever finds the machine in use gets it by trying again', async () => {
  const first = await wallet('46700000001');
  await typeCode(first.page, 'demo 1001');
  await offered(first.page).waitFor();
  const second = await wallet(RICH);
  await typeCode(second.page, 'demo 1001');
  await heading(second.page, 'Machine in use').waitFor();
  await first.page.getByRole('button', { name: 'Cancel' }).click();
  await heading(first.page, 'Cancelled').waitFor();
  await panel(sandbox.machines, '1001').until('IDLE');
  await second.page.getByRole('button', { name: 'Try again' }).click();
  await offered(second.page).waitFor();
  await second.page.getByRole('button', { name: 'Cancel' }).click();
  await heading(second.page, 'Cancelled').waitFor();
  await Promise.all([first.context.close(), second.context.close()]);
});

test('a PIN typed without a network is sent again by one tap and buys once', async () => {
  const { page, context } = await wallet();
  await typeCode(page, 'demo 1010');
  await offered(page).waitFor();
  await context.setOffline(true);
  await typePin(page);
  const again = page.getByRole('button', { name: 'Try again' });
  await again.waitFor();
  await context.setOffline(false);
  await again.click();
  await working(page).waitFor();
  await page.reload();
  await working(page).waitFor();
  const machine = await openedMachine(context, '1010');
  await machine.getByRole('button', { name: /^Tumble dry/u }).click();
  await heading(page, 'Paid').waitFor();
  await page.getByText('18.00').first().waitFor();
  await context.close();
});

test('an approval whose answer is lost goes on by itself; a jam charges nothing', async () => {
  const { page, context } = await wallet();
  await typeCode(page, 'demo 1006');
  await offered(page).waitFor();
  let approvals = 0;
  await page.route('**/approval', async (route) => {
    approvals += 1;
    if (approvals > 1) return route.continue();
    await route.fetch();
    return route.abort();
  });
  await typePin(page);
  await working(page).waitFor();
  const machine = await openedMachine(context, '1006');
  await machine.getByRole('button', { name: /^Chocolate bar/u }).click();
  await heading(page, 'Nothing charged').waitFor();
  await page.getByText('20.00').first().waitFor();
  assert.equal(approvals, 2);
  await context.close();
});

test('another device of the customer follows the purchase', async () => {
  const one = await wallet('46700000001');
  const other = await wallet('46700000001');
  await typeCode(one.page, 'demo 1001');
  await offered(one.page).waitFor();
  await other.page.getByRole('link', { name: 'Coffee Waiting for your PIN' }).click();
  await offered(other.page).waitFor();
  await one.page.getByRole('button', { name: 'Cancel' }).click();
  await heading(other.page, 'Cancelled').waitFor();
  await Promise.all([one.context.close(), other.context.close()]);
});

/** Presses Tab until the control of that name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const focused = 'document.activeElement.ariaLabel ?? document.activeElement.innerText';
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate<string>(focused)).trim().startsWith(name)) return;
  }
  assert.fail(`Tab does not lead to ${name}`);
}

test('a whole purchase is made by the keyboard alone', async () => {
  const { page, context } = await phone();
  await page.getByLabel('Phone number').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.type(`+${RICH}`);
  await page.keyboard.press('Enter');
  await page.getByRole('group', { name: 'Keypad' }).waitFor();
  await typePin(page);
  await page.getByRole('link', { name: 'Scan to pay' }).waitFor();
  await tabTo(page, 'Scan to pay');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Type the code instead');
  await page.keyboard.press('Enter');
  await page.getByLabel('Code').waitFor();
  await page.keyboard.type('demo 1001');
  await page.keyboard.press('Enter');
  await offered(page).waitFor();
  await typePin(page, '12');
  await page.keyboard.press('Backspace');
  await typePin(page, '234');
  await working(page).waitFor();
  const machine = await openedMachine(context, '1001');
  await tabTo(machine, 'Coffee');
  await machine.keyboard.press('Enter');
  await heading(page, 'Paid').waitFor();
  await page.bringToFront();
  await tabTo(page, 'Done');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Account');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Sign out');
  await page.keyboard.press('Enter');
  await page.getByLabel('Phone number').waitFor();
  await context.close();
});

test('five wrong PINs lock the approval, end the offer, and say so', async () => {
  const { page, context } = await wallet('46700000001');
  await typeCode(page, 'demo 1001');
  await offered(page).waitFor();
  for (const left of ['4 attempts', '3 attempts', '2 attempts', 'One attempt']) {
    await typePin(page, '9999');
    await page.getByText(left).waitFor();
  }
  await typePin(page, '9999');
  await heading(page, 'PIN locked').waitFor();
  await page.getByText('Nothing was charged').waitFor();
  await panel(sandbox.machines, '1001').until('IDLE');
  await context.close();
});
