import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase, type TestDatabase } from '../../test/database.ts';
import { rawServer, type RawServer } from '../../test/raw-server.ts';
import { advanceClock, must, openShop, type Shop } from '../../test/shop.ts';
import { eventually, testWork } from '../../test/work.ts';
import type { DueNotification } from '../core/notification.ts';
import { setMerchant } from '../core/merchant.ts';
import { approvePurchase } from '../core/approval.ts';
import { pin } from '../../test/shop.ts';
import { openOutbound, type Outbound } from '../outbound.ts';
import { startNotifier, type Notifier } from './notify.ts';

let database: TestDatabase;
let outbound: Outbound;
before(async () => {
  database = await testDatabase();
  outbound = openOutbound({ allow: ['127.0.0.0/8'], connectTimeoutMs: 500 });
});
after(async () => {
  await outbound.close();
  await database.drop();
});

const start = (notificationTimeoutMs = 500): Notifier =>
  startNotifier({ ...testWork(database.db, { notificationTimeoutMs }), outbound });

const answers = (status: string) => (socket: { write(text: string): void }) => {
  socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nok`);
};

async function newShop(): Promise<Shop> {
  const shop = await openShop(database.db);
  const http = { allowHttpNotifications: true };
  must(await database.db.transaction((tx) => setMerchant(tx, shop.merchantId, http)));
  return shop;
}

/**
 * Scans, offers and approves; the notification is claimed by the approval, as in the wallet edge.
 */
async function approved(shop: Shop, notificationUrl: string): Promise<DueNotification> {
  const customerId = await shop.customer();
  const { purchase } = await shop.offer(
    customerId,
    { notificationUrl },
    'm1',
    await terminal(shop),
  );
  const { notification } = must(
    await database.db.statement((tx) =>
      approvePurchase(tx, {
        customerId,
        purchaseId: purchase.id,
        proof: { pinDigest: pin(customerId), deviceId: null },
        version: null,
      }),
    ),
  );
  assert.ok(notification);
  return notification;
}

const terminal = async (shop: Shop) => (await shop.newTerminal()).terminalId;

type Row = {
  state: string;
  attempts: number;
  last_status: number | null;
  last_error: string | null;
};

async function stored({ id }: DueNotification): Promise<Row> {
  const { rows } = await database.db.statement((tx) =>
    tx.query<Row>(
      'select state, attempts, last_status, last_error from notification where id = $1',
      [id],
    ),
  );
  assert.ok(rows[0]);
  return rows[0];
}

const delivered = (notification: DueNotification) =>
  eventually('delivered', async () => (await stored(notification)).state === 'DELIVERED');

test('the POST is empty, its length says so, and its address is the merchant’s own', async (t) => {
  const merchant = await rawServer(answers('200 OK'));
  const notifier = start();
  t.after(() => Promise.all([notifier.stop(), merchant.close()]));
  const sent = await approved(await newShop(), `${merchant.origin}/seqr/n/7f3c?o=a%20b&o=`);
  notifier.notifyNow(sent);
  await delivered(sent);
  assert.equal(merchant.requests.length, 1);
  const [head, body] = (merchant.requests[0] ?? '').split('\r\n\r\n');
  assert.match(head ?? '', /^POST \/seqr\/n\/7f3c\?o=a%20b&o= HTTP\/1\.1\r\n/);
  assert.match(head ?? '', /\r\ncontent-length: 0(\r\n|$)/i);
  assert.doesNotMatch(head ?? '', /content-type/i);
  assert.match(head ?? '', new RegExp(`\r\nwebhook-id: ${sent.invoiceReference}`));
  assert.equal(body, '');
});

test('a form body is sent as one', async (t) => {
  const merchant = await rawServer(answers('200 OK'));
  const notifier = start();
  t.after(() => Promise.all([notifier.stop(), merchant.close()]));
  const sent = await approved(await newShop(), `${merchant.origin}/n`);
  notifier.notifyNow({ ...sent, body: 'invoiceReference=1&clientInvoiceId=a%26b' });
  await delivered(sent);
  const request = merchant.requests[0] ?? '';
  assert.match(request, /\r\ncontent-type: application\/x-www-form-urlencoded\r\n/i);
  assert.ok(request.endsWith('\r\n\r\ninvoiceReference=1&clientInvoiceId=a%26b'));
});

for (const status of [
  '201 Created',
  '204 No Content',
  '302 Found',
  '404 Not Found',
  '500 Broken',
]) {
  test(`status ${status} is a failure, and the next attempt follows the schedule`, async (t) => {
    let calls = 0;
    const merchant = await rawServer((socket) => {
      calls += 1;
      answers(calls === 1 ? status : '200 OK')(socket);
    });
    const notifier = start();
    t.after(() => Promise.all([notifier.stop(), merchant.close()]));
    const sent = await approved(await newShop(), `${merchant.origin}/n`);
    notifier.notifyNow(sent);
    await eventually('recorded', async () => (await stored(sent)).last_status !== null);
    const first = await stored(sent);
    assert.equal(first.state, 'DUE');
    assert.equal(first.last_status, Number(status.slice(0, 3)));
    assert.match(first.last_error ?? '', new RegExp(`^HTTP ${status.slice(0, 3)}`));
    await advanceClock(database.db, 1);
    await delivered(sent);
    assert.equal((await stored(sent)).attempts, 2);
  });
}

test('a dead endpoint is a failure with its reason', async (t) => {
  const notifier = start();
  t.after(() => notifier.stop());
  const sent = await approved(await newShop(), 'http://127.0.0.1:1/n');
  notifier.notifyNow(sent);
  await eventually('recorded', async () => (await stored(sent)).last_error !== null);
  assert.match((await stored(sent)).last_error ?? '', /^CONNECT: /);
  assert.equal((await stored(sent)).last_status, null);
});

test('what a killed platform had claimed is sent once the claim has run out', async (t) => {
  const merchant = await rawServer(answers('200 OK'));
  const sent = await approved(await newShop(), `${merchant.origin}/n`);
  const notifier = start();
  t.after(() => Promise.all([notifier.stop(), merchant.close()]));
  await advanceClock(database.db, 16);
  await delivered(sent);
  assert.equal(merchant.requests.length, 1);
});

test('one merchant’s dead endpoint delays nobody else’s', async (t) => {
  const dead = await rawServer(() => {});
  const good = await rawServer(answers('200 OK'));
  const notifier = start(2_000);
  t.after(() => Promise.all([notifier.stop(), dead.close(), good.close()]));
  const [deadShop, goodShop] = [await newShop(), await newShop()];
  const stuck = await approved(deadShop, `${dead.origin}/n`);
  const sent = await approved(goodShop, `${good.origin}/n`);
  // Far more than may be under way at once for one merchant.
  for (let i = 0; i < 300; i += 1) notifier.notifyNow(stuck);
  const startMs = performance.now();
  notifier.notifyNow(sent);
  await delivered(sent);
  assert.ok(performance.now() - startMs < 1_500);
  assert.ok(dead.connections() <= 64);
});

test('stopping waits for an attempt under way, so that it is not repeated', async () => {
  const { promise: called, resolve } = Promise.withResolvers<void>();
  const merchant: RawServer = await rawServer((socket) => {
    resolve();
    setTimeout(() => answers('200 OK')(socket), 100);
  });
  const notifier = start();
  const sent = await approved(await newShop(), `${merchant.origin}/n`);
  notifier.notifyNow(sent);
  await called;
  await notifier.stop();
  assert.equal((await stored(sent)).state, 'DELIVERED');
  notifier.notifyNow(sent);
  await merchant.close();
  assert.equal(merchant.requests.length, 1);
});
