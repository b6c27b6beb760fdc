/**
 * Customers in front of the sandbox's machines: each with a wallet's page on a phone and the page
 * of one machine beside it, in one browser. What they read is what their languages' files say.
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startSandbox } from '../../tools/sandbox/sandbox.ts';
import type { Sandbox } from '../../tools/sandbox/sandbox.ts';
import { en as panelWords } from '../../web/panel/text/en.ts';
import { en as words } from '../../web/wallet/text/en/index.ts';
import { axeFaultsNow } from '../../web/test/axe.ts';
import { startBrowser } from '../../web/test/browser.ts';
import { fundAccount } from '../src/core/account.ts';
import { audit } from '../src/core/audit.ts';
import { addCustomer, pinDigest } from '../src/core/customer.ts';
import { ok } from '../src/core/refusal.ts';
import { keptKeys } from '../src/keys.ts';
import { eventually, panel, signIn } from './actors.ts';

const PHONE = { width: 360, height: 740 };
const TABLET = { width: 800, height: 1280 };
const PIN = '1234';
const FIRST_MSISDN = 46_702_000_000;
const FUNDS = { minor: 100_00n, currency: 'EUR' };
/** What every customer starts with. */
export const FUNDS_VALUE = '100.00';
/** Tests scan faster than people. */
const NO_FLOOD_LIMITS = {
  SEQR_SCANS_PER_MINUTE: '10000',
  SEQR_CALLS_PER_MACHINE_PER_MINUTE: '10000',
};
/** Two clocks that are read one after the other may differ by this. */
const SAME_S = 1;

/** A sandbox with a browser, and customers without number. */
export type Stand = {
  readonly sandbox: Sandbox;
  readonly browser: Browser;
  readonly dataDir: string;
  /** A new customer with 100.00 EUR, by phone number. */
  customer(): Promise<string>;
  close(): Promise<void>;
};

/** Starts everything, with more settings if need be; `close` also looks through the books. */
export async function openStand(
  environment: Readonly<Record<string, string>> = {},
): Promise<Stand> {
  const dataDir = await mkdtemp(join(tmpdir(), 'seqr-stand-'));
  const [sandbox, browser] = await Promise.all([
    startSandbox({
      dataDir,
      platformPort: 0,
      resellerPort: 0,
      machinePort: 0,
      environment: { ...NO_FLOOD_LIMITS, ...environment },
    }),
    startBrowser(),
  ]);
  await panel(sandbox.machines, '1001').until('IDLE');
  const { pinKey } = await keptKeys(dataDir);
  let next = FIRST_MSISDN;
  return {
    sandbox,
    browser,
    dataDir,
    customer: async () => {
      const msisdn = String((next += 1));
      await sandbox.db.transaction(async (tx) => {
        const digestOf = (id: string): Buffer => pinDigest(pinKey, id, PIN);
        const added = await addCustomer(tx, { msisdn, name: msisdn, currency: 'EUR', digestOf });
        assert.ok(added.ok);
        assert.ok((await fundAccount(tx, { kind: 'CUSTOMER', msisdn }, FUNDS)).ok);
        return ok(null);
      });
      return msisdn;
    },
    close: async () => {
      await browser.close();
      assert.deepEqual(await sandbox.db.statement(audit), []);
      await sandbox.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** One customer at one machine. */
export type Visit = {
  readonly wallet: Page;
  readonly machine: Page;
  readonly msisdn: string;
  /** The wallet says this in a heading. */
  says(title: string): Promise<void>;
  /** The machine's display says this; its lines are joined by spaces. */
  displays(text: string): Promise<void>;
  /** Types the machine's code into the wallet. */
  typeCode(): Promise<void>;
  /** Types the PIN, and waits until the machine is unlocked. */
  unlock(): Promise<void>;
  /** Presses a product's button. */
  press(product: string): Promise<void>;
  /** Both pages as they are now satisfy axe. */
  accessible(): Promise<void>;
  /** Phone and machine count down the same, to the second. */
  sameCountdown(): Promise<void>;
  /** The customer's balance and what can be spent. */
  funds(): Promise<{ balance: string; available: string }>;
  leave(): Promise<void>;
};

/** Signs a new customer in on a phone and opens the page of machine `token` beside it. */
export async function visit(stand: Stand, token: string, own = stand.browser): Promise<Visit> {
  const { sandbox, browser } = stand;
  const msisdn = await stand.customer();
  const options = { locale: 'en-GB', reducedMotion: 'reduce' } as const;
  const [phone, front] = await Promise.all([
    own.newContext({ ...options, viewport: PHONE }),
    browser.newContext({ ...options, viewport: TABLET }),
  ]);
  const [wallet, machine] = await Promise.all([phone.newPage(), front.newPage()]);
  await Promise.all([
    wallet.goto(sandbox.platform).then(() => signInBy(wallet, msisdn)),
    machine.goto(`${sandbox.machines}/${token}`),
  ]);
  await wallet.getByRole('link', { name: words.homeScreen.scan }).waitFor();
  const says = (title: string) =>
    wallet.getByRole('heading', { name: title, exact: true }).waitFor();
  const displays = (text: string) =>
    machine.getByRole('status').filter({ hasText: text }).first().waitFor();
  return {
    wallet,
    machine,
    msisdn,
    says,
    displays,
    typeCode: async () => {
      await wallet.getByRole('link', { name: words.homeScreen.scan }).click();
      await wallet.getByRole('button', { name: words.scan.type }).click();
      await wallet.getByLabel(words.scan.typedLabel).fill(`demo ${token}`);
      await wallet.keyboard.press('Enter');
    },
    unlock: async () => {
      await wallet.getByRole('timer').first().waitFor();
      await typePin(wallet);
      await displays('Please choose Credit 20.00 EUR');
    },
    press: (product) =>
      machine.getByRole('button', { name: new RegExp(`^${product}`, 'u') }).click(),
    accessible: async () => {
      for (const page of [wallet, machine]) assert.deepEqual(await axeFaultsNow(page), []);
    },
    sameCountdown: async () => {
      await eventually('the same countdown', async () => {
        const [onPhone, onMachine] = await Promise.all([seconds(wallet), seconds(machine)]);
        return Math.abs(onPhone - onMachine) <= SAME_S;
      });
    },
    funds: async () => {
      const { balance, available } = await (await signIn(sandbox.platform, msisdn)).account();
      return { balance: balance.value, available: available.value };
    },
    leave: async () => {
      await Promise.all([phone.close(), front.close()]);
    },
  };
}

/** Number and PIN, on a wallet that asks for them. */
export async function signInBy(page: Page, msisdn: string, pin = PIN): Promise<void> {
  await page.getByLabel(words.signIn.phone).fill(`+${msisdn}`);
  await page.keyboard.press('Enter');
  await typePin(page, pin);
}

/** A heading of the page. */
export const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });

const keypad = (page: Page) => page.getByRole('group', { name: 'Keypad' });

/** Types the PIN into whatever keypad the wallet shows. */
export async function typePin(page: Page, pin = PIN): Promise<void> {
  await keypad(page).waitFor();
  for (const digit of pin) await page.keyboard.press(digit);
}

/** What a page's first timer counts, in seconds. */
async function seconds(page: Page): Promise<number> {
  const text = await page.getByRole('timer').first().innerText();
  const [, minutes = 'NaN', rest = 'NaN'] = /(\d+):(\d\d)/u.exec(text) ?? [];
  return Number(minutes) * 60 + Number(rest);
}

export { panelWords, words };
