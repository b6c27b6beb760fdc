/** Devices, PIN, the lock of the screen: every screen and state, and how a browser gets there. */

import type { Page } from 'playwright-core';
import type { Standing } from './fixture-security.ts';
import { type Scene, signedIn, typePin } from './scene.ts';

type Act = (page: Page) => Promise<unknown>;

const scene = (name: string, how: Standing, path: string, act: Act): Scene => ({
  name: `wallet-${name}`,
  open: async (page, fixture) => {
    await signedIn(page, fixture, path, `fixture.${how}`);
    await act(page);
  },
});

const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor();
const keypad = (page: Page) => page.getByRole('group', { name: 'Keypad' }).waitFor();

/** Shows the page again, as when the customer comes back to it. */
async function comeBack(page: Page): Promise<void> {
  await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
}

/** As under an address that is no secure origin. */
const unable = (name: string, path: string, words: string): Scene => ({
  name: `wallet-${name}`,
  open: async (page, fixture) => {
    await page.addInitScript("Object.defineProperty(window, 'isSecureContext', { value: false })");
    await signedIn(page, fixture, path, 'fixture.SECOND');
    await page.getByText(words).waitFor();
  },
});

/** In the order in which a customer meets them. */
export const SCENES: readonly Scene[] = [
  scene('enrol-first', 'ALONE', '/', (page) => heading(page, 'Your first phone')),
  scene('enrol-code-wrong', 'ALONE', '/', async (page) => {
    await page.getByLabel('Code from customer service').fill('1111 1111');
    await page.keyboard.press('Enter');
    await page.getByText('Wrong code').waitFor();
  }),
  scene('enrol', 'SECOND', '/', (page) => page.getByText('This page goes on').waitFor()),
  scene('enrol-gone', 'REFUSED', '/', async (page) => {
    await page.getByText('This page goes on').or(page.getByText('was refused')).waitFor();
    await comeBack(page);
    await page.getByText('This phone was refused').waitFor();
  }),
  scene('enrol-done', 'ALONE', '/#/enrol', async (page) => {
    await page.getByLabel('Code from customer service').fill('2345 6789');
    await page.keyboard.press('Enter');
    await heading(page, 'This phone is let in');
  }),
  unable('enrol-unable', '/', 'This browser cannot keep a key'),
  unable('security-unable', '/#/security', 'This browser cannot keep a key'),
  scene('enrol-later', 'SECOND', '/', async (page) => {
    await page.getByRole('button', { name: 'Later' }).click();
    await page.getByText('It must be let in').waitFor();
  }),
  scene('offer-not-let-in', 'SECOND', '/#/purchase/offer', (page) =>
    page.getByText('This phone is not let in yet').waitFor(),
  ),
  scene('home-device-waits', 'OWNER', '/', (page) =>
    page.getByText('Another phone wants in').waitFor(),
  ),
  scene('device', 'OWNER', '/#/device/waits', (page) =>
    page.getByRole('button', { name: 'The same' }).waitFor(),
  ),
  scene('device-pin', 'OWNER', '/#/device/waits', async (page) => {
    await page.getByRole('button', { name: 'The same' }).click();
    await keypad(page);
    await typePin(page, '0000');
    await page.getByText('attempts left').waitFor();
  }),
  scene('device-let-in', 'OWNER', '/#/device/waits', async (page) => {
    await page.getByRole('button', { name: 'The same' }).click();
    await keypad(page);
    await typePin(page, '1234');
    await heading(page, 'Let in');
  }),
  scene('device-refused', 'OWNER', '/#/device/waits', async (page) => {
    await page.getByRole('button', { name: 'Not mine' }).click();
    await keypad(page);
    await typePin(page, '1234');
    await heading(page, 'Refused');
  }),
  scene('device-gone', 'OWNER', '/#/device/nobody', (page) => heading(page, 'Nobody waits')),
  scene('security', 'OWNER', '/#/security', (page) => page.getByText('Safari, iPad').waitFor()),
  scene('security-remove', 'OWNER', '/#/security', async (page) => {
    await page.getByRole('button', { name: 'Safari, iPad' }).click();
    await keypad(page);
  }),
  scene('security-removed', 'OWNER', '/#/security', async (page) => {
    await page.getByRole('button', { name: 'Safari, iPad' }).click();
    await keypad(page);
    await typePin(page, '1234');
    await page.getByText('was removed').waitFor();
  }),
  scene('security-not-let-in', 'SECOND', '/#/security', (page) =>
    page.getByText('Cannot pay yet').waitFor(),
  ),
  scene('pin', 'OWNER', '/#/pin', (page) => heading(page, 'Your present PIN')),
  scene('pin-weak', 'OWNER', '/#/pin', async (page) => {
    await keypad(page);
    await typePin(page, '1234');
    await heading(page, 'Your new PIN');
    await typePin(page, '4321');
    await page.getByText('what others try first').waitFor();
  }),
  scene('pin-locked', 'OWNER', '/#/pin', async (page) => {
    await keypad(page);
    await typePin(page, '7777');
    await heading(page, 'Your new PIN');
    await typePin(page, '4711');
    await heading(page, 'once more');
    await typePin(page, '4711');
    await page.getByText('PIN locked').waitFor();
  }),
  scene('pin-changed', 'OWNER', '/#/pin', async (page) => {
    await keypad(page);
    await typePin(page, '1234');
    await heading(page, 'Your new PIN');
    await typePin(page, '4711');
    await heading(page, 'once more');
    await typePin(page, '4711');
    await page.getByText('Your PIN is changed').waitFor();
  }),
  {
    name: 'wallet-unlock',
    open: async (page, fixture) => {
      await page.goto(`${fixture.wallet}/#/unlock`);
      await heading(page, 'Unlock your PIN');
    },
  },
  {
    name: 'wallet-unlock-wrong',
    open: async (page, fixture) => {
      await page.goto(`${fixture.wallet}/#/unlock`);
      await page.getByLabel('Phone number').fill('+46 70 000 00 01');
      await page.getByLabel('Code from customer service').fill('1111 1111');
      await page.keyboard.press('Enter');
      await heading(page, 'Your new PIN');
      await typePin(page, '4711');
      await heading(page, 'once more');
      await typePin(page, '4711');
      await page.getByText('Wrong code').waitFor();
    },
  },
  {
    name: 'wallet-screen-locked',
    open: async (page, fixture) => {
      // The fixture is known by an address, for which no browser keeps a passkey.
      await page.addInitScript(() => {
        localStorage.setItem('seqr.lock', 'a2V5');
      });
      await signedIn(page, fixture, '/', 'fixture.OWNER');
      await heading(page, 'SEQR is locked');
      await page.getByRole('button', { name: 'Unlock' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
];
