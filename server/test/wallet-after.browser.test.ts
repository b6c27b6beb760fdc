/**
 * What comes after a sale, by the wallet's own pages in a real browser, on the sandbox: the receipt
 * on the screen, shared and on paper, the history, play money, and the customer's own limits.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Sandbox } from '../../tools/sandbox/sandbox.ts';
import { panel } from './actors.ts';
import { heading, openStand, signInBy, typePin } from './at-the-machine.ts';
import type { Stand } from './at-the-machine.ts';

const PHONE = { width: 360, height: 740 };

let stand: Stand;
let sandbox: Sandbox;
let browser: Browser;
before(async () => {
  stand = await openStand();
  ({ sandbox, browser } = stand);
});
after(() => stand.close());

/** A wallet that is signed in. */
async function wallet(msisdn: string): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ viewport: PHONE, timezoneId: 'Europe/Warsaw' });
  const page = await context.newPage();
  await page.goto(sandbox.platform);
  await signInBy(page, msisdn);
  await page.getByRole('link', { name: 'Scan to pay' }).waitFor();
  return { page, context };
}

/** Opens the offer of a machine by its link. */
async function offer(page: Page, token: string): Promise<void> {
  await page.goto(`${sandbox.platform}/000/ups?w=demo&t=${token}`);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('timer').filter({ hasText: 'left to confirm' }).waitFor();
}

/** From the PIN to the receipt of one product. */
async function take(page: Page, token: string): Promise<void> {
  const machine = panel(sandbox.machines, token);
  await typePin(page);
  await machine.until('UNLOCKED');
  assert.equal((await machine.select(1)).result, 'VENDED');
  await machine.finish().catch(() => undefined);
  await heading(page, 'Paid').waitFor();
}

const main = (page: Page) => page.getByRole('main').innerText();

test('a receipt tells lines, tax and references; it is shared as text and printed', async () => {
  const { page, context } = await wallet('46700000001');
  await offer(page, '1001');
  await take(page, '1001');
  const receipt = await main(page);
  assert.match(receipt, /Coffee\s+VAT 19 %\s+2\.50\sEUR/u);
  assert.match(receipt, /Total\s+2\.50\sEUR\s+VAT 19 % included\s+0\.40\sEUR/u);
  assert.match(
    receipt,
    /Reserved at first\s+20\.00\sEUR\s+Charged\s+2\.50\sEUR\s+Released\s+17\.50/u,
  );
  assert.match(receipt, /Seller\s+Demo Vending\s+Machine\s+Coffee \(1001\)\s+Place\s+Lobby/u);
  assert.match(receipt, /Invoice\s+[0-9]{17}\s+Payment\s+[0-9]{25}/u);

  await page.evaluate(`
    window.shared = [];
    Object.defineProperty(navigator, 'share', {
      configurable: true,
      value: async (what) => void window.shared.push(what),
    });
  `);
  await page.getByRole('button', { name: 'Share' }).click();
  const shared = await page.evaluate<{ title: string; text: string } | undefined>('shared[0]');
  assert.equal(shared?.title, 'Receipt of Demo Vending');
  for (const part of [
    'Coffee: 2.50',
    'VAT 19 % included: 0.40',
    'Released: 17.50',
    'Invoice: 20',
  ]) {
    assert.ok(shared?.text.replaceAll('\u00a0', ' ').includes(part), part);
  }

  const pdf = await page.pdf({ format: 'A4' });
  assert.equal(pdf.toString('latin1').match(/\/Type\s*\/Page\b/gu)?.length, 1, 'one page');
  await page.emulateMedia({ media: 'print' });
  const paper = (await page.locator('body').innerText()).replaceAll('\u00a0', ' ');
  for (const part of ['Receipt of Demo Vending', 'Coffee', '2.50 EUR', 'VAT 19 % included']) {
    assert.ok(paper.includes(part), part);
  }
  for (const control of ['Back', 'Share', 'Save as PDF', 'Done', 'Report a problem', 'Shall we']) {
    assert.ok(!paper.includes(control), control);
  }
  await context.close();
});

