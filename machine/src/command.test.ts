import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommand } from './command.ts';

const parse = (value: unknown) => parseCommand(Buffer.from(JSON.stringify(value)));
const funds = { value: '20.00', currency: 'EUR' };

const COMMANDS = [
  { type: 'LEASE', id: 'i', leaseId: 'l', expiresInMs: 1 },
  { type: 'RELEASE', id: 'i', leaseId: 'l' },
  { type: 'BEGIN_SESSION', id: 'i', leaseId: 'l', invoiceReference: 'r', funds, expiresInMs: 1 },
  { type: 'VEND_APPROVED', invoiceReference: 'r', vendId: 'v' },
  { type: 'VEND_DENIED', invoiceReference: 'r', vendId: 'v', reason: '' },
  { type: 'REPORT', id: 'i', invoiceReference: 'r' },
  { type: 'END_SESSION', id: 'i', invoiceReference: 'r' },
];

test('each command is read, and members of a later version are left out', () => {
  for (const command of COMMANDS) {
    assert.deepEqual(parse({ ...command, later: 1 }), { ok: true, command });
  }
});

test('a command without one of its members is malformed', () => {
  for (const command of COMMANDS) {
    for (const member of Object.keys(command).filter((name) => name !== 'type')) {
      const { ok } = parse({ ...command, [member]: undefined });
      assert.equal(ok, false, `${command.type} without ${member}`);
      assert.equal(parse({ ...command, [member]: {} }).ok, false, `${command.type} {} ${member}`);
    }
  }
});

test('what is no command says why', () => {
  const problem = (bytes: Buffer) => {
    const parsed = parseCommand(bytes);
    return parsed.ok ? null : parsed.problem;
  };
  assert.equal(problem(Buffer.from('')), 'not JSON');
  assert.equal(problem(Buffer.from([0x22, 0xff, 0x22])), 'not JSON');
  assert.equal(problem(Buffer.from('null')), 'not a JSON object');
  assert.equal(problem(Buffer.from('{"type":"OPEN"}')), 'unknown type');
  assert.equal(problem(Buffer.from('{"type":"LEASE"}')), 'malformed LEASE');
  assert.equal(problem(Buffer.alloc(20_000, ' ')), 'more than 16384 bytes');
});

test('durations and amounts have bounds', () => {
  const lease = { type: 'LEASE', id: 'i', leaseId: 'l' };
  for (const expiresInMs of [0, -1, 1.5, '1', 1e12, null]) {
    assert.equal(parse({ ...lease, expiresInMs }).ok, false, String(expiresInMs));
  }
  const begin = { ...lease, type: 'BEGIN_SESSION', invoiceReference: 'r', expiresInMs: 1 };
  for (const value of [20, '20,00', '20.001', '1e3']) {
    assert.equal(parse({ ...begin, funds: { value, currency: 'EUR' } }).ok, false, String(value));
  }
  assert.equal(parse({ ...begin, funds: { value: '20.00', currency: 'EURO' } }).ok, false);
});
