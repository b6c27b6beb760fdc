import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SoapType } from '@seqr-ups/contract';
import { startSoapEdge } from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';
import { EUR, openSoapShop } from '../../test/soap-shop.ts';
import type { Context, SoapShop } from '../../test/soap-shop.ts';
import { advanceClock, assertAuditClean } from '../../test/shop.ts';
import { findPurchase } from '../core/purchase.ts';
import { listReceipts } from '../core/receipt.ts';

let platform: SoapPlatform;
let shop: SoapShop;

before(async () => {
  platform = await startSoapEdge();
  shop = await openSoapShop(platform, 'cafe');
});
after(async () => {
  await assertAuditClean(platform.database.db);
  await platform.stop();
});

const refund = (
  ersReference: string,
  value: string,
  invoice: SoapType<'invoice'> = {},
  context: Context = shop.terminal,
) =>
  platform.call('refundPayment', {
    context,
    ersReference,
    invoice: { totalAmount: EUR(value), ...invoice },
  });

const submit = (ersReference: string, receiptDocument?: SoapType<'receiptDocument'>) =>
  platform.call('submitPaymentReceipt', { context: shop.terminal, ersReference, receiptDocument });

async function purchaseOf(invoiceReference: string) {
  const { db } = platform.database;
  const { rows } = await db.statement((tx) =>
    tx.query<{ purchase_id: string }>(`select purchase_id from invoice where reference = $1`, [
      invoiceReference,
    ]),
  );
  const id = rows[0]?.purchase_id ?? '';
  const found = await db.statement((tx) => findPurchase(tx, shop.customerId, id));
  assert.ok(found);
  return found;
}

test('A payment is given back in parts and whole, from any till, and stays PAID', async () => {
  const { reference, ersReference } = await shop.paid({ totalAmount: EUR('5.00') });
  const other = await shop.newTerminal('CASH_REGISTER');
  const first = await refund(ersReference, '2.00', { title: 'Cold soup', cashierId: 'C7' });
  const second = await refund(ersReference, '3.00', {}, other);
  assert.deepEqual([first.resultCode, second.resultCode], [0, 0]);
  assert.match(first.ersReference ?? '', /^\d{25}$/);
  assert.notEqual(first.ersReference, ersReference, 'the reference of the refund');
  assert.notEqual(first.ersReference, second.ersReference);
  assert.equal((await refund(ersReference, '0.01')).resultCode, 98);
  const status = await shop.status(reference);
  assert.deepEqual([status.status, status.ersReference], ['PAID', ersReference]);
  const { refunds } = await purchaseOf(reference);
  assert.deepEqual(
    refunds.map((one) => [one.amount.minor, one.reason]),
    [
      [200n, 'Cold soup'],
      [300n, null],
    ],
  );
  assert.equal((await refund(first.ersReference ?? '', '1.00')).resultCode, 23, 'of a refund');
});

test('What a commit took is the limit, not what was reserved', async () => {
  const reference = await shop.reserved({ totalAmount: EUR('5.00') });
  const committed = await platform.call('commitReservation', {
    context: shop.terminal,
    invoiceReference: reference,
    amount: EUR('1.50'),
  });
  const ersReference = committed.ersReference ?? '';
  assert.equal((await refund(ersReference, '1.51')).resultCode, 98);
  assert.equal((await refund(ersReference, '1.50')).resultCode, 0);
});

test('A refund sent again within 60 s is the first one, by its clientInvoiceId', async () => {
  const { ersReference } = await shop.paid({ totalAmount: EUR('5.00') });
  const key = { clientInvoiceId: 'RF-88' };
  const first = await refund(ersReference, '1.00', key);
  assert.deepEqual(await refund(ersReference, '1.00', key), first);
  const others = [
    await refund(ersReference, '1.00'),
    await refund(ersReference, '1.00'),
    await refund(ersReference, '1.00', { clientInvoiceId: 'RF-89' }),
  ];
  const references = new Set([first, ...others].map((one) => one.ersReference));
  assert.equal(references.size, 4);
  await advanceClock(platform.database.db, 61);
  const later = await refund(ersReference, '1.00', key);
  assert.ok(later.resultCode === 0 && later.ersReference !== first.ersReference);
});

