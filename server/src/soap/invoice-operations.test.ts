import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readResponse, writeRequest } from '@seqr-ups/contract';
import type { SoapRequest } from '@seqr-ups/contract';
import {
  addTestMerchant,
  addTestTerminal,
  startSoapEdge,
  TERMINAL_PASSWORD,
  terminalContext,
} from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';
import { addTestCustomer, claimInvoice, reserveInvoice } from '../../test/soap-purchase.ts';
import { setMerchant } from '../core/merchant.ts';

type Invoice = SoapRequest<'sendInvoice'>['invoice'];

const EUR = (value: string) => ({ currency: 'EUR', value });
const merchantId = 'vending';
let platform: SoapPlatform;
let customerId: string;
let till: ReturnType<typeof terminalContext>;
let shop: ReturnType<typeof terminalContext>;

before(async () => {
  platform = await startSoapEdge();
  const { db } = platform.database;
  await addTestMerchant(db, { id: merchantId, password: 'shop-secret' });
  customerId = await addTestCustomer(db, merchantId);
  till = terminalContext(await addTestTerminal(db, merchantId), TERMINAL_PASSWORD);
  shop = terminalContext(await addTestTerminal(db, merchantId, 'WEB_SHOP'), TERMINAL_PASSWORD);
});
after(() => platform.stop());

/** Sends an invoice of 20.00 EUR from the web shop terminal; answers its reference. */
async function issue(invoice: Partial<NonNullable<Invoice>> = {}, context = shop) {
  const answer = await platform.call('sendInvoice', {
    context,
    invoice: { totalAmount: EUR('20.00'), ...invoice },
  });
  assert.equal(answer.resultCode, 0);
  return answer.invoiceReference ?? '';
}

/** An invoice that a customer has confirmed. */
async function reserved(invoice: Partial<NonNullable<Invoice>> = {}): Promise<string> {
  const reference = await issue({
    paymentMode: 'RESERVATION_REQUIRED_PRELIMINARY_AMOUNT',
    acknowledgmentMode: 'NO_ACKNOWLEDGMENT',
    ...invoice,
  });
  await reserveInvoice(platform.database.db, { customerId, merchantId, reference });
  return reference;
}

const statusOf = (invoiceReference: string | undefined, context = shop) =>
  platform.call('getPaymentStatus', { context, invoiceReference, invoiceVersion: 0 });

async function updateCode(invoiceReference: string | undefined, invoice: Invoice) {
  return (await platform.call('updateInvoice', { context: shop, invoiceReference, invoice }))
    .resultCode;
}

const commit = (invoiceReference: string, value?: string) =>
  platform.call('commitReservation', {
    context: shop,
    invoiceReference,
    ...(value !== undefined && { amount: EUR(value) }),
  });

const cancelCode = async (invoiceReference: string | undefined) =>
  (await platform.call('cancelInvoice', { context: shop, invoiceReference })).resultCode;

test('sendInvoice: wrong content is 49, a bad amount 11, a bad notificationUrl 64', async () => {
  const code = async (invoice: Invoice) =>
    (await platform.call('sendInvoice', { context: shop, invoice })).resultCode;
  assert.equal(await code(undefined), 49);
  assert.equal(await code({ totalAmount: EUR('0') }), 11);
  assert.equal(await code({ totalAmount: { currency: 'SEK', value: '20' } }), 49, 'not enabled');
  const http = { totalAmount: EUR('1'), notificationUrl: 'http://shop.example/n' };
  assert.equal(await code(http), 64);
  const { db } = platform.database;
  await db.statement((tx) => setMerchant(tx, merchantId, { allowHttpNotifications: true }));
  assert.equal(await code(http), 0, 'by the setting of the merchant');
  await db.statement((tx) => setMerchant(tx, merchantId, { allowHttpNotifications: false }));
  assert.equal(await code(http), 64);
});

test('A new invoice cancels the earlier one of a till, and not of a web shop', async () => {
  const first = await issue({}, till);
  const second = await issue({}, till);
  assert.equal((await statusOf(first, till)).status, 'CANCELED');
  assert.equal((await statusOf(second, till)).status, 'ISSUED');
  const open = await issue();
  await issue();
  assert.equal((await statusOf(open)).status, 'ISSUED');
});

