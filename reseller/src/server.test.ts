import assert from 'node:assert/strict';
import { request as httpsRequest } from 'node:https';
import { after, before, test } from 'node:test';
import { Agent, request } from 'undici';
import { silent } from './log.ts';
import type { Offer } from './offering.ts';
import { listen } from './server.ts';
import type { Handlers, ResellerServer } from './server.ts';
import { CERT, KEY } from '../test/certificate.ts';
import { until } from '../test/wait.ts';

const INVOICE: Offer['answer'] = { kind: 'INVOICE', invoiceReference: '20261123104512345' };
const PURCHASE = {
  reservationToken: 'm1',
  reservationAmount: '20.00',
  currency: 'EUR',
  msisdn: '46700000001',
};

let server: ResellerServer;
let undelivered = 0;
let asked: Parameters<Handlers['createPurchase']>[] = [];
let answering: Promise<void> = Promise.resolve();
const secrets: string[] = [];
const agent = new Agent({ connect: { ca: CERT } });

before(async () => {
  const handlers: Handlers = {
    createPurchase: async (...question) => {
      asked.push(question);
      await answering;
      return { answer: INVOICE, undelivered: () => void (undelivered += 1) };
    },
    notification: async (secret) => {
      secrets.push(secret);
      return 200;
    },
  };
  const options = { host: '127.0.0.1', port: 0, cert: CERT, key: KEY };
  server = await listen(handlers, options, silent);
});
after(async () => {
  await agent.destroy();
  await server.close();
});

async function post(path: string, body: string, method = 'POST') {
  const url = `https://127.0.0.1:${server.port}${path}`;
  const headers = { 'content-type': 'application/json;charset=UTF-8' };
  const answer = await request(url, {
    method,
    headers,
    dispatcher: agent,
    ...(method === 'GET' ? {} : { body }),
  });
  return {
    status: answer.statusCode,
    type: answer.headers['content-type'],
    text: await answer.body.text(),
  };
}

test('createPurchase answers 200 with content type and field of the contract', async () => {
  const answer = await post('/seqr/createPurchase', JSON.stringify(PURCHASE));
  assert.deepEqual(answer, {
    status: 200,
    type: 'application/json;charset=UTF-8',
    text: '{"invoiceReferenceId":"20261123104512345"}',
  });
  const [asking, maximum] = asked.at(-1) ?? [];
  assert.equal(asking?.reservationToken, 'm1');
  assert.deepEqual(maximum, { minor: 2000n, currency: 'EUR' });
  assert.equal(undelivered, 0);
});

test('amounts as number or with one decimal are read alike', async () => {
  for (const reservationAmount of ['20.0', '20', 20]) {
    await post('/seqr/createPurchase', JSON.stringify({ ...PURCHASE, reservationAmount }));
    assert.deepEqual(asked.at(-1)?.[1], { minor: 2000n, currency: 'EUR' });
  }
});

test('what is no createPurchase is SYSTEM_ERROR with 200; the kit never sees it', async () => {
  const before = asked.length;
  const bodies = ['', '{', '[]', '{}', JSON.stringify({ ...PURCHASE, msisdn: '+46' })];
  for (const body of [...bodies, `{"x":"${'y'.repeat(20_000)}"}`]) {
    const answer = await post('/seqr/createPurchase', body);
    assert.equal(answer.status, 200);
    assert.equal(answer.text, '{"errorCode":"SYSTEM_ERROR"}');
  }
  assert.equal(asked.length, before);
});

test('other paths are 404, other methods 405, other letters of createPurchase 404', async () => {
  assert.equal((await post('/', '')).status, 404);
  assert.equal((await post('/seqr/createpurchase', '')).status, 404);
  assert.equal((await post('/seqr/createPurchase', '', 'GET')).status, 405);
  assert.equal((await post('/seqr/n/abc', '', 'GET')).status, 405);
  assert.equal((await post('/seqr/n/', '')).status, 404);
  assert.equal((await post('/seqr/n/a%2Fb', '')).status, 404);
});

test('a notification hands over its value; query and body do not matter', async () => {
  const answer = await post('/seqr/n/abc-DEF_1?x=1', 'invoiceReference=1');
  assert.deepEqual([answer.status, answer.text], [200, '']);
  assert.equal(secrets.at(-1), 'abc-DEF_1');
});

test('a connection closed before the answer is reported once, even late', async () => {
  const gate = Promise.withResolvers<void>();
  answering = gate.promise;
  asked = [];
  const body = JSON.stringify(PURCHASE);
  const call = httpsRequest({
    host: '127.0.0.1',
    port: server.port,
    path: '/seqr/createPurchase',
    method: 'POST',
    ca: CERT,
    headers: { 'content-length': body.length },
  });
  call.on('error', () => {});
  call.end(body);
  const [, , gone] = await until('asked', () => asked.at(0));
  call.destroy();
  await until('the kit can see it', () => gone.aborted);
  assert.equal(undelivered, 0);
  gate.resolve();
  await until('reported', () => undelivered === 1);
});
