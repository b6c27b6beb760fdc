/**
 * The lock of the wallet's screen, with an authenticator that Chromium plays: a phone whose owner
 * can be recognised or not.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { type Fixture, startFixture } from './fixture-server.ts';
import { signedIn } from './scene.ts';

/** Out of sight for longer than this the wallet locks. */
const AWAY_MS = 120_000;

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

type Phone = {
  readonly page: Page;
  /** Whether whoever holds the phone is its owner, from now on. */
  readonly isOwner: (yes: boolean) => Promise<void>;
};

/** A signed-in wallet on a phone that can recognise its owner, at its security settings. */
async function phone(): Promise<Phone> {
  // A passkey belongs to a name, never to an address.
  const named = { ...fixture, wallet: fixture.wallet.replace('127.0.0.1', 'localhost') };
  const context = await browser.newContext();
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  const authenticatorId = await addAuthenticator(devtools);
  await signedIn(page, named, '/#/security');
  return {
    page,
    isOwner: async (isUserVerified) => {
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
  };
}

async function addAuthenticator(devtools: CDPSession): Promise<string> {
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return authenticatorId;
}

/** Opens the page anew after a while, as a phone does that was put away. */
async function comeBackLater(page: Page): Promise<void> {
  const now = await page.evaluate(() => Date.now());
  const url = page.url();
  await page.goto('about:blank');
  await page.clock.setFixedTime(now + AWAY_MS);
  await page.goto(url);
}

const lockSwitch = (page: Page) => page.getByRole('switch', { name: /Lock SEQR/u });
const lockedScreen = (page: Page) => page.getByRole('heading', { name: 'SEQR is locked' });

test('the owner locks the wallet, comes back and unlocks it; nobody else does', async () => {
  const { page, isOwner } = await phone();
  await lockSwitch(page).click();
  await page.getByRole('switch', { name: /Lock SEQR/u, checked: true }).waitFor();
  await page.reload();
  // Just seen: a reload in front of an open machine asks nothing.
  await lockSwitch(page).waitFor();

  await isOwner(false);
  await comeBackLater(page);
  await lockedScreen(page).waitFor();
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByText('That did not unlock it').waitFor();
  assert.equal(await page.getByText('Your other devices').count(), 0);

  await isOwner(true);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await lockSwitch(page).waitFor();
  await lockSwitch(page).click();
  await page.getByRole('switch', { name: /Lock SEQR/u, checked: false }).waitFor();
  await comeBackLater(page);
  await lockSwitch(page).waitFor();
});

test('somebody else can neither switch the lock on nor off, but can sign out', async () => {
  const { page, isOwner } = await phone();
  await isOwner(false);
  await lockSwitch(page).click();
  await page.getByText('did not confirm that it is you').waitFor();
  await isOwner(true);
  await lockSwitch(page).click();
  await page.getByRole('switch', { name: /Lock SEQR/u, checked: true }).waitFor();
  await isOwner(false);
  await lockSwitch(page).click();
  await page.getByText('did not confirm that it is you').waitFor();
  await comeBackLater(page);
  await lockedScreen(page).waitFor();
  await page.getByRole('button', { name: 'Sign out instead' }).click();
  await page.getByLabel('Phone number').waitFor();
});

test('where a passkey cannot be had no lock is offered', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signedIn(page, fixture, '/#/security');
  await page.getByRole('heading', { name: 'Your other devices' }).waitFor();
  assert.equal(await lockSwitch(page).count(), 0);
  await context.close();
});