test('At once, refunds never give back more than was paid', async () => {
  const { ersReference } = await shop.paid({ totalAmount: EUR('5.00') });
  const answers = await Promise.all(Array.from({ length: 8 }, () => refund(ersReference, '1.00')));
  const codes = answers.map(({ resultCode }) => resultCode).toSorted((a, b) => a - b);
  assert.deepEqual(codes, [0, 0, 0, 0, 0, 98, 98, 98]);
});

test('A refund of a payment that nobody has noticed is its notice', async () => {
  const reference = await shop.unnoticed();
  const { rows } = await platform.database.db.statement((tx) =>
    tx.query<{ ers_reference: string }>(`select ers_reference from invoice where reference = $1`, [
      reference,
    ]),
  );
  assert.equal((await refund(rows[0]?.ers_reference ?? '', '1.00')).resultCode, 0);
  assert.equal((await purchaseOf(reference)).state, 'PAID');
});

test('What a refund says must be whole: 49, 11 and 64 before anything moves', async () => {
  const { ersReference } = await shop.paid();
  const code = async (invoice: SoapType<'invoice'> | undefined) => {
    const request = { context: shop.terminal, ersReference, invoice };
    return (await platform.call('refundPayment', request)).resultCode;
  };
  assert.equal(await code(undefined), 49);
  assert.equal(await code({ title: 'No total' }), 49);
  assert.equal(await code({ totalAmount: { currency: 'EUR' } }), 49);
  assert.equal(await code({ totalAmount: { currency: 'SEK', value: '1' } }), 49);
  assert.equal(await code({ totalAmount: EUR('1.005') }), 49);
  assert.equal(await code({ totalAmount: EUR('0') }), 11);
  assert.equal(await code({ totalAmount: EUR('-1') }), 11);
  assert.equal(await code({ totalAmount: EUR('1'), notificationUrl: 'javascript:x' }), 64);
  assert.equal(await code({ totalAmount: EUR('1') }), 0);
});

test('A reservation has no payment yet: nothing to refund', async () => {
  const reference = await shop.reserved();
  assert.equal((await refund(reference, '1.00')).resultCode, 23);
  assert.equal((await refund('', '1.00')).resultCode, 23);
});

test('Documents of a payment and of a refund reach the customer; the same one once', async () => {
  const { reference, ersReference } = await shop.paid();
  const { ersReference: refundReference = '' } = await refund(ersReference, '0.50');
  const html = { mimeType: 'text/html', receiptData: Buffer.from('<p>Kvitto</p>') };
  assert.equal((await submit(ersReference, html)).resultCode, 0);
  assert.equal((await submit(ersReference, html)).resultCode, 0);
  assert.equal((await submit(ersReference, { ...html, receiptType: 'WARRANTY' })).resultCode, 0);
  assert.equal((await submit(refundReference, html)).resultCode, 0);
  assert.equal((await submit(ersReference)).resultCode, 0, 'no document');
  assert.equal((await submit(ersReference, { mimeType: 'HTML' })).resultCode, 0, 'an empty one');
  const { id } = await purchaseOf(reference);
  const stored = await platform.database.db.statement((tx) =>
    listReceipts(tx, shop.customerId, id),
  );
  assert.deepEqual(
    stored.map(({ type, mimeType, sizeBytes }) => [type, mimeType, sizeBytes]),
    [
      ['OTHER', 'text/html', '<p>Kvitto</p>'.length],
      ['WARRANTY', 'text/html', '<p>Kvitto</p>'.length],
      ['OTHER', 'text/html', '<p>Kvitto</p>'.length],
    ],
  );
});

test('A document of 256 KiB is taken, a larger one and an eleventh are 49', async () => {
  const { ersReference } = await shop.paid();
  const document = (receiptData: Uint8Array) => ({ mimeType: 'text/plain', receiptData });
  const full = Buffer.alloc(256 * 1024, 'x');
  assert.equal((await submit(ersReference, document(full))).resultCode, 0);
  const more = Buffer.alloc(full.length + 1, 'x');
  assert.equal((await submit(ersReference, document(more))).resultCode, 49);
  for (let at = 2; at <= 10; at += 1) {
    assert.equal((await submit(ersReference, document(Buffer.from(`${at}`)))).resultCode, 0);
  }
  assert.equal((await submit(ersReference, document(Buffer.from('11')))).resultCode, 49);
  assert.equal((await submit(ersReference, document(Buffer.from('10')))).resultCode, 0, 'again');
});
