/** Codes and what they stand for, problems with a purchase, and what was answered. */

import type { Page } from 'playwright-core';
import type { Fixture } from './fixture-server.ts';
import { fixtureCode } from './fixture-trust.ts';
import { type Scene, signedIn } from './scene.ts';

/** The link that a code is, at the fixture's own address. */
const linkOf = (code: string): string => code.replace(/^HTTP:\/\/SEQR\.SE/u, '');

async function openLink(page: Page, fixture: Fixture, code: string, ready: string): Promise<void> {
  await signedIn(page, fixture, linkOf(code));
  await page.getByRole('heading', { name: ready }).waitFor();
}

/** Types or pastes a code, which sends it as the camera does. */
async function typeInto(page: Page, fixture: Fixture, code: string): Promise<void> {
  await signedIn(page, fixture, '/#/scan');
  await page.getByRole('button', { name: 'Type the code instead' }).click();
  await page.getByLabel('Code').fill(code);
  await page.keyboard.press('Enter');
}

async function report(page: Page, fixture: Fixture, purchaseId: string): Promise<void> {
  await signedIn(page, fixture, `/#/report/${purchaseId}`);
  await page.getByRole('radio').first().waitFor();
}

/** The scenes of this file. */
export const SCENES: readonly Scene[] = [
  {
    name: 'wallet-link-verified',
    open: async (page, fixture) => {
      await openLink(page, fixture, fixtureCode('1008'), 'Buy at this machine?');
      await page.getByText('Verified code').waitFor();
    },
  },
  {
    name: 'wallet-link-changed',
    open: (page, fixture) =>
      openLink(page, fixture, fixtureCode('1008', '1001'), 'This code has been changed'),
  },
  {
    name: 'wallet-link-unknown',
    open: (page, fixture) =>
      openLink(page, fixture, 'HTTP://SEQR.SE/000/ups?w=other&t=1', 'Unknown seller'),
  },
  {
    name: 'wallet-code-changed',
    open: async (page, fixture) => {
      await typeInto(page, fixture, fixtureCode('1008', '1001'));
      await page.getByRole('heading', { name: 'This code has been changed' }).waitFor();
      await page.getByRole('button', { name: 'Report it' }).click();
      await page.getByText('We look into it').waitFor();
    },
  },
  {
    name: 'wallet-code-unsigned',
    open: async (page, fixture) => {
      await typeInto(page, fixture, 'demo INVALID_CODE');
      await page.getByRole('heading', { name: 'That code is not enough here' }).waitFor();
    },
  },
  {
    name: 'wallet-offer-verified',
    open: async (page, fixture) => {
      await typeInto(page, fixture, fixtureCode('1008'));
      await page.getByRole('group', { name: 'Keypad' }).waitFor();
      await page.getByText('Verified code').waitFor();
    },
  },
  {
    name: 'wallet-report',
    open: async (page, fixture) => {
      await report(page, fixture, 'paid');
      await page.getByLabel('Nothing came out').check();
      await page.getByRole('textbox').fill('The motor turned, but the bar is still hanging there.');
    },
  },
  {
    name: 'wallet-report-too-many',
    open: async (page, fixture) => {
      await report(page, fixture, 'paid-till');
      await page.getByRole('button', { name: 'Send the report' }).click();
      await page.getByText('Choose first').waitFor();
      await page.getByLabel('Something else').check();
      await page.getByRole('textbox').fill('again');
      await page.getByRole('button', { name: 'Send the report' }).click();
      await page.getByText('ten problems').waitFor();
    },
  },
  {
    name: 'wallet-case-open',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/purchase/nothing-taken');
      await page.getByText('has not answered yet').waitFor();
    },
  },
  {
    name: 'wallet-case-answered',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/purchase/paid-refunded');
      await page.getByRole('button', { name: 'That settles it' }).waitFor();
    },
  },
];
