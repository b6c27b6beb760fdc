/** What makes the wallet an app: settings, its offers, and a start without network. */

import type { Page } from 'playwright-core';
import { type Scene, signedIn, wallet } from './scene.ts';

/** As the browser does when it would let the customer install the wallet. */
async function offerInstall(page: Page): Promise<void> {
  await page.evaluate(
    "window.dispatchEvent(new Event('beforeinstallprompt', { cancelable: true }))",
  );
}

/** In the order in which a customer meets them. */
export const SCENES: readonly Scene[] = [
  {
    name: 'wallet-install-hint',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/');
      await page.locator('.balance-amount', { hasText: 'EUR' }).waitFor();
      await offerInstall(page);
      await page.getByRole('heading', { name: 'Keep it at hand' }).waitFor();
      // It stands last; the end of a page is the one place that every window scrolls to alike.
      await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)');
    },
  },
  {
    name: 'wallet-push-offer',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/purchase/paid');
      await page.getByRole('heading', { name: 'Shall we tell you?' }).waitFor();
    },
  },
  wallet('settings', '/#/settings', 'Settings'),
  {
    name: 'wallet-home-offline',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/');
      await page.locator('.balance-amount', { hasText: 'EUR' }).waitFor();
      // The fixture would answer: the phone says that it is off.
      await page.route('**/wallet/v1/**', (route) => route.abort());
      await page.reload();
      await page.getByText(/^As of/u).waitFor();
    },
  },
];
