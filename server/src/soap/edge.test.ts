import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import {
  addTestMerchant,
  startSoapEdge,
  terminalContext,
  userContext,
} from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';

suite('A terminal over the wire', () => {
  let platform: SoapPlatform;
  before(async () => {
    platform = await startSoapEdge();
    await addTestMerchant(platform.database.db, { id: 'cafe', password: 'shop-secret' });
  });
  after(() => platform.stop());

  test('registers, bills, asks, cancels and goes', async () => {
    const registered = await platform.call('registerTerminal', {
      context: userContext('cafe', '9900', 'shop-secret'),
      externalTerminalId: 'cafe-1/till-2',
      password: 'q7Lw2Zk9Tn4Vb1X',
      name: 'Corner Café, till 2',
    });
    assert.equal(registered.resultCode, 0);
    assert.match(registered.terminalId ?? '', /^[0-9a-f]{32}$/);
    const context = terminalContext(registered.terminalId ?? '', 'q7Lw2Zk9Tn4Vb1X');
    const sent = await platform.call('sendInvoice', {
      context,
      invoice: { totalAmount: { currency: 'EUR', value: '20.00' }, title: 'Coffee' },
    });
    assert.equal(sent.resultDescription, 'SUCCESS');
    const invoiceReference = sent.invoiceReference ?? '';
    assert.equal(sent.invoiceQRCode, `HTTP://SEQR.SE/R${invoiceReference}`);
    const asked = await platform.call('getPaymentStatus', {
      context,
      invoiceReference,
      invoiceVersion: 0,
    });
    assert.deepEqual([asked.resultCode, asked.status, asked.version], [0, 'ISSUED', 1]);
    const first = await platform.call('cancelInvoice', { context, invoiceReference });
    assert.equal(first.resultCode, 0);
    const second = await platform.call('cancelInvoice', { context, invoiceReference });
    assert.equal(second.resultCode, 95);
    assert.equal((await platform.call('unregisterTerminal', { context })).resultCode, 0);
    assert.equal((await platform.call('unregisterTerminal', { context })).resultCode, 29);
  });
});
