import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { InstallationJson, PushSubscriptionBodyJson } from '@seqr-ups/contract';
import { pino } from 'pino';
import { TEST_PUSH_KEY } from '../../test/push-key.ts';
import { startPushService, type PushService } from '../../test/push-service.ts';
import { advanceClock, eur, must } from '../../test/shop.ts';
import { startWalletEdge } from '../../test/wallet-platform.ts';
import type { TestCustomer, WalletPlatform } from '../../test/wallet-platform.ts';
import { eventually, testConfig } from '../../test/work.ts';
import { refundPayment } from '../core/payment.ts';
import { openMetrics } from '../metrics.ts';
import { openOutbound, type Outbound } from '../outbound.ts';
import { startPushing } from './push.ts';
import type { Loop } from './loop.ts';

let platform: WalletPlatform;
let service: PushService;
let outbound: Outbound;
let loop: Loop;
const listening = new Set<string>();
before(async () => {
  platform = await startWalletEdge();
  service = await startPushService();
  outbound = openOutbound({ allow: ['127.0.0.0/8'], connectTimeoutMs: 500 });
  loop = startPushing({
    db: platform.db,
    config: { ...testConfig(), publicUrl: 'https://pay.example' },
    log: pino({ level: 'silent' }),
    metrics: openMetrics(),
    outbound,
    isListening: (customerId) => listening.has(customerId),
    caPem: service.caPem,
  });
});
after(async () => {
  await loop.stop();
  await outbound.close();
  await service.close();
  await platform.stop();
});

const subscribed = async (
  customer: TestCustomer,
  body: PushSubscriptionBodyJson = service.subscribe(),
): Promise<PushSubscriptionBodyJson> => {
  const answer = await customer.call('POST', '/push-subscriptions', body);
  assert.equal(answer.status, 204);
  return body;
};

/** A purchase that was approved and is now committed with nothing taken, or with so much. */
async function ended(customer: TestCustomer, minor: bigint): Promise<string> {
  const { purchase, reference } = await platform.shop.reserve(customer.customerId);
  await platform.shop.commit(reference, minor);
  return purchase.id;
}

const pathOf = ({ endpoint }: PushSubscriptionBodyJson): string => new URL(endpoint).pathname;
const toldOn = (phone: PushSubscriptionBodyJson) =>
  service.seen.filter(({ path }) => path === pathOf(phone));
const rows = async (table: 'push_due' | 'push_subscription'): Promise<number> => {
  const { rows } = await platform.db.statement((tx) =>
    tx.query<{ count: number }>(`select count(*)::integer as count from ${table}`),
  );
  return rows[0]?.count ?? -1;
};
/** Everything that was due has been told or dropped. */
const settled = async (): Promise<void> => {
  await advanceClock(platform.db, 3);
  await eventually('nothing is due', async () => (await rows('push_due')) === 0);
};

test('whoever asks learns the key that messages are signed with', async () => {
  const answer = await platform.call<InstallationJson>('GET', '/installation');
  assert.equal(answer.body.pushKey, TEST_PUSH_KEY.publicKey);
});

test('a phone is told what became of a purchase, encrypted, signed, and nothing more', async () => {
  const customer = await platform.customer();
  const phone = await subscribed(customer);
  const paid = await ended(customer, 250n);
  await settled();
  const [message, ...more] = toldOn(phone);
  assert.deepEqual(more, []);
  assert.deepEqual(JSON.parse(message?.text ?? ''), { purchaseId: paid, outcome: 'PAID' });
  assert.equal(message?.senderKey, TEST_PUSH_KEY.publicKey);
  assert.equal(message.claims.aud, new URL(phone.endpoint).origin);
  assert.equal(message.claims.sub, 'https://pay.example');
  assert.equal(message.headers['ttl'], '3600');
  assert.equal(message.headers['content-encoding'], 'aes128gcm');
  const released = await ended(customer, 0n);
  await settled();
  const last = toldOn(phone).at(-1);
  assert.deepEqual(JSON.parse(last?.text ?? ''), { purchaseId: released, outcome: 'RELEASED' });
  // The same purchase has the same topic, so that a phone that was off hears the last of it.
  assert.notEqual(last?.headers['topic'], message.headers['topic']);
});

