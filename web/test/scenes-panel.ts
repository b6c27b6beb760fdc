/** The panel: every face in every situation, the fleet, and the code in large. */

import type { Page } from 'playwright-core';
import type { Fixture } from './fixture-server.ts';
import type { Scene } from './scene.ts';

const FACES = ['coffee', 'spiral', 'laundry', 'charger', 'locker'];
const SITUATIONS = ['idle', 'leased', 'unlocked', 'vending', 'delivered', 'jammed', 'sold-out'];

async function atMachine(page: Page, fixture: Fixture, token: string, query = ''): Promise<void> {
  await page.goto(`${fixture.panel}/${token}${query}`);
  await page.getByRole('status').filter({ hasText: /\w/u }).first().waitFor();
}

const machine = (token: string): Scene => ({
  name: `panel-${token}`,
  open: (page, fixture) => atMachine(page, fixture, token),
});

/** All of them. */
export const SCENES: readonly Scene[] = [
  {
    name: 'panel-fleet',
    open: async (page, fixture) => {
      await page.goto(fixture.panel);
      await page.getByRole('listitem').first().waitFor();
    },
  },
  ...FACES.flatMap((face) => SITUATIONS.map((situation) => machine(`${face}-${situation}`))),
  machine('spiral-broken'),
  {
    name: 'panel-code-large',
    open: async (page, fixture) => {
      await atMachine(page, fixture, 'coffee-idle');
      await page.getByRole('button', { name: 'Enlarge code' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'panel-no-contact',
    open: async (page, fixture) => {
      // Without its stream the page asks every second, and then gets no answer either.
      await page.route('**/events*', (route) => route.abort());
      await atMachine(page, fixture, 'coffee-idle');
      await page.route('**/api/**', (route) => route.abort());
      await page.getByText('No contact with the machine').first().waitFor();
    },
  },
  {
    name: 'panel-german',
    open: (page, fixture) => atMachine(page, fixture, 'spiral-unlocked', '?lang=de'),
  },
  {
    name: 'panel-unknown',
    open: async (page, fixture) => {
      await page.goto(`${fixture.panel}/nowhere`);
      await page.getByRole('heading', { name: 'There is no such machine' }).waitFor();
    },
  },
];
