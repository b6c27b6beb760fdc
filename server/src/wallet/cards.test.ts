import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LoyaltyCardListJson } from '@seqr-ups/contract';
import { openShop } from '../../test/shop.ts';
import { startWalletEdge } from '../../test/wallet-platform.ts';
import type { TestCustomer, WalletPlatform } from '../../test/wallet-platform.ts';

let platform: WalletPlatform;
before(async () => {
  platform = await startWalletEdge();
});
after(() => platform.stop());

const addType = (merchantId: string, id: string, description: string) =>
  platform.db.statement((tx) =>
    tx.query('insert into token_type (merchant_id, id, description) values ($1, $2, $3)', [
      merchantId,
      id,
      description,
    ]),
  );
const listed = async (customer: TestCustomer) =>
  (await customer.call<LoyaltyCardListJson>('GET', '/loyalty-cards')).body.items.map((card) => [
    card.description,
    card.number,
  ]);

test('cards are added, replaced and forgotten, each customer’s own', async () => {
  const { merchantId } = platform.shop;
  const other = await openShop(platform.db);
  await addType(merchantId, 'CLUB', 'Coffee club');
  await addType(merchantId, 'A/B c%', 'Odd name');
  await addType(other.merchantId, 'CLUB', 'Tea club');
  const [customer, stranger] = [await platform.customer(), await platform.customer()];
  const path = (type: string, of = merchantId) =>
    `/loyalty-cards/${of}/${encodeURIComponent(type)}`;
  const put = (type: string, number: unknown, of = merchantId) =>
    customer.call('PUT', path(type, of), { number });
  assert.equal((await listed(customer)).length, 3);
  assert.deepEqual((await put('CLUB', ' 2610 4000 ')).body, {
    merchant: { id: merchantId, name: 'Test Vending' },
    type: 'CLUB',
    description: 'Coffee club',
    number: '2610 4000',
  });
  assert.equal((await put('CLUB', '42')).status, 200);
  assert.equal((await put('A/B c%', 'x')).status, 200);
  assert.deepEqual((await listed(customer)).slice(0, 2), [
    ['Coffee club', '42'],
    ['Odd name', 'x'],
  ]);
  assert.ok((await listed(stranger)).every(([, number]) => number === null));
  assert.equal((await stranger.call('DELETE', path('CLUB'))).status, 204);
  assert.deepEqual((await listed(customer))[0], ['Coffee club', '42']);
  for (const number of ['', '  ', 'a\u0000b', 'x'.repeat(65), 5, null]) {
    const answer = await put('CLUB', number);
    assert.deepEqual([answer.status, answer.body.code], [400, 'INVALID_REQUEST'], String(number));
  }
  assert.equal((await put('NONE', '1')).status, 404);
  assert.equal((await put('CLUB', '1', 'nobody')).status, 404);
  assert.equal((await customer.call('DELETE', path('CLUB'))).status, 204);
  assert.equal((await customer.call('DELETE', path('CLUB'))).status, 204);
  assert.deepEqual((await listed(customer))[0], ['Odd name', 'x']);
  assert.equal((await platform.call('GET', '/loyalty-cards')).status, 401);
});
