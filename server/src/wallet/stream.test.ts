import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PIN } from '../../test/shop.ts';
import { startWalletEdge } from '../../test/wallet-platform.ts';
import type { TestCustomer, WalletPlatform } from '../../test/wallet-platform.ts';

/** Long enough for an answer that should not come; a slow machine only makes the test weaker. */
const WAIT_MS = 150;

let platform: WalletPlatform;
before(async () => {
  platform = await startWalletEdge();
});
after(() => platform.stop());

const approve = (customer: TestCustomer, id: string) =>
  customer.call('POST', `/purchases/${id}/approval`, { pin: PIN });

test('each change of a purchase comes as one event, whole', async () => {
  const customer = await platform.customer();
  const stream = await customer.listen();
  assert.equal(stream.status, 200);
  assert.equal(stream.headers.get('content-type'), 'text/event-stream');
  assert.match(stream.headers.get('cache-control') ?? '', /no-store/);
  const { body: offer } = await customer.scan();
  const seen = await stream.until(({ state }) => state === 'AWAITING_APPROVAL');
  assert.deepEqual(seen, offer);
  const approved = await approve(customer, offer.id);
  assert.deepEqual(await stream.until(({ state }) => state === 'RESERVED'), approved.body);

  const reference = offer.invoiceReference ?? '';
  const { rows } = await platform.db.statement((tx) =>
    tx.query<{ terminal_id: string }>('select terminal_id from invoice where reference = $1', [
      reference,
    ]),
  );
  await platform.db.statement((tx) =>
    tx.query(`select invoice_commit($1, $2, 250, 'EUR')`, [rows[0]?.terminal_id, reference]),
  );
  const paid = await stream.until(({ state }) => state === 'PAID');
  assert.deepEqual(paid.charged, { value: '2.50', currency: 'EUR' });
  assert.match(stream.text(), /^: .+\nretry: [0-9]+\n\n/);
  stream.close();
});

test('a stream begins with the unfinished purchases, and with endings missed since', async () => {
  const customer = await platform.customer();
  const { body: first } = await customer.scan();
  await approve(customer, first.id);
  const { body: second } = await customer.scan('m2');
  const stream = await customer.listen();
  await stream.until(({ id }) => id === second.id);
  const seen = stream.purchases();
  assert.deepEqual(
    seen.map(({ purchase }) => [purchase.id, purchase.state]),
    [
      [first.id, 'RESERVED'],
      [second.id, 'AWAITING_APPROVAL'],
    ],
  );
  stream.close();
  await stream.ended;
  // Ends while nobody listens.
  await customer.call('POST', `/purchases/${second.id}/cancellation`);

  const resumed = await customer.listen(seen.at(-1)?.id);
  const missed = await resumed.until(({ id }) => id === second.id);
  assert.equal(missed.state, 'CANCELED');
  resumed.close();
});

test('a customer hears of nobody else', async () => {
  const [one, two] = [await platform.customer(), await platform.customer()];
  const [stream, other] = [await one.listen(), await two.listen()];
  const { body: offer } = await one.scan();
  const { body: foreign } = await two.scan('m2');
  await stream.until(({ id }) => id === offer.id);
  await other.until(({ id }) => id === foreign.id);
  assert.ok(!stream.text().includes(foreign.id));
  assert.ok(!other.text().includes(offer.id));
  stream.close();
  other.close();
});

test('row 14: a scan while the seller is being asked waits for the outcome', async () => {
  const customer = await platform.customer();
  const stream = await customer.listen();
  const first = customer.scan('slow');
  const second = platform.calls.length;
  for (let looks = 0; ; looks += 1) {
    assert.ok(looks < 1_000, 'the purchase was never opened');
    const { body } = await customer.call<{ items: { state: string }[] }>('GET', '/purchases');
    if (body.items[0]?.state === 'OPENED') break;
  }
  const again = customer.scan('slow');
  const early = await Promise.race([again.then(() => 'answered'), sleep(WAIT_MS, null)]);
  assert.equal(early, null, 'the second scan answered before the seller');
  platform.gate.open();
  const [offer, resumed] = [await first, await again];
  assert.deepEqual([offer.status, resumed.status], [201, 200]);
  assert.deepEqual(resumed.body, offer.body);
  assert.ok(platform.calls.length - second <= 1);
  stream.close();
});

test('a stream ends with its session, and only that one', async () => {
  const customer = await platform.customer();
  const phone = await platform.signIn(customer.msisdn, customer.customerId);
  const [here, there] = [await customer.listen(), await phone.listen()];
  await customer.call('DELETE', '/sessions/current');
  await here.ended;
  const { body: offer } = await phone.scan();
  await there.until(({ id }) => id === offer.id);
  there.close();
});

test('a stream shows signs of life, and ends when its session has run out', async () => {
  const quick = await startWalletEdge({ heartbeatMs: 30 });
  try {
    const customer = await quick.customer();
    const stream = await customer.listen();
    for (let looks = 0; !stream.text().includes(': still here\n\n'); looks += 1) {
      assert.ok(looks < 500, 'no sign of life');
      await sleep(20);
    }
    await quick.db.statement((tx) =>
      tx.query(`update customer_session set expires_at = seqr_clock()`),
    );
    await stream.ended;
    assert.equal((await customer.call('GET', '/account')).status, 401);
  } finally {
    await quick.stop();
  }
});

test('a customer has a bounded number of streams: one more ends the oldest', async () => {
  const customer = await platform.customer();
  const streams = [];
  for (let i = 0; i < 7; i += 1) streams.push(await customer.listen());
  await streams[0]?.ended;
  const { body: offer } = await customer.scan();
  await streams[6]?.until(({ id }) => id === offer.id);
  await streams[1]?.until(({ id }) => id === offer.id);
  for (const stream of streams) stream.close();
});

test('stopping the server ends every stream and every wait', async () => {
  const stopping = await startWalletEdge();
  try {
    const customer = await stopping.customer();
    const stream = await customer.listen();
    await stopping.stopApp();
    await stream.ended;
  } finally {
    await stopping.stop();
  }
});
