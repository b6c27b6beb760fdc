import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CREATE_PURCHASE_ERRORS } from '@seqr-ups/contract';
import type { PurchasePageJson } from '@seqr-ups/contract';
import { cancelInvoice } from '../core/invoice.ts';
import { expireDue } from '../core/purchase.ts';
import { PIN, advanceClock, assertAuditClean, must } from '../../test/shop.ts';
import { startWalletEdge } from '../../test/wallet-platform.ts';
import type { JsonAnswer, TestCustomer, WalletPlatform } from '../../test/wallet-platform.ts';

let platform: WalletPlatform;
before(async () => {
  platform = await startWalletEdge();
});
after(async () => {
  await assertAuditClean(platform.db);
  await platform.stop();
});

const approve = (customer: TestCustomer, id: string, body: object = { pin: PIN }) =>
  customer.call('POST', `/purchases/${id}/approval`, body);
const cancel = (customer: TestCustomer, id: string) =>
  customer.call('POST', `/purchases/${id}/cancellation`);
const shown = (answer: JsonAnswer) => [answer.status, answer.body.code ?? answer.body.state];

test('a purchase from scan to receipt, as the customer sees it', async () => {
  const customer = await platform.customer(10_000n);
  const offer = await customer.scan();
  assert.equal(offer.status, 201);
  const { id } = offer.body;
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  assert.equal(offer.body.kind, 'MACHINE');
  assert.equal(offer.body.state, 'AWAITING_APPROVAL');
  assert.equal(offer.body.version, 1);
  assert.deepEqual(offer.body.merchant, { id: platform.shop.merchantId, name: 'Test Vending' });
  assert.deepEqual(offer.body.machine, { token: 'm1', name: 'Coffee', place: 'Hall' });
  assert.deepEqual(offer.body.maximum, { value: '20.00', currency: 'EUR' });
  assert.equal(offer.body.reserved, null);
  assert.equal(offer.body.charged, null);
  assert.equal(offer.body.ending, null);
  assert.deepEqual(offer.body.refunds, []);
  assert.equal(offer.body.rows[0]?.description, 'Reservation');
  assert.ok(Date.parse(offer.body.expiresAt ?? '') > Date.parse(offer.body.createdAt));

  const approved = await approve(customer, id, { pin: PIN, version: 1 });
  assert.equal(approved.status, 200);
  assert.equal(approved.body.state, 'RESERVED');
  assert.deepEqual(approved.body.reserved, { value: '20.00', currency: 'EUR' });
  assert.equal(platform.notifications.at(-1)?.purchaseId, id);
  const account = await customer.call('GET', '/account');
  assert.deepEqual(account.body, {
    balance: { value: '100.00', currency: 'EUR' },
    available: { value: '80.00', currency: 'EUR' },
    limit: null,
  });

  const again = await approve(customer, id, { pin: PIN, version: 1 });
  assert.deepEqual(shown(again), [409, 'TOO_LATE']);
  assert.equal(again.body.purchase?.state, 'RESERVED');
  assert.deepEqual(shown(await cancel(customer, id)), [409, 'TOO_LATE']);
  assert.deepEqual((await customer.call('GET', `/purchases/${id}`)).body, approved.body);
});

test('every refusal of the seller is a problem, and stands in the history', async () => {
  const customer = await platform.customer(10_000n);
  const machines = {
    INSUFFICIENT_FUNDS: 'dear',
    DEVICE_IN_USE: 'busy',
    DEVICE_UNAVAILABLE: 'broken',
    INVOICING_ERROR: 'unbilled',
    SYSTEM_ERROR: 'confused',
  };
  for (const code of CREATE_PURCHASE_ERRORS) {
    const answer = await customer.scan(machines[code]);
    assert.deepEqual(shown(answer), [422, code]);
    assert.equal(answer.body.type, `urn:seqr:problem:${code}`);
    assert.equal(answer.body.status, 422);
    assert.match(answer.body.detail ?? '', /Nothing was charged/);
    assert.equal(answer.body.purchase?.state, 'REFUSED');
    assert.equal(answer.body.purchase.id, answer.body.purchaseId);
    assert.equal(answer.body.purchase.ending?.code, code);
    assert.match(answer.body.purchase.ending.message, /Nothing was charged/);
  }
  const dear = await customer.scan('dear');
  assert.match(dear.body.detail ?? '', /needs more than the 20.00 EUR you can reserve/);
  const { body } = await customer.call<PurchasePageJson>('GET', '/purchases');
  assert.equal(body.items.length, 6);
  assert.ok(body.items.every(({ state }) => state === 'REFUSED'));
});

