import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readChange, readCommitAmount, readContent } from './invoice-content.ts';

const EUR = (value: string) => ({ currency: 'EUR', value });
const strict = { allowHttpNotifications: false };

/** The refusal of a sendInvoice with these members, or null. */
function refusalOf(invoice: Parameters<typeof readContent>[0], rules = strict): string | null {
  const read = readContent(invoice, rules);
  return read.ok ? null : read.refusal;
}

/** The content of an invoice of 20.00 EUR with further members. */
function contentOf(invoice: Parameters<typeof readContent>[0]) {
  const read = readContent({ totalAmount: EUR('20.00'), ...invoice }, strict);
  assert.ok(read.ok);
  return read.value;
}

test('An invoice needs nothing but a total; the rest has its defaults', () => {
  assert.deepEqual(contentOf({}), {
    paymentMode: 'IMMEDIATE_DEBIT',
    acknowledgmentMode: 'OPTIONAL_ACKNOWLEDGMENT',
    total: { minor: 2_000n, currency: 'EUR' },
    rows: null,
    commitReservationTimeoutS: null,
  });
});

test('A total that is missing, half, repeated or no number is 49', () => {
  const totals = [
    undefined,
    {},
    { currency: 'EUR' },
    { value: '20' },
    { currency: 'EURO', value: '20' },
    { currency: 'ZZZ', value: '20' },
    { ...EUR('20'), repeated: true } as const,
    ...['1e2', 'NaN', 'INF', '0x14', '20,00', '1 000', 'kr 20', '20.005', ''].map(EUR),
    EUR('1234567890123456789'),
  ];
  for (const totalAmount of totals) {
    assert.equal(refusalOf({ totalAmount }), 'INVALID_INVOICE_DATA', JSON.stringify(totalAmount));
  }
  assert.equal(refusalOf(undefined), 'INVALID_INVOICE_DATA');
});

test('A total of zero or less is 11', () => {
  for (const value of ['0', '-0', '0.00', '-20', '-0.01']) {
    assert.equal(refusalOf({ totalAmount: EUR(value) }), 'REJECTED_AMOUNT', value);
  }
});

test('All spellings of an amount are exact', () => {
  for (const value of ['20', '20.0', '20.00', '020.00', '+20', '20.', ' 20.0000 ']) {
    assert.equal(contentOf({ totalAmount: EUR(value) }).total.minor, 2_000n, value);
  }
  assert.equal(contentOf({ totalAmount: EUR('.5') }).total.minor, 50n);
  const yen = contentOf({ totalAmount: { currency: 'jpy', value: '2000' } }).total;
  assert.deepEqual(yen, { minor: 2_000n, currency: 'JPY' });
});

test('An unknown payment mode is 49, an unknown acknowledgment mode the default', () => {
  assert.equal(refusalOf({ totalAmount: EUR('1'), paymentMode: 'CASH' }), 'INVALID_INVOICE_DATA');
  assert.equal(contentOf({ paymentMode: '' }).paymentMode, 'IMMEDIATE_DEBIT');
  assert.equal(
    contentOf({ paymentMode: 'RESERVATION_REQUIRED_PRELIMINARY_AMOUNT' }).paymentMode,
    'RESERVATION_REQUIRED_PRELIMINARY_AMOUNT',
  );
  const unknown = contentOf({ acknowledgmentMode: 'MAYBE' });
  assert.equal(unknown.acknowledgmentMode, 'OPTIONAL_ACKNOWLEDGMENT');
  const given = contentOf({ acknowledgmentMode: 'REQUIRE_ACKNOWLEDGMENT' });
  assert.equal(given.acknowledgmentMode, 'REQUIRE_ACKNOWLEDGMENT');
});

test('A notification goes to https, to http by the setting only, and nowhere else', () => {
  const refusal = (notificationUrl: string, allowHttpNotifications = false) =>
    refusalOf({ totalAmount: EUR('1'), notificationUrl }, { allowHttpNotifications });
  assert.equal(refusal('https://shop.example/n?o=7'), null);
  assert.equal(refusal('HTTPS://SHOP.EXAMPLE/n'), null);
  assert.equal(refusal(''), null);
  assert.equal(refusal('http://shop.example/n'), 'INVALID_NOTIFICATION_URL');
  assert.equal(refusal('http://shop.example/n', true), null);
  for (const url of ['ftp://x/y', 'shop.example', 'https://', 'https://a b/', 'javascript:x']) {
    assert.equal(refusal(url, true), 'INVALID_NOTIFICATION_URL', url);
  }
  const long = `https://shop.example/${'x'.repeat(5_000)}`;
  assert.equal(refusal(long), 'INVALID_NOTIFICATION_URL');
  assert.equal(contentOf({ notificationUrl: '' }).notificationUrl, undefined);
});

