/**
 * Each of the sandbox's machines by the wallet's page and the machine's page together, in a real
 * browser, from the code to the end: what both say, what the money does, and that axe finds nothing
 * wrong with any state on the way.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CreatePurchaseError } from '@seqr-ups/contract';
import { FUNDS_VALUE, openStand, panelWords, visit, words } from './at-the-machine.ts';
import type { Stand, Visit } from './at-the-machine.ts';

/** Customers at machines side by side; more only wait for the processor. */
const AT_ONCE = 4;
const UNTOUCHED = { balance: FUNDS_VALUE, available: FUNDS_VALUE };

let stand: Stand;
before(async () => {
  stand = await openStand();
});
after(() => stand.close());

/** The machine refuses: the wallet says why, nothing is charged, and the machine waits again. */
async function refused(at: Visit, code: CreatePurchaseError, rest: string): Promise<void> {
  await at.typeCode();
  await at.says(words.endings[code].title);
  await at.wallet.getByText('Nothing was charged').first().waitFor();
  await at.displays(rest);
  await at.accessible();
  assert.deepEqual(await at.funds(), UNTOUCHED);
}

/** Code, offer, PIN, and the machine open. */
async function opened(at: Visit): Promise<void> {
  await at.displays('Please scan the code to pay');
  await at.typeCode();
  await at.displays('Confirm with PIN on your phone');
  await at.wallet.getByRole('timer').first().waitFor();
  await at.sameCountdown();
  await at.accessible();
  await at.unlock();
  await at.machine.getByText(panelWords.open, { exact: true }).first().waitFor();
  await at.accessible();
}

async function paid(at: Visit, amount: string, left: string): Promise<void> {
  await at.says(words.receipt.paid);
  await at.wallet.getByText(amount).first().waitFor();
  await at.displays('Please scan the code to pay');
  await at.accessible();
  assert.deepEqual(await at.funds(), { balance: left, available: left });
}

async function released(at: Visit, code: 'NOTHING_TAKEN' | 'NOT_COMMITTED'): Promise<void> {
  const { title, detail } = words.endings[code];
  await at.says(title);
  await at.wallet.getByText(detail).first().waitFor();
  await at.accessible();
  assert.deepEqual(await at.funds(), UNTOUCHED);
}

const IDLE = 'Please scan the code to pay';

/** What happens at each of them, as the design's table says. */
const MACHINES: Readonly<Record<string, readonly [string, (at: Visit) => Promise<void>]>> = {
  '1001': [
    'brews: paid is what was taken, and the cup stands there until it is taken away',
    async (at) => {
      await opened(at);
      await at.press('Coffee');
      await at.displays('Coffee Brewing…');
      await at.displays('Coffee Enjoy!');
      await at.accessible();
      await at.machine.getByRole('button', { name: panelWords.take('Coffee') }).click();
      await at.machine.getByText(panelWords.cupEmpty).waitFor();
      await paid(at, '2.50', '97.50');
    },
  ],
  '1002': [
    'is out of order, on its display and on the phone',
    (at) => refused(at, 'DEVICE_UNAVAILABLE', 'Out of order'),
  ],
  '1003': [
    'sells nothing that cheap: not enough money',
    (at) => refused(at, 'INSUFFICIENT_FUNDS', IDLE),
  ],
  '1004': ['cannot invoice', (at) => refused(at, 'INVOICING_ERROR', IDLE)],
  '1005': ['has a reseller that fails', (at) => refused(at, 'SYSTEM_ERROR', IDLE)],
  '1006': [
    'jams: the bar is stuck, nothing is charged, both say so',
    async (at) => {
      await opened(at);
      await at.press('Chocolate bar');
      await at.displays('Chocolate bar Jammed Not charged');
      await at.machine.getByRole('button', { name: /^Chocolate bar.*Jammed/su }).waitFor();
      await released(at, 'NOTHING_TAKEN');
    },
  ],
  '1007': [
    'has a reseller that never answers: it says so after its deadline',
    async (at) => {
      await at.typeCode();
      await at.says(words.opening.title);
      await at.accessible();
      await at.says(words.endings.SYSTEM_ERROR.title);
      await at.wallet.getByText('Nothing was charged').first().waitFor();
      await at.displays(IDLE);
      assert.deepEqual(await at.funds(), UNTOUCHED);
    },
  ],
  '1008': [
    'sells several in one session, one of them jams: paid are the delivered ones',
    async (at) => {
      await opened(at);
      await at.press('Nuts');
      await at.displays('Nuts Enjoy!');
      await at.press('Crisps');
      await at.displays('Crisps Jammed Not charged');
      await at.accessible();
      await at.press('Apple');
      await at.displays('Apple Enjoy!');
      await at.displays('Please choose Credit 15.70 EUR');
      await at.machine.getByRole('button', { name: panelWords.finish }).click();
      for (const product of ['Nuts', 'Apple']) {
        await at.machine.getByRole('button', { name: panelWords.take(product) }).click();
      }
      await at.machine.getByText(panelWords.trayEmpty).waitFor();
      await paid(at, '4.30', '95.70');
    },
  ],
  '1009': [
    'opens its door, then its reseller falls silent: the money is free at the deadline',
    async (at) => {
      await at.typeCode();
      await at.unlock();
      await at.sameCountdown();
      await at.press('Small locker');
      await at.displays('Small locker Open. Thank you');
      await at.accessible();
      const closing = { name: panelWords.closeDoor('Small locker') };
      await at.machine.getByRole('button', closing).click();
      await released(at, 'NOT_COMMITTED');
    },
  ],
  '1010': [
    'hears of the PIN by the second notification: paid, a little later, and the drum turns',
    async (at) => {
      await opened(at);
      await at.press('Tumble dry');
      await at.displays('Tumble dry Running. Thank you');
      await at.machine.getByText(/^Runs: (30:00|29:\d\d)$/u).waitFor();
      await paid(at, '2.00', '98.00');
    },
  ],
  '1011': [
    'has a reseller that names another merchant’s invoice',
    (at) => refused(at, 'SYSTEM_ERROR', IDLE),
  ],
};

/** The ones that take longest begin first. */
const ORDER = ['1009', '1007', '1010', '1008', '1001', '1006'];

test('a customer at each machine', { concurrency: AT_ONCE }, async (all) => {
  const tokens = [...ORDER, ...Object.keys(MACHINES).filter((token) => !ORDER.includes(token))];
  const visits = tokens.map((token) => {
    const [what, behaviour] = MACHINES[token] ?? [];
    return all.test(`${token} ${what ?? ''}`, async () => {
      const at = await visit(stand, token);
      await behaviour?.(at);
      await at.leave();
    });
  });
  await Promise.all(visits);
});
