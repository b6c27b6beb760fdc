import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { stand, unregistered, withStand } from '../test/stand.ts';
import type { Stand } from '../test/stand.ts';
import { until } from '../test/wait.ts';

let s: Stand;
before(async () => {
  s = await stand();
});
after(() => s.stop());

test('takes two of three products, one jams: charged are the delivered ones', async () => {
  s.machine.jams.add(3);
  const reference = await s.offer();
  const invoice = s.platform.invoice(reference);
  assert.equal(invoice.total.minor, 2000n);
  assert.equal(invoice.timeoutS, 600);
  assert.equal(await s.platform.approve(reference), 200);
  assert.equal(await s.machine.take(1), 'VENDED');
  assert.equal(await s.machine.take(2), 'VENDED');
  assert.equal(await s.machine.take(3), 'JAMMED');
  s.machine.finish();
  await until('paid', () => invoice.state === 'PAID');
  assert.equal(invoice.charged?.minor, 430n);
  assert.deepEqual(invoice.rows, ['1 Crisps 2.50', '1 Water 1.80']);
  assert.deepEqual(s.alarms(), []);
});

test('the same product twice is one line of two', async () => {
  const reference = await s.offer();
  await s.platform.approve(reference);
  assert.equal(await s.machine.take(1), 'VENDED');
  assert.equal(await s.machine.take(1), 'VENDED');
  s.machine.finish();
  const invoice = s.platform.invoice(reference);
  await until('paid', () => invoice.state === 'PAID');
  assert.deepEqual(invoice.rows, ['2 Crisps 5.00']);
});

test('row 30: a product beyond what is held is denied, a cheaper one is not', async () => {
  const reference = await s.offer({ amount: '4.30' });
  await s.platform.approve(reference);
  assert.equal(await s.machine.take(1), 'VENDED');
  assert.equal(await s.machine.take(3), 'REFUSED');
  assert.equal(await s.machine.take(2), 'VENDED');
  s.machine.finish();
  await until('paid', () => s.platform.invoice(reference).charged?.minor === 430n);
});

test('two requests of one instant together stay within what is held', async () => {
  const reference = await s.offer({ amount: '4.00' });
  await s.platform.approve(reference);
  const results = await Promise.all([s.machine.take(1), s.machine.take(1)]);
  assert.deepEqual(results.toSorted(), ['REFUSED', 'VENDED']);
  s.machine.finish();
  await until('paid', () => s.platform.invoice(reference).charged?.minor === 250n);
});

test('row 35: nothing delivered is cancelled, never committed', async () => {
  s.machine.jams.add(3);
  const commits = s.platform.count('commitReservation');
  const reference = await s.offer();
  await s.platform.approve(reference);
  assert.equal(await s.machine.take(3), 'JAMMED');
  s.machine.finish();
  await until('released', () => s.platform.invoice(reference).state === 'CANCELED');
  assert.equal(s.platform.count('commitReservation'), commits);
});

test('while a session settles the machine is free for the next customer', async () => {
  s.platform.arm('updateInvoice', { kind: 'CODE', code: 93 }, 4);
  const first = await s.offer();
  await s.platform.approve(first);
  assert.equal(await s.machine.take(1), 'VENDED');
  s.machine.finish();
  await until('the end is acknowledged', () => s.machine.sessions.get(first)?.told);
  const second = await s.offer({ msisdn: '46700000004' });
  await s.platform.approve(second);
  assert.equal(await s.machine.take(2), 'VENDED');
  s.machine.finish();
  await until('both paid', () =>
    [first, second].every((one) => s.platform.invoice(one).state === 'PAID'),
  );
});

test('a request for a session that does not exist is denied', async () => {
  const heard = s.machine.heard.length;
  const price = { value: '2.50', currency: 'EUR' };
  const vend = { vendId: 'v-none', slot: 1, name: 'Crisps', price };
  s.machine.say({ type: 'VEND_REQUEST', invoiceReference: 'none', ...vend });
  const answer = await until('an answer', () =>
    s.machine.heard.slice(heard).find((one) => one.type === 'VEND_DENIED'),
  );
  assert.equal(answer.vendId, 'v-none');
});

test('a reseller leaves the machines of another on the same broker alone', async () => {
  const other = await unregistered(s, 'm2');
  try {
    const reference = await s.offer();
    await s.platform.approve(reference);
    // Were it denied by the other as well, which answer is heard first would decide.
    for (let vends = 0; vends < 5; vends += 1) assert.equal(await s.machine.take(2), 'VENDED');
    s.machine.finish();
    await until('paid', () => s.platform.invoice(reference).charged?.minor === 900n);
    const denied = s.machine.heard.filter(({ type }) => type === 'VEND_DENIED');
    assert.deepEqual(
      denied.filter(
        (command) => 'invoiceReference' in command && command.invoiceReference === reference,
      ),
      [],
    );
  } finally {
    await other.stop();
  }
});

test('delivered goods that are reported when it is too late raise an alarm', async () => {
  const price = { value: '2.50', currency: 'EUR' };
  const vend = { vendId: 'v-late', slot: 1, name: 'Crisps', price, result: 'VENDED' } as const;
  s.machine.say({ type: 'SESSION_COMPLETE', invoiceReference: 'lost', vends: [vend] });
  await until('an alarm', () => s.alarms().includes('goods lost: delivered but not charged'));
});

/** Each on a stand of its own, since it needs other settings or an end of its own. */
const ALONE: { readonly [name: string]: () => Promise<void> } = {
  'a machine that does not end by itself is locked, and settled by its report': () =>
    withStand({ sessionMs: 200 }, async (s) => {
      const reference = await s.offer();
      await s.platform.approve(reference);
      assert.equal(await s.machine.take(1), 'VENDED');
      await until('locked', () => s.machine.open === null);
      await until('paid', () => s.platform.invoice(reference).charged?.minor === 250n);
    }),

  'a machine that cannot say: what is journalled is charged, in time': () =>
    withStand({ commitReservationTimeoutS: 6, commitMarginMs: 2_500 }, async (s) => {
      const reference = await s.offer();
      await s.platform.approve(reference);
      assert.equal(await s.machine.take(1), 'VENDED');
      await until('journalled', () => s.lines.some((line) => line.event === 'vend'));
      await s.machine.stop();
      await until('paid', () => s.platform.invoice(reference).charged?.minor === 250n);
      assert.ok(s.alarms().includes('machine cannot say: charging what is journalled'));
    }),

  'in the margin before the end of the reservation nothing is vended any more': () =>
    withStand({ commitReservationTimeoutS: 4, commitMarginMs: 1_500 }, async (s) => {
      const reference = await s.offer();
      await s.platform.approve(reference);
      await until('open', () => s.machine.open);
      const begun = s.machine.heard.find((command) => command.type === 'BEGIN_SESSION');
      assert.ok(begun && begun.expiresInMs <= 2_000, 'ends a vend and the margin before');
      const untilMs = performance.now() + begun.expiresInMs;
      await until('too late', () => performance.now() > untilMs);
      assert.equal(await s.machine.take(1), 'REFUSED');
      await until('released', () => s.platform.invoice(reference).state === 'CANCELED');
    }),
};

suite('the end of a session', { concurrency: true }, () => {
  for (const [name, run] of Object.entries(ALONE)) test(name, run);
});
