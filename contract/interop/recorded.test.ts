/**
 * Requests as six libraries wrote them in a run of the clients here (ids replaced by fixed ones):
 * different on the wire, the same once they are read. They try the codec where the libraries are
 * not installed.
 */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAmount } from '../src/money.ts';
import type { OperationName, SoapRequest } from '../src/operations.ts';
import { readRequest } from '../src/soap.ts';

const RECORDED = new URL('recorded/', import.meta.url);
const STACKS = readdirSync(RECORDED);
const TERMINAL_ID = '0c3f5b2a9d7e4f10a6b8c1d2e3f40516';
const REFERENCE = '20160301120000417';
const PAYMENT = '2016030112000512001000042';

/** Reads the same request of every stack. */
function readAll<O extends OperationName>(
  operation: O,
): { readonly stack: string; readonly request: SoapRequest<O> }[] {
  assert.equal(STACKS.length, 6);
  return STACKS.map((stack) => {
    const body = readFileSync(new URL(`${stack}/${operation}.xml`, RECORDED));
    const read = readRequest(body, 'text/xml; charset=utf-8');
    assert.ok(read.kind === 'CALL', `${stack}: ${JSON.stringify(read)}`);
    assert.equal(read.operation, operation, stack);
    assert.equal(read.unknownElements, 0, stack);
    return { stack, request: read.request as SoapRequest<O> };
  });
}

function euros(minor: bigint) {
  return { ok: true, money: { minor, currency: 'EUR' } };
}

test('six libraries send the same bill', () => {
  for (const { stack, request } of readAll('sendInvoice')) {
    const { context, invoice } = request;
    assert.equal(context?.initiatorPrincipalId?.id, TERMINAL_ID, stack);
    assert.equal(context.initiatorPrincipalId.type, 'TERMINALID', stack);
    assert.equal(invoice?.title, 'Corner Café', stack);
    assert.equal(invoice.acknowledgmentMode, 'NO_ACKNOWLEDGMENT', stack);
    assert.deepEqual(parseAmount(invoice.totalAmount ?? {}), euros(500n), stack);
    const rows = invoice.invoiceRows?.invoiceRow ?? [];
    assert.equal(rows.length, 1, stack);
    assert.equal(rows[0]?.itemDescription, 'Espresso', stack);
    assert.deepEqual(parseAmount(rows[0].itemTotalAmount ?? {}), euros(500n), stack);
  }
});

test('six libraries ask for the same status, one of them with an empty version', () => {
  for (const { stack, request } of readAll('getPaymentStatus')) {
    assert.equal(request.invoiceReference, REFERENCE, stack);
    assert.equal(request.invoiceVersion, 0, stack);
    assert.equal(request.context?.clientRequestTimeout, '0', stack);
  }
});

test('six libraries answer with the same loyalty card', () => {
  for (const { stack, request } of readAll('updateInvoice')) {
    assert.equal(request.invoiceReference, REFERENCE, stack);
    assert.deepEqual(parseAmount(request.invoice?.totalAmount ?? {}), euros(540n), stack);
    const cards = request.tokens?.map(({ id, status, value }) => `${id} ${status} ${value}`);
    assert.deepEqual(cards, ['COFFEE_CARD 1 2610400000017'], stack);
  }
});

test('six libraries hand in the same document', () => {
  for (const { stack, request } of readAll('submitPaymentReceipt')) {
    assert.equal(request.ersReference, PAYMENT, stack);
    const { receiptData = new Uint8Array(), receiptType } = request.receiptDocument ?? {};
    assert.equal(Buffer.from(receiptData).toString(), '<p>Tack för köpet</p>', stack);
    assert.equal(receiptType, 'PAYMENT_RECEIPT', stack);
  }
});

test('six libraries name the same period', () => {
  for (const { stack, request } of readAll('executeReport')) {
    assert.equal(request.reportId, 'Reconciliation/STD_RECON_003.xml', stack);
    const entries = request.parameters?.parameter?.entry;
    assert.deepEqual(entries, [{ key: 'transactionPeriodId', value: PAYMENT }], stack);
  }
});
