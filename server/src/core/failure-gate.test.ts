import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFailureGate } from './failure-gate.ts';

test('Callers who come one after the other do not wait', async () => {
  let nowMs = 0;
  const gate = createFailureGate(() => nowMs);
  const startMs = performance.now();
  for (let caller = 0; caller < 1_000; caller += 1) {
    await gate.pass();
    nowMs += 2;
  }
  assert.ok(performance.now() - startMs < 1_000);
});

test('A crowd leaves at 500 a second', async () => {
  const gate = createFailureGate(() => performance.now());
  const startMs = performance.now();
  let left = 0;
  const leave = async (): Promise<void> => {
    await gate.pass();
    left += 1;
    const passedMs = performance.now() - startMs;
    assert.ok(left <= passedMs / 2 + 10, `${left} have left after ${passedMs} ms`);
  };
  await Promise.all(Array.from({ length: 300 }, leave));
  assert.equal(left, 300);
});
