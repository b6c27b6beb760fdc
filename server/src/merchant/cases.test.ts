/** The merchant API over HTTP: who may read and answer which cases. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import fastify from 'fastify';
import { pino } from 'pino';
import { v7 as uuid } from 'uuid';
import type { MerchantCaseJson, MerchantCasePageJson } from '@seqr-ups/contract';
import { openCallers } from '../core/callers.ts';
import { hashPassword } from '../core/credential.ts';
import { openCase } from '../core/problem-case.ts';
import { setMerchant } from '../core/merchant.ts';
import { testDatabase } from '../../test/database.ts';
import { must, openShop } from '../../test/shop.ts';
import type { Shop } from '../../test/shop.ts';
import { readBasic } from './caller.ts';
import { merchantEdge } from './edge.ts';

const { db, drop } = await testDatabase();
const app = fastify();
await app.register(merchantEdge, {
  db,
  callers: openCallers(db),
  log: pino({ level: 'silent' }),
  overloaded: () => isOverloaded,
  waiting: (work) => work(),
});
let isOverloaded = false;
const url = await app.listen({ host: '127.0.0.1', port: 0 });
after(async () => {
  await app.close();
  await drop();
});

let shop: Shop;
let other: Shop;
before(async () => {
  [shop, other] = [await openShop(db), await openShop(db)];
  for (const { merchantId } of [shop, other]) {
    const hash = await hashPassword(`of ${merchantId}`);
    await db.statement((tx) =>
      tx.query(`update merchant_user set password_hash = $2 where merchant_id = $1`, [
        merchantId,
        hash,
      ]),
    );
  }
});

type Body = MerchantCaseJson & MerchantCasePageJson & { code?: string };
async function call(
  { merchantId }: Shop,
  method: string,
  path: string,
  options: { body?: unknown; name?: string; password?: string } = {},
): Promise<{ status: number; headers: Headers; body: Body }> {
  const { name = `${merchantId}/9900`, password = `of ${merchantId}`, body } = options;
  const answer = await fetch(`${url}/merchant/v1${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as Body,
  };
}

/** A customer who buys at a machine of the shop and reports that nothing came. */
async function reported(
  at: Shop,
  text = 'No coffee',
): Promise<{ id: string; purchaseId: string; customerId: string }> {
  const customerId = await at.customer();
  const { purchase } = await at.reserve(customerId, {}, `m-${randomUUID().slice(0, 8)}`);
  const id = uuid();
  const report = { id, customerId, purchaseId: purchase.id, kind: 'NOTHING_CAME', text } as const;
  must(await db.statement((tx) => openCase(tx, report)));
  return { id, purchaseId: purchase.id, customerId };
}

test('a merchant reads its cases, with the purchase and without the customer', async () => {
  const { id, purchaseId, customerId } = await reported(shop);
  const { status, body } = await call(shop, 'GET', '/cases');
  assert.equal(status, 200);
  const [found] = body.items;
  assert.ok(found);
  const { purchase, createdAt, ...rest } = found;
  assert.deepEqual(rest, {
    id,
    kind: 'NOTHING_CAME',
    text: 'No coffee',
    state: 'OPEN',
    answer: null,
    answeredAt: null,
    closedAt: null,
  });
  assert.ok(Date.parse(createdAt) > 0);
  assert.equal(purchase.id, purchaseId);
  assert.equal(purchase.state, 'RESERVED');
  assert.match(purchase.invoiceReference ?? '', /^[0-9]{17}$/);
  assert.match(purchase.machineToken ?? '', /^m-/);
  const { rows } = await db.statement((tx) =>
    tx.query<{ msisdn: string }>(`select msisdn from customer where id = $1`, [customerId]),
  );
  const [customer] = rows;
  assert.ok(customer);
  const told = JSON.stringify(body);
  assert.ok(!told.includes(customer.msisdn), 'no phone number is told');
  assert.ok(!told.includes(customerId), 'nor who it was');
});

