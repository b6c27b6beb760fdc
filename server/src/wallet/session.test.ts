import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SessionJson } from '@seqr-ups/contract';
import { unlockCustomer } from '../core/customer.ts';
import { PIN } from '../../test/shop.ts';
import { startWalletEdge, wordsOfLog } from '../../test/wallet-platform.ts';
import type { WalletPlatform } from '../../test/wallet-platform.ts';
import { normalisedMsisdn } from './msisdn.ts';
import { createSignInThrottle } from './throttle.ts';

let platform: WalletPlatform;
before(async () => {
  platform = await startWalletEdge();
});
after(() => platform.stop());

const signIn = (msisdn: unknown, pin: unknown = PIN) =>
  platform.call('POST', '/sessions', { msisdn, pin });

test('a phone number is read as people and programs write it', () => {
  for (const text of [
    '46700000001',
    '+46700000001',
    '0046700000001',
    ' +46 70 000 00 01 ',
    '+46 (0)70-000 00 01',
    '00 46 70 000 00 01',
  ]) {
    assert.equal(normalisedMsisdn(text), '46700000001', text);
  }
  // No numbering plan that the library knows, but what an operator may have entered.
  assert.equal(normalisedMsisdn('999000001'), '999000001');
  for (const text of ['', '0700000001', 'me', '12345', '+', '4670000000146700000001', '46700x']) {
    assert.equal(normalisedMsisdn(text), null, text);
  }
});

test('a sign-in answers a token, which opens the account and is stored nowhere', async () => {
  const { msisdn } = await platform.customer(12_345n);
  const answer = await platform.call<SessionJson>('POST', '/sessions', {
    msisdn: `+${msisdn.slice(0, 2)} ${msisdn.slice(2)}`,
    pin: PIN,
  });
  assert.equal(answer.status, 201);
  assert.deepEqual(answer.body.customer, { msisdn, name: 'Test Customer' });
  assert.match(answer.body.token, /^[A-Za-z0-9_-]{43}$/);
  assert.ok(Date.parse(answer.body.expiresAt) > Date.now());
  assert.equal(answer.headers.get('cache-control'), 'no-store');

  const account = await platform.call('GET', '/account', undefined, {
    authorization: `bearer ${answer.body.token}`,
  });
  assert.equal(account.status, 200);
  assert.deepEqual(account.body, {
    balance: { value: '123.45', currency: 'EUR' },
    available: { value: '123.45', currency: 'EUR' },
    limit: null,
  });
  const { rows } = await platform.db.statement((tx) =>
    tx.query<{ row: string }>('select s::text as row from customer_session s'),
  );
  const { token } = answer.body;
  const readable = [token, Buffer.from(token, 'base64url').toString('hex')];
  for (const { row } of rows) assert.ok(!readable.some((text) => row.includes(text)));
});

