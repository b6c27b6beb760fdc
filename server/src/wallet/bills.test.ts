/** Bills of tills and web shops by the wallet API: over HTTP, the merchant's side by the core. */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { cancelInvoice, invoiceStatus, issueInvoice, updateInvoice } from '../core/invoice.ts';
import type { InvoiceContent, NamedToken } from '../core/invoice.ts';
import { refundPayment } from '../core/payment.ts';
import { expireDue } from '../core/purchase.ts';
import { PIN, advanceClock, assertAuditClean, eur, must } from '../../test/shop.ts';
import { startWalletEdge } from '../../test/wallet-platform.ts';
import type { JsonAnswer, TestCustomer, WalletPlatform } from '../../test/wallet-platform.ts';

let platform: WalletPlatform;
let seqrId: string;
before(async () => {
  platform = await startWalletEdge();
  seqrId = `T${randomBytes(6).toString('hex').toUpperCase()}`;
  await sql(`select terminal_assign_seqr_id($1, $2)`, [platform.shop.terminalId, seqrId]);
  await sql(`insert into token_type (merchant_id, id, description) values ($1, 'CLUB', 'Club')`, [
    platform.shop.merchantId,
  ]);
  // The sweep reverses nothing for a minute after a start.
  await sweep();
  await advanceClock(platform.db, 61);
});
after(async () => {
  await assertAuditClean(platform.db);
  await platform.stop();
});

const sql = (text: string, values: readonly unknown[]): Promise<unknown> =>
  platform.db.statement((tx) => tx.query(text, values));
const sweep = (): Promise<number> => platform.db.statement((tx) => expireDue(tx, 100));
const BILL: InvoiceContent = {
  paymentMode: 'IMMEDIATE_DEBIT',
  acknowledgmentMode: 'OPTIONAL_ACKNOWLEDGMENT',
  total: eur(1000n),
  title: 'Corner Café',
  footer: 'Thank you',
  rows: [{ description: 'Espresso', quantity: '2', total: eur(1000n) }],
  commitReservationTimeoutS: null,
};
async function bill(content: Partial<InvoiceContent> = {}, tokens: NamedToken[] = []) {
  const { terminalId } = platform.shop;
  const issued = await platform.db.statement((tx) =>
    issueInvoice(tx, { terminalId, content: { ...BILL, ...content }, tokens }),
  );
  return must(issued).reference;
}
const status = (reference: string) =>
  platform.db.statement((tx) =>
    invoiceStatus(tx, { terminalId: platform.shop.terminalId, reference }),
  );
const scanTill = (customer: TestCustomer, code = seqrId): Promise<JsonAnswer> =>
  customer.call('POST', '/purchases', { qr: `HTTP://SEQR.SE/Q${code}` });
const scanBill = (customer: TestCustomer, reference: string): Promise<JsonAnswer> =>
  customer.call('POST', '/purchases', { qr: `http://seqr.se/R${reference}` });
const pay = (customer: TestCustomer, { body }: JsonAnswer): Promise<JsonAnswer> =>
  customer.call('POST', `/purchases/${body.id}/approval`, { pin: PIN, version: body.version });
const shown = ({ status, body }: JsonAnswer) => [status, body.code ?? body.state];
const now = async (customer: TestCustomer, { body }: JsonAnswer) =>
  (await customer.call('GET', `/purchases/${body.id}`)).body;

