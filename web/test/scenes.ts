/** The way from sign-in to the receipt: every screen and state, and how a browser gets there. */

import { type Scene, purchase, signedIn, typePin, wallet } from './scene.ts';

/** A code whose token is a problem code is refused with it. */
const refused = (code: string, title: string): Scene => ({
  name: `wallet-refused-${code.toLowerCase()}`,
  open: async (page, fixture) => {
    await signedIn(page, fixture, `/000/ups?w=demo&t=${code}`);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: title }).waitFor();
  },
});

const pinOn = (pin: string, name: string, ready: string): Scene => ({
  name: `wallet-offer-${name}`,
  open: async (page, fixture) => {
    await signedIn(page, fixture, '/#/purchase/offer');
    await page.getByRole('group', { name: 'Keypad' }).waitFor();
    await typePin(page, pin);
    await page.getByText(ready).first().waitFor();
  },
});

/** A link is ready once it is known whose code it is. */
const link = (name: string, path: string, heading: string): Scene => ({
  name: `wallet-${name}`,
  open: async (page, fixture) => {
    await wallet(name, path, heading).open(page, fixture);
    await page.getByText('before your PIN').waitFor();
  },
});

/** In the order in which a customer meets them. */
export const SCENES: readonly Scene[] = [
  {
    name: 'wallet-sign-in',
    open: async (page, { wallet: url }) => {
      await page.goto(url);
      await page.getByLabel('Phone number').waitFor();
    },
  },
  {
    name: 'wallet-sign-in-pin',
    open: async (page, { wallet: url }) => {
      await page.goto(url);
      await page.getByLabel('Phone number').fill('+46 70 000 00 01');
      await page.keyboard.press('Enter');
      await page.getByRole('group', { name: 'Keypad' }).waitFor();
      await typePin(page, '0000');
      await page.getByRole('alert').waitFor();
      await typePin(page, '12');
    },
  },
  wallet('home', '/', 'SEQR'),
  wallet('account', '/#/account', 'Account'),
  wallet('history', '/#/history', 'Purchases'),
  wallet('cards', '/#/cards', 'Loyalty cards'),
  {
    name: 'wallet-cards-change',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/cards');
      await page.getByRole('button', { name: 'Change: Coffee club' }).click();
      await page.getByRole('textbox').fill('');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'wallet-scan',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/scan');
      await page.getByText('Hold the code').waitFor();
    },
  },
  {
    name: 'wallet-scan-typing',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/scan');
      await page.getByRole('button', { name: 'Type the code instead' }).click();
      await page.getByLabel('Code').fill('something');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
  },
  link('link', '/000/UPS?w=demo&t=1008', 'Buy at this machine?'),
  link('link-till', '/QCAFE2', 'Pay at this till?'),
  link('link-bill', '/r20261123104512345', 'Pay this bill?'),
  {
    name: 'wallet-waiting-cashier',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/QCAFE2');
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByRole('heading', { name: 'Waiting for the cashier' }).waitFor();
    },
  },
  {
    name: 'wallet-asking',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/000/ups?w=demo&t=silent');
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByRole('heading', { name: 'Asking the machine' }).waitFor();
    },
  },
  refused('DEVICE_IN_USE', 'Machine in use'),
  refused('INSUFFICIENT_FUNDS', 'Not enough money'),
  purchase('offer', 'Demo Vending'),
  purchase('offer-long', 'Sächsische'),
  purchase('till', 'Corner Café'),
  purchase('till-many', 'Corner Café'),
  purchase('checking', 'The shop is checking your card'),
  purchase('preparing', 'The shop is preparing your payment'),
  purchase('reserved-shop', 'Reserved for the shop'),
  purchase('not-noticed', 'Not paid: your money is back'),
  {
    name: 'wallet-paid-till',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/purchase/paid-till');
      await page.getByRole('heading', { name: 'From the shop' }).waitFor();
      await page.getByRole('heading', { name: 'Remember this card?' }).waitFor();
    },
  },
  {
    name: 'wallet-document',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/purchase/paid-till/receipt');
      await page.getByText('12 Harbour Street').waitFor();
    },
  },
  {
    name: 'wallet-document-unseen',
    open: async (page, fixture) => {
      await signedIn(page, fixture, '/#/purchase/paid-till/voucher');
      await page.getByText('cannot be shown here').waitFor();
    },
  },
  pinOn('0000', 'wrong-pin', 'attempts left'),
  pinOn('9999', 'changed', 'The amount has changed'),
  purchase('reserved', 'The machine is unlocking'),
  purchase('reserved-slow', 'Take your products'),
  purchase('reserved-rows', 'Take your products'),
  purchase('paid', 'Paid'),
  purchase('paid-refunded', 'Paid'),
  purchase('confirming', 'Paid'),
  purchase('nothing-taken', 'Nothing charged'),
  purchase('in-use', 'Machine in use'),
  purchase('canceled', 'Cancelled'),
  purchase('expired', 'Time ran out'),
  purchase('locked', 'PIN locked'),
];
