/**
 * The samples on the reference pages (`docs/merchant-api`), sent in the order of a merchant's life:
 * each is answered as its page says, but for ids, times and references.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { OPERATION_NAMES, readResponse } from '@seqr-ups/contract';
import type { OperationName, SoapResponse } from '@seqr-ups/contract';
import { hashPassword } from '../src/core/credential.ts';
import { addMerchant } from '../src/core/merchant.ts';
import { completeClientSession, openClientSession } from '../src/core/session-info.ts';
import type { Database } from '../src/db.ts';
import { SESSION_INFO_PATH, SOAP_PATHS } from '../src/soap/edge.ts';
import { startSoapEdge } from './soap-platform.ts';
import type { SoapPlatform } from './soap-platform.ts';
import { addTestCustomer, reserveInvoice } from './soap-purchase.ts';
import { makeAllReports } from './soap-shop.ts';

const MERCHANT_ID = 'cornercafe';
/** What the pages show where every installation has values of its own. */
const SHOWN = {
  terminal: '0c3f5b2a9d7e4f10a6b8c1d2e3f40516',
  invoice: '20261123104512345',
  payment: '2026112310461023400000042',
  refund: '2026112315402210101000077',
  period: '2026112322000512301000044',
  session: '5d0c-77a1',
} as const;

let platform: SoapPlatform;
let db: Database;
/** By what the pages show: what it is here. */
const actual = new Map<string, string>();
const sent = new Set<OperationName>();

before(async () => {
  platform = await startSoapEdge();
  db = platform.database.db;
});
after(() => platform.stop());

const pageOf = (name: string): string =>
  readFileSync(new URL(`../../docs/merchant-api/${name}.md`, import.meta.url), 'utf8');
const envelopesOf = (operation: OperationName): string[] => {
  const blocks = pageOf(operation).matchAll(/```xml\n(.*?)\n```/gs);
  return [...blocks].map(([, xml = '']) => xml);
};

const replaced = (text: string, pairs: Iterable<readonly [string, string]>): string => {
  let out = text;
  for (const [from, to] of pairs) out = out.replaceAll(from, to);
  return out;
};

/** Times, pseudonyms and versions differ from run to run; so do base64 and text of a report. */
const settled = (response: object): unknown =>
  JSON.parse(
    JSON.stringify(response, (key, value: unknown) => {
      if (value instanceof Uint8Array) return settledReport(Buffer.from(value).toString('utf8'));
      if (key === 'contentString') return settledReport(String(value));
      return key === 'paymentDate' || key === 'payerTerminalId' || key === 'version' ? key : value;
    }),
  );
const settledReport = (xml: string): string =>
  replaced(xml, actual)
    .replace(/<GeneratedAt>.*</, '<GeneratedAt><')
    .trim();

/** Sends the sample request of a page; `learnt` are references that its answer makes known. */
async function send<O extends OperationName>(
  operation: O,
  learnt: (response: SoapResponse<O>) => Readonly<Record<string, string | undefined>> = () => ({}),
): Promise<void> {
  const [request = '', shown = ''] = envelopesOf(operation);
  const answer = await platform.post(replaced(request, actual));
  const read = readResponse(operation, Buffer.from(answer.text), answer.type);
  assert.ok(read.kind === 'ANSWER', JSON.stringify(read));
  for (const [from, to] of Object.entries(learnt(read.response))) {
    assert.ok(to, `${operation} answered ${JSON.stringify(read.response)}`);
    actual.set(from, to);
  }
  const expected = readResponse(operation, Buffer.from(replaced(shown, actual)), 'text/xml');
  assert.ok(expected.kind === 'ANSWER');
  assert.deepEqual(settled(read.response), settled(expected.response), operation);
  sent.add(operation);
}

async function addCornerCafe(): Promise<string> {
  const passwordHash = await hashPassword('shop-secret');
  const added = await db.transaction((tx) =>
    addMerchant(tx, {
      id: MERCHANT_ID,
      name: 'Corner Café',
      maximum: { minor: 2_000n, currency: 'EUR' },
      userId: '9900',
      passwordHash,
    }),
  );
  assert.ok(added.ok);
  return addTestCustomer(db, MERCHANT_ID);
}

const register = () =>
  send('registerTerminal', ({ terminalId }) => ({ [SHOWN.terminal]: terminalId }));
const sendInvoice = () =>
  send('sendInvoice', ({ invoiceReference }) => ({ [SHOWN.invoice]: invoiceReference }));

test('every sample is answered as its page says', async () => {
  const customerId = await addCornerCafe();
  await register();
  await send('unregisterTerminal');
  await register();
  await send('assignSeqrId');

  await sendInvoice();
  await send('cancelInvoice');
  await sendInvoice();
  const reference = actual.get(SHOWN.invoice) ?? '';
  await reserveInvoice(db, { customerId, merchantId: MERCHANT_ID, reference });
  await send('updateInvoice');
  await send('commitReservation', ({ ersReference }) => ({ [SHOWN.payment]: ersReference }));
  await send('getPaymentStatus');
  await send('submitPaymentReceipt');

  const user = { id: MERCHANT_ID, type: 'RESELLERUSER', userId: '9900' };
  const { transactionPeriodId = '' } = await platform.call('markTransactionPeriod', {
    context: {
      clientRequestTimeout: '0',
      initiatorPrincipalId: user,
      password: 'shop-secret',
    },
  });
  actual.set(SHOWN.period, transactionPeriodId);
  await makeAllReports(db);
  await send('executeReport');
  await send('markTransactionPeriod', ({ ersReference }) => ({ [SHOWN.period]: ersReference }));
  await send('refundPayment', ({ ersReference }) => ({ [SHOWN.refund]: ersReference }));

  const terminalId = actual.get(SHOWN.terminal) ?? '';
  const { key } = await db.statement((tx) => openClientSession(tx, { terminalId }));
  await db.statement((tx) =>
    completeClientSession(tx, key, [
      { key: 'subscriberKey', value: 'sk-19f2' },
      { key: 'seat', value: '14C' },
    ]),
  );
  actual.set(SHOWN.session, key);
  await send('getClientSessionInfo');
  await send('changePrincipalPassword');

  for (const operation of OPERATION_NAMES.filter((name) => !sent.has(name))) await send(operation);
});

test('the index names every endpoint that there is', () => {
  for (const path of [...SOAP_PATHS, SESSION_INFO_PATH]) {
    assert.ok(pageOf('README').includes(`\`${path}\``), path);
  }
});
