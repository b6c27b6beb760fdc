import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { eventually } from '../../test/work.ts';
import { openMetrics } from '../metrics.ts';
import { startLoop, type Loop } from './loop.ts';

function start(run: () => Promise<boolean>, options: { intervalMs?: number; gapMs?: number } = {}) {
  const lines: { msg: string }[] = [];
  const log = pino(
    {},
    { write: (line: string) => lines.push(JSON.parse(line) as { msg: string }) },
  );
  const loop: Loop = startLoop({
    name: 'test',
    intervalMs: 5,
    ...options,
    run,
    log,
    metrics: openMetrics(),
  });
  return { loop, lines };
}

test('a loop runs again and again, never twice at once, and not after it has stopped', async () => {
  let runs = 0;
  let running = 0;
  let most = 0;
  const { loop } = start(async () => {
    running += 1;
    most = Math.max(most, running);
    loop.wake();
    await sleep(1);
    running -= 1;
    runs += 1;
    return false;
  });
  await eventually('five runs', () => runs >= 5);
  await loop.stop();
  assert.equal(running, 0);
  const before = runs;
  loop.wake();
  await sleep(20);
  assert.equal(runs, before);
  assert.equal(most, 1);
});

test('while there is more to do it does not pause', async () => {
  let left = 50;
  const { loop } = start(async () => (left -= 1) > 0, { intervalMs: 60_000 });
  await eventually('all done', () => left === 0);
  await loop.stop();
});

test('a wake ends the pause; wakes that come together are answered by one run', async () => {
  let runs = 0;
  const { loop } = start(
    async () => {
      runs += 1;
      return false;
    },
    { intervalMs: 60_000, gapMs: 20 },
  );
  await eventually('the first run', () => runs === 1);
  for (let i = 0; i < 10; i += 1) loop.wake();
  await eventually('the second run', () => runs === 2);
  await sleep(50);
  assert.equal(runs, 2);
  await loop.stop();
});

test('a stop waits for the run under way', async () => {
  let ended = false;
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const { loop } = start(async () => {
    resolve();
    await sleep(30);
    ended = true;
    return false;
  });
  await begun;
  await loop.stop();
  assert.equal(ended, true);
});

test('errors slow it down and are logged when they begin and when they end', async () => {
  let runs = 0;
  const { loop, lines } = start(async () => {
    runs += 1;
    if (runs <= 3) throw new Error('the database is away');
    return false;
  });
  await eventually('it works again', () => runs >= 5);
  await loop.stop();
  assert.deepEqual(
    lines.map((line) => line.msg),
    ['failed; goes on trying', 'works again'],
  );
});