test('a fault of ours in asking refuses the purchase and is logged', async () => {
  const customer = await platform.customer();
  assert.deepEqual(shown(await customer.scan('throws')), [422, 'SYSTEM_ERROR']);
  assert.match(platform.logText(), /a bug in asking/);
});

test('a customer without money is refused before the seller is asked', async () => {
  const customer = await platform.customer(0n);
  const asked = platform.calls.length;
  const answer = await customer.scan();
  assert.deepEqual(shown(answer), [422, 'INSUFFICIENT_FUNDS']);
  assert.equal(answer.body.purchase?.state, 'REFUSED');
  assert.equal(platform.calls.length, asked);
});

test('codes that are none, of unknown merchants, and of unknown bills are told apart', async () => {
  const customer = await platform.customer();
  const w = platform.shop.merchantId;
  const scan = async (body: unknown) => shown(await customer.call('POST', '/purchases', body));
  assert.deepEqual(await scan({ qr: `HTTP://SEQR.SE/000/UPS?W=nobody&T=m1` }), [
    404,
    'UNKNOWN_MERCHANT',
  ]);
  for (const qr of ['', 'hello', `HTTP://EVIL.EXAMPLE/000/ups?w=${w}&t=m1`, 'x'.repeat(4000)]) {
    assert.deepEqual(await scan({ qr }), [400, 'INVALID_CODE'], qr);
  }
  assert.deepEqual(await scan({ qr: 'HTTP://SEQR.SE/Q1234' }), [404, 'NOT_FOUND']);
  assert.deepEqual(await scan({ qr: 'http://seqr.se/R20261123104512345' }), [404, 'NOT_FOUND']);
  assert.deepEqual(await scan({ reference: '20261123104512345' }), [404, 'NOT_FOUND']);
  assert.deepEqual(await scan({ reference: "x' or true" }), [404, 'NOT_FOUND']);
  for (const body of [{}, { qr: 'a', reference: 'b' }, { qr: 5 }, { qr: null }, [], 'null']) {
    assert.deepEqual(await scan(body), [400, 'INVALID_REQUEST'], JSON.stringify(body));
  }
  // The installation's own address stands in codes too, in any letter case.
  const own = await customer.call('POST', '/purchases', {
    qr: `hTTps://PAY.example/000/Ups?W=${w}&t=m1`,
  });
  assert.equal(own.status, 201);
});

test('a blocked merchant reads like an unknown one', async () => {
  const customer = await platform.customer();
  const { merchantId } = platform.shop;
  const set = (state: string) =>
    platform.db.statement((tx) =>
      tx.query('update merchant set state = $2 where id = $1', [merchantId, state]),
    );
  await set('BLOCKED');
  try {
    assert.deepEqual(shown(await customer.scan()), [404, 'UNKNOWN_MERCHANT']);
  } finally {
    await set('ACTIVE');
  }
});

test('row 14: the same customer at the same machine resumes the purchase', async () => {
  const customer = await platform.customer();
  const first = await customer.scan();
  const asked = platform.calls.length;
  const second = await customer.scan();
  assert.equal(second.status, 200);
  assert.deepEqual(second.body, first.body);
  await approve(customer, first.body.id);
  const third = await customer.scan();
  assert.deepEqual([third.status, third.body.id], [200, first.body.id]);
  assert.equal(third.body.state, 'RESERVED');
  assert.equal(platform.calls.length, asked);
});

test('a purchase cancelled while the seller is asked stays cancelled', async () => {
  const customer = await platform.customer();
  const scan = customer.scan('slow');
  const opened = await openedPurchase(customer);
  assert.deepEqual(shown(await cancel(customer, opened)), [200, 'CANCELED']);
  platform.gate.open();
  const answer = await scan;
  assert.deepEqual(shown(answer), [409, 'TOO_LATE']);
  assert.match(answer.body.detail ?? '', /^You cancelled/);
  assert.equal(answer.body.purchase?.ending?.code, 'BY_CUSTOMER');
});

test('row 2: a seller too late for the deadline, and whoever waits, get the refusal', async () => {
  const late = await startWalletEdge();
  try {
    const customer = await late.customer();
    const scans = [customer.scan('slow')];
    const opened = await openedPurchase(customer);
    scans.push(customer.scan('slow'));
    for (let looks = 0; looks < 1_000 && late.listeners() === 0; looks += 1) await sleep(5);
    await advanceClock(late.db, 16);
    await late.db.statement((tx) => expireDue(tx, 10));
    const waiting = await scans[1];
    assert.ok(waiting);
    assert.deepEqual(shown(waiting), [422, 'SYSTEM_ERROR']);
    assert.equal(waiting.body.purchaseId, opened);
    late.gate.open();
    const asking = await scans[0];
    assert.deepEqual(asking?.body, waiting.body);
    assert.equal(late.calls.length, 1);
    await assertAuditClean(late.db);
  } finally {
    await late.stop();
  }
});

