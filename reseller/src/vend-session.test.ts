import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { stand } from '../test/stand.ts';
import type { Stand } from '../test/stand.ts';
import { until } from '../test/wait.ts';

let s: Stand;
before(async () => {
  s = await stand();
});
after(() => s.stop());

test('a customer scans, confirms, takes two of three products and is charged for the delivered ones', async () => {
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
  assert.equal(s.machine.unlocked, 1);
  assert.deepEqual(s.alarms(), []);
});
