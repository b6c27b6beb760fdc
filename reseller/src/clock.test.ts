import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from './clock.ts';

test('a clock set back neither makes time run backwards nor stand still', (t) => {
  const clock = systemClock();
  const before = clock.now();
  t.mock.method(Date, 'now', () => before - 3_600_000);
  const later = clock.now();
  assert.ok(later >= before);
  const untilMs = performance.now() + 5;
  while (performance.now() < untilMs);
  assert.ok(clock.now() >= later + 4);
});

test('a clock set forward, or a computer that slept, moves time forward', (t) => {
  const clock = systemClock();
  const before = clock.now();
  t.mock.method(Date, 'now', () => before + 3_600_000);
  assert.ok(clock.now() >= before + 3_600_000);
});

test('time starts no earlier than what the journal knows of', () => {
  const later = Date.now() + 86_400_000;
  assert.ok(systemClock(later).now() >= later);
});
