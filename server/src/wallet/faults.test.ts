import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PROBLEM_STATUS } from '@seqr-ups/contract';
import { startWalletEdge } from '../../test/wallet-platform.ts';
import type { JsonAnswer, TestCustomer, WalletPlatform } from '../../test/wallet-platform.ts';

let platform: WalletPlatform;
let customer: TestCustomer;
let busy = false;
before(async () => {
  platform = await startWalletEdge({ overloaded: () => busy });
  customer = await platform.customer();
});
after(() => platform.stop());

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
function assertProblem(answer: JsonAnswer, status: number, code: string): void {
  assert.equal(answer.status, status);
  assert.equal(answer.headers.get('content-type'), PROBLEM_TYPE);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.equal(answer.body.code, code);
  assert.equal(answer.body.status, status);
  assert.equal(answer.body.type, `urn:seqr:problem:${code}`);
  assert.ok(answer.body.title.length > 0);
  assert.ok((answer.body.detail ?? '').length > 0);
}

test('a body that is no JSON, of another type or too large is an invalid request', async () => {
  const post = (body: string, type = 'application/json') =>
    customer.call('POST', '/purchases', body, { 'content-type': type });
  for (const [answer, says] of [
    [await post('{"qr":'), /JSON/],
    [await post('{"qr":"a"} b'), /JSON/],
    [await post('{"__proto__":{"qr":"a"}}'), /JSON/],
    [await post(''), /body/],
    [await post('qr=a', 'application/x-www-form-urlencoded'), /Content-Type/],
    [await post('{"qr":"a"}', 'text/plain'), /Content-Type/],
    [await post(`{"qr":"${'x'.repeat(20_000)}"}`), /16384 bytes/],
    [await post(`{"qr":"${'x'.repeat(5_000)}"}`), /^qr /],
    [await customer.call('POST', '/purchases'), /body/],
  ] as const) {
    assertProblem(answer, 400, 'INVALID_REQUEST');
    assert.match(answer.body.detail ?? '', says);
  }
});

test('unknown members of a body are ignored', async () => {
  const answer = await customer.call('POST', '/purchases', { qr: 'no code', more: [1] });
  assertProblem(answer, 400, 'INVALID_CODE');
});

test('an empty body is no body, whatever its type says', async () => {
  const headers = { 'content-type': 'application/json' };
  const path = '/purchases/01890000-0000-7000-8000-000000000000/cancellation';
  assertProblem(await customer.call('POST', path, '', headers), 404, 'NOT_FOUND');
});