test('a till: nothing to pay yet, then the bill, paid at once, noticed, refunded', async () => {
  const customer = await platform.customer(5000n);
  const early = await customer.call('POST', '/purchases', { qr: `HTTP://SEQR.SE/Q${seqrId}` });
  assert.deepEqual(shown(early), [404, 'NO_INVOICE_YET']);
  assert.equal(early.headers.get('retry-after'), '1');
  assert.equal(early.body.retryAfterS, 1);
  const reference = await bill();
  const offer = await scanTill(customer);
  assert.deepEqual(shown(offer), [201, 'AWAITING_APPROVAL']);
  const { kind, machine, maximum, rows, merchant } = offer.body;
  assert.deepEqual([kind, machine, maximum], ['TILL', null, { value: '10.00', currency: 'EUR' }]);
  assert.equal(rows[0]?.description, 'Espresso');
  assert.equal(merchant.name, 'Test Vending');
  assert.deepEqual(offer.body.bill, {
    title: 'Corner Café',
    footer: 'Thank you',
    terminal: 'Machine 1',
  });
  assert.deepEqual(shown(await scanTill(customer)), [200, 'AWAITING_APPROVAL']);
  assert.deepEqual(shown(await pay(customer, offer)), [200, 'CONFIRMING']);
  assert.deepEqual(shown(await scanTill(customer)), [200, 'CONFIRMING']);
  const { payment } = must(await status(reference));
  const paid = await now(customer, offer);
  assert.deepEqual([paid.state, paid.charged?.value, paid.ending], ['PAID', '10.00', null]);
  const refund = {
    terminalId: platform.shop.terminalId,
    ersReference: payment?.ersReference ?? '',
    amount: eur(250n),
    title: 'Cold espresso',
  };
  const { ersReference } = must(await platform.db.statement((tx) => refundPayment(tx, refund)));
  const [given, ...more] = (await now(customer, offer)).refunds;
  assert.deepEqual(more, []);
  assert.deepEqual(
    [given?.reference, given?.amount.value, given?.reason],
    [ersReference, '2.50', 'Cold espresso'],
  );
});

test('a key does not keep that there is nothing to pay yet', async () => {
  const customer = await platform.customer();
  const scan = () =>
    customer.call(
      'POST',
      '/purchases',
      { qr: `HTTP://SEQR.SE/Q${seqrId}` },
      { 'idempotency-key': 'k' },
    );
  assert.deepEqual(shown(await scan()), [404, 'NO_INVOICE_YET']);
  await bill();
  assert.deepEqual(shown(await scan()), [201, 'AWAITING_APPROVAL']);
});

test('a bill by its code or its typed number, and why it can no longer be paid', async () => {
  const [payer, other] = [await platform.customer(), await platform.customer()];
  const reference = await bill();
  const typed = await payer.call('POST', '/purchases', { reference });
  assert.deepEqual([typed.status, typed.body.kind], [201, 'INVOICE']);
  const look = await scanBill(other, reference);
  assert.equal((await scanBill(payer, reference)).body.id, typed.body.id);
  assert.deepEqual(shown(await pay(payer, typed)), [200, 'CONFIRMING']);
  const ended = await now(other, look);
  assert.deepEqual([ended.state, ended.ending?.code], ['CANCELED', 'SUPERSEDED']);
  assert.match(ended.ending?.message ?? '', /paid by somebody else.*You were not charged/u);
  assert.deepEqual(shown(await pay(other, look)), [409, 'TOO_LATE']);
  const late = await scanBill(other, reference);
  assert.deepEqual(shown(late), [409, 'TOO_LATE']);
  assert.match(late.body.detail ?? '', /is paid already/u);
  assert.equal(late.body.purchase, undefined);
  await status(reference);
  const again = await scanBill(payer, reference);
  assert.match(again.body.detail ?? '', /You have paid this bill already/u);
  assert.equal(again.body.purchaseId, typed.body.id);
  const gone = await bill();
  const { terminalId } = platform.shop;
  must(await platform.db.statement((tx) => cancelInvoice(tx, { terminalId, reference: gone })));
  assert.match((await scanBill(payer, gone)).body.detail ?? '', /no longer valid/u);
});

test('unknown tills and bills, a machine’s own bill, a blocked seller', async () => {
  const customer = await platform.customer();
  const unknown = await scanTill(customer, 'NOBODY1');
  assert.deepEqual(shown(unknown), [404, 'NOT_FOUND']);
  assert.match(unknown.body.detail ?? '', /No till is known/u);
  assert.match((await scanBill(customer, '1')).body.detail ?? '', /No bill is known/u);
  const machine = await scanBill(customer, must(await platform.shop.issue()).reference);
  assert.deepEqual(shown(machine), [400, 'INVALID_CODE']);
  assert.match(machine.body.detail ?? '', /belongs to a machine/u);
  const reference = await bill();
  const block = (state: string) =>
    sql('update merchant set state = $2 where id = $1', [platform.shop.merchantId, state]);
  await block('BLOCKED');
  assert.deepEqual(shown(await scanBill(customer, reference)), [404, 'NOT_FOUND']);
  await block('ACTIVE');
});

