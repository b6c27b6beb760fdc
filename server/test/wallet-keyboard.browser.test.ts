/**
 * A whole purchase by somebody who uses no pointer, and by somebody who sees nothing: what the
 * keyboard reaches, and what a screen reader is told, in their order, on the real stack.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { openStand, type Stand, words } from './at-the-machine.ts';
import { eventually } from './actors.ts';

const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 800 };
/** No screen on the way has more stops for the Tab key. */
const TAB_STOPS_MAX = 40;

/**
 * Notes what a screen reader would say: headings that take the focus, and the words of live
 * regions whenever they change. Runs in the page.
 */
const LISTEN = `
  const said = [];
  globalThis.said = said;
  const say = (words) => {
    const text = words.replaceAll(/\\s+/gu, ' ').trim();
    if (text !== '' && said.at(-1) !== text) said.push(text);
  };
  addEventListener('focusin', ({ target }) => {
    if (target.tagName !== 'H1') return;
    const ids = target.getAttribute('aria-describedby')?.split(' ') ?? [];
    const described = ids.map((id) => document.getElementById(id)?.innerText ?? '');
    say(['heading ' + target.textContent, ...described].join(' '));
  });
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      for (const node of [target, ...addedNodes]) {
        const element = node instanceof Element ? node : node.parentElement;
        const inside = element?.querySelectorAll('[role=alert], [role=status], [aria-live=polite]');
        const around = element?.closest('[role=alert], [role=status], [aria-live=polite]');
        for (const live of [...(inside ?? []), ...(around ? [around] : [])]) say(live.innerText);
      }
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
`;

let stand: Stand;
before(async () => {
  stand = await openStand();
});
after(async () => {
  await stand.close();
});

/** Tab until the control of that name has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let stop = 0; stop < TAB_STOPS_MAX; stop += 1) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    if ((await focused.count()) === 0) continue;
    const snapshot = await focused.ariaSnapshot();
    if (typeof name === 'string' ? snapshot.includes(name) : name.test(snapshot)) return;
  }
  assert.fail(`the Tab key never reaches ${String(name)}`);
}

async function pressOn(page: Page, name: string | RegExp): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}

const headed = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { name }).first().waitFor();

test('the keyboard alone buys at a machine, and a screen reader is told each step', async () => {
  const msisdn = await stand.customer();
  const context = await stand.browser.newContext({ viewport: PHONE, locale: 'en-GB' });
  const page = await context.newPage();
  await page.addInitScript(`document.addEventListener('DOMContentLoaded', () => {${LISTEN}});`);
  await page.goto(stand.sandbox.platform);
  await tabTo(page, words.signIn.phone);
  await page.keyboard.type(`+${msisdn}`);
  await page.keyboard.press('Enter');
  await headed(page, words.signIn.pinTitle);
  // The keys of the pad one by one, as somebody with a switch would; later by digits.
  for (const digit of '1234') await pressOn(page, `"${digit}"`);
  await page.getByRole('link', { name: words.homeScreen.scan }).waitFor();
  await pressOn(page, words.homeScreen.scan);
  await headed(page, words.scan.title);
  await pressOn(page, words.scan.type);
  await page.keyboard.type('demo 1008');
  await page.keyboard.press('Enter');
  await headed(page, 'Demo Vending');
  await readOffer(page);
  await page.keyboard.type('12');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('234');
  await headed(page, words.progress.take);

  const front = await stand.browser.newContext({ viewport: DESK, locale: 'en-GB' });
  const machine = await front.newPage();
  await machine.goto(`${stand.sandbox.machines}/1008`);
  await machine.getByRole('button', { name: /^Nuts/u }).waitFor();
  await pressOn(machine, /^- button "Nuts/u);
  // Until the machine has heard, Finish can still be pressed, and then not while the motor turns.
  await machine.getByText('Nuts Enjoy!').waitFor();
  await machine.getByRole('button', { name: 'Finish', disabled: false }).waitFor();
  await pressOn(machine, 'Finish');
  await headed(page, words.receipt.paid);
  await page.getByText('2.50').first().waitFor();
  const receipt = await page.getByRole('main').ariaSnapshot();
  assert.match(receipt, /status/u);
  assert.match(receipt, /2\.50/u);
  await pressOn(page, words.done);
  await page.getByRole('link', { name: words.homeScreen.scan }).waitFor();

  const said = await page.evaluate<string[]>('said');
  inOrder(said, [
    `heading ${words.signIn.pinTitle}`,
    words.pin.entered(1, 4),
    `heading ${words.product}`,
    `heading ${words.scan.title}`,
    /^heading Demo Vending.*Snacks.*Waiting room.*At most.*20\.00/u,
    words.pin.entered(3, 4),
    words.offer.sending,
    `heading ${words.progress.unlocking}`,
    'Snacks',
    `heading ${words.progress.take}`,
    `heading ${words.receipt.paid}`,
    `heading ${words.product}`,
  ]);
  await eventually('the machine is free', async () => {
    const answer = await fetch(`${stand.sandbox.machines}/api/machines/1008`);
    return ((await answer.json()) as { state: string }).state === 'IDLE';
  });
  await Promise.all([context.close(), front.close()]);
});

/** What the accessibility tree holds of the offer, before any PIN. */
async function readOffer(page: Page): Promise<void> {
  const offer = await page.getByRole('main').ariaSnapshot();
  for (const part of [
    /region "At most"/u,
    /strong: Snacks/u,
    /20\.00/u,
    /You pay only what you take/u,
    /timer:[^]*left to confirm/u,
    /group "PIN"/u,
    /group "Keypad"/u,
    /button "Cancel"/u,
  ]) {
    assert.match(offer, part);
  }
}

/** Each of `expected` was said, one after the other; other things may have been between. */
function inOrder(said: readonly string[], expected: readonly (string | RegExp)[]): void {
  let from = 0;
  for (const words of expected) {
    const found = said.findIndex(
      (line, index) =>
        index >= from && (typeof words === 'string' ? line.includes(words) : words.test(line)),
    );
    assert.notEqual(found, -1, `not said in its turn: ${String(words)}\n${said.join('\n')}`);
    from = found + 1;
  }
}
