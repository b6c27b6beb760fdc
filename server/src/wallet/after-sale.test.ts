/** What comes after a sale, over HTTP: receipts with tax, history, limits, play money. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limitsArgument } from '@seqr-ups/contract';
import type {
  AccountJson,
  LimitsJson,
  ProblemJson,
  PurchasePageJson,
  SpendingJson,
} from '@seqr-ups/contract';
import { commitReservation, updateInvoice } from '../core/invoice.ts';
import { enrolled } from '../../test/enrolled.ts';
import { PIN, assertAuditClean, eur, must } from '../../test/shop.ts';
import { signedAct } from '../../test/signing-device.ts';
import { startWalletEdge } from '../../test/wallet-platform.ts';
import type { TestCustomer, WalletPlatform } from '../../test/wallet-platform.ts';

let platform: WalletPlatform;
before(async () => {
  platform = await startWalletEdge();
});
after(async () => {
  await assertAuditClean(platform.db);
  await platform.stop();
});

const euro = (value: string) => ({ value, currency: 'EUR' });
const approve = (customer: TestCustomer, id: string, pin = PIN) =>
  customer.call('POST', `/purchases/${id}/approval`, { pin });
const setLimits = (customer: TestCustomer, limits: object, pin = PIN) =>
  customer.call<LimitsJson & ProblemJson>('PUT', '/limits', {
    perPurchase: null,
    perDay: null,
    perMonth: null,
    zone: 'UTC',
    pin,
    ...limits,
  });

/** Buys for 4.30 EUR of the 20.00 EUR that are reserved; the lines carry their tax rates. */
async function buy(customer: TestCustomer): Promise<string> {
  const { db } = platform;
  const { id, invoiceReference } = (await customer.scan()).body;
  assert.equal((await approve(customer, id)).status, 200);
  const reference = invoiceReference ?? '';
  const { rows } = await db.statement((tx) =>
    tx.query<{ terminal_id: string }>('select terminal_id from invoice where reference = $1', [
      reference,
    ]),
  );
  const terminalId = rows[0]?.terminal_id ?? '';
  const change = {
    total: eur(430n),
    rows: [
      { description: 'Nuts', quantity: '1', taxRate: '19', total: eur(250n) },
      { description: 'Apple', quantity: '2', unitPrice: eur(90n), taxRate: '7', total: eur(180n) },
    ],
  };
  must(await db.statement((tx) => updateInvoice(tx, { terminalId, reference, change })));
  const amount = eur(430n);
  must(await db.statement((tx) => commitReservation(tx, { terminalId, reference, amount })));
  return id;
}

test('a receipt tells lines, tax by rate, both references and when it was paid', async () => {
  const customer = await platform.customer();
  const id = await buy(customer);
  const { body } = await customer.call('GET', `/purchases/${id}`);
  assert.deepEqual(body.rows[1], {
    description: 'Apple',
    quantity: '2',
    unit: null,
    unitPrice: euro('0.90'),
    discount: null,
    taxRate: '7',
    total: euro('1.80'),
  });
  assert.deepEqual(body.taxes, [
    { rate: '19', total: euro('2.50'), tax: euro('0.40') },
    { rate: '7', total: euro('1.80'), tax: euro('0.12') },
  ]);
  assert.match(body.ersReference ?? '', /^[0-9]{25}$/);
  assert.ok(Math.abs(Date.parse(body.paidAt ?? '') - Date.now()) < 60_000);
  assert.deepEqual([body.reserved, body.charged], [euro('20.00'), euro('4.30')]);
});

test('the history is searched, bounded and summed by the same selection', async () => {
  const customer = await platform.customer();
  const id = await buy(customer);
  const offer = await customer.scan('slow-to-decide');
  const page = async (query: string) => {
    const answer = await customer.call<PurchasePageJson & ProblemJson>(
      'GET',
      `/purchases?${query}`,
    );
    return answer.status === 200 ? answer.body.items.map((item) => item.id) : answer.body.code;
  };
  const sum = async (query: string) =>
    (await customer.call<SpendingJson>('GET', `/spending?${query}`)).body.items;
  const paid = [{ purchases: 1, charged: euro('4.30'), refunded: euro('0.00') }];
  assert.deepEqual(await page(''), [offer.body.id, id]);
  assert.deepEqual(await page('q=APPLE'), [id]);
  assert.deepEqual(await page(`q=${encodeURIComponent('apple  nuts')}`), [id]);
  assert.deepEqual(await page('q=%00'), [offer.body.id, id]);
  assert.deepEqual(await page('q=%25'), []);
  assert.deepEqual(await sum('q=apple'), paid);
  assert.deepEqual(await sum(''), paid);
  const from = '2020-01-01T00:00:00.000Z';
  assert.deepEqual(await page(`from=${from}&limit=1`), [offer.body.id]);
  assert.deepEqual(await page(`to=${from}`), []);
  assert.deepEqual(await sum(`to=${from}`), []);
  for (const wrong of ['from=yesterday', 'to=2026-13-01T00:00:00Z', `q=${'x'.repeat(101)}`]) {
    assert.equal(await page(wrong), 'INVALID_REQUEST', wrong);
  }
});

