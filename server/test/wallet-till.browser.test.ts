/**
 * Bills by the wallet's own pages in a real browser, on the sandbox. The test is the merchant: a
 * till that it registers over the SOAP API with the public test credentials.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readResponse, writeRequest } from '@seqr-ups/contract';
import type { OperationName, SoapRequest, SoapResponse } from '@seqr-ups/contract';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Sandbox } from '../../tools/sandbox/sandbox.ts';
import { eventually } from './actors.ts';
import { heading, openStand, signInBy, typePin } from './at-the-machine.ts';
import type { Stand } from './at-the-machine.ts';
import { advanceClock } from './shop.ts';

const PHONE = { width: 360, height: 740 };
const PASSWORD = 'till-password';
const SHOP = { id: 'public_test_shop', type: 'RESELLERUSER', userId: '9900' };

let stand: Stand;
let sandbox: Sandbox;
let browser: Browser;
before(async () => {
  stand = await openStand();
  ({ sandbox, browser } = stand);
  await sandbox.db.statement((tx) =>
    tx.query(`insert into token_type (merchant_id, id, description) values ($1, 'CLUB', $2)`, [
      SHOP.id,
      'Coffee club',
    ]),
  );
  // The sweep reverses nothing for a minute after a start.
  await eventually('the first sweep', () =>
    sandbox.db.statement(async (tx) => (await tx.query('select from sweep')).rows.length > 0),
  );
  await advanceClock(sandbox.db, 61);
});
after(() => stand.close());

/** Calls the merchant API; an answer that is no success fails the test. */
async function soap<O extends OperationName>(
  operation: O,
  request: SoapRequest<O>,
): Promise<SoapResponse<O>> {
  const answer = await fetch(`${sandbox.platform}/soap/merchant/cashregister-2`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
    body: writeRequest(operation, request),
  });
  const body = new Uint8Array(await answer.arrayBuffer());
  const read = readResponse(operation, body, answer.headers.get('content-type') ?? undefined);
  assert.equal(read.kind, 'ANSWER', `${operation} answered ${answer.status}`);
  if (read.kind !== 'ANSWER') throw new Error('unreachable');
  assert.equal(read.response.resultCode, 0, `${operation}: ${read.response.resultDescription}`);
  return read.response;
}

const contextOf = (initiatorPrincipalId: object, password: string) => ({
  clientId: 'Till of the test',
  clientRequestTimeout: '0',
  initiatorPrincipalId,
  password,
});

/** A till with a sticker of its own. */
async function openTill(seqrId: string) {
  const { terminalId } = await soap('registerTerminal', {
    context: contextOf(SHOP, '1234'),
    externalTerminalId: seqrId,
    password: PASSWORD,
    name: `Corner Café, till ${seqrId}`,
  });
  const context = contextOf({ id: terminalId, type: 'TERMINALID' }, PASSWORD);
  await soap('assignSeqrId', { context, seqrId });
  const amount = (value: string) => ({ currency: 'EUR', value });
  const send = async (value: string, acknowledgmentMode = 'NO_ACKNOWLEDGMENT', token?: string) => {
    const { invoiceReference } = await soap('sendInvoice', {
      context,
      invoice: {
        paymentMode: 'IMMEDIATE_DEBIT',
        acknowledgmentMode,
        title: 'Corner Café',
        totalAmount: amount(value),
        invoiceRows: {
          invoiceRow: [{ itemDescription: 'Espresso', itemTotalAmount: amount(value) }],
        },
      },
      tokens: token === undefined ? [] : [{ id: 'CLUB', value: token, status: 1 }],
    });
    return invoiceReference ?? '';
  };
  const poll = (invoiceReference: string) =>
    soap('getPaymentStatus', { context, invoiceReference, invoiceVersion: 0 });
  return { context, send, poll, amount };
}

const offered = (page: Page) => page.getByRole('timer').filter({ hasText: 'left to confirm' });

/** A wallet that is signed in, at the given address. */
async function wallet(path = '/'): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ viewport: PHONE });
  const page = await context.newPage();
  await page.goto(sandbox.platform);
  await signInBy(page, '46700000004');
  await page.getByRole('link', { name: 'Scan to pay' }).waitFor();
  if (path !== '/') await page.goto(sandbox.platform + path);
  return { page, context };
}

async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByRole('link', { name: 'Scan to pay' }).click();
  await page.getByRole('button', { name: 'Type the code instead' }).click();
  await page.getByLabel('Code').fill(code);
  await page.keyboard.press('Enter');
}

