import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { after, before, suite, test } from 'node:test';
import { stand, withStand } from '../test/stand.ts';
import type { Stand } from '../test/stand.ts';
import { until } from '../test/wait.ts';

let s: Stand;
before(async () => {
  s = await stand();
});
after(() => s.stop());

/** The customer takes one thing and goes. */
const buy = async (reference: string): Promise<void> => {
  assert.equal(await s.machine.take(1), 'VENDED');
  s.machine.finish();
  const invoice = s.platform.invoice(reference);
  await until('paid', () => invoice.state === 'PAID');
  assert.equal(invoice.charged?.minor, 250n);
};

test('row 22: a POST while it is ISSUED is answered 200 and unlocks nothing', async () => {
  const reference = await s.offer();
  const asked = s.platform.count('getPaymentStatus');
  assert.equal(await s.platform.notify(reference), 200);
  await until('the platform is asked', () => s.platform.count('getPaymentStatus') > asked);
  assert.equal(s.machine.open, null);
  await s.platform.approve(reference);
  await buy(reference);
});

test('row 22: a POST with a value that nobody was given is answered 200', async () => {
  const reference = await s.offer();
  const real = s.platform.invoice(reference);
  s.platform.invoices.set('forged', { ...real, notificationUrl: `${real.notificationUrl}x` });
  assert.equal(await s.platform.notify('forged'), 200);
  s.platform.invoices.delete('forged');
  await s.platform.approve(reference);
  await buy(reference);
});

test('the machine is told what the phone counts down, on either way to know of the PIN', () =>
  withStand({ commitReservationTimeoutS: 200 }, async (own) => {
    for (const notified of [true, false]) {
      own.machine.heard.length = 0;
      const reference = await own.offer();
      const leased = own.machine.heard.find((command) => command.type === 'LEASE');
      assert.equal(leased?.confirmInMs, 120_000);
      const approvedMs = performance.now();
      await own.platform.approve(reference, notified);
      await until('open', () => own.machine.open);
      const passedMs = performance.now() - approvedMs;
      const begun = own.machine.heard.find((command) => command.type === 'BEGIN_SESSION');
      const held = begun?.heldForMs ?? 0;
      assert.ok(held <= 200_000 && held >= 197_000 - passedMs, `${held} after ${passedMs} ms`);
      assert.ok(begun && begun.expiresInMs < held);
      own.machine.finish();
      await until('released', () => own.platform.invoice(reference).state === 'CANCELED');
    }
  }));

test('a lost notification is made up for by the poll', async () => {
  const reference = await s.offer();
  await s.platform.approve(reference, false);
  await buy(reference);
});

test('row 23: notifications and polls together unlock once', async () => {
  const before = s.machine.unlocked;
  const reference = await s.offer();
  await s.platform.approve(reference);
  await Promise.all([1, 2, 3].map(() => s.platform.notify(reference)));
  await buy(reference);
  assert.equal(s.machine.unlocked, before + 1);
});

test('an unlock whose answer is lost is found out, not repeated', async () => {
  s.machine.mute.set('BEGIN_SESSION', 'SILENT');
  const before = s.machine.unlocked;
  const reference = await s.offer();
  await s.platform.approve(reference);
  await until('the door is open', () => s.machine.open);
  await buy(reference);
  s.machine.mute.clear();
  assert.equal(s.machine.unlocked, before + 1);
});

test('an unlock that never arrived is made impossible, then cancelled', async () => {
  s.machine.mute.set('BEGIN_SESSION', 'DEAF');
  const before = s.machine.unlocked;
  const reference = await s.offer();
  await s.platform.approve(reference);
  await canceled(s, reference);
  s.machine.mute.clear();
  assert.equal(s.machine.unlocked, before);
  assert.equal(s.machine.sessions.get(reference)?.progress, 'UNKNOWN');
});

test('a machine that restarted after the scan takes its lease again and unlocks', async () => {
  const reference = await s.offer();
  s.machine.restart();
  await s.platform.approve(reference);
  await buy(reference);
});

test('a machine that another holds is not unlocked; the invoice is cancelled', async () => {
  const reference = await s.offer();
  s.machine.leaseId = 'somebody else';
  await s.platform.approve(reference);
  await canceled(s, reference);
  s.machine.leaseId = null;
});

const canceled = (s: Stand, reference: string) =>
  until('the invoice is cancelled', () => s.platform.invoice(reference).state === 'CANCELED');

/** Each on a stand of its own, since it needs other settings or an end of its own. */
const ALONE: { readonly [name: string]: () => Promise<void> } = {
  'row 42: a machine that breaks before the PIN has its offer withdrawn': () =>
    withStand({}, async (s) => {
      const reference = await s.offer();
      s.machine.state = 'OUT_OF_SERVICE';
      s.machine.publishState();
      await canceled(s, reference);
      await until('free', () => s.machine.leaseId === null);
    }),

  'row 20b: an approval known too late does not unlock but cancels': () =>
    withStand({ unlockWithinMs: 300 }, async (s) => {
      const reference = await s.offer();
      await s.platform.approve(reference, false);
      await canceled(s, reference);
      assert.equal(s.machine.unlocked, 0);
    }),

  'row 20b: with too little time for a vend and the commit it does not unlock': () =>
    withStand({ commitReservationTimeoutS: 3, commitMarginMs: 2_600 }, async (s) => {
      const reference = await s.offer();
      await s.platform.approve(reference);
      await canceled(s, reference);
      assert.equal(s.machine.unlocked, 0);
    }),

  'row 20b: after the end of the lease it does not unlock, also after a restart': () =>
    withStand({}, async (s) => {
      const reference = await s.offer();
      await s.reseller.stop();
      const journal = new DatabaseSync(s.journalPath);
      journal.exec('update session set lease_until_ms = 1');
      journal.close();
      await s.platform.approve(reference, false);
      await s.restart();
      await canceled(s, reference);
      assert.equal(s.machine.unlocked, 0);
      await until('free', () => s.machine.leaseId === null);
    }),

  'row 20b: an observation that a restart has lost counts as too old': () =>
    withStand({}, async (s) => {
      const reference = await s.offer();
      await s.reseller.stop();
      const journal = new DatabaseSync(s.journalPath);
      journal.exec('update session set not_reserved_ms = null');
      journal.close();
      await s.platform.approve(reference, false);
      await s.restart();
      await canceled(s, reference);
      assert.equal(s.machine.unlocked, 0);
    }),

  'a restart between offer and approval loses nothing': () =>
    withStand({}, async (s) => {
      const reference = await s.offer();
      await s.restart();
      await s.platform.approve(reference, false);
      assert.equal(await s.machine.take(2), 'VENDED');
      s.machine.finish();
      await until('paid', () => s.platform.invoice(reference).charged?.minor === 180n);
      assert.equal(s.platform.count('registerTerminal'), 1);
    }),

  'a machine that is not connected is unlocked once it is back in time': () =>
    withStand({}, async (s) => {
      const reference = await s.offer();
      s.machine.publishState(false);
      await s.platform.approve(reference);
      await until('the platform was asked', () => s.platform.count('getPaymentStatus') > 0);
      assert.equal(s.machine.unlocked, 0);
      s.machine.publishState();
      assert.equal(await s.machine.take(1), 'VENDED');
      s.machine.finish();
      await until('paid', () => s.platform.invoice(reference).state === 'PAID');
    }),
};

suite('row 20b, restarts and lost machines', { concurrency: true }, () => {
  for (const [name, run] of Object.entries(ALONE)) test(name, run);
});
