import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PIN, assertAuditClean } from '../../test/shop.ts';
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

const key = (text: string) => ({ 'idempotency-key': text });
const approve = (customer: TestCustomer, id: string, body: object, text: string) =>
  customer.call('POST', `/purchases/${id}/approval`, body, key(text));
const cancel = (customer: TestCustomer, id: string, text: string) =>
  customer.call('POST', `/purchases/${id}/cancellation`, undefined, key(text));
const shown = (answer: JsonAnswer) => [answer.status, answer.body.code ?? answer.body.state];
const replayed = (answer: JsonAnswer) => answer.headers.get('idempotency-replayed');

function assertReplay(answer: JsonAnswer, first: JsonAnswer): void {
  assert.equal(replayed(first), null);
  assert.equal(replayed(answer), 'true');
  assert.equal(answer.status, first.status);
  assert.deepEqual(answer.body, first.body);
  assert.equal(answer.headers.get('content-type'), first.headers.get('content-type'));
}

test('a scan with the same key gets the same answer, also after the purchase went on', async () => {
  const customer = await platform.customer();
  const first = await customer.scan('m1', key('scan-1'));
  const asked = platform.calls.length;
  await approve(customer, first.body.id, { pin: PIN }, 'a');
  assertReplay(await customer.scan('m1', key('scan-1')), first);
  assert.equal(platform.calls.length, asked);
});

test('a refused scan is kept too: the seller is not asked again', async () => {
  const customer = await platform.customer();
  const first = await customer.scan('busy', key('scan-2'));
  assert.deepEqual(shown(first), [422, 'DEVICE_IN_USE']);
  const asked = platform.calls.length;
  assertReplay(await customer.scan('busy', key('scan-2')), first);
  assert.equal(platform.calls.length, asked);
});

test('a key with other content is refused, and changes nothing', async () => {
  const customer = await platform.customer();
  await customer.scan('busy', key('scan-3'));
  const asked = platform.calls.length;
  assert.deepEqual(shown(await customer.scan('m1', key('scan-3'))), [422, 'KEY_REUSED']);
  assert.equal(platform.calls.length, asked);
  const { body: offer } = await customer.scan();
  const { body: other } = await customer.scan('m2');
  await cancel(customer, offer.id, 'c');
  assert.deepEqual(shown(await cancel(customer, other.id, 'c')), [422, 'KEY_REUSED']);
  const changed = await approve(customer, other.id, { pin: PIN, version: 2 }, 'v');
  assert.deepEqual(shown(changed), [409, 'OFFER_CHANGED']);
  assert.deepEqual(shown(await approve(customer, other.id, { pin: PIN, version: 1 }, 'v')), [
    422,
    'KEY_REUSED',
  ]);
  assert.deepEqual(shown(await approve(customer, other.id, { pin: PIN }, 'v')), [
    422,
    'KEY_REUSED',
  ]);
  const now = await customer.call('GET', `/purchases/${other.id}`);
  assert.equal(now.body.state, 'AWAITING_APPROVAL');
});

test('a key counts within its customer and its route', async () => {
  const [one, two] = [await platform.customer(), await platform.customer()];
  const first = await one.scan('m1', key('same'));
  const second = await two.scan('m2', key('same'));
  assert.equal(replayed(second), null);
  assert.notEqual(first.body.id, second.body.id);
  const approved = await approve(one, first.body.id, { pin: PIN }, 'same');
  assert.deepEqual([approved.status, replayed(approved)], [200, null]);
  const cancelled = await cancel(two, second.body.id, 'same');
  assert.deepEqual([cancelled.status, replayed(cancelled)], [200, null]);
});

test('a key whose call is still being worked on is in progress', async () => {
  const customer = await platform.customer();
  const first = customer.scan('slow', key('slow'));
  for (let looks = 0; ; looks += 1) {
    assert.ok(looks < 1_000, 'the key was never taken');
    const { rows } = await platform.db.statement((tx) =>
      tx.query(`select 1 from idempotency_key where key = 'slow'`),
    );
    if (rows.length > 0) break;
  }
  const during = await customer.scan('slow', key('slow'));
  assert.deepEqual(shown(during), [409, 'IN_PROGRESS']);
  assert.equal(during.headers.get('retry-after'), '1');
  assert.deepEqual(shown(await customer.scan('m1', key('slow'))), [422, 'KEY_REUSED']);
  platform.gate.open();
  assertReplay(
    await customer.scan('slow', key('slow')).then(async (answer) => {
      // Whichever came first: the answer of the first call, once it is there.
      await first;
      return answer.status === 409 ? customer.scan('slow', key('slow')) : answer;
    }),
    await first,
  );
});

