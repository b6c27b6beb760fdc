import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readResponse, writeRequest } from '@seqr-ups/contract';
import { startSoapEdge } from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';
import { openSoapShop } from '../../test/soap-shop.ts';
import type { SoapShop } from '../../test/soap-shop.ts';
import { advanceClock } from '../../test/shop.ts';
import {
  cancelClientSession,
  completeClientSession,
  openClientSession,
  pruneClientSessions,
} from '../core/session-info.ts';
import { SESSION_INFO_PATH } from './edge.ts';

let platform: SoapPlatform;
let shop: SoapShop;

before(async () => {
  platform = await startSoapEdge();
  shop = await openSoapShop(platform, 'cafe');
});
after(() => platform.stop());

const PARAMETERS = [
  { key: 'subscriberKey', value: 'sk-19f2' },
  { key: 'p', value: 'v<&>' },
];
const db = () => platform.database.db;
async function open(): Promise<string> {
  const terminalId = shop.terminal.initiatorPrincipalId.id;
  return (await db().statement((tx) => openClientSession(tx, { terminalId }))).key;
}
const ask = (key: string | undefined) =>
  platform.call('getClientSessionInfo', { context: shop.terminal, key });

test('A session from start to end: 62, its parameters, 60, and 63 a day later', async () => {
  const key = await open();
  assert.equal((await ask(key)).resultCode, 62);
  await db().statement((tx) => completeClientSession(tx, key, PARAMETERS));
  const known = await ask(key);
  assert.equal(known.resultCode, 0);
  assert.deepEqual(known.parameters, { entry: PARAMETERS });
  assert.deepEqual(await ask(key), known, 'as often as wanted');
  await advanceClock(db(), 30 * 60);
  const expired = await ask(key);
  assert.deepEqual([expired.resultCode, expired.parameters], [60, {}]);
  await db().statement((tx) => pruneClientSessions(tx));
  assert.equal((await ask(key)).resultCode, 60);
  await advanceClock(db(), 24 * 60 * 60 + 1);
  await db().statement((tx) => pruneClientSessions(tx));
  assert.equal((await ask(key)).resultCode, 63);
});

test('A session that its customer has left says nothing more: 61', async () => {
  const key = await open();
  await db().statement((tx) => completeClientSession(tx, key, PARAMETERS));
  await db().statement((tx) => cancelClientSession(tx, key));
  assert.deepEqual(await ask(key), {
    resultCode: 61,
    resultDescription: 'AUTHORIZATION_CANCELLED',
    parameters: {},
  });
  await db().statement((tx) => completeClientSession(tx, key, PARAMETERS));
  assert.equal((await ask(key)).resultCode, 61, 'once left, for good');
});

test('A missing, empty or unknown token is 63', async () => {
  for (const key of [undefined, '', 'x', 'x'.repeat(10_000)]) {
    assert.equal((await ask(key)).resultCode, 63);
  }
});

test('Its own endpoint answers, and parameters stand in every answer', async () => {
  const key = await open();
  await db().statement((tx) => completeClientSession(tx, key, PARAMETERS));
  const request = writeRequest('getClientSessionInfo', { context: shop.terminal, key });
  const { text, type } = await platform.post(request, { path: SESSION_INFO_PATH });
  const read = readResponse('getClientSessionInfo', Buffer.from(text), type);
  assert.deepEqual(read.kind === 'ANSWER' && read.response.parameters, { entry: PARAMETERS });
  const wrong = await platform.post(request.replace('till-secret', 'wrong'));
  assert.match(wrong.text, /<resultCode>20<.*<parameters\/?>/);
});

test('The database holds no token that could be asked with', async () => {
  const key = await open();
  const { rows } = await db().statement((tx) =>
    tx.query<{ all: string }>(`select string_agg(s::text, ' ') as all from client_session s`),
  );
  assert.ok(!rows[0]?.all.includes(key));
});
