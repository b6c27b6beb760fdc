/** Customers of a test platform who have a device. */

import assert from 'node:assert/strict';
import type { DeviceJson } from '@seqr-ups/contract';
import { codeDigest, giveCode, makeCode } from '../src/core/one-time-code.ts';
import { newKey } from './signing-device.ts';
import type { SigningDevice } from './signing-device.ts';
import { PIN_KEY } from './wallet-platform.ts';
import type { TestCustomer, WalletPlatform } from './wallet-platform.ts';

/** A one-time code, as `seqr customer code` makes it. */
export async function codeFor(platform: WalletPlatform, customerId: string): Promise<string> {
  const code = makeCode();
  const digest = codeDigest(PIN_KEY, customerId, code);
  await platform.db.statement((tx) => giveCode(tx, customerId, digest));
  return code;
}

/** Adds a device of this customer's session; by the code ACTIVE, else as the platform says. */
export async function addDevice(
  customer: TestCustomer,
  code?: string,
): Promise<SigningDevice & { readonly json: DeviceJson }> {
  const key = newKey();
  const body = { name: 'Phone', publicKey: key.publicKey, ...(code !== undefined && { code }) };
  const added = await customer.call<DeviceJson>('POST', '/devices', body);
  assert.equal(added.status, 201, JSON.stringify(added.body));
  return { ...key, id: added.body.id, json: added.body };
}

/** A signed-in customer with a device, let in by an operator's code. */
export async function enrolled(platform: WalletPlatform, funds?: bigint) {
  const customer = await platform.customer(funds);
  const device = await addDevice(customer, await codeFor(platform, customer.customerId));
  assert.equal(device.json.state, 'ACTIVE');
  return { customer, device };
}
