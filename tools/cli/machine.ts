/** `seqr machine …`. */

import { toAmountJson } from '@seqr-ups/contract';
import { listMachines, setMachine } from '../../server/src/core/merchant.ts';
import type { Machine } from '../../server/src/core/merchant.ts';
import { ok, refused } from '../../server/src/core/refusal.ts';
import type { Result } from '../../server/src/core/refusal.ts';
import type { Tx } from '../../server/src/db.ts';
import { Refused, WrongUse } from './command.ts';
import type { Command, Input, Option, Outcome, Terminal } from './command.ts';
import { withInstallation } from './installation.ts';
import { listTable, recordTable } from './table.ts';
import { readAmount, readCodeId, readName, readRemovable, showAmount } from './value.ts';

const MERCHANT = { name: 'merchant', help: 'id of the merchant' };
const TOKEN = {
  name: 'token',
  help: 'id of the machine, 1 to 64 of A-Z a-z 0-9 . _ - (t in its code)',
};

const OPTIONS: Readonly<Record<string, Option>> = {
  name: { value: 'name', help: 'what customers read, its token unless given' },
  place: { value: 'place', help: 'where it stands; none' },
  maximum: {
    value: 'amount',
    help: 'most that a purchase here reserves, where it is less than the merchant’s; none',
  },
};

type Change = Parameters<typeof setMachine>[2];
type MachineRefusal = 'NO_MERCHANT' | 'OTHER_CURRENCY' | 'ALREADY_THERE' | 'NOT_THERE';

const add: Command = {
  name: 'machine add',
  summary: 'name a machine: what customers read before they confirm',
  details:
    'A machine that is not named works too; customers read its token. The backend of its\n' +
    'merchant must know it by the same token.',
  arguments: [MERCHANT, TOKEN],
  options: OPTIONS,
  json: true,
  run: (input, terminal) => change(input, terminal, 'ADD'),
};

const set: Command = {
  name: 'machine set',
  summary: "change a machine's name, place or maximum",
  details: 'What is not named stays as it is.',
  arguments: [MERCHANT, TOKEN],
  options: OPTIONS,
  json: true,
  run: (input, terminal) => change(input, terminal, 'SET'),
};

const list: Command = {
  name: 'machine list',
  summary: "list a merchant's machines that have been named",
  arguments: [MERCHANT],
  options: {},
  json: true,
  async run(input, terminal) {
    const merchantId = readCodeId('A merchant id', input.needed('merchant'));
    const machines = await withInstallation(terminal, ({ db }) =>
      db.statement((tx) => listMachines(tx, merchantId)),
    );
    if (machines === null) throw new Refused(`There is no merchant ${merchantId}.`);
    const rows = machines.map((machine) => [
      machine.token,
      machine.name,
      machine.place ?? '',
      machine.maximum ? showAmount(machine.maximum) : "the merchant's",
    ]);
    const output =
      rows.length === 0
        ? `${merchantId} has no named machines.\n`
        : listTable(['machine', 'name', 'place', 'maximum'], rows);
    return { output, json: { machines: machines.map(machineJson) } };
  },
};

async function change(input: Input, terminal: Terminal, kind: 'ADD' | 'SET'): Promise<Outcome> {
  const merchantId = readCodeId('A merchant id', input.needed('merchant'));
  const machine = readChange(input);
  if (kind === 'SET' && Object.keys(machine).length === 1) {
    throw new WrongUse('Nothing to set was named.');
  }
  const result = await withInstallation(terminal, ({ db }) =>
    db.transaction((tx) => write(tx, merchantId, machine, kind)),
  );
  if (!result.ok) throw new Refused(refusalSentence(result.refusal, merchantId, machine.token));
  const { token, name, place, maximum } = result.value;
  const output = recordTable([
    ['merchant', merchantId],
    ['machine', token],
    ['name', name],
    ['place', place ?? ''],
    ['maximum', maximum ? showAmount(maximum) : "the merchant's"],
  ]);
  return { output, json: { merchantId, ...machineJson(result.value) } };
}

async function write(
  tx: Tx,
  merchantId: string,
  machine: Change,
  kind: 'ADD' | 'SET',
): Promise<Result<Machine, MachineRefusal>> {
  const find = async (): Promise<Machine | undefined> =>
    (await listMachines(tx, merchantId))?.find(({ token }) => token === machine.token);
  const exists = (await find()) !== undefined;
  const changed = kind === 'SET' && !exists ? null : await setMachine(tx, merchantId, machine);
  if (changed && !changed.ok) {
    return refused(changed.refusal === 'NOT_FOUND' ? 'NO_MERCHANT' : changed.refusal);
  }
  if (kind === 'ADD' && exists) return refused('ALREADY_THERE');
  const now = await find();
  return now ? ok(now) : refused('NOT_THERE');
}

function readChange(input: Input): Change {
  const name = input.text('name');
  const place = readRemovable(input.text('place'), (text) => readName('The place', text));
  const maximum = readRemovable(input.text('maximum'), readAmount);
  return {
    token: readCodeId("A machine's token", input.needed('token')),
    ...(name !== undefined && { name: readName('The name', name) }),
    ...(place !== undefined && { place }),
    ...(maximum !== undefined && { maximum }),
  };
}

function refusalSentence(refusal: MachineRefusal, merchantId: string, token: string): string {
  switch (refusal) {
    case 'NO_MERCHANT':
      return `There is no merchant ${merchantId}.`;
    case 'OTHER_CURRENCY':
      return `The account of ${merchantId} is in another currency than that maximum.`;
    case 'ALREADY_THERE':
      return `${merchantId} has a machine ${token} already; "seqr machine set" changes it.`;
    case 'NOT_THERE':
      return `${merchantId} has no machine ${token}; "seqr machine add" adds it.`;
  }
}

const machineJson = (machine: Machine): Record<string, unknown> => ({
  ...machine,
  maximum: machine.maximum && toAmountJson(machine.maximum),
});

/** The commands of this group. */
export const MACHINE_COMMANDS = [add, set, list];
