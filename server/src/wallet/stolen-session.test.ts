/** What somebody can do who has stolen a session, where devices must sign: nothing that counts. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addDevice, enrolled } from '../../test/enrolled.ts';
import { newKey, signedAct } from '../../test/signing-device.ts';
import { PIN } from '../../test/shop.ts';
import { startWalletEdge } from '../../test/wallet-platform.ts';
import type { TestCustomer, WalletPlatform } from '../../test/wallet-platform.ts';

let platform: WalletPlatform;
before(async () => {
  platform = await startWalletEdge({ config: { deviceSignature: 'REQUIRED' } });
});
after(() => platform.stop());

/** Everything about a customer that a thief would like to change. */
async function secrets({ customerId }: TestCustomer): Promise<string> {
  const { rows } = await platform.db.statement((tx) =>
    tx.query<{ all: string }>(
      `select concat(c.pin_digest, c.pin_failures, c.limited,
         (select string_agg(d.id::text || d.state, ',' order by d.id)
          from customer_device d where d.customer_id = c.id),
         (select string_agg(p.id::text || p.state, ',' order by p.id)
          from purchase p where p.customer_id = c.id)) as all
       from customer c where c.id = $1`,
      [customerId],
    ),
  );
  return rows[0]?.all ?? '';
}

/** An id of nothing. */
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
/** No money, device, PIN or limit comes to it; why not stands beside it. */
const ALLOWED = 'ALLOWED';
/** Every route that changes something, with what a thief who even knew the PIN would send. */
const MATRIX: Readonly<Record<string, object | typeof ALLOWED>> = {
  'POST /purchases/{id}/approval': { pin: PIN, version: 1 },
  'POST /devices/{id}/approval': { pin: PIN },
  'POST /devices/{id}/removal': { pin: PIN },
  'POST /pin': { pin: PIN, newPin: '4711' },
  'PUT /limits': { pin: PIN, perPurchase: null, perDay: null, perMonth: null, zone: 'UTC' },
  // Needs the PIN, or a code, itself.
  'POST /sessions': ALLOWED,
  'POST /pin/unlocking': ALLOWED,
  // A device that waits can do nothing.
  'POST /devices': ALLOWED,
  // Offers hold no money, and end by themselves.
  'POST /purchases': ALLOWED,
  'POST /purchases/{id}/cancellation': ALLOWED,
  'DELETE /sessions/current': ALLOWED,
  // Words to a seller, a card's number, a browser to be told, play money.
  'POST /purchases/{id}/cases': ALLOWED,
  'POST /purchases/{id}/cases/{caseId}/closing': ALLOWED,
  'POST /code-reports': ALLOWED,
  'PUT /loyalty-cards/{merchantId}/{type}': ALLOWED,
  'DELETE /loyalty-cards/{merchantId}/{type}': ALLOWED,
  'PUT /purchases/{id}/loyalty-cards/{type}': ALLOWED,
  'POST /push-subscriptions': ALLOWED,
  'POST /push-subscriptions/removal': ALLOWED,
  'POST /top-ups': ALLOWED,
};

test('a stolen session and the PIN approve, enrol, remove and change nothing', async () => {
  const { customer, device } = await enrolled(platform);
  const { body: offer } = await customer.scan();
  const thief = await platform.signIn(customer.msisdn, customer.customerId);
  const waiting = await addDevice(thief);
  const before = await secrets(customer);
  const document = await platform.call<{ paths: Record<string, Record<string, unknown>> }>(
    'GET',
    '/openapi.json',
  );
  const routes = Object.entries(document.body.paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== 'get')
      .map((method) => `${method.toUpperCase()} ${path.replace('/wallet/v1', '')}`),
  );
  const unjudged = routes.filter((route) => !(route in MATRIX));
  assert.deepEqual(unjudged, [], 'a new route must say whether a session alone may call it');
  const forged = { ...newKey(), id: device.id };
  for (const route of routes) {
    const body = MATRIX[route];
    if (body === undefined || body === ALLOWED) continue;
    const [method = '', path = ''] = route.split(' ');
    for (const id of [offer.id, device.id, waiting.id, UNKNOWN]) {
      const attempt = async (changes: object): Promise<string> => {
        const given = { ...body, ...changes };
        return (await thief.call(method, path.replace('{id}', id), given)).body.code;
      };
      const unsigned = await attempt({});
      const without = ['DEVICE_REQUIRED', 'INVALID_REQUEST', 'NOT_FOUND'];
      assert.ok(without.includes(unsigned), `${route}: ${unsigned}`);
      const signature = signedAct(forged, 'REMOVE_DEVICE', id);
      const signed = await attempt({ pin: '9999', device: signature });
      const refused = ['DEVICE_REFUSED', 'NOT_FOUND', 'OFFER_CHANGED'];
      assert.ok(refused.includes(signed), `${route}: ${signed}`);
    }
  }
  assert.equal(await secrets(customer), before);
});
