import assert from 'node:assert/strict';
import { test } from 'node:test';

import { envelopeAt, runTrial } from './trial.ts';

/** Envelopes of the short form; the long one is `node tools/corpus/main.ts`. */
const COUNT = 8000;
/** Far above what any envelope needs, so that only runaway time fails, on a busy machine too. */
const LIMIT_MS = 3000;

test('T9, short: changed envelopes end as a call or a fault and read the same again', (t) => {
  const seed = Number(process.env['SEQR_SEED'] ?? 20_261_123);
  t.diagnostic(`seed ${seed}`);
  const figures = runTrial({ seed, from: 0, to: COUNT, limitMs: LIMIT_MS });
  assert.deepEqual(figures.findings, []);
  assert.equal(figures.envelopes, COUNT);
  const { calls, answers, faults } = figures;
  const enough = [calls, answers, faults].every((count) => count > COUNT / 100);
  assert.ok(enough, JSON.stringify({ calls, answers, faults }));
});

test('an envelope of a run can be made again from seed and index', () => {
  assert.deepEqual(envelopeAt(1, 77), envelopeAt(1, 77));
  assert.notDeepEqual(envelopeAt(1, 77).body, envelopeAt(1, 78).body);
  assert.notDeepEqual(envelopeAt(1, 77).body, envelopeAt(2, 77).body);
});

test('a parse above the limit is a finding', () => {
  const { findings } = runTrial({ seed: 1, from: 0, to: 50, limitMs: 0 });
  assert.equal(findings.length, 20);
  assert.ok(findings.every(({ kind }) => kind === 'OVERLONG'));
});
