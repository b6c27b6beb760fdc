/**
 * Signed codes, links and reported problems in a real browser, through all the actors of the
 * sandbox.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { InstallationJson, MerchantCasePageJson } from '@seqr-ups/contract';
import { setMerchant } from '../src/core/merchant.ts';
import { panel } from './actors.ts';
import { openStand, visit, words } from './at-the-machine.ts';
import type { Stand, Visit } from './at-the-machine.ts';
import { TEST_CODE_KEYS } from './code-keys.ts';

let stand: Stand;
before(async () => {
  stand = await openStand();
});
after(() => stand.close());

const codeOf = async (token: string): Promise<string> =>
  (await panel(stand.sandbox.machines, token).look()).qr;
/** The same code with the signature of another machine. */
const changed = async (token: string, other: string): Promise<string> =>
  (await codeOf(token)).replace(/s=.*$/u, '') + /s=.*$/u.exec(await codeOf(other))?.[0];

async function typeCode({ wallet }: Visit, code: string): Promise<void> {
  await wallet.goto(`${stand.sandbox.platform}/#/scan`);
  await wallet.getByRole('button', { name: words.scan.type }).click();
  await wallet.getByLabel(words.scan.typedLabel).fill(code);
  await wallet.keyboard.press('Enter');
}

/** The calls that a page makes from now on, as `POST /wallet/v1/purchases`. */
function callsOf(page: Page): string[] {
  const calls: string[] = [];
  page.on('request', (request) => {
    calls.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  return calls;
}
const SCAN = 'POST /wallet/v1/purchases';

test("a machine's own code is verified; its offer says so, and who is paid what", async () => {
  const at = await visit(stand, '1001');
  assert.match(await codeOf('1001'), /&s=[\w-]{86}$/u);
  await typeCode(at, await codeOf('1001'));
  await at.says('Demo Vending');
  for (const text of [words.trust.code.verified, 'Coffee', 'Lobby', words.offer.atMost, '20.00']) {
    await at.wallet.getByText(text).first().waitFor();
  }
  await at.wallet.reload();
  await at.wallet.getByText(words.trust.code.verified).waitFor();
  await at.leave();
});

test('a changed code is refused before anything is sent, and can be reported', async () => {
  const at = await visit(stand, '1001');
  const calls = callsOf(at.wallet);
  const code = await changed('1001', '1008');
  await typeCode(at, code);
  await at.says(words.trust.code.changedTitle);
  assert.ok(!calls.includes(SCAN));
  await at.accessible();
  await at.wallet.getByRole('button', { name: words.trust.code.report }).click();
  await at.wallet.getByText(words.trust.code.reported).waitFor();
  const { rows } = await stand.sandbox.db.statement((tx) =>
    tx.query(`select text from problem_case where kind = 'CODE_CHANGED'`),
  );
  assert.deepEqual(rows, [{ text: code }]);
  await at.leave();
});

test('a phone whose keys are old asks for them once, and then trusts the code', async () => {
  const at = await visit(stand, '1008');
  let asked = 0;
  await at.wallet.route('**/wallet/v1/installation', async (route) => {
    asked += 1;
    const response = await route.fetch();
    const told = (await response.json()) as InstallationJson;
    // What the phone heard as it was opened was from before a rotation.
    const codeKeys = asked === 1 ? TEST_CODE_KEYS.published : told.codeKeys;
    await route.fulfill({ response, json: { ...told, codeKeys } });
  });
  await at.wallet.reload();
  await typeCode(at, await codeOf('1008'));
  await at.wallet.getByText(words.trust.code.verified).waitFor();
  assert.equal(asked, 2);
  await at.leave();
});

test('a browser without WebCrypto leaves the decision to the platform', async () => {
  const at = await visit(stand, '1001');
  await at.wallet.addInitScript("Object.defineProperty(crypto, 'subtle', { value: undefined })");
  await at.wallet.reload();
  const calls = callsOf(at.wallet);
  await typeCode(at, await changed('1001', '1008'));
  await at.says(words.trust.code.changedTitle);
  assert.ok(calls.includes(SCAN));
  await at.leave();
});

test('unsigned codes are refused in words where the merchant takes none', async () => {
  const { db } = stand.sandbox;
  const set = (unsignedCodesAllowed: boolean) =>
    db.statement((tx) => setMerchant(tx, 'demo', { unsignedCodesAllowed }));
  const at = await visit(stand, '1001');
  await set(false);
  try {
    await at.typeCode();
    await at.says(words.trust.code.unsignedTitle);
    await at.wallet.goto(`${stand.sandbox.platform}/000/ups?w=demo&t=1001`);
    await at.says(words.trust.code.unsignedTitle);
  } finally {
    await set(true);
  }
  await at.leave();
});

test('a link shows whose code it is before a tap, or that it is nobody’s', async () => {
  const at = await visit(stand, '1001');
  const open = (path: string) => at.wallet.goto(stand.sandbox.platform + path);
  const calls = callsOf(at.wallet);
  const path = (code: string) => code.replace(/^.*?\/000/u, '/000');
  await open(path(await codeOf('1001')));
  for (const text of ['Demo Vending', 'Coffee', 'Lobby', words.trust.code.verified]) {
    await at.wallet.getByText(text).first().waitFor();
  }
  await open('/000/ups?w=nobody&t=1');
  await at.says(words.endings.UNKNOWN_MERCHANT.title);
  await open(path(await changed('1001', '1008')));
  await at.says(words.trust.code.changedTitle);
  assert.ok(!calls.includes(SCAN));
  await at.leave();
});

test('a reported problem reaches the merchant, whose answer the customer reads', async () => {
  const at = await visit(stand, '1006');
  await typeCode(at, await codeOf('1006'));
  await at.unlock();
  const { products } = await panel(stand.sandbox.machines, '1006').until('UNLOCKED');
  await panel(stand.sandbox.machines, '1006').select(products[0]?.slot ?? 1);
  await at.wallet.getByRole('link', { name: words.trust.report.title }).click();
  await at.wallet.getByText(words.trust.report.kinds.NOTHING_CAME).click();
  await at.wallet.getByRole('textbox').fill('The motor turned, nothing fell.');
  await at.wallet.getByRole('button', { name: words.trust.report.send }).click();
  await at.wallet.getByText(words.trust.cases.waiting('Demo Vending')).waitFor();
  const id = await answerAsMerchant('The motor turned, nothing fell.', 'Repaired. Thank you.');
  await at.wallet.reload();
  await at.wallet.getByText('Repaired. Thank you.').waitFor();
  await at.accessible();
  await at.wallet.getByRole('button', { name: words.trust.cases.settled }).click();
  await at.wallet.getByText(words.trust.cases.states.CLOSED).waitFor();
  assert.deepEqual(
    (await merchant<MerchantCasePageJson>('GET', '/cases?state=CLOSED')).items.map((one) => one.id),
    [id],
  );
  await at.leave();
});

async function merchant<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${stand.sandbox.platform}/merchant/v1${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from('demo/9900:demo').toString('base64')}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  assert.equal(answer.status, 200);
  return (await answer.json()) as T;
}

/** Answers the open case with this text; its id. */
async function answerAsMerchant(text: string, answer: string): Promise<string> {
  const { items } = await merchant<MerchantCasePageJson>('GET', '/cases?state=OPEN');
  const found = items.find((one) => one.text === text);
  assert.ok(found);
  assert.equal(found.purchase.machineToken, '1006');
  await merchant('POST', `/cases/${found.id}/answer`, { text: answer });
  return found.id;
}
