import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, ratioByTurns } from './soap-statistics.ts';

test('a turn in which the machine was slow for both changes nothing', () => {
  const turns = [
    { first: 300, second: 100 },
    { first: 31, second: 10 },
    { first: 290, second: 100 },
  ];
  assert.equal(ratioByTurns(turns), 3);
});

test('one turn that went wrong for one of the two does not decide', () => {
  const turns = [
    { first: 400, second: 100 },
    { first: 400, second: 1 },
    { first: 400, second: 100 },
  ];
  assert.equal(ratioByTurns(turns), 4);
});

test('nothing measured has no ratio and no median', () => {
  assert.equal(ratioByTurns([]), null);
  assert.equal(median([]), null);
  assert.equal(median([5, 1, 3]), 3);
});
