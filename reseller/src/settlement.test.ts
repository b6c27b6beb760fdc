import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { stand } from '../test/stand.ts';
import type { Stand } from '../test/stand.ts';
import type { Invoice } from '../test/platform.ts';
import { until } from '../test/wait.ts';

let s: Stand;
before(async () => {
  s = await stand();
});
after(() => s.stop());

/** A session in which slot 1 is taken, or jams; answers its invoice while it settles. */
async function session(
  taken: boolean,
  meanwhile: (i: Invoice) => void = () => {},
): Promise<Invoice> {
  if (taken) s.machine.jams.delete(1);
  else s.machine.jams.add(1);
  const reference = await s.offer();
  await s.platform.approve(reference);
  await s.machine.take(1);
  meanwhile(s.platform.invoice(reference));
  s.machine.finish();
  return s.platform.invoice(reference);
}

const ended = (invoice: Invoice) =>
  until('settled', () =>
    s.lines.some(
      (line) => line.fields['reference'] === invoice.reference && 'ending' in line.fields,
    ),
  );

for (const operation of ['updateInvoice', 'commitReservation'] as const) {
  for (const kind of ['CUT_AFTER', 'CUT_BEFORE', 'SILENT'] as const) {
    test(`T5: ${operation} with a lost answer (${kind}) charges once`, async () => {
      s.platform.arm(operation, { kind });
      const invoice = await session(true);
      await ended(invoice);
      assert.equal(invoice.state, 'PAID');
      assert.equal(invoice.charged?.minor, 250n);
      assert.equal(invoice.commits, 1);
    });
  }
}

for (const kind of ['CUT_AFTER', 'CUT_BEFORE', 'SILENT'] as const) {
  test(`T5: cancelInvoice with a lost answer (${kind}) releases`, async () => {
    s.platform.arm('cancelInvoice', { kind });
    const invoice = await session(false);
    await ended(invoice);
    assert.equal(invoice.state, 'CANCELED');
  });

  test(`T5: getPaymentStatus with a lost answer (${kind}) is asked again`, async () => {
    s.platform.arm('getPaymentStatus', { kind });
    const invoice = await session(true);
    await ended(invoice);
    assert.equal(invoice.charged?.minor, 250n);
  });
}

for (const code of [90, 93, 94]) {
  test(`code ${code} is repeated for every operation until another answer comes`, async () => {
    s.platform.arm('updateInvoice', { kind: 'CODE', code }, 1);
    s.platform.arm('commitReservation', { kind: 'CODE', code }, 2);
    const paid = await session(true);
    await ended(paid);
    assert.equal(paid.charged?.minor, 250n);
    s.platform.arm('cancelInvoice', { kind: 'CODE', code }, 2);
    const released = await session(false);
    await ended(released);
    assert.equal(released.state, 'CANCELED');
  });
}

test('a commit is repeated with the identical amount only', async () => {
  s.platform.arm('commitReservation', { kind: 'CUT_AFTER' }, 3);
  const invoice = await session(true);
  await ended(invoice);
  const amounts = s.platform.calls
    .filter((call) => call.operation === 'commitReservation')
    .filter((call) => call.reference === invoice.reference)
    .map((call) => call.amount);
  assert.deepEqual(amounts, ['2.50', '2.50', '2.50', '2.50']);
});

test('a body that is no answer leaves the outcome unknown, and the call is repeated', async () => {
  const body = '<html>gateway</html>';
  s.platform.arm('commitReservation', { kind: 'BODY', status: 502, body });
  const invoice = await session(true);
  await ended(invoice);
  assert.equal(invoice.commits, 1);
});

test('row 34: an update that is refused does not keep the commit from charging', async () => {
  s.platform.arm('updateInvoice', { kind: 'CODE', code: 49 });
  const invoice = await session(true);
  await ended(invoice);
  assert.equal(invoice.charged?.minor, 250n);
  assert.ok(s.alarms().includes('updateInvoice refused'));
});

test('row 27: a commit after the deadline is booked as a loss, with an alarm', async () => {
  const invoice = await session(true, (invoice) => {
    invoice.state = 'CANCELED';
  });
  await ended(invoice);
  assert.equal(invoice.charged, null);
  assert.ok(s.alarms().includes('goods lost: not committed in time'));
});
