import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrivals, percentiles, tally } from './statistics.ts';

test('a percentile is a measured value that so many do not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.deepEqual(percentiles(hundred), { p50: 50, p99: 99 });
  assert.deepEqual(percentiles([3, 1, 2]), { p50: 2, p99: 3 });
  assert.deepEqual(percentiles([7.128]), { p50: 7.13, p99: 7.13 });
});

test('the order of the values does not matter and they are left alone', () => {
  const values = [30, 4, 200];
  assert.deepEqual(percentiles(values), { p50: 30, p99: 200 });
  assert.deepEqual(values, [30, 4, 200]);
});

test('nothing measured has no percentile', () => {
  assert.deepEqual(percentiles([]), { p50: null, p99: null });
});

test('the same seed makes the same crowd, another seed another one', () => {
  assert.deepEqual(arrivals(50, 2_000, 7), arrivals(50, 2_000, 7));
  assert.notDeepEqual(arrivals(50, 2_000, 7), arrivals(50, 2_000, 8));
});

test('a crowd comes in order, within its time, at its rate, in bunches', () => {
  const crowd = arrivals(100, 100_000, 1);
  assert.deepEqual(
    crowd,
    crowd.toSorted((a, b) => a - b),
  );
  assert.ok((crowd.at(-1) ?? 0) < 100_000);
  // 10 000 arrivals on average with a standard deviation of 100.
  assert.ok(Math.abs(crowd.length - 10_000) < 500, String(crowd.length));
  const gaps = crowd.slice(1).map((atMs, index) => atMs - (crowd[index] ?? 0));
  // Of exponential gaps 1 - 1/e are shorter than the mean.
  const short = gaps.filter((gapMs) => gapMs < 10).length / gaps.length;
  assert.ok(Math.abs(short - 0.632) < 0.03, String(short));
});

test('reasons are counted, the most frequent first', () => {
  assert.deepEqual(tally(['a', 'b', 'b']), [
    { text: 'b', count: 2 },
    { text: 'a', count: 1 },
  ]);
});
