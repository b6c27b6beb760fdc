/** Silent cases (Unattended Payments, 7) that need all the actors together. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Agent, request } from 'undici';
import type { PurchaseJson } from '@seqr-ups/contract';
import { eventually, panel } from './actors.ts';
import { goOn, offered } from './crash-point.ts';
import type { Visit } from './crash-point.ts';
import { openStage, stageMachine } from './stage.ts';
import type { Stage } from './stage.ts';

/** Longer than any offer, and than any reservation of a machine here. */
const OFFER_ENDED_S = 200;
const RESERVATION_ENDED_S = 700;

let stage: Stage;
// Anybody on the network, who does not look at certificates either.
const stranger = new Agent({ connect: { rejectUnauthorized: false } });
before(async () => {
  stage = await openStage([
    stageMachine('walked-away'),
    stageMachine('never-told'),
    stageMachine('forged'),
    stageMachine('left-open'),
    stageMachine('several', { singleVend: false, jammingSlots: [2] }),
  ]);
});
after(async () => {
  await stranger.close();
  await stage.close();
});

const visit = async (token: string): Promise<Visit> => ({
  stage,
  wallet: await stage.customer(),
  panel: panel(stage.sandbox.machines, token),
});

async function invoiceOf({ invoiceReference }: PurchaseJson) {
  const { rows } = await stage.sandbox.db.statement((tx) =>
    tx.query<{ state: string; url: string; notified: string | null; attempts: number }>(
      `select i.state, i.notification_url as url, n.state as notified,
         coalesce(n.attempts, 0) as attempts
       from invoice i left join notification n on n.invoice_reference = i.reference
       where i.reference = $1`,
      [invoiceReference],
    ),
  );
  assert.ok(rows[0]);
  return rows[0];
}

async function post(url: string): Promise<number> {
  const { statusCode, body } = await request(url, { method: 'POST', dispatcher: stranger });
  await body.dump();
  return statusCode;
}

async function assertNothingCharged({ wallet }: Visit, ended: PurchaseJson): Promise<void> {
  assert.equal(ended.charged, null);
  const { balance, available } = await wallet.account();
  assert.deepEqual([balance.value, available.value], ['100.00', '100.00']);
}

async function assertSells(token: string): Promise<void> {
  const next = await visit(token);
  const { id } = await offered(next);
  assert.equal((await goOn(next, id)).state, 'PAID');
}

test('row 16: the customer leaves before the PIN: EXPIRED, nobody is told', async () => {
  const customer = await visit('walked-away');
  const offer = await offered(customer);
  await stage.advanceClock(OFFER_ENDED_S);
  const ended = await customer.wallet.until(offer.id, 'EXPIRED');
  assert.equal(ended.ending?.code, 'NOT_APPROVED');
  await assertNothingCharged(customer, ended);
  const { state, notified } = await invoiceOf(offer);
  assert.deepEqual([state, notified], ['CANCELED', null]);
  assert.equal((await customer.wallet.approve(offer)).body.code, 'TOO_LATE');
  // The reseller learns it by asking.
  await customer.panel.until('IDLE');
  await assertSells('walked-away');
});

test('row 21: a reseller that was away for the whole reservation never unlocks', async () => {
  const customer = await visit('never-told');
  const offer = await offered(customer);
  await stage.sandbox.program('reseller').kill();
  assert.equal((await customer.wallet.approve(offer)).body.state, 'RESERVED');
  await eventually('an attempt', async () => (await invoiceOf(offer)).attempts > 0);
  assert.equal((await invoiceOf(offer)).notified, 'DUE');
  await stage.advanceClock(RESERVATION_ENDED_S);
  const ended = await customer.wallet.until(offer.id, 'RELEASED');
  assert.equal(ended.ending?.code, 'NOT_COMMITTED');
  await assertNothingCharged(customer, ended);
  await eventually('moot', async () => (await invoiceOf(offer)).notified === 'MOOT');
  await stage.sandbox.restart('reseller');
  await customer.panel.until('IDLE');
  await assertSells('never-told');
});

test('row 22: a forged notification unlocks nothing', async () => {
  const customer = await visit('forged');
  const offer = await offered(customer);
  const { url } = await invoiceOf(offer);
  // The real address of this purchase, which only the platform and the reseller know.
  assert.equal(await post(url), 200);
  assert.equal(await post(`${new URL(url).origin}/seqr/n/guessed`), 200);
  assert.equal((await customer.panel.look()).state, 'LEASED');
  assert.equal((await customer.wallet.purchase(offer.id)).state, 'AWAITING_APPROVAL');
  assert.equal((await goOn(customer, offer.id)).state, 'PAID');
});

test('row 23: notifications that come again unlock once', async () => {
  const customer = await visit('forged');
  const offer = await offered(customer);
  const { url } = await invoiceOf(offer);
  await customer.wallet.approve(offer);
  const posts = await Promise.all([post(url), post(url), post(url)]);
  assert.deepEqual(posts, [200, 200, 200]);
  await customer.panel.until('UNLOCKED');
  assert.equal((await customer.panel.select(1)).result, 'VENDED');
  await customer.wallet.until(offer.id, 'PAID');
  assert.equal(await post(url), 200);
  assert.equal((await customer.panel.look()).session, null);
  // stage.close() reads in the machine's record that each reference was unlocked once.
});

test('row 25: a reseller that dies after unlocking and stays away charges nothing', async () => {
  const customer = await visit('left-open');
  const offer = await offered(customer);
  await customer.wallet.approve(offer);
  await customer.panel.until('UNLOCKED');
  await stage.sandbox.program('reseller').kill();
  await stage.advanceClock(RESERVATION_ENDED_S);
  const ended = await customer.wallet.until(offer.id, 'RELEASED');
  assert.equal(ended.ending?.code, 'NOT_COMMITTED');
  await assertNothingCharged(customer, ended);
  await customer.panel.finish();
  await stage.sandbox.restart('reseller');
  await customer.panel.until('IDLE');
  await assertSells('left-open');
});

test('row 36: several products, one jams: the bill has the delivered ones only', async () => {
  const customer = await visit('several');
  const offer = await offered(customer);
  await customer.wallet.approve(offer);
  await customer.panel.until('UNLOCKED');
  const results = [];
  for (const slot of [1, 2, 1]) results.push((await customer.panel.select(slot)).result);
  assert.deepEqual(results, ['VENDED', 'JAMMED', 'VENDED']);
  await customer.panel.finish();
  const paid = await customer.wallet.until(offer.id, 'PAID');
  assert.equal(paid.charged?.value, '5.00');
  assert.deepEqual(
    paid.rows.map(({ description, quantity }) => [description, quantity]),
    [['Tea', '2']],
  );
});

test('row 45: a phone without the app opens a page behind the code', async () => {
  const { qr } = await panel(stage.sandbox.machines, 'several').look();
  // HTTP://SEQR.SE/000/ups?w=…&t=…: the host is the operator's, the rest is ours.
  const { pathname, search } = new URL(qr);
  for (const path of [pathname, pathname.toUpperCase(), pathname.toLowerCase()]) {
    const page = await fetch(stage.sandbox.platform + path + search);
    assert.equal(page.status, 200, path);
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    assert.match(await page.text(), /<script type="module"/);
  }
});