test('Rows may be negative, but share the currency of the total and are at most a thousand', () => {
  const rows = (invoiceRow: object[]) => ({ totalAmount: EUR('1'), invoiceRows: { invoiceRow } });
  assert.equal(refusalOf(rows([{ itemTotalAmount: EUR('-2.50') }])), null);
  const otherCurrency = { currency: 'SEK', value: '1' };
  for (const row of [
    { itemTotalAmount: otherCurrency },
    { itemDiscount: otherCurrency },
    { itemUnitPrice: otherCurrency },
    { itemUnitPrice: EUR('1.001') },
    { itemUnitPrice: { value: '1' } },
    { itemUnitPrice: { ...EUR('1'), repeated: true } },
  ]) {
    assert.equal(refusalOf(rows([row])), 'INVALID_INVOICE_DATA', JSON.stringify(row));
  }
  const full = Array.from({ length: 1_000 }, () => ({ itemDescription: 'x' }));
  assert.equal(refusalOf(rows(full)), null);
  assert.equal(refusalOf(rows([...full, {}])), 'INVALID_INVOICE_DATA');
});

test('A row keeps what was sent and drops what was empty', () => {
  const invoiceRow = [
    { itemDescription: 'Espresso', itemQuantity: '2', itemUnit: '', itemTotalAmount: EUR('5') },
    { itemDiscount: {}, itemEAN: '7311041029100', itemSKU: 'ESP-1', itemTaxRate: '-12.5' },
  ];
  assert.deepEqual(contentOf({ invoiceRows: { invoiceRow } }).rows, [
    { description: 'Espresso', quantity: '2', total: { minor: 500n, currency: 'EUR' } },
    { ean: '7311041029100', sku: 'ESP-1', taxRate: '-12.5' },
  ]);
});

test('A commit time of nothing or less is the default, a huge one stays huge', () => {
  const seconds = (text: string) =>
    contentOf({ commitReservationTimeout: text }).commitReservationTimeoutS;
  assert.equal(seconds('600'), 600);
  assert.equal(seconds('0'), null);
  assert.equal(seconds('-5'), null);
  assert.equal(seconds('9223372036854775807'), 2_147_483_647);
});

test('Empty texts of an invoice are absent ones', () => {
  const content = contentOf({ title: '', clientInvoiceId: ' ', cashierId: 'C07', backURL: '' });
  assert.deepEqual(
    [content.title, content.clientInvoiceId, content.cashierId, content.backUrl],
    [undefined, undefined, 'C07', undefined],
  );
});

test('A change names only what was sent; an empty list of rows replaces', () => {
  const changeOf = (invoice: Parameters<typeof readChange>[0]) => {
    const read = readChange(invoice, strict);
    assert.ok(read.ok);
    return read.value;
  };
  assert.deepEqual(changeOf(undefined), {});
  assert.deepEqual(changeOf({ title: '', paymentMode: 'IMMEDIATE_DEBIT' }), {});
  assert.deepEqual(changeOf({ invoiceRows: {} }), { rows: [] });
  assert.deepEqual(changeOf({ totalAmount: EUR('0') }), {
    total: { minor: 0n, currency: 'EUR' },
  });
  const half = readChange({ totalAmount: { currency: 'EUR' } }, strict);
  assert.deepEqual(half, { ok: false, refusal: 'INVALID_INVOICE_DATA' });
  const negative = readChange({ totalAmount: EUR('-1') }, strict);
  assert.deepEqual(negative, { ok: false, refusal: 'REJECTED_AMOUNT' });
  const mixed = {
    invoiceRow: [{ itemTotalAmount: EUR('1') }, { itemDiscount: { currency: 'SEK', value: '1' } }],
  };
  const refusal = { ok: false, refusal: 'INVALID_INVOICE_DATA' };
  assert.deepEqual(readChange({ invoiceRows: mixed }, strict), refusal);
});

test('A commit amount is absent, or whole: nil, empty and half are 49, negative is 11', () => {
  assert.deepEqual(readCommitAmount(undefined), { ok: true, value: null });
  for (const amount of [{}, { currency: 'EUR' }, { value: '1' }, EUR(''), EUR('1e1')]) {
    assert.deepEqual(readCommitAmount(amount), { ok: false, refusal: 'INVALID_INVOICE_DATA' });
  }
  assert.deepEqual(readCommitAmount(EUR('-1')), { ok: false, refusal: 'REJECTED_AMOUNT' });
  assert.deepEqual(readCommitAmount(EUR('0')), {
    ok: true,
    value: { minor: 0n, currency: 'EUR' },
  });
});
