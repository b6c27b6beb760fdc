/** A flood of wrong passwords, in the worst case: from the address of those who work there. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startSoapEdge } from '../../test/soap-platform.ts';
import type { SoapPlatform } from '../../test/soap-platform.ts';
import { EUR, openSoapShop } from '../../test/soap-shop.ts';
import type { Context, SoapShop } from '../../test/soap-shop.ts';

/** Wrong passwords, each another, and how many at once. */
const GUESSES = 600;
const AT_ONCE = 60;

let platform: SoapPlatform;
let attacked: SoapShop;
let other: SoapShop;
/** Calls that were held back, which the platform does not count as work. */
let heldBack = 0;

before(async () => {
  platform = await startSoapEdge({
    waiting: (work) => {
      heldBack += 1;
      return work();
    },
  });
  attacked = await openSoapShop(platform, 'attacked');
  other = await openSoapShop(platform, 'other');
});
after(() => platform.stop());

/** Guesses passwords of `victims` in turn; answers the codes that came. */
async function flood(victims: readonly Context[]): Promise<Map<number, number>> {
  const codes = new Map<number, number>();
  let guess = 0;
  const guesser = async (): Promise<void> => {
    while (guess < GUESSES) {
      guess += 1;
      const victim = victims[guess % victims.length] ?? attacked.terminal;
      const context = { ...victim, password: `guess ${guess}` };
      const { resultCode } = await platform.call('markTransactionPeriod', { context });
      codes.set(resultCode, (codes.get(resultCode) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, guesser));
  return codes;
}

test('Those who work see no failure, others are let in, and nobody guesses right', async () => {
  const references = [await attacked.issue(), await other.issue()];
  const newcomer = await other.newTerminal();
  const progress = { over: false };
  const flooding = flood([attacked.terminal, attacked.user]).finally(() => {
    progress.over = true;
  });
  let polls = 0;
  while (!progress.over) {
    const [mine = '', theirs = ''] = references;
    const sent = { invoice: { totalAmount: EUR('1.00') } };
    const answers = await Promise.all([
      attacked.status(mine),
      other.status(theirs),
      platform.call('sendInvoice', { context: attacked.terminal, ...sent }),
      platform.call('sendInvoice', { context: polls === 0 ? newcomer : other.terminal, ...sent }),
    ]);
    for (const { resultCode } of answers) assert.equal(resultCode, 0);
    polls += 1;
  }
  assert.deepEqual([...(await flooding)], [[20, GUESSES]]);
  assert.ok(polls > 0, 'there was work meanwhile');
  assert.equal(heldBack, GUESSES, 'every guesser, and nobody else');
});