/** The id of the customer's purchase whose seller is being asked, once it is there. */
async function openedPurchase(customer: TestCustomer): Promise<string> {
  for (let looks = 0; looks < 1_000; looks += 1) {
    const { body } = await customer.call<PurchasePageJson>('GET', '/purchases?limit=1');
    const [newest] = body.items;
    if (newest?.state === 'OPENED') return newest.id;
  }
  throw new Error('the purchase was never opened');
}

test('row 40: a scan elsewhere cancels the old offer, too many are slowed', async () => {
  const limited = await startWalletEdge({ config: { scansPerMinute: 3 } });
  try {
    const customer = await limited.customer();
    const first = await customer.scan('one');
    await customer.scan('two');
    const old = await customer.call('GET', `/purchases/${first.body.id}`);
    assert.equal(old.body.state, 'CANCELED');
    assert.equal(old.body.ending?.code, 'SUPERSEDED');
    await customer.scan('three');
    const slowed = await customer.scan('four');
    assert.deepEqual(shown(slowed), [429, 'RATE_LIMITED']);
    assert.ok(Number(slowed.headers.get('retry-after')) > 0);
  } finally {
    await limited.stop();
  }
});

test('row 17: cancelling before the approval ends the purchase, once', async () => {
  const customer = await platform.customer();
  const { body: offer } = await customer.scan();
  for (const answer of [await cancel(customer, offer.id), await cancel(customer, offer.id)]) {
    assert.deepEqual(shown(answer), [200, 'CANCELED']);
    assert.equal(answer.body.ending?.code, 'BY_CUSTOMER');
    assert.equal(answer.body.expiresAt, null);
  }
  assert.deepEqual(shown(await approve(customer, offer.id)), [409, 'TOO_LATE']);
});

test('row 43: another version is refused and costs no attempt', async () => {
  const customer = await platform.customer();
  const { body: offer } = await customer.scan();
  const changed = await approve(customer, offer.id, { pin: '0000', version: 7 });
  assert.deepEqual(shown(changed), [409, 'OFFER_CHANGED']);
  assert.deepEqual(changed.body.purchase, offer);
  assert.equal(changed.body.purchaseId, offer.id);
  const wrong = await approve(customer, offer.id, { pin: '0000', version: 1 });
  assert.deepEqual([wrong.status, wrong.body.attemptsLeft], [403, 4]);
  assert.deepEqual(shown(await approve(customer, offer.id, { pin: PIN, version: null })), [
    200,
    'RESERVED',
  ]);
});

test('row 20: an offer that the balance no longer covers stays', async () => {
  const customer = await platform.customer(2_000n);
  const { body: offer } = await customer.scan();
  const move = (minor: bigint) =>
    platform.db.statement((tx) =>
      tx.query(
        'select ledger_transfer(c.id, x.id, $2, $3) from account c, account x ' +
          `where c.customer_id = $1 and x.owner = 'EXTERNAL'`,
        [customer.customerId, minor, 'payout'],
      ),
    );
  await move(100n);
  const refused = await approve(customer, offer.id);
  assert.deepEqual(shown(refused), [422, 'INSUFFICIENT_FUNDS']);
  assert.equal(refused.body.purchase?.state, 'AWAITING_APPROVAL');
  assert.match(refused.body.detail ?? '', /less than the 20.00 EUR/);
});

test('row 42: a purchase that the seller cancelled refuses a PIN on its way', async () => {
  const customer = await platform.customer();
  const { body: offer } = await customer.scan();
  const reference = offer.invoiceReference ?? '';
  const { rows } = await platform.db.statement((tx) =>
    tx.query<{ terminal_id: string }>('select terminal_id from invoice where reference = $1', [
      reference,
    ]),
  );
  const terminalId = rows[0]?.terminal_id ?? '';
  must(await platform.db.statement((tx) => cancelInvoice(tx, { terminalId, reference })));
  const refused = await approve(customer, offer.id);
  assert.deepEqual(shown(refused), [409, 'TOO_LATE']);
  assert.equal(refused.body.purchase?.ending?.code, 'BY_MERCHANT');
});