test('an approval is known by purchase and version, and its PIN is checked on replay', async () => {
  const customer = await platform.customer();
  const { body: offer } = await customer.scan();
  const first = await approve(customer, offer.id, { pin: PIN, version: 1 }, 'k');
  assert.deepEqual(shown(first), [200, 'RESERVED']);
  const sent = platform.notifications.length;
  assertReplay(await approve(customer, offer.id, { pin: PIN, version: 1 }, 'k'), first);
  const wrong = await approve(customer, offer.id, { pin: '0000', version: 1 }, 'k');
  assert.deepEqual(shown(wrong), [403, 'WRONG_PIN']);
  assert.deepEqual([wrong.body.attemptsLeft, replayed(wrong)], [4, null]);
  assertReplay(await approve(customer, offer.id, { pin: PIN, version: 1 }, 'k'), first);
  for (const left of [4, 3, 2, 1]) {
    const guess = await approve(customer, offer.id, { pin: '0000', version: 1 }, 'k');
    assert.equal(guess.body.attemptsLeft, left);
  }
  for (const pin of ['0000', PIN]) {
    const locked = await approve(customer, offer.id, { pin, version: 1 }, 'k');
    assert.deepEqual(shown(locked), [403, 'PIN_LOCKED']);
  }
  assert.equal(platform.notifications.length, sent);
});

test('a wrong PIN is not kept: the same key may come again with the right one', async () => {
  const customer = await platform.customer();
  const { body: offer } = await customer.scan();
  const wrong = await approve(customer, offer.id, { pin: '0000' }, 'again');
  assert.deepEqual(shown(wrong), [403, 'WRONG_PIN']);
  const right = await approve(customer, offer.id, { pin: PIN }, 'again');
  assert.deepEqual([right.status, replayed(right)], [200, null]);
});

test('a cancellation may be asked for again', async () => {
  const customer = await platform.customer();
  const { body: offer } = await customer.scan();
  const first = await cancel(customer, offer.id, 'cancel');
  assert.deepEqual(shown(first), [200, 'CANCELED']);
  assertReplay(await cancel(customer, offer.id, 'cancel'), first);
  const late = await approve(customer, offer.id, { pin: PIN }, 'late');
  assert.deepEqual(shown(late), [409, 'TOO_LATE']);
  assertReplay(await approve(customer, offer.id, { pin: PIN }, 'late'), late);
});

test('a key of a call that failed by our fault is free again', async () => {
  const customer = await platform.customer();
  const { body: offer } = await customer.scan();
  const rename = (from: string, to: string) =>
    platform.db.statement((tx) => tx.query(`alter function ${from} rename to ${to}`));
  await rename('purchase_cancel(uuid, uuid)', 'gone');
  let failed;
  try {
    failed = await cancel(customer, offer.id, 'fault');
  } finally {
    await rename('gone(uuid, uuid)', 'purchase_cancel');
  }
  assert.equal(failed.status, 500);
  assert.deepEqual(shown(await cancel(customer, offer.id, 'fault')), [200, 'CANCELED']);
});

test('a key must be 1 to 255 visible ASCII characters', async () => {
  const customer = await platform.customer();
  for (const text of ['', ' ', 'a b', 'x'.repeat(256), 'caf\u00e9', 'a,\tb']) {
    const answer = await customer.scan('busy', key(text));
    assert.deepEqual(shown(answer), [400, 'INVALID_REQUEST'], text);
    assert.match(answer.body.detail ?? '', /idempotency-key/);
  }
  const longest = await customer.scan('busy', key(`"${'~'.repeat(253)}"`));
  assert.deepEqual(shown(longest), [422, 'DEVICE_IN_USE']);
});

test('a sign-in takes no key, and nothing that is kept holds a secret', async () => {
  const { msisdn, token } = await platform.customer();
  const signIn = () =>
    platform.call<{ token: string }>('POST', '/sessions', { msisdn, pin: PIN }, key('in'));
  const [one, two] = [await signIn(), await signIn()];
  assert.notEqual(one.body.token, two.body.token);
  const { rows } = await platform.db.statement((tx) =>
    tx.query<{ row: string; route: string }>('select k::text as row, route from idempotency_key k'),
  );
  assert.ok(rows.length > 5);
  for (const { row, route } of rows) {
    assert.ok(!route.includes('sessions'));
    assert.ok(!row.includes(token) && !row.includes(one.body.token));
    assert.ok(!/"pin"/.test(row));
  }
});
