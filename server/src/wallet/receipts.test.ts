import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ReceiptListJson } from '@seqr-ups/contract';
import { refundPayment, submitReceipt } from '../core/payment.ts';
import { PIN, eur, must } from '../../test/shop.ts';
import { startWalletEdge } from '../../test/wallet-platform.ts';
import type { WalletPlatform } from '../../test/wallet-platform.ts';

let platform: WalletPlatform;
before(async () => {
  platform = await startWalletEdge();
});
after(() => platform.stop());

test('documents are listed for their customer and leave as downloads without a type', async () => {
  const customer = await platform.customer();
  const { db } = platform;
  const { id } = (await customer.scan()).body;
  const approved = await customer.call('POST', `/purchases/${id}/approval`, { pin: PIN });
  const reference = approved.body.invoiceReference ?? '';
  const { rows } = await db.statement((tx) =>
    tx.query<{ terminal_id: string }>('select terminal_id from invoice where reference = $1', [
      reference,
    ]),
  );
  const terminalId = rows[0]?.terminal_id ?? '';
  await db.statement((tx) =>
    tx.query('select invoice_commit($1, $2, 1000, $3)', [terminalId, reference, 'EUR']),
  );
  const paid = await db.statement((tx) =>
    tx.query<{ ers: string }>('select ers_reference as ers from invoice where reference = $1', [
      reference,
    ]),
  );
  const ersReference = paid.rows[0]?.ers ?? '';
  const refund = { terminalId, ersReference, amount: eur(100n) };
  const refunded = must(await db.statement((tx) => refundPayment(tx, refund)));
  const script = '<script>alert(1)</script>';
  for (const [of, type, content] of [
    [ersReference, 'PAYMENT_RECEIPT', script],
    [refunded.ersReference, 'VOUCHER', 'é'],
  ] as const) {
    const document = { type, mimeType: 'text/html', content: Buffer.from(content) };
    must(await db.statement((tx) => submitReceipt(tx, { terminalId, ersReference: of, document })));
  }
  const list = await customer.call<ReceiptListJson>('GET', `/purchases/${id}/receipts`);
  assert.deepEqual(
    list.body.items.map((item) => [
      item.type,
      item.mediaType,
      item.sizeBytes,
      item.refundReference,
    ]),
    [
      ['PAYMENT_RECEIPT', 'text/html', script.length, null],
      ['VOUCHER', 'text/html', 2, refunded.ersReference],
    ],
  );
  const url = `${platform.url}/wallet/v1/purchases/${id}/receipts/${list.body.items[0]?.id}`;
  const file = await fetch(url, { headers: { authorization: `Bearer ${customer.token}` } });
  assert.equal(await file.text(), script);
  assert.equal(file.headers.get('content-type'), 'application/octet-stream');
  assert.match(file.headers.get('content-disposition') ?? '', /^attachment/u);
  assert.equal(file.headers.get('x-content-type-options'), 'nosniff');
  assert.match(file.headers.get('content-security-policy') ?? '', /sandbox/u);
  assert.equal(file.headers.get('cache-control'), 'no-store');
  const stranger = await platform.customer();
  const path = `/purchases/${id}/receipts`;
  for (const wrong of [path, `${path}/${list.body.items[0]?.id}`]) {
    assert.equal((await stranger.call('GET', wrong)).body.code, 'NOT_FOUND');
  }
  assert.equal((await customer.call('GET', `${path}/nothing`)).body.code, 'NOT_FOUND');
  assert.equal((await customer.call('GET', '/purchases/x/receipts/y')).body.code, 'NOT_FOUND');
});
