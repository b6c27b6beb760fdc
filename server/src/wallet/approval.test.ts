/** Approvals where a device's signature is required, over HTTP. */

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { DeviceSignatureJson, PurchaseJson, SignedApproval } from '@seqr-ups/contract';
import { revokeDevice } from '../core/device.ts';
import { commitReservation, issueInvoice, updateInvoice } from '../core/invoice.ts';
import { listSignedApprovals } from '../core/proof.ts';
import { addDevice, enrolled } from '../../test/enrolled.ts';
import { newKey, signedApproval } from '../../test/signing-device.ts';
import { PIN, assertAuditClean, eur, must } from '../../test/shop.ts';
import { startWalletEdge } from '../../test/wallet-platform.ts';
import type { JsonAnswer, TestCustomer, WalletPlatform } from '../../test/wallet-platform.ts';

let platform: WalletPlatform;
before(async () => {
  platform = await startWalletEdge({ config: { deviceSignature: 'REQUIRED' } });
});
after(async () => {
  await assertAuditClean(platform.db);
  await platform.stop();
});

type Approved = { pin?: string; device?: DeviceSignatureJson; version?: number | null };
const approve = (
  customer: TestCustomer,
  offer: PurchaseJson,
  { pin = PIN, version = offer.version, ...rest }: Approved,
  headers?: Record<string, string>,
): Promise<JsonAnswer> =>
  customer.call('POST', `/purchases/${offer.id}/approval`, { pin, version, ...rest }, headers);
const shown = ({ status, body }: JsonAnswer) => [status, body.code ?? body.state];

async function attemptsSpent({ customerId }: TestCustomer): Promise<number | undefined> {
  const { rows } = await platform.db.statement((tx) =>
    tx.query<{ pin_failures: number }>(`select pin_failures from customer where id = $1`, [
      customerId,
    ]),
  );
  return rows[0]?.pin_failures;
}

/** The terminal that sent a machine's invoice. */
async function terminalOf({ invoiceReference }: PurchaseJson): Promise<string> {
  const { rows } = await platform.db.statement((tx) =>
    tx.query<{ terminal_id: string }>(`select terminal_id from invoice where reference = $1`, [
      invoiceReference,
    ]),
  );
  return rows[0]?.terminal_id ?? '';
}

test('the PIN and the signature of the offer as it is shown reserve it', async () => {
  const { customer, device } = await enrolled(platform);
  const { body: offer } = await customer.scan();
  const answer = await approve(customer, offer, { device: signedApproval(device, offer) });
  assert.deepEqual(shown(answer), [200, 'RESERVED']);
  assert.match(platform.logText(), new RegExp(`"deviceId":"${device.id}"[^\\n]*purchase approved`));

  const kept = () =>
    platform.db.statement((tx) => listSignedApprovals(tx, customer.customerId, 10));
  const [signed, ...others] = await kept();
  assert.deepEqual([signed?.purchaseId, signed?.holds, others], [offer.id, true, []]);
  await platform.db.statement((tx) =>
    tx.query(`update approval_signature set version = version + 1 where purchase_id = $1`, [
      offer.id,
    ]),
  );
  assert.equal((await kept())[0]?.holds, false);
});

test('a bill is signed without a machine', async () => {
  const { customer, device } = await enrolled(platform);
  const seqrId = `T${randomBytes(6).toString('hex').toUpperCase()}`;
  const { terminalId } = await platform.shop.newTerminal();
  await platform.db.statement((tx) =>
    tx.query(`select terminal_assign_seqr_id($1, $2)`, [terminalId, seqrId]),
  );
  const content = {
    paymentMode: 'IMMEDIATE_DEBIT',
    acknowledgmentMode: 'NO_ACKNOWLEDGMENT',
    total: eur(1000n),
    rows: [],
    commitReservationTimeoutS: null,
  } as const;
  must(await platform.db.statement((tx) => issueInvoice(tx, { terminalId, content })));
  const qr = `HTTP://SEQR.SE/Q${seqrId}`;
  const { body: offer } = await customer.call('POST', '/purchases', { qr });
  assert.equal(offer.machine, null);
  const answer = await approve(customer, offer, { device: signedApproval(device, offer) });
  assert.deepEqual(shown(answer), [200, 'CONFIRMING']);
});

