import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MACHINE_FACES, MACHINE_LANGUAGES, MACHINE_STATES } from '@seqr-ups/contract';
import { displayText, type DisplayFacts, type Outcome } from './display.ts';

const FACTS: DisplayFacts = {
  face: 'SPIRAL',
  state: 'IDLE',
  unreachable: false,
  soldOut: false,
  outcome: null,
  credit: { value: '10000.00', currency: 'EUR' },
  vend: { product: 'Nuts', turning: true },
};
const KINDS = ['VENDED', 'JAMMED', 'REFUSED', 'SOLD_OUT', 'TOO_DEAR'] as const;
const OUTCOMES: readonly (Outcome['kind'] | null)[] = [null, ...KINDS];

test('no text of any language is more than three lines of 20 characters', () => {
  const situations = MACHINE_FACES.flatMap((face) =>
    MACHINE_STATES.flatMap((state) =>
      [true, false].flatMap((flag) =>
        OUTCOMES.map((kind): DisplayFacts => ({
          ...FACTS,
          face,
          state,
          unreachable: flag && state === 'IDLE',
          soldOut: flag,
          outcome: kind && { kind, product: 'Nuts' },
          vend: { product: 'Nuts', turning: flag },
        })),
      ),
    ),
  );
  for (const language of MACHINE_LANGUAGES) {
    for (const facts of situations) {
      const text = displayText(facts, language);
      const lines = text.split('\n');
      assert.ok(lines.length <= 3 && lines.every((line) => line !== '' && !line.endsWith(' ')));
      // An ellipsis at the full width would be one of our own words that was cut.
      for (const line of lines) assert.ok(line.length < 20 || !line.endsWith('…'), line);
    }
  }
});

test('a name that is too long for the display is cut, and ends in an ellipsis', () => {
  const outcome = { kind: 'JAMMED', product: 'Sächsische Quarkkeulchen' } as const;
  assert.equal(
    displayText({ ...FACTS, outcome }, 'de'),
    'Sächsische Quarkkeu…\nKlemmt\nNichts berechnet',
  );
});