test('a failed sign-in says the same whether the number is known or not', async () => {
  const { msisdn } = await platform.customer();
  const wrong = await signIn(msisdn, '0000');
  const unknown = await signIn('46799999999', '0000');
  assert.equal(wrong.status, 401);
  assert.equal(wrong.body.code, 'UNAUTHORIZED');
  assert.equal(wrong.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  assert.equal(unknown.status, wrong.status);
  assert.deepEqual(unknown.body, wrong.body);
});

test('a sign-in that is no sign-in names the field at fault', async () => {
  for (const [body, field] of [
    [{}, 'msisdn'],
    [{ msisdn: '46700000001' }, 'pin'],
    [{ msisdn: '46700000001', pin: '12345' }, 'pin'],
    [{ msisdn: '46700000001', pin: '12a4' }, 'pin'],
    [{ msisdn: '46700000001', pin: 1234 }, 'pin'],
    [{ msisdn: 46700000001, pin: '1234' }, 'msisdn'],
    [{ msisdn: '12', pin: '1234' }, 'msisdn'],
    [{ msisdn: '4'.repeat(50), pin: '1234' }, 'msisdn'],
    [[], 'body'],
    ['"text"', 'body'],
    ['null', 'body'],
  ] as const) {
    const answer = await platform.call('POST', '/sessions', body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.equal(answer.body.code, 'INVALID_REQUEST');
    assert.match(answer.body.detail ?? '', new RegExp(field), JSON.stringify(body));
  }
});

test('guessing slows down alike for a known number and an unknown one', async () => {
  const { msisdn, customerId } = await platform.customer();
  const codes = async (number: string): Promise<string[]> => {
    const seen: string[] = [];
    for (let guess = 0; guess < 12; guess += 1) {
      const answer = await signIn(number, '9999');
      seen.push(answer.body.code);
      if (answer.body.code !== 'RATE_LIMITED') continue;
      assert.equal(answer.status, 429);
      assert.ok(Number(answer.headers.get('retry-after')) > 0);
      assert.equal(String(answer.body.retryAfterS), answer.headers.get('retry-after'));
    }
    return seen;
  };
  const [known, unknown] = await Promise.all([codes(msisdn), codes('46788888888')]);
  assert.deepEqual(known, unknown);
  assert.deepEqual(known.slice(8), [
    'UNAUTHORIZED',
    'UNAUTHORIZED',
    'RATE_LIMITED',
    'RATE_LIMITED',
  ]);
  // Strangers' guesses have touched neither sessions nor approvals.
  await platform.db.statement((tx) => unlockCustomer(tx, msisdn));
  const { rows } = await platform.db.statement((tx) =>
    tx.query<{ pin_failures: number }>('select pin_failures from customer where id = $1', [
      customerId,
    ]),
  );
  assert.equal(rows[0]?.pin_failures, 0);
});

test('a right sign-in is never slowed down, and an address is watched as well as a number', () => {
  let nowMs = 0;
  const throttle = createSignInThrottle(() => nowMs);
  for (let i = 0; i < 1000; i += 1) {
    assert.equal(throttle.spend('10.0.0.1', '461'), 0);
    throttle.giveBack('10.0.0.1', '461');
  }
  for (let i = 0; i < 100; i += 1) assert.equal(throttle.spend('10.0.0.1', `46${i}`), 0);
  assert.equal(throttle.spend('10.0.0.1', '4699999'), 20);
  assert.equal(throttle.spend('10.0.0.2', '4699999'), 0);
  nowMs = 20_000;
  assert.equal(throttle.spend('10.0.0.1', '4688888'), 0);
  assert.ok(throttle.spend('10.0.0.1', '4677777') > 0);
});

test('one household behind an IPv6 network counts as one address', () => {
  const throttle = createSignInThrottle(() => 0);
  for (let i = 0; i < 100; i += 1) {
    assert.equal(throttle.spend(`2001:db8:1:2::${i.toString(16)}`, `46${i}`), 0);
  }
  assert.ok(throttle.spend('2001:db8:1:2:ffff::1', '46555') > 0);
  assert.equal(throttle.spend('2001:db8:1:3::1', '46555'), 0);
});

test('signing out ends this session alone', async () => {
  const first = await platform.customer();
  const second = await platform.signIn(first.msisdn, first.customerId);
  assert.equal((await first.call('DELETE', '/sessions/current')).status, 204);
  const after = await first.call('GET', '/account');
  assert.equal(after.status, 401);
  assert.equal(after.headers.get('www-authenticate'), 'Bearer');
  assert.equal((await second.call('GET', '/account')).status, 200);
});

test('without a session nothing opens, wherever a token is put', async () => {
  const { token } = await platform.customer();
  for (const [method, path] of [
    ['GET', '/account'],
    ['GET', '/purchases'],
    ['GET', '/purchases/00000000-0000-7000-8000-000000000000'],
    ['GET', '/events'],
    ['POST', '/purchases'],
    ['POST', '/purchases/00000000-0000-7000-8000-000000000000/approval'],
    ['POST', '/purchases/00000000-0000-7000-8000-000000000000/cancellation'],
    ['DELETE', '/sessions/current'],
    ['GET', `/events?token=${token}`],
    ['GET', `/account?access_token=${token}`],
  ] as const) {
    for (const authorization of ['', 'Bearer', `Basic ${token}`, `Bearer ${token}x`]) {
      const answer = await platform.call(method, path, undefined, { authorization });
      assert.equal(answer.status, 401, `${method} ${path} ${authorization}`);
      assert.equal(answer.body.code, 'UNAUTHORIZED');
    }
  }
});

test('the log holds no PIN, no token and no whole phone number', async () => {
  const customer = await platform.customer();
  await signIn(customer.msisdn, '8642');
  await customer.scan('nowhere-known');
  const text = platform.logText();
  assert.match(text, /sign-in failed/);
  for (const secret of [customer.token, customer.msisdn]) {
    assert.ok(!text.includes(secret), secret);
  }
  assert.ok(!wordsOfLog(text).includes('8642'), 'the PIN');
});
