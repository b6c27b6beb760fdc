/** What comes after a sale: the receipt's ends, the history, top-ups, limits. */

import { LIMITED } from './fixture-after.ts';
import { type Scene, signedIn, typePin, wallet } from './scene.ts';

/** A screen of a customer who has set limits. */
const limited = (name: string, path: string, open: Scene['open']): Scene => ({
  name: `wallet-${name}`,
  open: async (page, fixture) => {
    await signedIn(page, fixture, path, LIMITED);
    await open(page, fixture);
  },
});

/** In the order of the files that they show. */
export const SCENES: readonly Scene[] = [
  {
    name: 'wallet-receipt-copied',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/purchase/paid');
      await page.evaluate(() => {
        Object.defineProperty(navigator, 'share', { value: undefined });
        Object.defineProperty(navigator, 'clipboard', { value: { writeText: async () => {} } });
      });
      await page.getByRole('button', { name: 'Share' }).click();
      await page.getByText('The receipt was copied.').waitFor();
    },
  },
  {
    name: 'wallet-history-month',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/history');
      await page.getByRole('button', { name: 'Month before' }).click();
      await page.getByRole('button', { name: 'Month before' }).click();
      await page.getByRole('link').filter({ hasText: 'Snacks' }).first().waitFor();
    },
  },
  {
    name: 'wallet-history-found',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/history');
      await page.getByRole('searchbox').fill('cold COFFEE');
      await page.getByRole('status').filter({ hasText: 'One purchase shown' }).waitFor();
    },
  },
  {
    name: 'wallet-history-not-found',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/history');
      await page.getByRole('button', { name: 'Month before' }).click();
      await page.getByRole('searchbox').fill('umbrella');
      await page.getByText('Nothing found').waitFor();
    },
  },
  wallet('top-up', '/#/topup', 'Top up'),
  {
    name: 'wallet-top-up-own',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/topup');
      await page.getByText('Another amount').click();
      await page.getByLabel('Amount in EUR').fill('0,50');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'wallet-top-up-done',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/topup');
      await page.getByRole('button', { name: 'Add 20.00' }).click();
      await page.getByText('was added').waitFor();
    },
  },
  {
    name: 'wallet-refused-to-top-up',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/000/ups?w=demo&t=INSUFFICIENT_FUNDS');
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByRole('link', { name: 'Top up' }).waitFor();
    },
  },
  wallet('limits-none', '/#/limits', 'Spending limits'),
  limited('limits', '/#/limits', (page) => page.getByText('6.50 EUR of 25.00 EUR left').waitFor()),
  limited('limits-change', '/#/limits', async (page) => {
    await page.getByRole('button', { name: 'Change the limits' }).click();
    await page.getByLabel('For a day, in EUR').fill('1.000');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('alert').waitFor();
  }),
  limited('limits-confirm', '/#/limits', async (page) => {
    await page.getByRole('button', { name: 'Change the limits' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('group', { name: 'Keypad' }).waitFor();
    await typePin(page, '0000');
    await page.getByRole('alert').waitFor();
  }),
  limited('limits-saved', '/#/limits', async (page) => {
    await page.getByRole('button', { name: 'Change the limits' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('group', { name: 'Keypad' }).waitFor();
    await typePin(page, '1234');
    await page.getByText('Your limits are in force.').waitFor();
  }),
  limited('offer-over-limit', '/#/purchase/offer', (page) =>
    page.getByText('Over your own limit').waitFor(),
  ),
  limited('offer-limit-exceeded', '/#/purchase/offer', async (page) => {
    await page.getByText('Over your own limit').waitFor();
    await typePin(page, '7777');
    await page.getByRole('alert').waitFor();
  }),
];
