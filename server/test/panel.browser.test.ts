/**
 * The panel's page on real machines of every face, with the test's own end of their link: what
 * moves, what is said, by keyboard alone, in each language, and what shows when somebody is gone.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FleetMachine, MachineFace } from '@seqr-ups/contract';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openRecord } from '../../machine/src/record.ts';
import { makeLog, runFleet, type RunningFleet } from '../../machine/src/run.ts';
import { scratch, testMachine } from '../../machine/test/fleet.ts';
import { Reseller, startBroker } from '../../machine/test/reseller.ts';
import { en } from '../../web/panel/text/en.ts';
import { builtApp, buildWeb } from '../../web/build.ts';
import { axeFaultsNow } from '../../web/test/axe.ts';
import { startBrowser } from '../../web/test/browser.ts';

/** Long enough to be seen in motion, short enough for a test. */
const VEND_MS = 700;
const price = (value: string) => ({ value, currency: 'EUR' });
const faced = (face: MachineFace, change: Partial<FleetMachine> = {}): FleetMachine =>
  testMachine(face, {
    face,
    name: face.toLowerCase(),
    singleVend: true,
    vendMs: VEND_MS,
    jammingSlots: [],
    products: [
      { slot: 1, name: 'First', price: price('2.50'), stock: 9 },
      { slot: 2, name: 'Second', price: price('2.50'), stock: 9 },
    ],
    ...change,
  });

const FLEET: readonly FleetMachine[] = [
  faced('COFFEE'),
  faced('SPIRAL', { singleVend: false, jammingSlots: [2] }),
  faced('LAUNDRY', { measures: [{ slot: 1, amount: 42, unit: 'MINUTE' }] }),
  faced('CHARGER', { measures: [{ slot: 1, amount: 10_000, unit: 'WATT_HOUR' }] }),
  faced('LOCKER'),
  testMachine('polish', { language: 'pl', name: 'Automat' }),
  testMachine('lost', { name: 'Lost' }),
];

const { dir, remove } = scratch();
let broker: Awaited<ReturnType<typeof startBroker>>;
let fleet: RunningFleet;
let record: ReturnType<typeof openRecord>;
let reseller: Reseller;
let browser: Browser;

before(async () => {
  [broker, browser] = await Promise.all([startBroker(), startBrowser(), buildWeb()]);
  record = openRecord(`${dir}/record.sqlite`);
  fleet = await runFleet({
    fleet: FLEET,
    record,
    mqttUrl: broker.url,
    port: 0,
    merchantId: 'demo',
    log: makeLog('silent'),
    pageDir: builtApp('panel'),
  });
  reseller = await Reseller.connect(broker.url);
});

after(async () => {
  await browser.close();
  await reseller.close();
  await fleet.stop();
  record.close();
  await broker.stop();
  remove();
});

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  await page.goto(`${fleet.address}${path}`);
  return page;
}

const displays = (page: Page, text: string) =>
  page.getByRole('status').filter({ hasText: text }).first().waitFor();

/** Presses Tab until the control of that name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const control = page.getByRole('button', { name: new RegExp(`^${name}`, 'u') });
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await control.and(page.locator(':focus')).count()) === 1) return;
  }
  assert.fail(`Tab does not lead to ${name}`);
}

/** Unlocks a machine and presses its first product by the keyboard; answers once it is approved. */
async function vend(page: Page, token: string): Promise<void> {
  await displays(page, 'Please scan the code to pay');
  await reseller.unlock(token, `${token}-1`);
  await displays(page, 'Please choose Credit 20.00 EUR');
  await tabTo(page, 'First');
  await page.keyboard.press('Enter');
  await reseller.answer(token, `${token}-1`, true);
}

/** What each face shows while its motor turns, and afterwards until it is taken away. */
const MECHANISMS: Record<MachineFace, { turning: string; after: string; take: string | null }> = {
  COFFEE: { turning: '[data-cup=FILLING]', after: '[data-cup=FULL]', take: en.take('First') },
  SPIRAL: { turning: '.spiral[data-act=TURNING]', after: '.tray-item', take: en.take('First') },
  LAUNDRY: { turning: '[data-turns=true]', after: '[data-locked=true]', take: null },
  CHARGER: {
    turning: '[data-cable=CHARGING]',
    after: '[data-cable=CHARGED] >> text=10.00',
    take: en.unplug,
  },
  LOCKER: {
    turning: '.locker-door[data-open=true]',
    after: '.locker-door[data-open=true]',
    take: en.closeDoor('First'),
  },
};

