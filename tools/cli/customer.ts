/** `seqr customer …`. */

import {
  addCustomer,
  pinDigest,
  setRefundsAllowed,
  unlockCustomer,
} from '../../server/src/core/customer.ts';
import { Refused, WrongUse } from './command.ts';
import type { Command } from './command.ts';
import { newCode } from './customer-device.ts';
import { rightPinKey, withInstallation } from './installation.ts';
import { PIN_FILE, readPin } from './secret.ts';
import { recordTable } from './table.ts';
import { readCurrency, readMsisdn, readName } from './value.ts';

const NUMBER = { name: 'number', help: 'phone number with country code, +46700000001' };

const add: Command = {
  name: 'customer add',
  summary: 'add a customer with an empty account',
  arguments: [NUMBER],
  options: {
    name: { value: 'name', help: 'what the wallet greets with', required: true },
    currency: { value: 'code', help: 'currency of the account, such as EUR', required: true },
    'pin-file': PIN_FILE,
  },
  json: true,
  async run(input, terminal) {
    const msisdn = readMsisdn(input.needed('number'));
    const name = readName('The name', input.needed('name'));
    const currency = readCurrency(input.needed('currency'));
    const { secret: pin, shown } = await readPin(input, terminal);
    const code = await withInstallation(terminal, async (installation) => {
      const { db } = installation;
      const key = await rightPinKey(installation);
      const digestOf = (customerId: string): Buffer => pinDigest(key, customerId, pin);
      const added = await db.transaction((tx) =>
        addCustomer(tx, { msisdn, name, currency, digestOf }),
      );
      if (!added.ok) throw new Refused(`There is a customer with the number ${msisdn} already.`);
      return newCode(installation, added.value.customerId);
    });
    const rows: [string, string][] = [
      ['customer', msisdn],
      ['name', name],
      ['currency', currency],
      ['PIN', shown ?? 'as given'],
      ['one-time code', `${code.code} (until ${code.expiresAt})`],
    ];
    const once =
      'PIN and code are shown this once; they cannot be read again. The code lets the first ' +
      'phone in: tell it to the customer another way than the PIN.\n';
    return {
      output: recordTable(rows) + once,
      json: { msisdn, name, currency, ...(shown !== undefined && { pin: shown }), ...code },
    };
  },
};

const unlock: Command = {
  name: 'customer unlock',
  summary: 'let a customer confirm and sign in again after too many wrong PINs',
  arguments: [NUMBER],
  options: {},
  json: true,
  async run(input, terminal) {
    const msisdn = readMsisdn(input.needed('number'));
    const found = await withInstallation(terminal, ({ db }) =>
      db.statement((tx) => unlockCustomer(tx, msisdn)),
    );
    if (!found) throw new Refused(`There is no customer with the number ${msisdn}.`);
    return { output: `${msisdn} can use the PIN again.\n`, json: { msisdn } };
  },
};

const set: Command = {
  name: 'customer set',
  summary: "set whether a customer's account takes refunds",
  details: 'A merchant that refunds to one that takes none is answered code 99.',
  arguments: [NUMBER],
  options: {
    refunds: { negatable: true, help: 'it takes refunds, as every account does at first' },
  },
  json: true,
  async run(input, terminal) {
    const msisdn = readMsisdn(input.needed('number'));
    const allowed = input.flag('refunds');
    if (allowed === undefined) throw new WrongUse('Nothing to set was named.');
    const found = await withInstallation(terminal, ({ db }) =>
      db.statement((tx) => setRefundsAllowed(tx, msisdn, allowed)),
    );
    if (!found) throw new Refused(`There is no customer with the number ${msisdn}.`);
    const output = `${msisdn} takes ${allowed ? '' : 'no '}refunds.\n`;
    return { output, json: { msisdn, refundsAllowed: allowed } };
  },
};

/** The commands of this group. */
export const CUSTOMER_COMMANDS = [add, set, unlock];
