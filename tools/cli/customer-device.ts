/** `seqr customer …`: one-time codes, and the devices that sign for a customer. */

import { toAmountJson } from '@seqr-ups/contract';
import { findCustomerByMsisdn } from '../../server/src/core/customer.ts';
import { listDevices, revokeDevice } from '../../server/src/core/device.ts';
import { codeDigest, giveCode, makeCode } from '../../server/src/core/one-time-code.ts';
import { listSignedApprovals } from '../../server/src/core/proof.ts';
import type { Tx } from '../../server/src/db.ts';
import { Refused } from './command.ts';
import type { Command } from './command.ts';
import { rightPinKey, withInstallation } from './installation.ts';
import type { Installation } from './installation.ts';
import { listTable } from './table.ts';
import { readDeviceId, readMsisdn, showAmount } from './value.ts';

const NUMBER = { name: 'number', help: 'phone number with country code, +46700000001' };

/** A code as it is told to the customer, and until when it is valid (ISO 8601, UTC). */
export type NewCode = { readonly code: string; readonly expiresAt: string };

/** Gives a customer a one-time code, instead of an earlier one. */
export async function newCode(installation: Installation, customerId: string): Promise<NewCode> {
  const key = await rightPinKey(installation);
  const code = makeCode();
  const expiresAt = await installation.db.statement((tx) =>
    giveCode(tx, customerId, codeDigest(key, customerId, code)),
  );
  return { code, expiresAt: expiresAt.toISOString() };
}

const makeCodeCommand: Command = {
  name: 'customer code',
  summary: "make a one-time code: it lets a customer's phone in, or sets a new PIN",
  details: `Valid for 24 hours, once; five wrong tries end it, and so does the next code. Whoever
has it and the PIN can pay, so be sure who asks. With it the customer
  lets a phone in, after signing in on it: where none is in yet, or the others are lost;
  or sets a new PIN without signing in, which also ends a lock.`,
  arguments: [NUMBER],
  options: {},
  json: true,
  async run(input, terminal) {
    const msisdn = readMsisdn(input.needed('number'));
    const made = await withInstallation(terminal, async (installation) => {
      const customerId = await installation.db.statement((tx) => customerOf(tx, msisdn));
      return newCode(installation, customerId);
    });
    const until = `For ${msisdn}, once, until ${made.expiresAt}. It cannot be read again.`;
    return { output: `${made.code}\n${until}\n`, json: { msisdn, ...made } };
  },
};

const devices: Command = {
  name: 'customer devices',
  summary: 'list the devices that sign for a customer, and those that wait to be let in',
  arguments: [NUMBER],
  options: {},
  json: true,
  async run(input, terminal) {
    const msisdn = readMsisdn(input.needed('number'));
    const found = await withInstallation(terminal, ({ db }) =>
      db.statement(async (tx) => {
        const customerId = await customerOf(tx, msisdn);
        return listDevices(tx, { customerId, tokenDigest: null });
      }),
    );
    const json = {
      devices: found.map(({ id, name, state, createdAt, lastUsedAt }) => ({
        id,
        name,
        state,
        createdAt: createdAt.toISOString(),
        lastUsedAt: lastUsedAt?.toISOString() ?? null,
      })),
    };
    if (found.length === 0) return { output: `${msisdn} has no devices.\n`, json };
    const rows = json.devices.map(({ id, name, state, createdAt, lastUsedAt }) => [
      id,
      name,
      state,
      createdAt,
      lastUsedAt ?? '',
    ]);
    return { output: listTable(['device', 'name', 'state', 'added', 'last used'], rows), json };
  },
};

const remove: Command = {
  name: 'customer device remove',
  summary: "remove a customer's device: it signs no more, and its sessions end",
  details: 'For a phone that was lost or stolen. "seqr customer devices" lists them.',
  arguments: [NUMBER, { name: 'device', help: 'id of the device' }],
  options: {},
  json: true,
  async run(input, terminal) {
    const msisdn = readMsisdn(input.needed('number'));
    const deviceId = readDeviceId(input.needed('device'));
    const removed = await withInstallation(terminal, ({ db }) =>
      db.statement(async (tx) => revokeDevice(tx, await customerOf(tx, msisdn), deviceId)),
    );
    if (!removed) throw new Refused(`${msisdn} has no such device.`);
    return { output: `The device of ${msisdn} is removed.\n`, json: { msisdn, deviceId } };
  },
};

/** Signed purchases that are listed. */
const SIGNED_MAX = 100;

const signatures: Command = {
  name: 'customer signatures',
  summary: "list what a customer's devices have signed, each signature checked anew",
  details: `The newest ${SIGNED_MAX} purchases: the proof, when somebody says that it was not them.
With --json also text, key and signature, by which anybody else can check it.
Exit code 1: one does not hold.`,
  arguments: [NUMBER],
  options: {},
  json: true,
  async run(input, terminal) {
    const msisdn = readMsisdn(input.needed('number'));
    const found = await withInstallation(terminal, ({ db }) =>
      db.statement(async (tx) => listSignedApprovals(tx, await customerOf(tx, msisdn), SIGNED_MAX)),
    );
    const json = {
      signatures: found.map(({ publicKey, signature, maximum, ...rest }) => ({
        ...rest,
        maximum: toAmountJson(maximum),
        publicKey: publicKey.toString('base64url'),
        signature: signature.toString('base64url'),
      })),
    };
    const code = found.every(({ holds }) => holds) ? 0 : 1;
    if (found.length === 0) return { output: `${msisdn} has signed nothing.\n`, json };
    const rows = found.map(({ purchaseId, merchantId, maximum, deviceName, holds }) => [
      purchaseId,
      merchantId,
      showAmount(maximum),
      deviceName,
      holds ? 'holds' : 'DOES NOT HOLD',
    ]);
    const head = ['purchase', 'merchant', 'at most', 'device', 'signature'];
    return { output: listTable(head, rows), json, code };
  },
};

async function customerOf(tx: Tx, msisdn: string): Promise<string> {
  const customer = await findCustomerByMsisdn(tx, msisdn);
  if (customer === null) throw new Refused(`There is no customer with the number ${msisdn}.`);
  return customer.customerId;
}

/** The commands about what proves that a customer is the one who acts. */
export const CUSTOMER_DEVICE_COMMANDS = [makeCodeCommand, devices, remove, signatures];