test('a phone is told that money came back, also long after', async () => {
  const customer = await platform.customer();
  const { purchase, reference } = await platform.shop.reserve(customer.customerId);
  const { ersReference } = must(await platform.shop.commit(reference, 250n));
  const phone = await subscribed(customer);
  await advanceClock(platform.db, 3_600);
  const { terminalId } = platform.shop;
  const refund = { terminalId, ersReference: ersReference ?? '', amount: eur(100n) };
  must(await platform.db.statement((tx) => refundPayment(tx, refund)));
  await settled();
  assert.deepEqual(
    toldOn(phone).map(({ text }) => JSON.parse(text) as object),
    [{ purchaseId: purchase.id, outcome: 'REFUNDED' }],
  );
});

test('every phone of the customer is told, and no other customer', async () => {
  const [customer, other] = [await platform.customer(), await platform.customer()];
  const phones = [await subscribed(customer), await subscribed(customer)];
  const stranger = await subscribed(other);
  await ended(customer, 250n);
  await settled();
  assert.deepEqual(
    phones.map((phone) => toldOn(phone).length),
    [1, 1],
  );
  assert.equal(toldOn(stranger).length, 0);
});

test('a customer whose wallet listens is not told, nor one who cancelled by hand', async () => {
  const customer = await platform.customer();
  const phone = await subscribed(customer);
  listening.add(customer.customerId);
  await ended(customer, 250n);
  await settled();
  listening.delete(customer.customerId);
  const { purchase } = await platform.shop.offer(customer.customerId);
  await customer.call('POST', `/purchases/${purchase.id}/cancellation`, {});
  await settled();
  assert.equal(toldOn(phone).length, 0);
});

test('a phone whose browser is gone is forgotten, one whose service fails is not', async () => {
  const customer = await platform.customer();
  const [gone, failing] = [service.subscribe(410), service.subscribe(503)];
  await subscribed(customer, gone);
  await subscribed(customer, failing);
  await ended(customer, 250n);
  await settled();
  const { rows: left } = await platform.db.statement((tx) =>
    tx.query<{ endpoint: string }>(
      `select endpoint from push_subscription where customer_id = $1`,
      [customer.customerId],
    ),
  );
  assert.deepEqual(left, [{ endpoint: failing.endpoint }]);
});

test('a subscription ends by its removal and with its session', async () => {
  const customer = await platform.customer();
  const phone = await subscribed(customer);
  const other = await subscribed(customer);
  const removal = { endpoint: phone.endpoint };
  const removed = await customer.call('POST', '/push-subscriptions/removal', removal);
  assert.equal(removed.status, 204);
  const before = await rows('push_subscription');
  await customer.call('DELETE', '/sessions/current');
  assert.equal(await rows('push_subscription'), before - 1);
  await ended(customer, 250n);
  assert.equal(await rows('push_due'), 0, 'nobody wants to be told');
  assert.equal(toldOn(phone).length + toldOn(other).length, 0);
});

test('an endpoint belongs to the session that sent it last', async () => {
  const [first, second] = [await platform.customer(), await platform.customer()];
  const phone = await subscribed(first);
  await subscribed(second, phone);
  await ended(first, 250n);
  await ended(second, 250n);
  await settled();
  assert.equal(toldOn(phone).length, 1);
});

test('what cannot be told is refused, and an inner address is never called', async () => {
  const customer = await platform.customer();
  const { endpoint, keys } = service.subscribe();
  for (const body of [
    { endpoint: 'http://push.example/1', keys },
    { endpoint: 'not an address', keys },
    { endpoint, keys: { ...keys, auth: 'c2hvcnQ' } },
    { endpoint, keys: { ...keys, p256dh: 'c2hvcnQ' } },
    { endpoint },
  ]) {
    const answer = await customer.call('POST', '/push-subscriptions', body);
    assert.equal(answer.status, 400, JSON.stringify(body));
  }
  await subscribed(customer, { endpoint: 'https://10.0.0.1/push', keys });
  await ended(customer, 250n);
  await settled();
});