test('without a signature nothing is approved and no attempt is spent', async () => {
  const { customer } = await enrolled(platform);
  const { body: offer } = await customer.scan();
  for (const pin of [PIN, '9999', '9999', '9999', '9999', '9999', '9999']) {
    assert.deepEqual(shown(await approve(customer, offer, { pin })), [403, 'DEVICE_REQUIRED']);
  }
  assert.equal(await attemptsSpent(customer), 0);
});

test('a signature over anything but this offer is refused, and no attempt spent', async () => {
  const { customer, device } = await enrolled(platform);
  const { body: offer } = await customer.scan();
  const forged: Partial<SignedApproval>[] = [
    { maximum: { value: '0.01', currency: 'EUR' } },
    { maximum: { value: '20.0', currency: 'EUR' } },
    { maximum: { value: '20.00', currency: 'SEK' } },
    { merchantId: 'somebody-else' },
    { machineToken: 'm2' },
    { machineToken: null },
    { version: offer.version + 1 },
    { purchaseId: randomUUID() },
  ];
  for (const changes of forged) {
    const signature = signedApproval(device, offer, changes);
    const answer = await approve(customer, offer, { pin: '9999', device: signature });
    assert.deepEqual(shown(answer), [403, 'DEVICE_REFUSED'], JSON.stringify(changes));
  }
  assert.equal(await attemptsSpent(customer), 0);
  const now = await customer.call('GET', `/purchases/${offer.id}`);
  assert.equal(now.body.state, 'AWAITING_APPROVAL');
});

test('only an active device of this customer signs', async () => {
  const { customer, device } = await enrolled(platform);
  const stranger = await enrolled(platform);
  const waiting = await addDevice(await platform.signIn(customer.msisdn, customer.customerId));
  const removed = await enrolledAgain(customer);
  const { body: offer } = await customer.scan();
  const refused = [
    stranger.device,
    { ...stranger.device, id: device.id },
    { ...device, id: stranger.device.id },
    { ...newKey(), id: device.id },
    { ...device, id: randomUUID() },
    waiting,
    removed,
  ];
  for (const signer of refused) {
    const signature = signedApproval(signer, offer);
    const answer = await approve(customer, offer, { pin: '9999', device: signature });
    assert.deepEqual(shown(answer), [403, 'DEVICE_REFUSED']);
  }
  assert.equal(await attemptsSpent(customer), 0);
  const other = await stranger.customer.scan('m2');
  const answer = await approve(stranger.customer, other.body, {
    device: signedApproval(device, other.body),
  });
  assert.deepEqual(shown(answer), [403, 'DEVICE_REFUSED']);
});

/** A device of this customer that was let in and is removed again. */
async function enrolledAgain(customer: TestCustomer) {
  const again = await platform.signIn(customer.msisdn, customer.customerId);
  const device = await addDevice(again);
  await platform.db.statement((tx) =>
    tx.query(`select customer_let_in($1, 'CODE', null)`, [device.id]),
  );
  await platform.db.statement((tx) => revokeDevice(tx, customer.customerId, device.id));
  return device;
}

test('a wrong PIN beside a right signature is counted, and locks in the end', async () => {
  const { customer, device } = await enrolled(platform);
  const { body: offer } = await customer.scan();
  const signature = signedApproval(device, offer);
  for (const left of [4, 3, 2, 1]) {
    const wrong = await approve(customer, offer, { pin: '9999', device: signature });
    assert.deepEqual([wrong.body.code, wrong.body.attemptsLeft], ['WRONG_PIN', left]);
  }
  const locked = await approve(customer, offer, { pin: '9999', device: signature });
  assert.deepEqual(shown(locked), [403, 'PIN_LOCKED']);
});

test('the amount cannot change between the signature and the approval', async () => {
  const { customer, device } = await enrolled(platform);
  const { body: offer } = await customer.scan();
  const terminalId = await terminalOf(offer);
  const change = { total: eur(100n) };
  const reference = offer.invoiceReference ?? '';
  must(await platform.db.statement((tx) => updateInvoice(tx, { terminalId, reference, change })));
  const signature = signedApproval(device, offer);
  const changed = await approve(customer, offer, { device: signature });
  assert.deepEqual(shown(changed), [409, 'OFFER_CHANGED']);
  const now = changed.body.purchase;
  assert.ok(now);
  // A version that may come is nothing that could have been signed.
  const early = { ...now, version: now.version + 1 };
  const guessed = await approve(customer, early, { device: signedApproval(device, early) });
  assert.deepEqual(shown(guessed), [409, 'OFFER_CHANGED']);
  const unnamed = await approve(customer, now, {
    device: signedApproval(device, now),
    version: null,
  });
  assert.deepEqual(shown(unnamed), [400, 'INVALID_REQUEST']);
  const right = await approve(customer, now, { device: signedApproval(device, now) });
  assert.deepEqual(shown(right), [200, 'RESERVED']);
  assert.deepEqual(right.body.reserved, { value: '1.00', currency: 'EUR' });
});

