import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMachineMessage, readMachineState } from './machine-message.ts';

const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const price = { value: '2.50', currency: 'EUR' };
const vend = { vendId: 'v', slot: 1, name: 'Crisps', price, result: 'VENDED' };
const state = {
  online: true,
  state: 'IDLE',
  products: [{ slot: 1, name: 'Crisps', price, stock: 3 }],
  singleVend: true,
  longestVendMs: 600,
};

test('a report comes out with exact money, without members that nobody declared', () => {
  const read = readMachineMessage(
    bytes({
      type: 'SESSION_REPORT',
      replyTo: 'x',
      invoiceReference: 'r',
      progress: 'COMPLETE',
      vends: [{ ...vend, colour: 'red' }],
    }),
  );
  assert.deepEqual(read, {
    type: 'SESSION_REPORT',
    replyTo: 'x',
    progress: 'COMPLETE',
    vends: [{ ...vend, price: { minor: 250n, currency: 'EUR' } }],
  });
});

test('a price below nothing, without currency or with a fraction of a cent is no message', () => {
  const request = { type: 'VEND_REQUEST', invoiceReference: 'r', ...vend };
  assert.notEqual(readMachineMessage(bytes(request)), null);
  for (const bad of [
    { value: '-2.50', currency: 'EUR' },
    { value: '2.505', currency: 'EUR' },
    { value: '2.50', currency: 'XXQ' },
    { value: 2.5, currency: 'EUR' },
    { value: '2.50' },
    null,
  ]) {
    assert.equal(readMachineMessage(bytes({ ...request, price: bad })), null);
  }
});

test('what is no message is null, never an exception', () => {
  const long = 'x'.repeat(300 * 1024);
  for (const body of ['', 'null', '[]', '1', '{', '{"type":1}', '{"type":"NEW"}', `"${long}"`]) {
    assert.equal(readMachineMessage(Buffer.from(body)), null, body.slice(0, 20));
    assert.equal(readMachineState(Buffer.from(body)), null, body.slice(0, 20));
  }
});

test('a state is taken only if every part of it is one', () => {
  assert.deepEqual(readMachineState(bytes(state)), state);
  for (const change of [
    { online: 'yes' },
    { state: 'DANCING' },
    { products: {} },
    { products: [{ slot: -1, name: 'x', price, stock: 1 }] },
    { longestVendMs: 1.5 },
  ]) {
    assert.equal(readMachineState(bytes({ ...state, ...change })), null, JSON.stringify(change));
  }
});
