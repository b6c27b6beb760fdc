/** Problems that customers report, by the wallet API; the merchant's side by the core. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { CaseJson, CaseListJson, ProblemJson } from '@seqr-ups/contract';
import { CASES_PER_DAY, answerCase, listEveryCase } from '../core/problem-case.ts';
import { advanceClock, must, refusal } from '../../test/shop.ts';
import { startWalletEdge } from '../../test/wallet-platform.ts';
import type { TestCustomer, WalletPlatform } from '../../test/wallet-platform.ts';

let platform: WalletPlatform;
before(async () => {
  platform = await startWalletEdge();
});
after(() => platform.stop());

const report = (customer: TestCustomer, purchaseId: string, body: unknown, key?: string) =>
  customer.call<CaseJson & ProblemJson>(
    'POST',
    `/purchases/${purchaseId}/cases`,
    body,
    key === undefined ? {} : { 'idempotency-key': key },
  );
const cases = async (customer: TestCustomer, purchaseId: string) =>
  (await customer.call<CaseListJson>('GET', `/purchases/${purchaseId}/cases`)).body.items;
const answer = (id: string, text: string, close = false) =>
  platform.db.statement((tx) =>
    answerCase(tx, { id, merchantId: platform.shop.merchantId, userId: '9900', text, close }),
  );

test('a reported problem is open, then answered, then closed by the customer', async () => {
  const customer = await platform.customer();
  const { body: purchase } = await customer.scan();
  const opened = await report(customer, purchase.id, { kind: 'NOTHING_CAME', text: 'No coffee' });
  assert.equal(opened.status, 201);
  const { id, createdAt, ...rest } = opened.body;
  assert.deepEqual(rest, {
    kind: 'NOTHING_CAME',
    text: 'No coffee',
    state: 'OPEN',
    answer: null,
    answeredAt: null,
    closedAt: null,
  });
  assert.ok(Date.parse(createdAt) > 0);
  must(await answer(id, 'We look into it'));
  must(await answer(id, 'The motor is repaired'));
  const [answered] = await cases(customer, purchase.id);
  assert.deepEqual([answered?.state, answered?.answer], ['ANSWERED', 'The motor is repaired']);
  const close = () =>
    customer.call<CaseJson>('POST', `/purchases/${purchase.id}/cases/${id}/closing`);
  const closed = await close();
  assert.deepEqual([closed.status, closed.body.state], [200, 'CLOSED']);
  assert.deepEqual((await close()).body, closed.body);
  assert.equal(refusal(await answer(id, 'One thing more')), 'TOO_LATE');
  must(await answer(id, 'The motor is repaired'));
});

test('a merchant can answer and close at once', async () => {
  const customer = await platform.customer();
  const { body: purchase } = await customer.scan();
  const { body } = await report(customer, purchase.id, { kind: 'OTHER' });
  assert.equal(body.text, '');
  must(await answer(body.id, 'Done', true));
  const [closed] = await cases(customer, purchase.id);
  assert.deepEqual([closed?.state, closed?.answer], ['CLOSED', 'Done']);
});

test('a report made twice by its key is one case', async () => {
  const customer = await platform.customer();
  const { body: purchase } = await customer.scan();
  const body = { kind: 'WRONG_AMOUNT', text: 'x' };
  const first = await report(customer, purchase.id, body, 'k1');
  const second = await report(customer, purchase.id, body, 'k1');
  assert.deepEqual([second.status, second.body], [201, first.body]);
  assert.equal((await cases(customer, purchase.id)).length, 1);
  const other = await report(customer, purchase.id, { ...body, text: 'y' }, 'k1');
  assert.equal(other.body.code, 'KEY_REUSED');
});

test("nobody reads, reports or closes anything of another's purchase", async () => {
  const [owner, stranger] = [await platform.customer(), await platform.customer()];
  const { body: purchase } = await owner.scan();
  const { body: own } = await report(owner, purchase.id, { kind: 'OTHER', text: 'mine' });
  const path = `/purchases/${purchase.id}/cases`;
  for (const call of [
    stranger.call('GET', path),
    stranger.call('POST', path, { kind: 'OTHER' }),
    stranger.call('POST', `${path}/${own.id}/closing`),
    owner.call('POST', `/purchases/${randomUUID()}/cases/${own.id}/closing`),
    owner.call('POST', `/purchases/no-id/cases`, { kind: 'OTHER' }),
  ]) {
    assert.equal((await call).body.code, 'NOT_FOUND');
  }
  assert.equal((await platform.call('GET', path)).body.code, 'UNAUTHORIZED');
  assert.deepEqual(await cases(owner, purchase.id), [own]);
});

test('what is no report is refused', async () => {
  const customer = await platform.customer();
  const { body: purchase } = await customer.scan();
  for (const body of [
    {},
    { kind: 'CODE_CHANGED' },
    { kind: 'OTHER', text: 'x'.repeat(1001) },
    { kind: 'OTHER', text: 'a\u0000b' },
  ]) {
    const refused = await report(customer, purchase.id, body);
    assert.equal(refused.body.code, 'INVALID_REQUEST', JSON.stringify(body));
  }
  const long = await report(customer, purchase.id, {
    kind: 'OTHER',
    text: '\u{1f600}'.repeat(500),
  });
  assert.equal(long.status, 201);
});

test('a customer opens ten cases a day', async () => {
  const customer = await platform.customer();
  const { body: purchase } = await customer.scan();
  const body = { kind: 'OTHER', text: '' };
  const reports = await Promise.all(
    Array.from({ length: CASES_PER_DAY + 2 }, () => report(customer, purchase.id, body)),
  );
  const refused = reports.filter(({ status }) => status === 429);
  assert.equal(refused.length, 2);
  assert.equal(refused[0]?.body.code, 'RATE_LIMITED');
  assert.ok(Number(refused[0]?.headers.get('retry-after')) > 86_000);
  await advanceClock(platform.db, 24 * 3600);
  const later = await platform.signIn(customer.msisdn, customer.customerId);
  assert.equal((await report(later, purchase.id, body)).status, 201);
});

test('a changed code is kept for the operator, with whoever it names', async () => {
  const customer = await platform.customer();
  const { merchantId } = platform.shop;
  const text = `HTTP://SEQR.SE/000/ups?w=${merchantId}&t=m1&s=x`;
  assert.equal((await customer.call('POST', '/code-reports', { text })).status, 204);
  const strange = 'HTTP://SEQR.SE/000/ups?w=nobody&t=m1&s=x';
  assert.equal((await customer.call('POST', '/code-reports', { text: strange })).status, 204);
  const kept = await platform.db.statement((tx) =>
    listEveryCase(tx, { merchantId: null, state: 'OPEN', limit: 2 }),
  );
  assert.deepEqual(
    kept.map(({ kind, text, merchantId, purchaseId }) => [kind, text, merchantId, purchaseId]),
    [
      ['CODE_CHANGED', strange, null, null],
      ['CODE_CHANGED', text, merchantId, null],
    ],
  );
  assert.equal((await platform.call('POST', '/code-reports', { text })).status, 401);
});