test('unknown paths and methods are problems too', async () => {
  for (const path of ['', '/', '/nothing', '/purchases/a/b', '/sessions/other', '/%00']) {
    assertProblem(await customer.call('GET', path), 404, 'NOT_FOUND');
    assertProblem(await customer.call('POST', path, {}), 404, 'NOT_FOUND');
  }
  for (const [method, path, allow] of [
    ['GET', '/sessions', 'POST'],
    ['POST', '/account', 'GET, HEAD'],
    ['PUT', '/purchases', 'GET, HEAD, POST'],
    ['DELETE', '/purchases/1', 'GET, HEAD'],
    ['GET', '/purchases/1/approval', 'POST'],
    ['POST', '/events', 'GET'],
    ['OPTIONS', '/account', 'GET, HEAD'],
  ] as const) {
    const answer = await customer.call(method, path);
    assertProblem(answer, 405, 'INVALID_REQUEST');
    assert.equal(answer.headers.get('allow'), allow);
  }
  const head = await fetch(`${platform.url}/wallet/v1/events`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${customer.token}` },
  });
  assert.equal(head.status, 405);
});

test('when there is too much to do, only new work is turned away', async () => {
  const { body: offer } = await customer.scan();
  busy = true;
  try {
    for (const answer of [
      await customer.scan('m2'),
      await customer.call('GET', '/purchases'),
      await platform.call('POST', '/sessions', { msisdn: customer.msisdn, pin: '1234' }),
    ]) {
      assertProblem(answer, 503, 'OVERLOADED');
      assert.ok(Number(answer.headers.get('retry-after')) > 0);
    }
    assert.equal((await customer.call('GET', `/purchases/${offer.id}`)).status, 200);
    assert.equal((await customer.call('POST', `/purchases/${offer.id}/cancellation`)).status, 200);
  } finally {
    busy = false;
  }
});

test('a fault of ours says nothing of itself but the id under which it was logged', async () => {
  const rename = (from: string, to: string) =>
    platform.db.statement((tx) => tx.query(`alter table ${from} rename to ${to}`));
  await rename('account', 'accounts');
  let answer;
  try {
    answer = await customer.call('GET', '/account');
  } finally {
    await rename('accounts', 'account');
  }
  assertProblem(answer, 500, 'SYSTEM_ERROR');
  const text = JSON.stringify(answer.body);
  assert.ok(!/relation|account|select|\.ts/.test(text), text);
  const id = /mention (\S+)\.$/.exec(answer.body.detail ?? '')?.[1];
  assert.ok(id);
  const line = platform
    .logText()
    .split('\n')
    .find((line) => line.includes('does not exist'));
  assert.ok(line?.includes(`"requestId":"${id}"`), line ?? 'nothing was logged');
});

test('the API describes itself, with every problem of every call', async () => {
  const { status, body } = await platform.call<OpenApi>('GET', '/openapi.json');
  assert.equal(status, 200);
  assert.equal(body.openapi, '3.1.0');
  assert.deepEqual(Object.keys(body.paths).toSorted(), [
    '/wallet/v1/account',
    '/wallet/v1/code-reports',
    '/wallet/v1/codes',
    '/wallet/v1/devices',
    '/wallet/v1/devices/{id}/approval',
    '/wallet/v1/devices/{id}/removal',
    '/wallet/v1/events',
    '/wallet/v1/installation',
    '/wallet/v1/limits',
    '/wallet/v1/loyalty-cards',
    '/wallet/v1/loyalty-cards/{merchantId}/{type}',
    '/wallet/v1/pin',
    '/wallet/v1/pin/unlocking',
    '/wallet/v1/purchases',
    '/wallet/v1/purchases/{id}',
    '/wallet/v1/purchases/{id}/approval',
    '/wallet/v1/purchases/{id}/cancellation',
    '/wallet/v1/purchases/{id}/cases',
    '/wallet/v1/purchases/{id}/cases/{caseId}/closing',
    '/wallet/v1/purchases/{id}/loyalty-cards',
    '/wallet/v1/purchases/{id}/loyalty-cards/{type}',
    '/wallet/v1/purchases/{id}/receipts',
    '/wallet/v1/purchases/{id}/receipts/{receiptId}',
    '/wallet/v1/push-subscriptions',
    '/wallet/v1/push-subscriptions/removal',
    '/wallet/v1/sessions',
    '/wallet/v1/sessions/current',
    '/wallet/v1/spending',
    '/wallet/v1/top-ups',
  ]);
  assert.deepEqual(Object.keys(body.components.schemas).toSorted(), [
    'Problem',
    'Purchase',
    'PurchasePage',
  ]);
  assert.equal(body.components.securitySchemes['session']?.scheme, 'bearer');
  assert.deepEqual(body.paths['/wallet/v1/sessions']?.['post']?.security, []);
  const described = JSON.stringify(body.paths);
  for (const code of Object.keys(PROBLEM_STATUS)) {
    assert.ok(described.includes(`\`${code}\``), code);
  }
  for (const [, name] of JSON.stringify(body).matchAll(/"\$ref":"([^"]+)"/g)) {
    assert.match(name ?? '', /^#\/components\/schemas\/(Problem|Purchase|PurchasePage)$/);
  }
  const scan = body.paths['/wallet/v1/purchases']?.['post'];
  assert.deepEqual(Object.keys(scan?.responses ?? {}), [
    '200',
    '201',
    '400',
    '401',
    '403',
    '404',
    '409',
    '422',
    '429',
    '503',
  ]);
});

type OpenApi = {
  openapi: string;
  paths: Record<string, Record<string, { security?: unknown; responses: object }>>;
  components: { schemas: object; securitySchemes: Record<string, { scheme: string }> };
};
