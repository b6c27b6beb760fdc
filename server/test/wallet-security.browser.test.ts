/**
 * Strong customer authentication by the wallet's own pages, in a real browser, on a platform that
 * requires the signature of a device: phones are let in, sign, are removed, lose their keys.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { runSeqr } from '../../tools/cli/test/command-line.ts';
import type { Sandbox } from '../../tools/sandbox/sandbox.ts';
import { panel } from './actors.ts';
import { heading, openStand, signInBy, typePin } from './at-the-machine.ts';
import type { Stand } from './at-the-machine.ts';

const PHONE = { width: 360, height: 740 };
/** What the customer's list calls a device is read from these. */
const USER_AGENTS = {
  android:
    'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/150.0.0.0 Mobile Safari/537.36',
  desk: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150.0.0.0 Safari/537.36',
} as const;

let stand: Stand;
let sandbox: Sandbox;
let browser: Browser;
before(async () => {
  stand = await openStand({ SEQR_DEVICE_SIGNATURE: 'required' });
  ({ sandbox, browser } = stand);
});
after(() => stand.close());

type Phone = { readonly page: Page; readonly context: BrowserContext };

/** A wallet in a browser of its own, signed in. */
async function phone(
  msisdn: string,
  { path = '/', as = 'android' }: { path?: string; as?: keyof typeof USER_AGENTS } = {},
): Promise<Phone> {
  const context = await browser.newContext({ viewport: PHONE, userAgent: USER_AGENTS[as] });
  const page = await context.newPage();
  await page.goto(sandbox.platform + path);
  if (path !== '/') await page.getByRole('button', { name: 'Sign in and go on' }).click();
  await signInBy(page, msisdn);
  return { page, context };
}

const offered = (page: Page) => page.getByRole('timer').filter({ hasText: 'left to confirm' });
const atHome = (page: Page) => page.getByRole('link', { name: 'Scan to pay' });

/** The operator's one-time code, by the operator's own command. */
async function operatorsCode(msisdn: string): Promise<string> {
  const { code, stdout, stderr } = await runSeqr(['customer', 'code', msisdn, '--json'], {
    SEQR_DATA_DIR: stand.dataDir,
  });
  assert.equal(code, 0, stderr);
  return (JSON.parse(stdout) as { readonly code: string }).code;
}

async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code from customer service').fill(code);
  await page.keyboard.press('Enter');
}

/** A phone that was let in by an operator's code, at home. */
async function letIn(msisdn: string, as: keyof typeof USER_AGENTS = 'android'): Promise<Phone> {
  const opened = await phone(msisdn, { as });
  await typeCode(opened.page, await operatorsCode(msisdn));
  await atHome(opened.page).waitFor();
  return opened;
}

async function toSecurity(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Account' }).click();
  await page.getByRole('link', { name: 'Security' }).click();
  await heading(page, 'Your other devices').waitFor();
}

async function openOffer(page: Page, code: string): Promise<void> {
  await atHome(page).click();
  await page.getByRole('button', { name: 'Type the code instead' }).click();
  await page.getByLabel('Code').fill(code);
  await page.keyboard.press('Enter');
  await offered(page).waitFor();
}

/** Leaves an open machine without taking anything. */
async function finish(token: string): Promise<void> {
  const machine = panel(sandbox.machines, token);
  await machine.until('UNLOCKED');
  await machine.finish();
}

async function checkDigits(page: Page): Promise<string> {
  const spelled = await page.getByRole('img', { name: /Check digits/u }).getAttribute('aria-label');
  return spelled ?? '';
}

