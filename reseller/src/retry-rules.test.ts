import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RETRY_RULES, pauseMs, verdictOf } from './retry-rules.ts';
import type { ResellerOperation } from './retry-rules.ts';

const answer = (code: number) => ({ kind: 'ANSWER', code }) as const;

test('lost answers, 93 and 94 are repeated for every operation', () => {
  for (const operation of Object.keys(RETRY_RULES) as ResellerOperation[]) {
    assert.equal(verdictOf(operation, { kind: 'UNKNOWN', reason: 'cut' }), 'REPEAT');
    assert.equal(verdictOf(operation, answer(93)), 'REPEAT');
    assert.equal(verdictOf(operation, answer(94)), 'REPEAT');
  }
});

test('90 is repeated, but for an update, whose invoice may be paid', () => {
  assert.equal(verdictOf('commitReservation', answer(90)), 'REPEAT');
  assert.equal(verdictOf('cancelInvoice', answer(90)), 'REPEAT');
  assert.equal(verdictOf('updateInvoice', answer(90)), 'ASK_STATUS');
});

test('the codes that mean "it has happened" are success', () => {
  assert.equal(verdictOf('cancelInvoice', answer(95)), 'DONE');
  assert.equal(verdictOf('unregisterTerminal', answer(29)), 'DONE');
  assert.equal(verdictOf('updateInvoice', answer(95)), 'REFUSED');
});

test('50, 51 and 96 send the caller to the status; the rest is refused', () => {
  assert.equal(verdictOf('cancelInvoice', answer(50)), 'ASK_STATUS');
  assert.equal(verdictOf('cancelInvoice', answer(51)), 'ASK_STATUS');
  assert.equal(verdictOf('commitReservation', answer(96)), 'ASK_STATUS');
  for (const code of [11, 20, 21, 29, 33, 37, 49, 54, 91, 77]) {
    assert.equal(verdictOf('commitReservation', answer(code)), 'REFUSED', String(code));
  }
});

test('pauses double up to ten seconds, less a random half', () => {
  const longest = [1, 2, 3, 4, 20].map((attempt) => pauseMs(attempt, 0));
  assert.deepEqual(longest, [200, 400, 800, 1_600, 10_000]);
  const shortest = [1, 2, 3, 4, 20].map((attempt) => pauseMs(attempt, 1));
  assert.deepEqual(shortest, [100, 200, 400, 800, 5_000]);
});
