import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OPERATIONS, wsdl, xsd } from '@seqr-ups/contract';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { docsEdge } from './edge.ts';
import { page } from './pages.ts';

let app: FastifyInstance;
before(async () => {
  app = fastify();
  await app.register(docsEdge, {
    config: { publicUrl: 'https://pay.example' },
    log: pino({ level: 'silent' }),
    soapPath: '/soap/x',
  });
});
after(() => app.close());

const get = async (url: string) => app.inject({ method: 'GET', url });

test('every operation has a page, which the index links', async () => {
  const index = await get('/docs');
  assert.equal(index.statusCode, 200);
  assert.equal(index.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal((await get('/docs/')).body, index.body);
  for (const name of Object.keys(OPERATIONS)) {
    assert.ok(index.body.includes(`<a href="/docs/${name}">${name}</a>`), name);
    const { statusCode, body } = await get(`/docs/${name}`);
    assert.equal(statusCode, 200, name);
    assert.ok(body.includes(`<h1 id="${name.toLowerCase()}">${name}</h1>`), name);
  }
});

test('every link inside the pages leads to a page, and to a heading of it', async () => {
  const names = ['', 'types', 'result-codes', 'reports', ...Object.keys(OPERATIONS)];
  const bodies = new Map<string, string>();
  for (const name of names) {
    const path = name === '' ? '/docs' : `/docs/${name}`;
    bodies.set(path, (await get(path)).body);
  }
  bodies.set('/docs/merchant.wsdl', '').set('/docs/merchant.xsd', '').set('/docs/style.css', '');
  for (const [from, body] of bodies) {
    for (const [, href = ''] of body.matchAll(/href="([^"]*)"/g)) {
      const [path = '', fragment] = href.split('#');
      const target = bodies.get(path === '' ? from : path);
      assert.ok(target !== undefined, `${from}: ${href}`);
      assert.ok(fragment === undefined || target.includes(` id="${fragment}"`), `${from}: ${href}`);
    }
  }
});

test('WSDL and XSD are there to be downloaded; the WSDL names the public address', async () => {
  const contract = await get('/docs/merchant.wsdl');
  assert.equal(contract.headers['content-type'], 'text/xml; charset=utf-8');
  assert.equal(contract.body, wsdl('https://pay.example/soap/x'));
  assert.equal((await get('/docs/merchant.xsd')).body, xsd());
});

test('pages run nothing, load nothing from elsewhere and stay in no frame', async () => {
  const { headers } = await get('/docs/sendInvoice');
  assert.equal(
    headers['content-security-policy'],
    "default-src 'none';style-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  );
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal((await get('/docs/style.css')).statusCode, 200);
});

test('what is no page is not found', async () => {
  for (const path of [
    'none',
    'README',
    '..%2f..%2fpackage.json',
    'types.md',
    'constructor',
    '%00',
  ]) {
    assert.equal((await get(`/docs/${path}`)).statusCode, 404, path);
  }
});

test('a page is a document with headings to link to, and without markup of its source', () => {
  const html = page('<!-- made -->\n\n# A <b> & `c`\n\n| x |\n|---|\n| [t](types.md#a-b) |\n');
  assert.ok(html.includes('<title>A &lt;b&gt; &amp; `c` · SEQR merchant API</title>'));
  assert.ok(html.includes('<a href="/docs/types#a-b">t</a>'));
  assert.ok(html.includes('<th scope="col">x</th>'));
  assert.ok(!html.includes('<!--') && !html.includes('<b>'));
});