test('getPaymentStatus of nothing: the newest one of a till, 54 for a shop', async () => {
  await issue({}, till);
  const newest = await issue({}, till);
  await platform.call('cancelInvoice', { context: till, invoiceReference: newest });
  assert.equal((await statusOf(undefined, till)).status, 'CANCELED');
  assert.equal((await statusOf('', till)).status, 'CANCELED');
  const answer = await statusOf(undefined);
  assert.deepEqual(answer, {
    resultCode: 54,
    resultDescription: 'INVALID_INVOICE_REFERENCE',
    version: 0,
  });
});

test('getPaymentStatus answers tokens unless the mode is NO_ACKNOWLEDGMENT', async () => {
  const asked = await issue();
  assert.deepEqual((await statusOf(asked)).customerTokens, {});
  const never = await issue({ acknowledgmentMode: 'NO_ACKNOWLEDGMENT' });
  assert.equal((await statusOf(never)).customerTokens, undefined);
});

test('The version that a client sends, or does not send, never matters', async () => {
  const reference = await issue();
  const envelope = writeRequest('getPaymentStatus', {
    context: shop,
    invoiceReference: reference,
    invoiceVersion: 0,
  });
  for (const version of ['', '<invoiceVersion/>', ...['-1', '99', 'x', '99999999999'].map(tag)]) {
    const answer = await platform.post(envelope.replace(tag('0'), version));
    assert.match(answer.text, /<status>ISSUED<\/status>/, version);
  }
  function tag(value: string): string {
    return `<invoiceVersion>${value}</invoiceVersion>`;
  }
});

test('updateInvoice: absent fields stay, the version rises only with a change', async () => {
  const reference = await issue({ title: 'Coffee' });
  assert.equal(await updateCode(reference, { totalAmount: EUR('18.00') }), 0);
  assert.equal((await statusOf(reference)).version, 2);
  assert.equal(await updateCode(reference, { totalAmount: EUR('18.00') }), 0);
  assert.equal((await statusOf(reference)).version, 2);
  assert.equal(await updateCode(reference, { totalAmount: { currency: 'SEK', value: '1' } }), 49);
  assert.equal(await updateCode(reference, { totalAmount: EUR('0') }), 11);
  assert.equal(await updateCode(reference, { notificationUrl: 'ftp://x' }), 64);
  assert.equal(await updateCode(undefined, { title: 'x' }), 54);
  assert.equal(await cancelCode(reference), 0);
  assert.equal(await updateCode(reference, { title: 'x' }), 95);
});

test('cancelInvoice: 54 without or with an unknown reference, 95 the second time', async () => {
  assert.equal(await cancelCode(undefined), 54);
  assert.equal(await cancelCode(''), 54);
  assert.equal(await cancelCode('20161123000000000'), 54);
  const reference = await issue();
  assert.equal(await cancelCode(reference), 0);
  assert.equal(await cancelCode(reference), 95);
  const held = await reserved();
  assert.equal(await cancelCode(held), 0, 'a reservation is released');
  assert.equal((await statusOf(held)).status, 'CANCELED');
});

test('commitReservation: 96 before RESERVED, 54 for nothing, 49 and 11 for amounts', async () => {
  const reference = await issue();
  assert.equal((await commit(reference, '1')).resultCode, 96);
  assert.equal((await commit('', '1')).resultCode, 54);
  const held = await reserved();
  assert.equal((await commit(held, '20.01')).resultCode, 11);
  assert.equal((await commit(held, '-1')).resultCode, 11);
  assert.equal((await commit(held)).resultCode, 49, 'no amount and no update in RESERVED');
  const sek = { currency: 'SEK', value: '1' };
  const other = { context: shop, invoiceReference: held, amount: sek };
  assert.equal((await platform.call('commitReservation', other)).resultCode, 49);
  assert.equal((await statusOf(held)).status, 'RESERVED');
});

