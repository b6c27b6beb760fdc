import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OPERATION_NAMES, OPERATIONS, writeRequest } from '@seqr-ups/contract';
import type { OperationDeclaration } from '@seqr-ups/contract';
import * as fc from 'fast-check';
import {
  addTestMerchant,
  addTestTerminal,
  startSoapEdge,
  TERMINAL_PASSWORD,
  terminalContext,
  userContext,
} from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';

/** Mutations of each kind in one run; every one is a request over real HTTP. */
const MUTATIONS = 200;
const SEED = 20_261_123;

const NO_PAYMENT = '2016030112000512001000042';

let platform: SoapPlatform;
/** One valid request of every operation that carries content. */
let envelopes: readonly string[];
/** Nothing in these can be wrong but who calls, which comes first for all. */
const WITHOUT_CONTENT = ['unregisterTerminal', 'benchmarkingNop'];
/** The operations that are not offered look at nothing; one stands for them. */
const UNOFFERED = OPERATION_NAMES.filter((operation) => {
  const { offered }: OperationDeclaration = OPERATIONS[operation];
  return offered === false;
});
const ENVELOPES = OPERATION_NAMES.length - WITHOUT_CONTENT.length - UNOFFERED.length + 1;

before(async () => {
  platform = await startSoapEdge();
  const { db } = platform.database;
  await addTestMerchant(db, { id: 'cafe', password: 'shop-secret' });
  const terminalId = await addTestTerminal(db, 'cafe', 'WEB_SHOP');
  const context = terminalContext(terminalId, TERMINAL_PASSWORD);
  const amount = { currency: 'EUR', value: '20.00' };
  const row = { itemDescription: 'Espresso', itemQuantity: '2', itemTotalAmount: amount };
  const invoice = {
    paymentMode: 'RESERVATION_REQUIRED',
    acknowledgmentMode: 'NO_ACKNOWLEDGMENT',
    issueDate: '2016-03-01T12:00:00',
    title: 'Corner Café',
    clientInvoiceId: 'R-20451',
    invoiceRows: { invoiceRow: [row, row] },
    totalAmount: amount,
    backURL: 'app://done',
    notificationUrl: 'https://shop.example/n?o=7',
    commitReservationTimeout: '600',
  };
  const sent = await platform.call('sendInvoice', { context, invoice });
  const named = { context, invoiceReference: sent.invoiceReference };
  // Its password may be changed by what comes.
  const lost = terminalContext(await addTestTerminal(db, 'cafe'), TERMINAL_PASSWORD);
  envelopes = [
    writeRequest('sendInvoice', { context, invoice, tokens: [{ id: 'COFFEE', status: 1 }] }),
    writeRequest('updateInvoice', { ...named, invoice, tokens: [{ id: 'COFFEE', status: 1 }] }),
    writeRequest('commitReservation', { ...named, amount }),
    writeRequest('getPaymentStatus', { ...named, invoiceVersion: 1 }),
    writeRequest('cancelInvoice', { context, invoiceReference: '20161123000000000' }),
    writeRequest('refundPayment', { context, ersReference: NO_PAYMENT, invoice }),
    writeRequest('changePrincipalPassword', {
      context: lost,
      principalId: lost.initiatorPrincipalId,
      newPassword: 'another-secret',
    }),
    ...otherEnvelopes(context),
  ];
  assert.equal(envelopes.length, ENVELOPES, 'an operation is missing here');
});

/** Those that carry no invoice. */
function otherEnvelopes(context: ReturnType<typeof terminalContext>): string[] {
  const user = userContext('cafe', '9900', 'shop-secret');
  const terminalId = context.initiatorPrincipalId.id;
  const entry = [{ key: 'TERMINALID', value: terminalId }];
  const period = { key: 'transactionPeriodId', value: '2016030122000100001000090' };
  const receiptDocument = {
    mimeType: 'text/html',
    receiptData: Buffer.from('<p>Kvitto</p>'),
    receiptType: 'WARRANTY',
  };
  return [
    writeRequest('registerTerminal', {
      context: user,
      externalTerminalId: 'till-1',
      password: 'new-secret',
      name: 'Till 1',
    }),
    writeRequest('submitPaymentReceipt', { context, ersReference: NO_PAYMENT, receiptDocument }),
    writeRequest('assignSeqrId', { context, seqrId: 'CAFE0002' }),
    writeRequest('markTransactionPeriod', {
      context: user,
      parameters: { parameter: { entry } },
    }),
    writeRequest('executeReport', {
      context: user,
      reportId: 'Reconciliation/STD_RECON_006.xml',
      language: 'en',
      parameters: { parameter: { entry: [...entry, period] } },
    }),
    writeRequest('getClientSessionInfo', { context, key: '5d0c-77a1' }),
    writeRequest('requestPurchase', {
      context,
      senderPrincipalId: context.initiatorPrincipalId,
      purchaseOrder: [{ productSpecifier: { productId: '1' }, purchaseCount: 1 }],
    }),
  ];
}
after(() => platform.stop());

