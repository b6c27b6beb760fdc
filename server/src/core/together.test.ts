import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTogether } from './together.ts';

test('what comes while reads are under way goes together in the next one', async () => {
  const reads: (readonly string[])[] = [];
  const find = readTogether(
    async (keys) => {
      reads.push(keys);
      await new Promise(setImmediate);
      return new Map(keys.map((key) => [key, key.toUpperCase()]));
    },
    { atOnce: 1, keysMax: 3 },
  );
  const found = await Promise.all(['a', 'b', 'c', 'b', 'd'].map(find));
  assert.deepEqual(found, ['A', 'B', 'C', 'B', 'D']);
  assert.deepEqual(reads, [['a'], ['b', 'c'], ['d']]);
});

test('nobody gets what was read before they asked', async () => {
  let value = 1;
  const find = readTogether(
    async () => {
      const seen = value;
      await new Promise(setImmediate);
      return new Map([['key', seen]]);
    },
    { atOnce: 1, keysMax: 10 },
  );
  const before = find('key');
  value = 2;
  assert.deepEqual(await Promise.all([before, find('key')]), [1, 2]);
});

test('a failed read fails those that waited for it, and the next one goes on', async () => {
  let reads = 0;
  const find = readTogether(
    async (keys) => {
      reads += 1;
      if (reads === 1) throw new Error('no database');
      return new Map(keys.map((key) => [key, key]));
    },
    { atOnce: 1, keysMax: 10 },
  );
  const [first, second, third] = await Promise.allSettled([find('a'), find('b'), find('x')]);
  assert.equal(first.status, 'rejected');
  assert.deepEqual(second, { status: 'fulfilled', value: 'b' });
  assert.deepEqual(third, { status: 'fulfilled', value: 'x' });
});
