/** What a person does, over real HTTP: a customer's wallet and hands at a machine's panel. */

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AccountJson,
  DeviceJson,
  PanelMachineJson,
  ProblemJson,
  PurchaseJson,
  PurchasePageJson,
  SelectionJson,
  SessionJson,
} from '@seqr-ups/contract';
import { newKey, signedApproval } from './signing-device.ts';
import type { SigningDevice } from './signing-device.ts';

/** How often a state is looked at, and for how long before the test fails. */
const LOOK_MS = 20;
const LOOK_LIMIT_MS = 60_000;

/** Looks until `look` returns something; fails the test when it never does. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  limitMs = LOOK_LIMIT_MS,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    assert.ok(performance.now() < end, `never happened: ${what}`);
    await sleep(LOOK_MS);
  }
}

/** An answer with its status; a problem where the wallet API refused. */
export type Answer<T> = { readonly status: number; readonly body: T };

/** A signed-in customer. */
export type Wallet = {
  readonly token: string;
  scan(qr: string): Promise<Answer<PurchaseJson & ProblemJson>>;
  approve(purchase: PurchaseJson, pin?: string): Promise<Answer<PurchaseJson & ProblemJson>>;
  cancel(id: string): Promise<Answer<PurchaseJson & ProblemJson>>;
  purchase(id: string): Promise<PurchaseJson>;
  /** The customer's purchases, newest first, as many as one page holds. */
  purchases(): Promise<readonly PurchaseJson[]>;
  account(): Promise<AccountJson>;
  /** The purchase once it is in one of the given states. */
  until(id: string, ...states: PurchaseJson['state'][]): Promise<PurchaseJson>;
};

/**
 * Signs a customer of the sandbox in. With an operator's `code` the wallet gets a device of its
 * own, which then signs every approval.
 */
export async function signIn(
  platform: string,
  msisdn: string,
  pin = '1234',
  code?: string,
): Promise<Wallet> {
  let bearer: string | undefined;
  const call = async (method: string, path: string, body?: object): Promise<Answer<never>> => {
    const response = await fetch(`${platform}/wallet/v1/${path}`, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : null) as never };
  };
  const session: Answer<SessionJson> = await call('POST', 'sessions', { msisdn, pin });
  assert.equal(session.status, 201, JSON.stringify(session.body));
  const { token } = session.body;
  bearer = token;
  let device: SigningDevice | undefined;
  if (code !== undefined) {
    const key = newKey();
    const body = { name: 'Phone', publicKey: key.publicKey, code };
    const added: Answer<DeviceJson> = await call('POST', 'devices', body);
    assert.deepEqual([added.status, added.body.state], [201, 'ACTIVE'], JSON.stringify(added.body));
    device = { ...key, id: added.body.id };
  }
  const purchase = async (id: string): Promise<PurchaseJson> => {
    const found: Answer<PurchaseJson> = await call('GET', `purchases/${id}`);
    assert.equal(found.status, 200);
    return found.body;
  };
  return {
    token,
    scan: (qr) => call('POST', 'purchases', { qr }),
    approve: (purchase, pin = '1234') =>
      call('POST', `purchases/${purchase.id}/approval`, {
        pin,
        version: purchase.version,
        ...(device && { device: signedApproval(device, purchase) }),
      }),
    cancel: (id) => call('POST', `purchases/${id}/cancellation`, {}),
    purchase,
    purchases: async () => {
      const page: Answer<PurchasePageJson> = await call('GET', 'purchases?limit=50');
      assert.equal(page.status, 200);
      return page.body.items;
    },
    account: async () => (await call('GET', 'account')).body,
    until: (id, ...states) =>
      eventually(`purchase ${states.join(' or ')}`, async () => {
        const now = await purchase(id);
        return states.includes(now.state) && now;
      }),
  };
}

/** A machine's front. */
export type Panel = {
  look(): Promise<PanelMachineJson>;
  select(slot: number): Promise<SelectionJson>;
  finish(): Promise<void>;
  /** The machine once it is in one of the given states. */
  until(...states: PanelMachineJson['state'][]): Promise<PanelMachineJson>;
};

/** The panel of machine `token`. */
export function panel(machines: string, token: string): Panel {
  const url = `${machines}/api/machines/${token}`;
  const post = async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(`${url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    assert.ok(response.ok, text);
    return text ? JSON.parse(text) : null;
  };
  const look = async (): Promise<PanelMachineJson> =>
    (await (await fetch(url)).json()) as PanelMachineJson;
  return {
    look,
    select: async (slot) => (await post('selections', { slot })) as SelectionJson,
    finish: async () => void (await post('finish', {})),
    until: (...states) =>
      eventually(`machine ${token} ${states.join(' or ')}`, async () => {
        const now = await look();
        return states.includes(now.state) && now;
      }),
  };
}