test('a payment that the shop does not notice comes back, and says so', async () => {
  const customer = await platform.customer(5000n);
  await bill();
  const offer = await scanTill(customer);
  await pay(customer, offer);
  const stream = await customer.listen();
  await sweep();
  await advanceClock(platform.db, 21);
  await sweep();
  const ended = await stream.until(({ state }) => state === 'RELEASED');
  stream.close();
  assert.equal(ended.ending?.code, 'NOT_NOTICED');
  assert.match(ended.ending?.message ?? '', /your money is back/u);
  const { body } = await customer.call<{ available: unknown }>('GET', '/account');
  assert.deepEqual(body.available, { value: '50.00', currency: 'EUR' });
});

test('a stored card: the shop answers with a new total, the customer pays that', async () => {
  const customer = await platform.customer();
  await customer.call('PUT', `/loyalty-cards/${platform.shop.merchantId}/CLUB`, {
    number: '2610400000017',
  });
  const reference = await bill();
  const asked = await scanTill(customer);
  assert.deepEqual(shown(asked), [201, 'AWAITING_MERCHANT']);
  assert.deepEqual(asked.body.tokens, [
    { type: 'CLUB', description: 'Club', number: '…0017', status: 'PENDING' },
  ]);
  const early = await pay(customer, asked);
  assert.deepEqual(shown(early), [409, 'TOO_LATE']);
  assert.match(early.body.detail ?? '', /still checking your card/u);
  const { terminalId } = platform.shop;
  const tokens = [{ id: 'CLUB', status: 1 }];
  const change = { total: eur(900n) };
  must(
    await platform.db.statement((tx) =>
      updateInvoice(tx, { terminalId, reference, change, tokens }),
    ),
  );
  const offer = await now(customer, asked);
  assert.deepEqual([offer.state, offer.maximum?.value], ['AWAITING_APPROVAL', '9.00']);
  assert.equal(offer.tokens[0]?.status, 'USED');
  assert.deepEqual(shown(await pay(customer, { ...asked, body: { ...asked.body, ...offer } })), [
    200,
    'CONFIRMING',
  ]);
  await status(reference);
});

test('a bill that changes under the PIN is shown anew and costs no attempt', async () => {
  const customer = await platform.customer();
  const reference = await bill();
  const offer = await scanTill(customer);
  const { terminalId } = platform.shop;
  const change = { total: eur(1200n) };
  must(await platform.db.statement((tx) => updateInvoice(tx, { terminalId, reference, change })));
  const changed = await pay(customer, offer);
  assert.deepEqual(shown(changed), [409, 'OFFER_CHANGED']);
  assert.equal(changed.body.purchase?.maximum?.value, '12.00');
  const poor = await platform.customer(100n);
  const dear = await pay(poor, await scanTill(poor));
  assert.deepEqual(shown(dear), [422, 'INSUFFICIENT_FUNDS']);
  assert.match(dear.body.detail ?? '', /less than the 12\.00 EUR to be paid/u);
});

test('a card swiped at the till is remembered once the customer wants it', async () => {
  const customer = await platform.customer();
  const { merchantId } = platform.shop;
  const path = (id: string) => `/purchases/${id}/loyalty-cards`;
  await customer.call('PUT', `/loyalty-cards/${merchantId}/CLUB`, { number: '1' });
  const reference = await bill({}, [{ id: 'CLUB', value: '77' }]);
  const offer = await scanTill(customer);
  assert.deepEqual(shown(offer), [201, 'AWAITING_APPROVAL']);
  const cards = async (who = customer) => (await who.call('GET', path(offer.body.id))).body;
  assert.deepEqual(await cards(), { items: [] });
  await pay(customer, offer);
  const swiped = {
    merchant: { id: merchantId, name: 'Test Vending' },
    type: 'CLUB',
    description: 'Club',
    number: '77',
    replaces: '1',
  };
  assert.deepEqual(await cards(), { items: [swiped] });
  const stranger = await platform.customer();
  assert.deepEqual(await cards(stranger), { items: [] });
  const remember = (who: TestCustomer, type: string) =>
    who.call('PUT', `${path(offer.body.id)}/${type}`);
  assert.deepEqual(shown(await remember(stranger, 'CLUB')), [404, 'NOT_FOUND']);
  assert.deepEqual(shown(await remember(customer, 'OTHER')), [404, 'NOT_FOUND']);
  assert.equal((await remember(customer, 'CLUB')).status, 200);
  assert.equal((await remember(customer, 'CLUB')).status, 200);
  assert.deepEqual(await cards(), { items: [] });
  await status(reference);
});
