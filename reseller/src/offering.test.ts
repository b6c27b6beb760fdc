import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { stand, unregistered } from '../test/stand.ts';
import type { Stand } from '../test/stand.ts';
import { until } from '../test/wait.ts';

let s: Stand;
before(async () => {
  s = await stand();
});
after(() => s.stop());
// Every test leaves the machine free, as the next customer must find it.
afterEach(async () => {
  for (const invoice of s.platform.all) {
    if (invoice.state !== 'ISSUED') continue;
    invoice.state = 'CANCELED';
    await s.platform.notify(invoice.reference);
  }
  await until('the machine is free', () => s.machine.leaseId === null);
});

const refusal = async (options: Parameters<Stand['scan']>[0] = {}) => {
  const answer = await s.scan(options);
  return answer.kind === 'ERROR' ? answer.code : answer.kind;
};

test('an unknown machine is DEVICE_UNAVAILABLE, and no invoice is sent', async () => {
  const sent = s.platform.count('sendInvoice');
  const answer = await s.platform.scan(s.reseller.createPurchaseUrl, 'no-such-machine');
  assert.deepEqual(answer, { kind: 'ERROR', code: 'DEVICE_UNAVAILABLE', invoiceReference: null });
  assert.equal(s.platform.count('sendInvoice'), sent);
});

test('a machine out of service is DEVICE_UNAVAILABLE', async () => {
  s.machine.state = 'OUT_OF_SERVICE';
  s.machine.publishState();
  await until('the reseller knows', async () => (await refusal()) === 'DEVICE_UNAVAILABLE');
  s.machine.state = 'IDLE';
  s.machine.publishState();
  await until('it is back', async () => (await refusal()) === 'INVOICE');
});

test('a machine that does not answer the lease is DEVICE_UNAVAILABLE, then free', async () => {
  s.machine.mute.set('LEASE', 'DEAF');
  assert.equal(await refusal(), 'DEVICE_UNAVAILABLE');
  s.machine.mute.clear();
  assert.equal(await refusal(), 'INVOICE');
});

test('less than the cheapest product is INSUFFICIENT_FUNDS; as much is enough', async () => {
  const sent = s.platform.count('sendInvoice');
  assert.equal(await refusal({ amount: '1.79' }), 'INSUFFICIENT_FUNDS');
  assert.equal(s.platform.count('sendInvoice'), sent);
  assert.equal(await refusal({ amount: '1.80' }), 'INVOICE');
});

test('a second customer gets DEVICE_IN_USE until the first has given up', async () => {
  const reference = await s.offer();
  assert.equal(await refusal({ msisdn: '46700000004' }), 'DEVICE_IN_USE');
  s.platform.invoice(reference).state = 'CANCELED';
  await until(
    'the machine is free',
    async () => (await refusal({ msisdn: '46700000004' })) === 'INVOICE',
    2_000,
  );
});

test('row 14: the same customer again cancels the old invoice and sends a fresh one', async () => {
  const old = await s.offer();
  const fresh = await s.offer();
  assert.notEqual(fresh, old);
  assert.equal(s.platform.invoice(old).state, 'CANCELED');
  assert.equal(s.platform.invoice(fresh).state, 'ISSUED');
});

test('of two scans at the same instant one is offered, the other is DEVICE_IN_USE', async () => {
  const codes = await Promise.all([refusal({ msisdn: '467001' }), refusal({ msisdn: '467002' })]);
  assert.deepEqual(codes.toSorted(), ['DEVICE_IN_USE', 'INVOICE']);
});

test('a machine that has not heard that its customer has left is told again', async () => {
  const invoice = s.platform.invoice(await s.offer());
  s.machine.mute.set('RELEASE', 'DEAF');
  const heard = s.machine.heard.length;
  invoice.state = 'CANCELED';
  await s.platform.notify(invoice.reference);
  const released = () => s.machine.heard.slice(heard).some(({ type }) => type === 'RELEASE');
  await until('told', released);
  assert.notEqual(s.machine.leaseId, null);
  s.machine.mute.delete('RELEASE');
  await until('heard', () => s.machine.leaseId === null);
});

test('a refused sendInvoice is INVOICING_ERROR and frees the machine', async () => {
  s.platform.arm('sendInvoice', { kind: 'CODE', code: 49 });
  assert.equal(await refusal(), 'INVOICING_ERROR');
  assert.equal(await refusal({ msisdn: '46700000004' }), 'INVOICE');
});

test('a lost answer to sendInvoice is repeated; the later invoice is offered', async () => {
  s.platform.arm('sendInvoice', { kind: 'CUT_AFTER' });
  const reference = await s.offer();
  assert.equal(reference, s.platform.all.at(-1)?.reference);
});

test('row 2: a connection closed early cancels the invoice, then frees the machine', async () => {
  s.platform.arm('sendInvoice', { kind: 'SILENT' });
  const cancels = s.platform.count('cancelInvoice');
  const impatient = s.scan({ signal: AbortSignal.timeout(100) });
  await assert.rejects(impatient);
  await until('the invoice is cancelled', () => s.platform.count('cancelInvoice') > cancels);
  assert.equal(s.platform.all.at(-1)?.state, 'CANCELED');
  await until('the machine is free', async () => (await refusal({ msisdn: '4' })) === 'INVOICE');
});

test('row 2: while it cannot be cancelled the machine stays taken', async () => {
  s.platform.arm('sendInvoice', { kind: 'SILENT' });
  s.platform.arm('cancelInvoice', { kind: 'CUT_BEFORE' }, 3);
  await assert.rejects(s.scan({ signal: AbortSignal.timeout(100) }));
  const count = s.platform.all.length;
  await until('the second invoice is sent', () => s.platform.all.length > count);
  assert.equal(await refusal({ msisdn: '46700000004' }), 'DEVICE_IN_USE');
  await until('cancelled at last', () => s.platform.all.at(-1)?.state === 'CANCELED');
  await until('free', async () => (await refusal({ msisdn: '46700000004' })) === 'INVOICE');
});

test('a terminal that the platform has forgotten is registered anew', async () => {
  s.platform.terminals.clear();
  assert.equal(await refusal(), 'INVOICING_ERROR');
  await until('registered again', () => s.reseller.isRegistered('m1'));
  assert.equal(await refusal(), 'INVOICE');
});

test('while the platform is away the reseller listens and answers DEVICE_UNAVAILABLE', async () => {
  const { port } = s.platform;
  await s.platform.leave();
  const own = await unregistered(s);
  try {
    const answer = await s.platform.scan(own.reseller.createPurchaseUrl, 'm1');
    assert.equal(answer.kind === 'ERROR' && answer.code, 'DEVICE_UNAVAILABLE');
    await s.platform.listen(port);
    await until('registered once the platform is back', () => own.reseller.isRegistered('m1'));
  } finally {
    await own.stop();
  }
});