/** Every answer is an envelope with a code or a fault, and no failure of ours. */
async function assertSane(body: string | Uint8Array): Promise<void> {
  const { status, text } = await platform.post(body);
  const result = /<resultCode>(\d\d?)<\/resultCode>/.exec(text)?.[1];
  if (status === 200) assert.ok(result !== undefined && result !== '90', text);
  else assert.match(text, /<faultcode>[^<]*(Client|VersionMismatch|MustUnderstand)</);
}

/** What stands in elements that hold text. */
const NASTY = [
  '',
  ' ',
  '\n\t',
  '-1',
  '0',
  '1e309',
  '9'.repeat(40),
  '1'.repeat(400_000),
  'NaN',
  'true',
  "' or 1=1; --",
  '&amp;&lt;&gt;&quot;',
  '&#0;',
  '&#x1;',
  '&#xD800;',
  '&#xFFFE;',
  '\u202e\u0301\ufeff',
  '\u{1f375}'.repeat(1_000),
  '<![CDATA[<x>]]>',
  '<nested><deeper/></nested>',
  '{"json": "\\"}',
  '$1 %s {0} ${x}',
] as const;

test('No text in any element is a failure of ours', async () => {
  const choice = fc.tuple(fc.nat(ENVELOPES - 1), fc.nat(100), fc.constantFrom(...NASTY));
  const property = fc.asyncProperty(choice, async ([which, at, text]) => {
    const envelope = envelopes[which] ?? '';
    const texts = [...envelope.matchAll(/>[^<>]+<\//g)];
    const target = texts[at % texts.length];
    assert.ok(target);
    const from = target.index + 1;
    const until = target.index + target[0].length - 2;
    await assertSane(envelope.slice(0, from) + text + envelope.slice(until));
  });
  await fc.assert(property, { seed: SEED, numRuns: MUTATIONS });
});

test('No broken envelope is a failure of ours', async () => {
  const choice = fc.tuple(
    fc.nat(ENVELOPES - 1),
    fc.nat(),
    fc.nat(40),
    fc.uint8Array({ maxLength: 8 }),
  );
  const property = fc.asyncProperty(choice, async ([which, at, length, bytes]) => {
    const envelope = Buffer.from(envelopes[which] ?? '');
    const from = at % envelope.length;
    const rest = envelope.subarray(from + length);
    await assertSane(Buffer.concat([envelope.subarray(0, from), bytes, rest]));
  });
  await fc.assert(property, { seed: SEED, numRuns: MUTATIONS });
});

test('No element that is missing, doubled or moved is a failure of ours', async () => {
  const choice = fc.tuple(
    fc.nat(ENVELOPES - 1),
    fc.nat(100),
    fc.constantFrom('MISSING', 'DOUBLED', 'MOVED'),
  );
  const property = fc.asyncProperty(choice, async ([which, at, change]) => {
    const envelope = envelopes[which] ?? '';
    const elements = [...envelope.matchAll(/<(\w+)>[^<>]*<\/\1>/g)];
    const target = elements[at % elements.length];
    assert.ok(target);
    const [element] = target;
    const without = envelope.replace(element, '');
    const [head = '', tail = ''] = without.split('</context>');
    await assertSane(
      {
        MISSING: without,
        DOUBLED: envelope.replace(element, element + element),
        MOVED: `${head}</context>${element}${tail}`,
      }[change] ?? '',
    );
  });
  await fc.assert(property, { seed: SEED, numRuns: MUTATIONS });
});