test('a link leads through the code of a first phone to a purchase that it signs', async () => {
  const msisdn = '46700000004';
  const { page, context } = await phone(msisdn, { path: '/000/ups?w=demo&t=1001' });
  await heading(page, 'Let this phone in').waitFor();
  await typeCode(page, '0000-0000-0000');
  await page.getByText('The code is not right').waitFor();
  await typeCode(page, await operatorsCode(msisdn));
  await offered(page).waitFor();

  // Whoever has stolen the session and the PIN has not stolen the key.
  const id = /purchase\/([^/]+)/u.exec(page.url())?.[1] ?? '';
  const stolen = await page.evaluate<string>("localStorage.getItem('seqr.session')");
  const { token } = JSON.parse(stolen) as { readonly token: string };
  const refused = await fetch(`${sandbox.platform}/wallet/v1/purchases/${id}/approval`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ pin: '1234', version: 1 }),
  });
  assert.equal(refused.status, 403);
  assert.equal(((await refused.json()) as { code: string }).code, 'DEVICE_REQUIRED');

  const approval = page.waitForRequest(/\/approval$/u);
  await typePin(page);
  const sent = (await approval).postDataJSON() as { device?: { signature: string } };
  assert.match(sent.device?.signature ?? '', /^[\w-]{86}$/u);
  const coffee = panel(sandbox.machines, '1001');
  await coffee.until('UNLOCKED');
  assert.equal((await coffee.select(1)).result, 'VENDED');
  await heading(page, 'Paid').waitFor();
  await context.close();
});

test('a phone lets another one in by equal digits, and removes it again', async () => {
  const msisdn = '46700000004';
  const first = await letIn(msisdn);
  const second = await phone(msisdn, { as: 'desk' });
  await heading(second.page, 'Let this phone in').waitFor();
  const shown = await checkDigits(second.page);
  await first.page.reload();
  await first.page.getByRole('link', { name: 'Another phone wants in' }).click();
  await first.page.getByText('Chrome, Windows signed in').waitFor();
  assert.equal(await checkDigits(first.page), shown);
  await first.page.getByRole('button', { name: 'The same: let it in' }).click();
  await typePin(first.page);
  await heading(first.page, 'Let in').waitFor();
  await openOffer(second.page, 'demo 1010');
  await typePin(second.page);
  await heading(second.page, /unlocking|Take your products/u).waitFor();
  await finish('1010');
  await heading(second.page, 'Nothing charged').waitFor();

  await first.page.getByRole('button', { name: 'Home' }).click();
  await toSecurity(first.page);
  await first.page.getByRole('button', { name: 'Chrome, Windows' }).click();
  await typePin(first.page);
  await first.page.getByText('Chrome, Windows was removed').waitFor();
  await second.page.getByRole('button', { name: 'Home' }).click();
  await second.page.getByText('signed out to keep your money safe').waitFor();
  await signInBy(second.page, msisdn);
  await second.page.getByText('not let in any more').waitFor();
  await checkDigits(second.page);
  await Promise.all([first.context.close(), second.context.close()]);
});

test('a phone that nobody knows is refused, and hears of it', async () => {
  const msisdn = '46700000001';
  const first = await letIn(msisdn);
  const second = await phone(msisdn, { as: 'desk' });
  await checkDigits(second.page);
  await first.page.reload();
  await first.page.getByRole('link', { name: 'Another phone wants in' }).click();
  await first.page.getByRole('button', { name: 'Not mine: refuse' }).click();
  await typePin(first.page);
  await heading(first.page, 'Refused').waitFor();
  await first.page.getByRole('button', { name: 'Change your PIN' }).waitFor();
  await second.page.getByText('This phone was refused').waitFor();
  await second.page.getByRole('button', { name: 'Ask once more' }).click();
  await checkDigits(second.page);
  await typeCode(second.page, await operatorsCode(msisdn));
  await atHome(second.page).waitFor();
  await Promise.all([first.context.close(), second.context.close()]);
});

test('five wrong PINs lock it; a code and a new PIN unlock it; the phone stays in', async () => {
  const msisdn = '46700000001';
  const { page, context } = await letIn(msisdn);
  await openOffer(page, 'demo 1008');
  for (const left of ['4 attempts', '3 attempts', '2 attempts', 'One attempt']) {
    await typePin(page, '9999');
    await page.getByText(left).waitFor();
  }
  await typePin(page, '9999');
  await heading(page, 'PIN locked').waitFor();
  await page.getByRole('link', { name: 'Unlock your PIN' }).click();
  assert.equal(await page.getByLabel('Phone number').inputValue(), `+${msisdn}`);
  await typeCode(page, (await operatorsCode(msisdn)).toLowerCase().replaceAll('-', ' '));
  await heading(page, 'Your new PIN').waitFor();
  await typePin(page, '1111');
  await page.getByText('what others try first').waitFor();
  await typePin(page, '2580');
  await heading(page, 'once more').waitFor();
  await typePin(page, '2580');
  await page.getByText('Your PIN is unlocked').waitFor();
  await signInBy(page, msisdn, '2580');
  await openOffer(page, 'demo 1008');
  await typePin(page, '2580');
  await heading(page, /unlocking|Take your products/u).waitFor();
  await finish('1008');
  await heading(page, 'Nothing charged').waitFor();
  await context.close();
});