test('row 19: five wrong PINs, over several purchases, lock approvals', async () => {
  const customer = await platform.customer();
  const { body: first } = await customer.scan();
  for (const left of [4, 3, 2]) {
    const wrong = await approve(customer, first.id, { pin: '0000' });
    assert.deepEqual(shown(wrong), [403, 'WRONG_PIN']);
    assert.equal(wrong.body.attemptsLeft, left);
    assert.match(wrong.body.detail ?? '', new RegExp(`${left} attempts are left`));
  }
  const { body: second } = await customer.scan('m2');
  const fourth = await approve(customer, second.id, { pin: '0000' });
  assert.equal(fourth.body.attemptsLeft, 1);
  assert.match(fourth.body.detail ?? '', /1 attempt is left/);
  assert.deepEqual(shown(await approve(customer, second.id, { pin: '0000' })), [403, 'PIN_LOCKED']);
  const ended = await customer.call('GET', `/purchases/${second.id}`);
  assert.deepEqual([ended.body.state, ended.body.ending?.code], ['CANCELED', 'PIN_LOCKED']);
  assert.deepEqual(shown(await customer.scan('m3')), [403, 'PIN_LOCKED']);
  // Signing in counts apart: the customer still sees what they have.
  const again = await platform.signIn(customer.msisdn, customer.customerId);
  assert.equal((await again.call('GET', '/account')).status, 200);
});

test('guessing in parallel compares exactly the allowed attempts', async () => {
  const customer = await platform.customer();
  const { body: offer } = await customer.scan();
  const guesses = Array.from({ length: 20 }, () => approve(customer, offer.id, { pin: '0000' }));
  const codes = (await Promise.all(guesses)).map(({ body }) => body.code);
  assert.equal(codes.filter((code) => code === 'WRONG_PIN').length, 4);
  // Afterwards the purchase is cancelled, so the rest never came to a comparison.
  assert.ok(codes.every((code) => ['WRONG_PIN', 'PIN_LOCKED', 'TOO_LATE'].includes(code)));
});

test('a purchase of somebody else reads like one that does not exist', async () => {
  const [owner, stranger] = [await platform.customer(), await platform.customer()];
  const { body: offer } = await owner.scan();
  const nobodys = '01890000-0000-7000-8000-000000000000';
  for (const id of [offer.id, nobodys, 'not-an-id', '1; drop table purchase']) {
    const path = encodeURIComponent(id);
    const answers = [
      await stranger.call('GET', `/purchases/${path}`),
      await approve(stranger, path),
      await cancel(stranger, path),
    ];
    const [first] = answers;
    for (const answer of answers) {
      assert.deepEqual(shown(answer), [404, 'NOT_FOUND'], id);
      assert.deepEqual(answer.body, first?.body);
    }
  }
  const list = await stranger.call<PurchasePageJson>('GET', '/purchases');
  assert.deepEqual(list.body, { items: [], nextCursor: null });
  assert.equal((await approve(owner, offer.id)).status, 200);
});

test('the history comes newest first, page by page', async () => {
  const customer = await platform.customer();
  for (const machine of ['busy', 'broken', 'dear', 'busy', 'm1']) await customer.scan(machine);
  const all = await customer.call<PurchasePageJson>('GET', '/purchases?limit=100');
  assert.equal(all.body.items.length, 5);
  assert.equal(all.body.items[0]?.state, 'AWAITING_APPROVAL');
  assert.equal(all.body.nextCursor, null);
  const ids: string[] = [];
  let path = '/purchases?limit=2';
  for (;;) {
    const { body } = await customer.call<PurchasePageJson>('GET', path);
    assert.ok(body.items.length <= 2);
    ids.push(...body.items.map(({ id }) => id));
    if (body.nextCursor === null) break;
    path = `/purchases?limit=2&cursor=${body.nextCursor}`;
  }
  assert.deepEqual(
    ids,
    all.body.items.map(({ id }) => id),
  );
  for (const query of [
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=a',
    'cursor=x',
    'limit=1&limit=2',
  ]) {
    const answer = await customer.call('GET', `/purchases?${query}`);
    assert.deepEqual(shown(answer), [400, 'INVALID_REQUEST'], query);
    assert.match(answer.body.detail ?? '', /limit|cursor/);
  }
});

test('an approval that is no approval names the field at fault', async () => {
  const customer = await platform.customer();
  const { body: offer } = await customer.scan();
  for (const [body, field] of [
    [{}, 'pin'],
    [{ pin: 1234 }, 'pin'],
    [{ pin: '123' }, 'pin'],
    [{ pin: PIN, version: '1' }, 'version'],
    [{ pin: PIN, version: 1.5 }, 'version'],
    [{ pin: PIN, version: 0 }, 'version'],
    [{ pin: PIN, version: 1e12 }, 'version'],
  ] as const) {
    const answer = await approve(customer, offer.id, body);
    assert.deepEqual(shown(answer), [400, 'INVALID_REQUEST'], JSON.stringify(body));
    assert.match(answer.body.detail ?? '', new RegExp(field));
    assert.ok(!(answer.body.detail ?? '').includes(PIN));
  }
});
