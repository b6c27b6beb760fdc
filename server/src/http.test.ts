import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Agent, request } from 'undici';
import { testAuthority } from '../test/certificate.ts';
import { eventually, testConfig } from '../test/work.ts';
import { openHttpServer } from './http.ts';
import { openMetrics } from './metrics.ts';

const log = pino({ level: 'silent' });

async function start(requestsMax = 2) {
  const metrics = openMetrics();
  const server = await openHttpServer(testConfig({ requestsMax }), log, metrics);
  const gate = Promise.withResolvers<void>();
  server.app.get('/work', async () => {
    await gate.promise;
    return 'done';
  });
  server.app.get('/wait', () =>
    server.waiting(async () => {
      await gate.promise;
      return 'done';
    }),
  );
  server.app.get('/wallet/v1/events', async () => {
    await gate.promise;
    return 'done';
  });
  server.app.get('/bug', async () => {
    throw new Error('a bug');
  });
  const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
  return { server, metrics, url, open: () => gate.resolve() };
}

test('too many requests in work are overload; waiting for others and streams are not', async () => {
  const { server, url, open } = await start(2);
  const quiet = ['/wait', '/wait', '/wait', '/wallet/v1/events', '/wallet/v1/events'];
  const calls = quiet.map((path) => fetch(url + path));
  for (let i = 0; i < 2; i += 1) calls.push(fetch(`${url}/work`));
  await sleep(100);
  assert.equal(server.overloaded(), false);
  calls.push(fetch(`${url}/work`));
  await eventually('overloaded', () => server.overloaded());
  assert.equal(server.overloaded('UNDER_WAY'), false, 'purchases under way go on');
  for (let i = 0; i < 2; i += 1) calls.push(fetch(`${url}/work`));
  await eventually('overloaded altogether', () => server.overloaded('UNDER_WAY'));
  open();
  for (const answer of await Promise.all(calls)) assert.equal(await answer.text(), 'done');
  await eventually('no longer', () => !server.overloaded());
  await server.stop();
});

test('a client that leaves is no longer work', async () => {
  const { server, url, open } = await start(1);
  const leaving = new AbortController();
  const calls = [1, 2].map(() => fetch(`${url}/work`, { signal: leaving.signal }).catch(() => {}));
  await eventually('overloaded', () => server.overloaded());
  leaving.abort();
  await eventually('no longer', () => !server.overloaded());
  await Promise.all(calls);
  open();
  await server.stop();
});

test('a stop lets a request under way finish and accepts no more', async () => {
  const { server, metrics, url, open } = await start();
  const call = fetch(`${url}/work`);
  await eventually('in work', async () => (await metrics.registry.metrics()).includes('in_work 1'));
  const stopped = server.stop();
  await eventually('closed', () =>
    fetch(`${url}/bug`).then(
      () => false,
      () => true,
    ),
  );
  open();
  assert.equal(await (await call).text(), 'done');
  await stopped;
});

test('a bug is answered without its text, and counted', async () => {
  const { server, metrics, url } = await start();
  const answer = await fetch(`${url}/bug`);
  assert.equal(answer.status, 500);
  assert.doesNotMatch(await answer.text(), /a bug/);
  await eventually('counted', async () =>
    (await metrics.registry.metrics()).includes('count{edge="pages",route="/bug",status="500"} 1'),
  );
  await server.stop();
});

test('with certificate and key it speaks TLS; unusable ones are named', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'seqr-ups-tls-'));
  const authority = await testAuthority();
  const { cert, key } = await authority.issue(['127.0.0.1']);
  const tls = { certificatePath: join(directory, 'cert'), keyPath: join(directory, 'key') };
  await assert.rejects(
    openHttpServer(testConfig({ tls }), log, openMetrics()),
    /^Error: SEQR_TLS_CERT cannot be read/,
  );
  await writeFile(tls.certificatePath, cert);
  await writeFile(tls.keyPath, 'nonsense');
  await assert.rejects(
    openHttpServer(testConfig({ tls }), log, openMetrics()),
    /SEQR_TLS_KEY do not work/,
  );
  await writeFile(tls.keyPath, key);
  const server = await openHttpServer(testConfig({ tls }), log, openMetrics());
  server.app.get('/', async () => 'secret');
  const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const dispatcher = new Agent({ connect: { ca: authority.pem } });
  const answer = await request(url, { dispatcher });
  assert.equal(await answer.body.text(), 'secret');
  await dispatcher.close();
  await server.stop();
  await rm(directory, { recursive: true });
});