test('limits are told with what was spent, and an approval above one says which', async () => {
  const customer = await platform.customer();
  await buy(customer);
  const set = await setLimits(customer, { perDay: euro('20.00'), zone: 'Europe/Stockholm' });
  assert.equal(set.status, 200);
  assert.deepEqual(
    [set.body.perDay, set.body.perMonth, set.body.spentToday, set.body.zone],
    [euro('20.00'), null, euro('4.30'), 'Europe/Stockholm'],
  );
  const limit = { kind: 'PER_DAY', amount: euro('20.00'), left: euro('15.70') };
  const account = await customer.call<AccountJson>('GET', '/account');
  assert.deepEqual(account.body.limit, limit);
  const { id } = (await customer.scan()).body;
  const refused = await approve(customer, id);
  assert.deepEqual([refused.status, refused.body.code], [422, 'LIMIT_EXCEEDED']);
  assert.deepEqual(refused.body.limit, limit);
  assert.equal(refused.body.purchase?.state, 'AWAITING_APPROVAL');
  assert.match(refused.body.detail ?? '', /20\.00 EUR for a day, of which 15\.70 EUR is left/);
  assert.equal((await approve(customer, id, '0000')).body.code, 'WRONG_PIN');
  const key = { 'idempotency-key': 'raised-in-between' };
  const again = () => customer.call('POST', `/purchases/${id}/approval`, { pin: PIN }, key);
  assert.equal((await again()).body.code, 'LIMIT_EXCEEDED');
  assert.equal((await setLimits(customer, { perDay: euro('50.00') })).status, 200);
  assert.equal((await again()).body.state, 'RESERVED', 'the refusal was not kept for its key');
});

test('limits change by PIN, in the currency of the account, and are read strictly', async () => {
  const customer = await platform.customer();
  const wrong = await setLimits(customer, { perDay: euro('20.00') }, '0000');
  assert.deepEqual([wrong.status, wrong.body.code, wrong.body.attemptsLeft], [403, 'WRONG_PIN', 4]);
  for (const limits of [
    { perDay: { value: '20', currency: 'SEK' } },
    { perDay: euro('-1.00') },
    { perDay: euro('1.001') },
    { perDay: '20.00' },
    { perMonth: undefined },
    { zone: 'Europe/Atlantis' },
    { zone: "UTC' or true" },
  ]) {
    const answer = await setLimits(customer, limits);
    assert.deepEqual([answer.status, answer.body.code], [400, 'INVALID_REQUEST']);
  }
  const read = (query: string) => customer.call<LimitsJson & ProblemJson>('GET', `/limits${query}`);
  assert.equal((await read('?zone=Asia/Tokyo')).body.zone, 'Asia/Tokyo');
  assert.equal((await read('?zone=nowhere')).body.code, 'INVALID_REQUEST');
  const stranger = await platform.call<ProblemJson>('GET', '/limits');
  assert.equal(stranger.status, 401);
});

test('play money comes once for a key, within bounds, in the own currency', async () => {
  const customer = await platform.customer(100n);
  const add = (amount: unknown, key?: string) =>
    customer.call<AccountJson & ProblemJson>(
      'POST',
      '/top-ups',
      { amount },
      key === undefined ? {} : { 'idempotency-key': key },
    );
  const added = await add(euro('20.00'), 'top-up-1');
  assert.deepEqual([added.status, added.body.balance], [201, euro('21.00')]);
  const again = await add(euro('20.00'), 'top-up-1');
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  assert.equal((await add(euro('30.00'), 'top-up-1')).body.code, 'KEY_REUSED');
  for (const amount of [
    euro('0.99'),
    euro('500.01'),
    euro('-20.00'),
    euro('1e2'),
    { value: '20', currency: 'SEK' },
    '20.00',
    null,
  ]) {
    const answer = await add(amount);
    assert.deepEqual([answer.status, answer.body.code], [400, 'INVALID_REQUEST']);
  }
  const account = await customer.call<AccountJson>('GET', '/account');
  assert.deepEqual(account.body.available, euro('21.00'));
});

test('where money is real there is no play money', async () => {
  const real = await startWalletEdge();
  try {
    const customer = await real.customer(100n);
    await real.db.statement((tx) => tx.query('update installation set sandbox = false'));
    const answer = await customer.call<ProblemJson>('POST', '/top-ups', { amount: euro('20.00') });
    assert.deepEqual([answer.status, answer.body.code], [404, 'NOT_FOUND']);
    const { body } = await customer.call<AccountJson>('GET', '/account');
    assert.deepEqual(body.balance, euro('1.00'));
  } finally {
    await real.stop();
  }
});

test('where devices must sign, limits are signed as they are sent', async () => {
  const strict = await startWalletEdge({ config: { deviceSignature: 'REQUIRED' } });
  try {
    const { customer, device } = await enrolled(strict);
    const limits = { perPurchase: null, perDay: euro('20.00'), perMonth: null, zone: 'UTC' };
    const put = (body: object) =>
      customer.call<LimitsJson & ProblemJson>('PUT', '/limits', { ...limits, pin: PIN, ...body });
    assert.equal((await put({})).body.code, 'DEVICE_REQUIRED');
    const signed = signedAct(device, 'SET_LIMITS', limitsArgument(limits));
    for (const change of [{ perDay: euro('2000.00') }, { perDay: null }, { zone: 'Asia/Tokyo' }]) {
      const forged = await put({ ...change, device: signed, pin: '0000' });
      assert.equal(forged.body.code, 'DEVICE_REFUSED', 'and no attempt at the PIN is spent');
    }
    const wrong = await put({ device: signed, pin: '0000' });
    assert.equal(wrong.body.attemptsLeft, 4);
    assert.deepEqual((await put({ device: signed })).body.perDay, euro('20.00'));
  } finally {
    await strict.stop();
  }
});
