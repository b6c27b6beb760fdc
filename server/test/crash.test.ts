/**
 * kill -9 of each process, and of all, with a purchase standing at each point between scan and
 * receipt (T6 of all actors together): every purchase ends properly, the machine's own record is
 * the witness, nothing stays held, and every machine sells again.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PurchaseJson } from '@seqr-ups/contract';
import { PROGRAMS } from '../../tools/sandbox/sandbox.ts';
import { CRASH_POINTS, goOn, offered, panelAt, stockAt } from './crash-point.ts';
import type { CrashPoint, Visit } from './crash-point.ts';
import { FUNDS_VALUE, PRICE_MINOR, openStage } from './stage.ts';
import type { Stage, Victim } from './stage.ts';

type State = PurchaseJson['state'];
/** Ends by point; what is not named is PAID. Two where only the length of the outage decides. */
type Ends = Readonly<Record<string, readonly State[]>>;
type Crash = { readonly name: string; readonly victims: readonly Victim[]; readonly ends: Ends };

/** No machine delivers without having been asked; a jam is never charged. */
const ALWAYS: Ends = { jammed: ['RELEASED'] };
/** The platform cannot know what the reseller would have answered, and never asks twice. */
const UNASKED: Ends = { asked: ['REFUSED'], invoiced: ['REFUSED'] };
/** A machine that starts is locked, and a vend without a result counts as jammed. */
const CUT_OFF: Ends = { unlocked: ['RELEASED'], vending: ['RELEASED'] };

/** On a busy computer: what the reseller may not do any more when it has been away for long. */
const LONG_OUTAGE_MS = 5_000;
const LATE: Ends = { offered: ['PAID', 'CANCELED'], approved: ['PAID', 'RELEASED'] };

const CRASHES: readonly Crash[] = [
  { name: 'the platform', victims: ['platform'], ends: { ...ALWAYS, ...UNASKED } },
  { name: 'the reseller', victims: ['reseller'], ends: { ...ALWAYS, ...UNASKED } },
  { name: 'the machines', victims: ['machines'], ends: { ...ALWAYS, ...CUT_OFF } },
  {
    name: 'PostgreSQL',
    victims: ['database'],
    ends: { ...ALWAYS, asked: ['PAID', 'REFUSED'], invoiced: ['PAID', 'REFUSED'] },
  },
  {
    name: 'everything',
    victims: ['database', ...PROGRAMS],
    ends: { ...ALWAYS, ...UNASKED, ...CUT_OFF },
  },
];
/** A purchase that was being opened ends after 15 s of the platform's clock. */
const OPENED_ENDS_WITHIN_S = 20;

let stage: Stage;
before(async () => {
  stage = await openStage(CRASH_POINTS.map(({ machine }) => machine));
  await Promise.all(CRASH_POINTS.map(assertSells));
});
after(() => stage.close());

type Case = Visit & { readonly point: CrashPoint; readonly stockBefore: number; id: string };

async function visit(point: CrashPoint): Promise<Case> {
  const panel = panelAt(stage, point);
  const [wallet, stockBefore] = [await stage.customer(), await stockAt(panel)];
  return { stage, wallet, panel, point, stockBefore, id: '' };
}

/** The purchase has ended as it must, and the machine's own stock says the same as the bill. */
async function assertEnded(
  { wallet, panel, stockBefore, point }: Case,
  purchase: PurchaseJson,
  ends: Ends,
): Promise<void> {
  const wanted = ends[point.name] ?? ['PAID'];
  assert.ok(wanted.includes(purchase.state), `${purchase.state}: ${JSON.stringify(purchase)}`);
  const delivered = BigInt(stockBefore - (await stockAt(panel)));
  const charged = BigInt((purchase.charged?.value ?? '0.00').replace('.', ''));
  assert.equal(charged, delivered * PRICE_MINOR);
  assert.equal(purchase.state === 'PAID', delivered > 0n);
  const { balance, available } = await wallet.account();
  assert.deepEqual(balance, available, 'nothing is held');
  const left = BigInt(FUNDS_VALUE.replace('.', '')) - charged;
  assert.equal(BigInt(balance.value.replace('.', '')), left);
}

/** The whole of an ordinary purchase: the machine sells. */
async function assertSells(point: CrashPoint): Promise<void> {
  const next = await visit(point);
  const { id } = await offered(next);
  await assertEnded(next, await goOn(next, id), ALWAYS);
}

async function bringAllToTheirPoints(): Promise<Case[]> {
  const cases = await Promise.all(CRASH_POINTS.map(visit));
  await Promise.all(cases.map((one) => one.point.reach(one)));
  for (const one of cases) one.id = (await one.wallet.purchases())[0]?.id ?? '';
  return cases;
}

for (const { name, victims, ends } of CRASHES) {
  test(`kill -9 of ${name}`, { concurrency: true }, async (t) => {
    const cases = await bringAllToTheirPoints();
    const startMs = performance.now();
    await stage.kill(victims);
    await stage.restart(victims);
    const wanted = performance.now() - startMs < LONG_OUTAGE_MS ? ends : { ...ends, ...LATE };
    if (victims.includes('platform') || victims.includes('database')) {
      await stage.advanceClock(OPENED_ENDS_WITHIN_S);
    }
    const endings = cases.map((one) =>
      t.test(`${one.point.name}: it ends properly, and the machine sells again`, async () => {
        await assertEnded(one, await goOn(one, one.id), wanted);
        await one.panel.until('IDLE');
        await assertSells(one.point);
      }),
    );
    await Promise.all(endings);
  });
}
