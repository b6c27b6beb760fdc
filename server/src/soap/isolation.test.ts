import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  addTestMerchant,
  addTestTerminal,
  startSoapEdge,
  TERMINAL_PASSWORD,
  terminalContext,
  userContext,
} from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';
import { addTestCustomer, reserveInvoice } from '../../test/soap-purchase.ts';

const EUR = (value: string) => ({ currency: 'EUR', value });
type Context = ReturnType<typeof terminalContext>;

let platform: SoapPlatform;
let owner: Context;
/** Another terminal of the same merchant, and one of another merchant. */
let strangers: readonly Context[];
let customerId: string;

before(async () => {
  platform = await startSoapEdge();
  const { db } = platform.database;
  const terminal = async (merchantId: string) =>
    terminalContext(await addTestTerminal(db, merchantId, 'WEB_SHOP'), TERMINAL_PASSWORD);
  await addTestMerchant(db, { id: 'mine', password: 'my-secret' });
  await addTestMerchant(db, { id: 'theirs', password: 'their-secret' });
  customerId = await addTestCustomer(db, 'mine');
  owner = await terminal('mine');
  strangers = [await terminal('mine'), await terminal('theirs')];
});
after(() => platform.stop());

async function issue(): Promise<string> {
  const answer = await platform.call('sendInvoice', {
    context: owner,
    invoice: { totalAmount: EUR('20'), paymentMode: 'RESERVATION_REQUIRED' },
  });
  return answer.invoiceReference ?? '';
}

/**
 * Every operation that names an invoice, called by `context`; the answers without their versions.
 */
async function tryAll(context: Context, invoiceReference: string) {
  const named = { context, invoiceReference };
  return [
    await platform.call('getPaymentStatus', { ...named, invoiceVersion: 0 }),
    await platform.call('updateInvoice', { ...named, invoice: { totalAmount: EUR('1') } }),
    await platform.call('commitReservation', { ...named, amount: EUR('1') }),
    await platform.call('commitReservation', named),
    await platform.call('cancelInvoice', named),
  ];
}

const statusOf = (invoiceReference: string) =>
  platform.call('getPaymentStatus', { context: owner, invoiceReference, invoiceVersion: 0 });

test("Another's invoice is answered like one that does not exist: 54", async () => {
  const issued = await issue();
  const reserved = await issue();
  await reserveInvoice(platform.database.db, {
    customerId,
    merchantId: 'mine',
    reference: reserved,
  });
  for (const stranger of strangers) {
    const nothing = await tryAll(stranger, '20161123000000000');
    assert.deepEqual(
      nothing.map((answer) => answer.resultCode),
      [54, 54, 54, 54, 54],
    );
    assert.deepEqual(await tryAll(stranger, issued), nothing);
    assert.deepEqual(await tryAll(stranger, reserved), nothing);
    assert.deepEqual(await tryAll(stranger, `' or reference = '${issued}`), nothing);
  }
  const first = await statusOf(issued);
  assert.deepEqual([first.status, first.version], ['ISSUED', 1]);
  const second = await statusOf(reserved);
  assert.deepEqual([second.status, second.version], ['RESERVED', 2]);
});

test("One merchant's user or terminal cannot act with another's password", async () => {
  const crossed = [
    userContext('theirs', '9900', 'my-secret'),
    userContext('mine', '9900', 'their-secret'),
  ];
  for (const context of crossed) {
    const answer = await platform.call('registerTerminal', {
      context,
      externalTerminalId: 'x',
      password: 'a new one',
      name: 'x',
    });
    assert.equal(answer.resultCode, 20);
  }
});

test('When a terminal is gone, no other may commit its reservation', async () => {
  const { db } = platform.database;
  const gone = terminalContext(await addTestTerminal(db, 'mine', 'WEB_SHOP'), TERMINAL_PASSWORD);
  const sent = await platform.call('sendInvoice', {
    context: gone,
    invoice: { totalAmount: EUR('20'), paymentMode: 'RESERVATION_REQUIRED' },
  });
  const reference = sent.invoiceReference ?? '';
  await reserveInvoice(db, { customerId, merchantId: 'mine', reference });
  assert.equal((await platform.call('unregisterTerminal', { context: gone })).resultCode, 0);
  const named = { invoiceReference: reference, amount: EUR('1') };
  for (const context of [owner, ...strangers]) {
    const answer = await platform.call('commitReservation', { context, ...named });
    assert.equal(answer.resultCode, 54);
  }
  const itself = await platform.call('commitReservation', { context: gone, ...named });
  assert.equal(itself.resultCode, 29);
  const { rows } = await db.statement((tx) =>
    tx.query<{ state: string }>(`select state from invoice where reference = $1`, [reference]),
  );
  assert.equal(rows[0]?.state, 'RESERVED');
});
