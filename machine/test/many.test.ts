import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { scratch, startFleet, testMachine } from './fleet.ts';
import { Reseller, startBroker, until } from './reseller.ts';

const MACHINES = 256;
const { dir, remove } = scratch();
after(remove);

test('256 machines in one process sell at the same time and rest cheaply', async (context) => {
  const broker = await startBroker();
  const tokens = Array.from({ length: MACHINES }, (_, index) => `m${index}`);
  const before = process.memoryUsage().rss;
  const fleet = await startFleet(
    dir,
    broker.url,
    tokens.map((token) => testMachine(token, { singleVend: true, vendMs: 5 })),
  );
  const reseller = await Reseller.connect(broker.url);
  await until('all of them', () => tokens.every((token) => reseller.state(token)?.online));
  const grown = (process.memoryUsage().rss - before) / 1024 / MACHINES;
  context.diagnostic(`${grown.toFixed(0)} KiB a machine, broker and test's end included`);

  const started = { cpu: process.cpuUsage(), at: performance.now() };
  const results = await Promise.all(
    tokens.map(async (token) => {
      await reseller.unlock(token, token);
      const selected = fleet.machine(token).select(1);
      await reseller.answer(token, token, true);
      await reseller.hears('SESSION_COMPLETE', token);
      await reseller.ask(token, { type: 'END_SESSION', invoiceReference: token });
      return (await selected).result;
    }),
  );
  const cpu = process.cpuUsage(started.cpu);
  const perSale = (cpu.user + cpu.system) / 1000 / MACHINES;
  const tookMs = performance.now() - started.at;
  context.diagnostic(`${perSale.toFixed(2)} ms CPU a sale, ${tookMs.toFixed(0)} ms for all`);
  assert.deepEqual(new Set(results), new Set(['VENDED']));
  for (const token of tokens) assert.equal(fleet.record.stock(token).get(1), 2);

  await reseller.close();
  await fleet.stop();
  await broker.stop();
});
