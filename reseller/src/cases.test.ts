import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { caseClient } from './cases.ts';
import type { CaseClient } from './cases.ts';

/** What the platform is asked and answers here. */
let asked: { method: string; url: string; authorization: string; body: string }[] = [];
let answer: { status: number; body: string } = { status: 200, body: '{}' };
const server = createServer((request, reply) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, authorization: headers.authorization ?? '', body });
    reply.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
});
let client: CaseClient;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/soap/merchant/cashregister-2`;
  client = caseClient({ url }, { resellerId: 'demo', userId: '9900', password: 'dämo:1' });
});
after(async () => {
  await client.close();
  server.close();
});

const nextAnswer = (status: number, body: unknown): void => {
  asked = [];
  answer = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
};

test('cases are read page by page, by state, with the credentials of the SOAP API', async () => {
  const page = { items: [], nextCursor: null };
  nextAnswer(200, page);
  assert.deepEqual(await client.cases(), { kind: 'OK', value: page });
  await client.cases({ state: 'OPEN', cursor: 'c1' });
  assert.deepEqual(
    asked.map(({ method, url }) => `${method} ${url}`),
    ['GET /merchant/v1/cases?limit=100', 'GET /merchant/v1/cases?limit=100&state=OPEN&cursor=c1'],
  );
  const [, encoded = ''] = (asked[0]?.authorization ?? '').split(' ');
  assert.equal(Buffer.from(encoded, 'base64').toString(), 'demo/9900:dämo:1');
});

test('an answer is sent as it is, and closes only when told to', async () => {
  nextAnswer(200, { id: 'x' });
  assert.equal((await client.answer('a/b', { text: 'Done' })).kind, 'OK');
  await client.answer('x', { text: 'Done', close: true });
  assert.deepEqual(
    asked.map(({ url, body }) => [url, JSON.parse(body) as unknown]),
    [
      ['/merchant/v1/cases/a%2Fb/answer', { text: 'Done', close: false }],
      ['/merchant/v1/cases/x/answer', { text: 'Done', close: true }],
    ],
  );
});

test('a refusal has its code; anything else is not known', async () => {
  nextAnswer(409, { code: 'TOO_LATE' });
  assert.deepEqual(await client.answer('x', { text: 'y' }), { kind: 'REFUSED', code: 'TOO_LATE' });
  nextAnswer(502, '<html>');
  assert.equal((await client.cases()).kind, 'UNKNOWN');
  nextAnswer(200, `"${'x'.repeat(2_000_000)}"`);
  assert.equal((await client.cases()).kind, 'UNKNOWN');
  const nobody = caseClient(
    { url: 'http://127.0.0.1:1/' },
    { resellerId: 'a', userId: 'b', password: 'c' },
  );
  assert.equal((await nobody.cases()).kind, 'UNKNOWN');
  await nobody.close();
});