test('commitReservation: an amount that is nil, empty, half or given twice is 49', async () => {
  const held = await reserved();
  const envelope = writeRequest('commitReservation', {
    context: shop,
    amount: EUR('2.50'),
    invoiceReference: held,
  });
  const whole = /<amount>.*<\/amount>/s;
  const nil = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"';
  const currency = '<currency>EUR</currency>';
  for (const amount of [
    '<amount/>',
    `<amount ${nil}/>`,
    `<amount>${currency}</amount>`,
    `<amount>${currency}<value/></amount>`,
    `<amount>${currency}<value>1</value><value>1</value></amount>`,
    `<amount>${currency}<value>1</value></amount><amount>${currency}<value>1</value></amount>`,
    `<amount>${currency}<value>2,50</value></amount>`,
  ]) {
    const { text, type } = await platform.post(envelope.replace(whole, amount));
    const read = readResponse('commitReservation', Buffer.from(text), type);
    assert.equal(read.kind === 'ANSWER' && read.response.resultCode, 49, amount);
  }
  assert.equal((await statusOf(held)).status, 'RESERVED');
});

test('A purchase: reserved, updated, committed, answered again, with its receipt', async () => {
  const reference = await reserved({
    title: 'Snacks',
    clientInvoiceId: 's-88213',
    cashierId: 'M8',
    issueDate: '2016-03-01T12:34:56.789+01:00',
  });
  const before = await statusOf(reference);
  assert.deepEqual(
    [before.status, before.version, before.ersReference],
    ['RESERVED', 2, undefined],
  );
  const rows = [
    { itemDescription: 'Crisps', itemQuantity: '1', itemTotalAmount: EUR('2.50') },
    { itemDescription: 'Discount', itemQuantity: '1', itemTotalAmount: EUR('-0.70') },
  ];
  const bill = { totalAmount: EUR('1.80'), invoiceRows: { invoiceRow: rows } };
  assert.equal(await updateCode(reference, bill), 0);
  assert.equal(await updateCode(reference, { totalAmount: EUR('20.01') }), 11);
  assert.equal((await commit(reference, '1.90')).resultCode, 11, 'above the total last updated');
  const committed = await commit(reference, '1.80');
  assert.match(committed.ersReference ?? '', /^\d{25}$/);
  assert.deepEqual(await commit(reference, '1.80'), committed);
  assert.deepEqual(await commit(reference), committed);
  assert.equal((await commit(reference, '1.70')).resultCode, 96);
  assert.equal(await cancelCode(reference), 50);
  assert.equal(await updateCode(reference, { title: 'x' }), 90);
  const { receipt, ...paid } = await statusOf(reference);
  assert.deepEqual([paid.status, paid.version], ['PAID', 4]);
  assert.equal(paid.ersReference, committed.ersReference);
  assert.match(receipt?.paymentDate ?? '', /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}[+-]\d\d:\d\d$/);
  assert.match(receipt?.payerTerminalId ?? '', /^[0-9a-f]+$/);
  assert.deepEqual(
    { ...receipt, paymentDate: undefined, payerTerminalId: undefined },
    {
      terminalId: shop.initiatorPrincipalId.id,
      paymentDate: undefined,
      clientInvoiceId: 's-88213',
      invoiceReference: reference,
      paymentReference: committed.ersReference,
      payerTerminalId: undefined,
      receiverName: 'Shop vending',
      invoice: {
        acknowledgmentMode: 'NO_ACKNOWLEDGMENT',
        issueDate: '2016-03-01T12:34:56.789+01:00',
        title: 'Snacks',
        clientInvoiceId: 's-88213',
        invoiceRows: { invoiceRow: rows },
        totalAmount: EUR('1.80'),
        cashierId: 'M8',
      },
    },
  );
});

test('A commit of nothing releases the reservation, and its repetition says so again', async () => {
  const reference = await reserved();
  assert.equal(await updateCode(reference, { totalAmount: EUR('0') }), 0);
  const released = await commit(reference);
  assert.deepEqual([released.resultCode, released.ersReference], [0, undefined]);
  assert.equal((await commit(reference, '0')).resultCode, 0);
  assert.equal((await commit(reference, '1')).resultCode, 96);
  assert.equal((await statusOf(reference)).status, 'CANCELED');
});

test('Between claim and PIN the total may change up to what the machine may reserve', async () => {
  const reference = await issue({ paymentMode: 'RESERVATION_REQUIRED' });
  await claimInvoice(platform.database.db, { customerId, merchantId, reference });
  assert.equal(await updateCode(reference, { totalAmount: EUR('15.00') }), 0);
  assert.equal(await updateCode(reference, { totalAmount: EUR('20.01') }), 11);
  assert.equal(await cancelCode(reference), 0);
});
