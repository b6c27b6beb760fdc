import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pauses } from './pauses.ts';

const LONG_MS = 1_000_000;

test('a wait ends by time with true, by waking or stopping with false', async () => {
  const pauses = new Pauses();
  assert.equal(await pauses.wait(1), true);
  let wake = () => {};
  const woken = pauses.wait(LONG_MS, (given) => {
    wake = given;
  });
  wake();
  assert.equal(await woken, false);
  const waiting = [pauses.wait(LONG_MS), pauses.wait(LONG_MS)];
  pauses.stop();
  assert.deepEqual(await Promise.all(waiting), [false, false]);
  assert.equal(await pauses.wait(LONG_MS), false, 'after the stop nothing waits');
});