test('a code typed before the cashier is ready ends in a receipt and a refund', async () => {
  const till = await openTill('TILL1');
  const { page, context } = await wallet();
  await typeCode(page, 'QTILL1');
  await heading(page, 'Waiting for the cashier').waitFor();
  const reference = await till.send('4.80');
  await offered(page).waitFor();
  const offer = await page.getByRole('main').innerText();
  assert.match(offer, /To pay\s+4\.80\sEUR[^]*Espresso/u);
  await typePin(page);
  await heading(page, 'Paid').waitFor();
  await page.getByText('The shop is confirming it.').waitFor();
  const status = await till.poll(reference);
  assert.equal(status.status, 'PAID');
  const ersReference = status.ersReference ?? '';
  await page.getByText('The shop is confirming it.').waitFor({ state: 'hidden' });
  const receiptDocument = {
    mimeType: 'text/html',
    receiptData: Buffer.from('<p>Thank you</p><script>document.title = "hacked"</script>'),
    receiptType: 'PAYMENT_RECEIPT',
  };
  await soap('submitPaymentReceipt', { context: till.context, ersReference, receiptDocument });
  await page.getByRole('link', { name: /^Receipt/u }).click();
  await page.getByText('Thank you').waitFor();
  assert.equal(await page.title(), 'Receipt – SEQR');
  assert.doesNotMatch(await page.getByRole('main').innerText(), /hacked/u);
  await page.getByRole('link', { name: 'Back' }).click();
  await soap('refundPayment', {
    context: till.context,
    ersReference,
    invoice: { title: 'Cold espresso', totalAmount: till.amount('1.30') },
  });
  await page.getByText('1.30 EUR refunded').waitFor();
  await page.getByText('Cold espresso').waitFor();
  await context.close();
});

test('a stored card: the shop checks it, the new total is seen and paid, by a link', async () => {
  const till = await openTill('TILL2');
  const { page, context } = await wallet();
  await page.getByRole('link', { name: 'Account' }).click();
  await page.getByRole('link', { name: 'Loyalty cards' }).click();
  await page.getByRole('button', { name: /^Add: Coffee club/u }).click();
  await page.getByRole('textbox').fill('2610400000017');
  await page.keyboard.press('Enter');
  await page.getByText('2610400000017').waitFor();
  const reference = await till.send('10.00', 'OPTIONAL_ACKNOWLEDGMENT');
  await page.goto(`${sandbox.platform}/R${reference}`);
  await heading(page, 'Pay this bill?').waitFor();
  await page.getByRole('button', { name: 'Go on' }).click();
  await heading(page, 'The shop is checking your card…').waitFor();
  const asked = await till.poll(reference);
  assert.equal(asked.status, 'PENDING_ISSUER_ACKNOWLEDGE');
  assert.equal(asked.customerTokens?.token?.[0]?.value, '2610400000017');
  await soap('updateInvoice', {
    context: till.context,
    invoiceReference: reference,
    invoice: { totalAmount: till.amount('9.00') },
    tokens: [{ id: 'CLUB', status: 1 }],
  });
  await offered(page).waitFor();
  const offer = await page.getByRole('main').innerText();
  assert.match(offer, /9\.00\sEUR\s+Coffee club …0017 used/u);
  await typePin(page);
  await heading(page, 'Paid').waitFor();
  assert.equal((await till.poll(reference)).status, 'PAID');
  await context.close();
});

test('a card swiped at the till is remembered by one tap', async () => {
  const till = await openTill('TILL3');
  const { page, context } = await wallet();
  const reference = await till.send('2.00', 'OPTIONAL_ACKNOWLEDGMENT', '77');
  await typeCode(page, reference);
  await offered(page).waitFor();
  await typePin(page);
  await heading(page, 'Remember this card?').waitFor();
  await till.poll(reference);
  await page.getByRole('button', { name: 'Remember' }).click();
  await page.getByText('Remembered.').waitFor();
  await page.goto(`${sandbox.platform}/#/cards`);
  await page.getByText('77', { exact: true }).waitFor();
  await context.close();
});

test('a payment that the shop never asks about comes back, and the wallet says so', async () => {
  const till = await openTill('TILL4');
  const { page, context } = await wallet();
  const reference = await till.send('6.00');
  await typeCode(page, `HTTP://SEQR.SE/QTILL4`);
  await offered(page).waitFor();
  await typePin(page);
  await heading(page, 'Paid').waitFor();
  await page.getByRole('link', { name: 'Done' }).click();
  await advanceClock(sandbox.db, 21);
  await page.getByRole('link', { name: /^Not paid: your money is back/u }).click();
  await heading(page, 'Not paid: your money is back').waitFor();
  await page.getByText('Ask at the shop').waitFor();
  assert.equal((await till.poll(reference)).status, 'CANCELED');
  await typeCodeAgain(page, reference);
  await heading(page, 'Too late').waitFor();
  await context.close();
});

/** From the end of a purchase to typing the next code. */
async function typeCodeAgain(page: Page, code: string): Promise<void> {
  await page.getByRole('button', { name: 'Scan again' }).click();
  await page.getByRole('button', { name: 'Type the code instead' }).click();
  await page.getByLabel('Code').fill(code);
  await page.keyboard.press('Enter');
}