test('another PIN signs the customer out everywhere and says so', async () => {
  const msisdn = '46700000002';
  const { page, context } = await letIn(msisdn);
  const other = await phone(msisdn, { as: 'desk' });
  await heading(other.page, 'Let this phone in').waitFor();
  await toSecurity(page);
  await page.getByRole('link', { name: 'Change your PIN' }).click();
  await typePin(page, '1234');
  await heading(page, 'Your new PIN').waitFor();
  await typePin(page, '1234');
  await page.getByText('That is your present PIN').waitFor();
  await typePin(page, '8512');
  await heading(page, 'once more').waitFor();
  await typePin(page, '8513');
  await page.getByText('The two were not the same').waitFor();
  await typePin(page, '8512');
  await heading(page, 'once more').waitFor();
  await typePin(page, '8512');
  await page.getByText('Your PIN is changed').waitFor();
  await other.page.getByText('signed out to keep your money safe').waitFor();
  await signInBy(page, msisdn, '1234');
  await page.getByText('Number and PIN do not match').waitFor();
  await typePin(page, '8512');
  await atHome(page).waitFor();
  await Promise.all([context.close(), other.context.close()]);
});

test('a phone whose key was erased is led to being let in again', async () => {
  const msisdn = '46700000003';
  const { page, context } = await letIn(msisdn);
  await page.evaluate(
    "new Promise((done) => { indexedDB.deleteDatabase('seqr-device').onsuccess = done; })",
  );
  await page.reload();
  await page.getByText('not let in any more').waitFor();
  await page.getByRole('button', { name: 'Later' }).click();
  await page.getByRole('link', { name: 'Let this phone in' }).click();
  await typeCode(page, await operatorsCode(msisdn));
  await heading(page, 'This phone is let in').waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await atHome(page).waitFor();
  await context.close();
});

/** Puts another key in the place of the phone's own, as whoever has stolen its storage might. */
const OTHER_KEY = `(async () => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const { privateKey } = await crypto.subtle.generateKey(algorithm, false, ['sign']);
  const database = await done(indexedDB.open('seqr-device'));
  const keys = () => database.transaction('keys', 'readwrite').objectStore('keys');
  const [kept] = await done(keys().getAll());
  await done(keys().put({ ...kept, privateKey }));
})()`;

test('a signature of another key is refused in words, and spends no attempt', async () => {
  const { page, context } = await letIn('46700000004');
  await page.evaluate(OTHER_KEY);
  await page.reload();
  await openOffer(page, 'demo 1001');
  await typePin(page);
  await page.getByText('This phone is not known').waitFor();
  await page.getByText('Nothing was charged').waitFor();
  await page.getByRole('link', { name: 'Let this phone in' }).click();
  await checkDigits(page);
  await typeCode(page, await operatorsCode('46700000004'));
  await heading(page, 'This phone is let in').waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await offered(page).waitFor();
  await typePin(page, '9999');
  await page.getByText('4 attempts left').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await heading(page, 'Cancelled').waitFor();
  await context.close();
});

test('after a reload the phone signs with the key that it kept', async () => {
  const msisdn = '46700000004';
  const { page, context } = await letIn(msisdn);
  await openOffer(page, 'demo 1001');
  await page.reload();
  await offered(page).waitFor();
  const approval = page.waitForResponse(/\/approval$/u);
  await typePin(page);
  assert.equal((await approval).status(), 200);
  await finish('1001');
  await heading(page, 'Nothing charged').waitFor();
  await context.close();
});
