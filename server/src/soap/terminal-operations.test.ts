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

let platform: SoapPlatform;
const context = userContext('cafe', '9900', 'shop-secret');
const wanted = { context, externalTerminalId: 'till-1', password: 'new-secret', name: 'Till 1' };

before(async () => {
  platform = await startSoapEdge();
  await addTestMerchant(platform.database.db, { id: 'cafe', password: 'shop-secret' });
});
after(() => platform.stop());

test('registerTerminal refuses a short or absent password with 22', async () => {
  for (const password of [undefined, '', 'abc', '😀😀', 'x'.repeat(5_000)]) {
    const answer = await platform.call('registerTerminal', { ...wanted, password });
    assert.equal(answer.resultCode, 22);
    assert.equal(answer.terminalId, undefined);
  }
});

test('registerTerminal refuses missing data with 56', async () => {
  for (const missing of [
    { externalTerminalId: undefined },
    { externalTerminalId: ' ' },
    { name: undefined },
    { name: '' },
  ]) {
    const answer = await platform.call('registerTerminal', { ...wanted, ...missing });
    assert.equal(answer.resultCode, 56);
  }
});

test('The same external id again is a further terminal, and both work; also at once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => platform.call('registerTerminal', wanted)),
  );
  const ids = answers.map((answer) => answer.terminalId ?? '');
  assert.equal(new Set(ids).size, 8);
  for (const id of ids) {
    const answer = await platform.call('getPaymentStatus', {
      context: terminalContext(id, 'new-secret'),
      invoiceVersion: 0,
    });
    assert.equal(answer.resultCode, 54, 'let in, without an invoice yet');
  }
});

test('Passwords are exact: blanks and letters beyond ASCII count', async () => {
  const password = ' påssword ☕ ';
  const { terminalId = '' } = await platform.call('registerTerminal', { ...wanted, password });
  const ask = (given: string) =>
    platform.call('cancelInvoice', { context: terminalContext(terminalId, given) });
  assert.equal((await ask(password)).resultCode, 54);
  assert.equal((await ask(password.trim())).resultCode, 20);
});

test('unregisterTerminal ends a terminal and its open invoices; then 29 at once', async () => {
  const { db } = platform.database;
  const terminalId = await addTestTerminal(db, 'cafe');
  const caller = terminalContext(terminalId, TERMINAL_PASSWORD);
  const { invoiceReference = '' } = await platform.call('sendInvoice', {
    context: caller,
    invoice: { totalAmount: { currency: 'EUR', value: '5' } },
  });
  assert.equal((await platform.call('unregisterTerminal', { context: caller })).resultCode, 0);
  assert.equal((await platform.call('unregisterTerminal', { context: caller })).resultCode, 29);
  const poll = { context: caller, invoiceReference, invoiceVersion: 0 };
  assert.equal((await platform.call('getPaymentStatus', poll)).resultCode, 29);
  const { rows } = await db.statement((tx) =>
    tx.query<{ state: string }>(`select state from invoice where reference = $1`, [
      invoiceReference,
    ]),
  );
  assert.equal(rows[0]?.state, 'CANCELED');
});