test('answers, closes, and repeats its answer without harm', async () => {
  const { id } = await reported(shop);
  const path = `/cases/${id}/answer`;
  const first = await call(shop, 'POST', path, { body: { text: 'We look into it' } });
  assert.deepEqual([first.status, first.body.state], [200, 'ANSWERED']);
  const close = { body: { text: 'You get your money back', close: true } };
  const closed = await call(shop, 'POST', path, close);
  assert.deepEqual([closed.body.state, closed.body.answer], ['CLOSED', close.body.text]);
  assert.deepEqual((await call(shop, 'POST', path, close)).body, closed.body);
  const late = await call(shop, 'POST', path, { body: { text: 'No, we do not' } });
  assert.deepEqual([late.status, late.body.code], [409, 'TOO_LATE']);
  for (const body of [{}, { text: '' }, { text: ' \n' }, { text: 'x'.repeat(1001) }]) {
    const wrong = await call(shop, 'POST', path, { body });
    assert.deepEqual([wrong.status, wrong.body.code], [400, 'INVALID_REQUEST']);
  }
});

test("a merchant neither sees nor answers another's cases", async () => {
  const { id } = await reported(shop, 'for the shop alone');
  const seen = await call(other, 'GET', '/cases?limit=100');
  assert.deepEqual(seen.body.items, []);
  const answer = await call(other, 'POST', `/cases/${id}/answer`, { body: { text: 'mine' } });
  assert.deepEqual([answer.status, answer.body.code], [404, 'NOT_FOUND']);
  const after = await call(other, 'GET', `/cases?cursor=${id}`);
  assert.deepEqual(after.body.items, []);
  const own = await call(shop, 'GET', '/cases?limit=1');
  assert.deepEqual([own.body.items[0]?.id, own.body.items[0]?.state], [id, 'OPEN']);
});

test('only the right user with the right password is let in', async () => {
  for (const options of [
    { password: 'wrong' },
    { password: '' },
    { name: shop.merchantId },
    { name: `${shop.merchantId}/1` },
    { name: `${other.merchantId}/9900` },
    { name: shop.terminalId },
  ]) {
    const { status, headers, body } = await call(shop, 'GET', '/cases', options);
    assert.deepEqual([status, body.code], [401, 'UNAUTHORIZED'], JSON.stringify(options));
    assert.match(headers.get('www-authenticate') ?? '', /^Basic /);
  }
  assert.equal((await fetch(`${url}/merchant/v1/cases`)).status, 401);
  await db.statement((tx) => setMerchant(tx, other.merchantId, { state: 'BLOCKED' }));
  assert.equal((await call(other, 'GET', '/cases')).status, 401);
});

test('pages go from the newest to the oldest, by state', async () => {
  const ids = [];
  for (let count = 0; count < 3; count += 1) ids.unshift((await reported(shop)).id);
  const first = await call(shop, 'GET', '/cases?limit=2');
  assert.deepEqual(
    first.body.items.map(({ id }) => id),
    ids.slice(0, 2),
  );
  const second = await call(shop, 'GET', `/cases?limit=1&cursor=${first.body.nextCursor}`);
  assert.equal(second.body.items[0]?.id, ids[2]);
  const closed = await call(shop, 'GET', '/cases?state=CLOSED');
  assert.ok(closed.body.items.every(({ state }) => state === 'CLOSED'));
  assert.equal(closed.body.nextCursor, null);
  for (const query of ['state=NEW', 'cursor=x', 'limit=0', 'limit=101']) {
    assert.equal((await call(shop, 'GET', `/cases?${query}`)).status, 400, query);
  }
});

test('the API describes itself; other addresses and too much work are problems', async () => {
  const document = await (await fetch(`${url}/merchant/v1/openapi.json`)).json();
  const { paths } = document as { paths: Record<string, unknown> };
  assert.deepEqual(Object.keys(paths).sort(), [
    '/merchant/v1/cases',
    '/merchant/v1/cases/{id}/answer',
  ]);
  assert.deepEqual((await call(shop, 'GET', '/nothing')).body.code, 'NOT_FOUND');
  isOverloaded = true;
  const busy = await call(shop, 'GET', '/cases');
  assert.deepEqual([busy.status, busy.headers.get('retry-after')], [503, '2']);
  isOverloaded = false;
});

test('a user name is merchant and user; a password may hold anything', () => {
  const read = (text: string) => readBasic(`Basic ${Buffer.from(text).toString('base64')}`);
  assert.deepEqual(read('demo/9900:a:b/ö'), {
    merchantId: 'demo',
    userId: '9900',
    password: 'a:b/ö',
  });
  for (const text of ['', 'demo', 'demo:x', '/9900:x', 'demo/:x', ':'])
    assert.equal(read(text), null);
  for (const header of [undefined, 'Bearer x', 'Basic', 'Basic *']) {
    assert.equal(readBasic(header), null);
  }
});
