import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { MachineMessage } from '@seqr-ups/contract';
import { scratch, testMachine } from '../test/fleet.ts';
import { until } from '../test/reseller.ts';
import { RecordFault } from './durably.ts';
import { Machine } from './machine.ts';
import { openRecord } from './record.ts';
import { makeLog } from './run.ts';

const { dir, remove } = scratch();
after(remove);

/** A machine without a link: the test hears what it says, and can take its record away. */
function startMachine(name: string) {
  const record = openRecord(join(dir, `${name}.sqlite`));
  const machine = new Machine(testMachine(name), record, makeLog('silent'));
  const said: MachineMessage[] = [];
  machine.listen({ message: (message) => said.push(message) });
  machine.setConnected(true);
  machine.handle({ type: 'LEASE', id: '1', leaseId: 'l', expiresInMs: 60_000 });
  const begin = () =>
    machine.handle({
      type: 'BEGIN_SESSION',
      id: '2',
      leaseId: 'l',
      invoiceReference: 'r',
      funds: { value: '20.00', currency: 'EUR' },
      expiresInMs: 60_000,
    });
  const approve = async () => {
    const request = await until('the question', () =>
      said.find((message) => message.type === 'VEND_REQUEST'),
    );
    machine.handle({ type: 'VEND_APPROVED', invoiceReference: 'r', vendId: request.vendId });
  };
  return { record, machine, said, begin, approve };
}

test('without a record it does not unlock and is out of order', () => {
  const { record, machine, said, begin } = startMachine('unlock');
  record.close();
  begin();
  assert.deepEqual(said.at(-1), { type: 'REFUSED', replyTo: '2', reason: 'OUT_OF_SERVICE' });
  const { state, display, session } = machine.snapshot();
  assert.deepEqual([state, display, session], ['OUT_OF_SERVICE', 'Out of order', null]);
});

test('without a record no motor turns', async () => {
  const { record, machine, said, begin, approve } = startMachine('motor');
  begin();
  const selected = machine.select(1);
  record.close();
  await approve();
  await assert.rejects(selected, RecordFault);
  assert.equal(said.at(-1)?.type, 'VEND_REQUEST', 'it claims nothing that is not on disk');
  assert.equal(machine.snapshot().state, 'OUT_OF_SERVICE');
  assert.equal((await machine.select(1)).result, 'REFUSED');
  await machine.finish();
  await machine.stop();
});

test('a vend whose result cannot be written is not told as delivered', async () => {
  const { record, machine, said, begin, approve } = startMachine('result');
  begin();
  const selected = machine.select(1);
  await approve();
  await until('the motor', () => record.findSession('result', 'r').vends[0]);
  record.close();
  await assert.rejects(selected, RecordFault);
  assert.equal(said.at(-1)?.type, 'VEND_REQUEST');

  const again = openRecord(join(dir, 'result.sqlite'));
  again.startMachine('result', []);
  assert.equal(again.findSession('result', 'r').vends[0]?.result, 'JAMMED');
  again.close();
});

test('a deadline that finds the record gone ends nothing but the machine', async () => {
  const { record, machine } = startMachine('deadline');
  machine.handle({
    type: 'BEGIN_SESSION',
    id: '2',
    leaseId: 'l',
    invoiceReference: 'r',
    funds: { value: '20.00', currency: 'EUR' },
    expiresInMs: 20,
  });
  record.close();
  await until('the fault', () => machine.snapshot().state === 'OUT_OF_SERVICE');
});

test('a slot that it does not have is the caller’s mistake', async () => {
  const { machine, record } = startMachine('slot');
  await assert.rejects(machine.select(9), RangeError);
  await machine.stop();
  record.close();
});
