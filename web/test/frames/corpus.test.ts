/**
 * The wallet's scanner against drawn frames: the rates must not fall. They are the same on every
 * machine; how long it takes is measured by `npm run bench -- wallet`.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothReaders, type Kind, KINDS, sceneOf, show } from './corpus.ts';
import { ASKED, type Condition, FURTHER } from './view.ts';

const SCENES = 6;
/** Of all that is asked for together, in percent. */
const ASKED_FLOOR: Readonly<Record<Kind, number>> = { plain: 97, signed: 95 };
/** No single condition may be lost for that. */
const CONDITION_FLOOR = 66;
/** Of what a code meets besides; a reflection on a corner mark is mostly not read. */
const FURTHER_FLOOR: Readonly<Record<Kind, number>> = { plain: 85, signed: 80 };
const FURTHER_SCENES = 3;

async function rates(
  conditions: readonly Condition[],
  kind: Kind,
  scenes: number,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const condition of conditions) {
    let read = 0;
    for (let index = 0; index < scenes; index += 1) {
      const { looks } = await show(sceneOf(condition, kind, index), bothReaders);
      if (looks !== null) read += 1;
    }
    found.set(condition.name, (100 * read) / scenes);
  }
  return found;
}

function mean(numbers: Iterable<number>): number {
  const all = [...numbers];
  return all.reduce((sum, number) => sum + number, 0) / all.length;
}

for (const kind of KINDS) {
  test(`${kind} codes are read up to 40°, dim, inverted and partly glared`, async () => {
    const found = await rates(ASKED, kind, SCENES);
    const told = JSON.stringify([...found]);
    assert.ok(mean(found.values()) >= ASKED_FLOOR[kind], told);
    for (const rate of found.values()) assert.ok(rate >= CONDITION_FLOOR, told);
  });

  test(`${kind} codes are read small, blurred, moving, grainy, faded and on screens`, async () => {
    const found = await rates(FURTHER, kind, FURTHER_SCENES);
    assert.ok(mean(found.values()) >= FURTHER_FLOOR[kind], JSON.stringify([...found]));
  });
}
