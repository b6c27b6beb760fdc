/** What a scene is, and the ways by which a browser gets to one. */

import type { Page } from 'playwright-core';
import type { Fixture } from './fixture-server.ts';

/** One screen in one state. `open` returns once the state is on the screen. */
export type Scene = {
  /** `wallet-…` or `panel-…`; the name of its pictures. */
  readonly name: string;
  readonly open: (page: Page, fixture: Fixture) => Promise<void>;
};

const SESSION = {
  expiresAt: '2100-01-01T00:00:00.000Z',
  customer: { msisdn: '46700000001', name: 'Sandbox customer' },
  device: null,
};

/**
 * Opens a wallet page of somebody who is signed in. The fixture reads from the token how the
 * account stands.
 */
export async function signedIn(
  page: Page,
  fixture: Fixture,
  path: string,
  token = 'fixture',
): Promise<void> {
  await page.addInitScript(
    (session) => {
      localStorage.setItem('seqr.session', session);
    },
    JSON.stringify({ ...SESSION, token }),
  );
  await page.goto(fixture.wallet + path);
}

/** Types digits as a keyboard does. */
export async function typePin(page: Page, pin: string): Promise<void> {
  for (const digit of pin) await page.keyboard.press(digit);
}

/** A screen of the wallet by its path, ready when its heading stands there. */
export function wallet(name: string, path: string, heading: string): Scene {
  return {
    name: `wallet-${name}`,
    open: async (page, fixture) => {
      await signedIn(page, fixture, path);
      await page.getByRole('heading', { name: heading }).waitFor();
    },
  };
}

/** The screen of one fixture purchase. */
export function purchase(id: string, heading: string): Scene {
  return wallet(id, `/#/purchase/${id}`, heading);
}