for (const [face, { turning, after: delivered, take }] of Object.entries(MECHANISMS)) {
  test(`${face}: the mechanism works, and what was delivered stays until it is taken`, async () => {
    const page = await open(`/${face}`);
    await vend(page, face);
    await page.locator(turning).first().waitFor({ state: 'attached' });
    await page.locator(delivered).first().waitFor({ state: 'attached' });
    assert.deepEqual(await axeFaultsNow(page), []);
    if (take !== null) {
      await tabTo(page, take);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: take }).waitFor({ state: 'detached' });
    }
    await page.context().close();
  });
}

test('the whole vend is heard by whoever does not see it', async () => {
  const page = await open('/SPIRAL');
  await page.getByRole('main').waitFor();
  // Every text that an assistive program would be told, in order.
  await page.evaluate(`
    window.heard = [];
    new MutationObserver(() => {
      const text = document.querySelector('.display [role=status]').textContent;
      if (window.heard.at(-1) !== text) window.heard.push(text);
    }).observe(document.querySelector('.display'), {
      subtree: true, childList: true, characterData: true,
    });
  `);
  await fleet.machines.get('SPIRAL')?.finish();
  await reseller.stateIs('SPIRAL', 'IDLE');
  // Each step waits to be shown: a page that hears of two at once says the later one only.
  const leaseId = await reseller.lease('SPIRAL');
  await displays(page, 'Confirm with PIN on your phone');
  await reseller.begin('SPIRAL', { leaseId, invoiceReference: 'heard' });
  await displays(page, 'Please choose Credit 20.00 EUR');
  await page.getByRole('button', { name: /^Second/u }).press('Enter');
  await displays(page, 'Second One moment, please');
  await reseller.answer('SPIRAL', 'heard', true);
  await displays(page, 'Second Jammed Not charged');
  await page.getByRole('button', { name: /^Second.*Jammed/su }).waitFor();
  await page.getByRole('button', { name: en.finish }).press('Enter');
  await page.getByText(en.states.IDLE, { exact: true }).waitFor();
  const heard = await page.evaluate<string[]>('window.heard');
  const steps = [
    'Confirm with PIN on your phone',
    'Please choose Credit 20.00 EUR',
    'Second One moment, please',
    'Second Vending…',
    'Second Jammed Not charged',
  ];
  assert.deepEqual(
    heard.filter((text) => steps.includes(text)),
    steps,
  );
  await page.context().close();
});

test('page and display speak one language: the address, machine or browser decides', async () => {
  const cases = [
    ['/LOCKER?lang=de', 'en-GB', 'de', 'Bitte Code scannen'],
    ['/LOCKER', 'sv-SE', 'sv', 'Skanna koden'],
    ['/LOCKER', 'fi-FI', 'en', 'Please scan'],
    ['/polish', 'sv-SE', 'pl', 'Zeskanuj kod'],
    ['/polish?lang=en', 'sv-SE', 'en', 'Please scan'],
  ] as const;
  for (const [path, locale, language, words] of cases) {
    const page = await open(path, { locale });
    await displays(page, words);
    assert.equal(await page.locator('html').getAttribute('lang'), language, path + locale);
    await page.context().close();
  }
});

test('the code in large is closed by key and by touch', async () => {
  const page = await open('/LOCKER');
  const dialog = page.getByRole('dialog');
  for (const close of [() => page.keyboard.press('Escape'), () => dialog.click()]) {
    await page.getByRole('button', { name: en.large }).press('Enter');
    await dialog.waitFor();
    await close();
    await dialog.waitFor({ state: 'detached' });
  }
  await page.context().close();
});

test('without broker it is out of order; without machine nothing is said of the door', async () => {
  const page = await open('/lost');
  await displays(page, 'Please scan the code to pay');
  await broker.stop();
  await displays(page, 'Out of order No connection');
  await page.getByText(en.states.OUT_OF_SERVICE, { exact: true }).waitFor();
  const door = page.getByText(`${en.door}: ${en.locked}`);
  await door.waitFor();
  await page.route('**/api/**', (route) => route.abort());
  await fleet.stop();
  await page.getByRole('alert').filter({ hasText: en.offline }).waitFor();
  await displays(page, 'No contact with the machine');
  assert.equal(await door.count(), 0);
  assert.deepEqual(await axeFaultsNow(page), []);
  await page.context().close();
});