test('the history is stepped through by month and searched, by keyboard too', async () => {
  const { page, context } = await wallet('46700000001');
  await page.getByRole('link', { name: 'All purchases' }).click();
  await heading(page, 'Today').waitFor();
  await page.getByText('1 payment').waitFor();
  await page.getByRole('button', { name: 'Month before' }).click();
  const month = new Intl.DateTimeFormat('en-GB', {
    month: 'long',
    year: 'numeric',
    timeZone: 'Europe/Warsaw',
  }).format(new Date());
  const chosen = page.getByRole('combobox', { name: 'Month' }).locator('option:checked');
  assert.equal(await chosen.innerText(), month);
  await page.getByText('1 payment').waitFor();
  await page.getByRole('searchbox').focus();
  await page.keyboard.type('espresso');
  await page.getByText('Nothing found for “espresso”.').waitFor();
  await page.getByRole('button', { name: 'Clear the search' }).press('Enter');
  await page.keyboard.type('coff LOBBY');
  await page.getByRole('status').filter({ hasText: 'One purchase shown' }).waitFor();
  await page.getByRole('link', { name: /^Coffee/u }).press('Enter');
  await heading(page, 'Paid').waitFor();
  await page.goBack();
  assert.equal(await page.getByRole('searchbox').inputValue(), 'coff LOBBY');
  await context.close();
});

test('play money is added by a tap, and by an amount of one’s own', async () => {
  const { page, context } = await wallet('46700000003');
  await page.getByRole('link', { name: 'Account' }).click();
  await page.getByRole('link', { name: 'Top up' }).click();
  await page.getByText('no real money moves').waitFor();
  await page.getByRole('button', { name: /^Add 20/u }).click();
  await page.getByText(/20\.00\sEUR was added/u).waitFor();
  await page.getByText('Another amount').click();
  await page.getByLabel('Amount in EUR').fill('500,01');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: '500.00' }).waitFor();
  await page.getByLabel('Amount in EUR').fill('12,5');
  await page.keyboard.press('Enter');
  await page.getByText(/12\.50\sEUR was added/u).waitFor();
  assert.match(await main(page), /Available\s+32\.50\sEUR/u);
  await context.close();
});

test('a limit warns before the PIN, stops the approval, and is raised from there', async () => {
  const { page, context } = await wallet('46700000004');
  await page.getByRole('link', { name: 'Account' }).click();
  await page.getByRole('link', { name: 'Spending limits' }).click();
  await page.getByRole('button', { name: 'Change the limits' }).click();
  await page.getByLabel('For a day, in EUR').fill('10,00');
  await page.getByRole('button', { name: 'Next' }).click();
  await typePin(page);
  await page.getByText('Your limits are in force.').waitFor();
  await page.getByText(/10\.00\sEUR of 10\.00\sEUR left/u).waitFor();

  await offer(page, '1008');
  await page.getByText('Over your own limit').waitFor();
  await page.getByText(/Of your 10\.00\sEUR a day, 10\.00\sEUR is left\./u).waitFor();
  await typePin(page);
  await page.getByRole('alert').filter({ hasText: 'Nothing was charged.' }).waitFor();
  await page.getByRole('link', { name: 'Change the limits' }).click();
  await page.getByRole('button', { name: 'Change the limits' }).click();
  await page.getByLabel('For a day, in EUR').fill('50');
  await page.getByRole('button', { name: 'Next' }).click();
  await typePin(page);
  await page.getByText('Your limits are in force.').waitFor();
  await page.getByRole('link', { name: /^Snacks/u }).click();
  await page.getByRole('timer').filter({ hasText: 'left to confirm' }).waitFor();
  await page.getByText('Over your own limit').waitFor({ state: 'hidden' });
  await take(page, '1008');
  await page.goto(`${sandbox.platform}/#/limits`);
  await page.getByText(/47\.50\sEUR of 50\.00\sEUR left/u).waitFor();
  await context.close();
});