test('an approval that is replayed by its key is proved again', async () => {
  const { customer, device } = await enrolled(platform);
  const { body: offer } = await customer.scan();
  const key = { 'idempotency-key': 'once' };
  const signature = signedApproval(device, offer);
  const first = await approve(customer, offer, { device: signature }, key);
  assert.deepEqual(shown(first), [200, 'RESERVED']);
  // What was taken since does not change what was signed.
  const terminalId = await terminalOf(offer);
  const reference = offer.invoiceReference ?? '';
  await platform.db.statement((tx) =>
    commitReservation(tx, { terminalId, reference, amount: eur(250n) }),
  );
  const again = await approve(customer, offer, { device: signedApproval(device, offer) }, key);
  assert.equal(again.headers.get('idempotency-replayed'), 'true');
  assert.deepEqual(again.body, first.body);
  const unsigned = await approve(customer, offer, {}, key);
  assert.deepEqual(shown(unsigned), [403, 'DEVICE_REQUIRED']);
  const forged = { ...newKey(), id: device.id };
  const wrong = await approve(customer, offer, { device: signedApproval(forged, offer) }, key);
  assert.deepEqual(shown(wrong), [403, 'DEVICE_REFUSED']);
  const guess = await approve(customer, offer, { pin: '9999', device: signature }, key);
  assert.deepEqual(shown(guess), [403, 'WRONG_PIN']);
  await platform.db.statement((tx) => revokeDevice(tx, customer.customerId, device.id));
  const later = await platform.signIn(customer.msisdn, customer.customerId);
  const gone = await approve(later, offer, { device: signature }, key);
  assert.deepEqual(shown(gone), [403, 'DEVICE_REFUSED']);
});

test('a kept refusal of another version costs a thief nothing and gains nothing', async () => {
  const { customer, device } = await enrolled(platform);
  const { body: offer } = await customer.scan();
  const key = { 'idempotency-key': 'thief' };
  const forged = { ...newKey(), id: device.id };
  const guess = { ...offer, version: offer.version + 7 };
  const body = { pin: '9999', device: signedApproval(forged, guess) };
  for (let count = 0; count < 6; count += 1) {
    assert.deepEqual(shown(await approve(customer, guess, body, key)), [409, 'OFFER_CHANGED']);
  }
  assert.equal(await attemptsSpent(customer), 0);
  const right = await approve(customer, offer, { device: signedApproval(device, offer) });
  assert.deepEqual(shown(right), [200, 'RESERVED']);
});

test('an approval costs two round trips to the database, three with a signature', async () => {
  let counted = 0;
  const optional = await startWalletEdge({
    config: { deviceSignature: 'OPTIONAL' },
    onQuery: () => {
      counted += 1;
    },
  });
  try {
    const customer = await optional.customer();
    const device = await addDevice(customer);
    for (const [machine, signed, trips] of [
      ['m1', false, 2],
      ['m2', true, 3],
    ] as const) {
      const { body: offer } = await customer.scan(machine);
      counted = 0;
      const proof = signed ? { device: signedApproval(device, offer) } : {};
      assert.deepEqual(shown(await approve(customer, offer, proof)), [200, 'RESERVED']);
      assert.equal(counted, trips);
    }
  } finally {
    await optional.stop();
  }
});

test('where it is optional the PIN suffices, but a signature that is given must hold', async () => {
  const optional = await startWalletEdge();
  try {
    const customer = await optional.customer();
    const device = await addDevice(customer);
    assert.equal(device.json.state, 'ACTIVE');
    const { body: offer } = await customer.scan();
    const forged = { ...newKey(), id: device.id };
    const wrong = await approve(customer, offer, { device: signedApproval(forged, offer) });
    assert.deepEqual(shown(wrong), [403, 'DEVICE_REFUSED']);
    assert.deepEqual(shown(await approve(customer, offer, {})), [200, 'RESERVED']);
    const { body: next } = await customer.scan('m2');
    const signed = await approve(customer, next, { device: signedApproval(device, next) });
    assert.deepEqual(shown(signed), [200, 'RESERVED']);
  } finally {
    await optional.stop();
  }
});
