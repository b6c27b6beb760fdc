/**
 * The long form of the crash tests (T3, T4 and T6 of all actors together): customers buy without
 * end while random processes are killed and random calls and answers between reseller and platform
 * are lost. Prints its seed and figures; exits 1 when a purchase never ends, the books are not in
 * order, or the machines' own record says other than the bills.
 *
 * node server/test/crash-long.ts --seconds 60 --seed 1
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { PurchaseJson } from '@seqr-ups/contract';
import { PROGRAMS } from '../../tools/sandbox/sandbox.ts';
import { panel } from './actors.ts';
import type { Wallet } from './actors.ts';
import { nextStep } from './crash-point.ts';
import type { Loss, Rule } from './soap-proxy.ts';
import { openStage, stageMachine } from './stage.ts';
import type { Stage, Victim } from './stage.ts';

/** More customers than machines, so that they meet. */
const CUSTOMERS = 8;
const MACHINES = ['a', 'b', 'c', 'd', 'jams'];
/** A customer has money for 40 purchases; then the next one comes. */
const SCANS_EACH = 40;
const IMPATIENT_AFTER_MS = 60_000;
const LOOK_MS = 50;
const ALIVE_MS = [300, 3_000] as const;
const DOWN_MS = [0, 1_000] as const;
const LOSS_EVERY_MS = 200;
/** One offer in so many is left or cancelled. */
const CHANGES_MIND = 8;
/** Beyond every deadline of an offer, then of a reservation. */
const DEADLINES_S = [200, 700];
const SETTLED_WITHIN_MS = 15_000;
const VICTIMS: readonly Victim[] = ['database', ...PROGRAMS];
const LOSSES: readonly Loss[] = ['CUT_CALL', 'CUT_ANSWER', 'HOLD_ANSWER'];
const OPERATIONS: readonly Rule['operation'][] = [
  'sendInvoice',
  'getPaymentStatus',
  'updateInvoice',
  'commitReservation',
  'cancelInvoice',
];

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
if (!(seconds > 0) || !Number.isInteger(seed)) throw new Error('--seconds and --seed are numbers.');

/** Numbers in [0, 1) that a seed repeats (mulberry32); how they meet the processes it does not. */
let state = seed;
function random(): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
const between = ([low, high]: readonly [number, number]): number => low + random() * (high - low);
function oneOf<T>(list: readonly T[]): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error('an empty list');
  return found;
}

const figures: Record<string, number> = { kills: 0, losses: 0, lostSight: 0 };
const count = (what: string): void => void (figures[what] = (figures[what] ?? 0) + 1);

/** While a process is down its callers' connections break: a person tries again. */
async function tolerant<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    await sleep(LOOK_MS);
    return null;
  }
}

/** One scan at a random machine, and if there is an offer all that follows. */
async function buy(stage: Stage, wallet: Wallet): Promise<void> {
  const visit = { stage, wallet, panel: panel(stage.sandbox.machines, oneOf(MACHINES)) };
  const answer = await tolerant(async () => wallet.scan((await visit.panel.look()).qr));
  if (answer === null || answer.status > 201) {
    await sleep(LOOK_MS);
    return;
  }
  const { id } = answer.body;
  if (random() < 1 / CHANGES_MIND) {
    if (random() < 0.5) await tolerant(() => wallet.cancel(id));
    return;
  }
  const endMs = performance.now() + IMPATIENT_AFTER_MS;
  let ended: PurchaseJson | null = null;
  while (ended === null && performance.now() < endMs) {
    ended = await tolerant(() => nextStep(visit, id));
    if (ended === null) await sleep(LOOK_MS);
  }
  count(ended?.state ?? 'lostSight');
}

async function shop(stage: Stage, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const wallet = await tolerant(() => stage.customer());
    if (wallet === null) continue;
    for (let scans = 0; scans < SCANS_EACH && !isOver(); scans += 1) await buy(stage, wallet);
  }
}

async function killAtRandom(stage: Stage, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await sleep(between(ALIVE_MS));
    const victims = VICTIMS.filter(() => random() < 0.4);
    await stage.kill(victims);
    await sleep(between(DOWN_MS));
    await stage.restart(victims);
    for (const victim of victims) count(`killed ${victim}`);
    count('kills');
  }
}

async function loseAtRandom(stage: Stage, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    stage.proxy.arm({ operation: oneOf(OPERATIONS), loss: oneOf(LOSSES), times: 1 });
    count('losses');
    await sleep(LOSS_EVERY_MS);
  }
}

async function unfinished(stage: Stage): Promise<unknown[]> {
  const { rows } = await stage.sandbox.db.statement((tx) =>
    tx.query(
      `select id, state, machine_token, invoice_reference from purchase
       where deadline is not null order by id`,
    ),
  );
  return rows;
}

/** Lets everything come to its end; what remains is stuck. */
async function settle(stage: Stage): Promise<unknown[]> {
  stage.proxy.letGo();
  let left: unknown[] = [];
  for (const deadlineS of [0, ...DEADLINES_S]) {
    await stage.advanceClock(deadlineS);
    const endMs = performance.now() + SETTLED_WITHIN_MS;
    do {
      await sleep(LOOK_MS);
      left = await unfinished(stage);
    } while (left.length > 0 && performance.now() < endMs);
  }
  return left;
}

console.log(`seed ${seed}, ${seconds} s`);
const stage = await openStage(
  MACHINES.map((token) => stageMachine(token, token === 'jams' ? { jammingSlots: [1, 2] } : {})),
  { SEQR_UNAPPROVED_OFFERS: '100000' },
);
const endMs = performance.now() + seconds * 1000;
const isOver = (): boolean => performance.now() > endMs;
await Promise.all([
  killAtRandom(stage, isOver),
  loseAtRandom(stage, isOver),
  ...Array.from({ length: CUSTOMERS }, () => shop(stage, isOver)),
]);
const stuck = await settle(stage);
console.log(JSON.stringify({ seed, ...figures, stuck: stuck.length }));
if (stuck.length > 0) console.log(stuck);
try {
  await stage.close();
  if (stuck.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
process.exit();
