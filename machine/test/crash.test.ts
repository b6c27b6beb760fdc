import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import type { Vend } from '@seqr-ups/contract';
import type { MachineRecord } from '../src/record.ts';
import { scratch, startFleet, testMachine } from './fleet.ts';
import { startProgram } from './program.ts';
import { Reseller, startBroker, until } from './reseller.ts';

const REFERENCE = 'the-invoice';

type Crash = {
  readonly die: 'before' | 'after';
  readonly at: keyof MachineRecord;
  /** What the record must say after the restart. */
  readonly results: readonly Vend['result'][];
  readonly stock: number;
  readonly progress?: 'UNKNOWN';
  /** The reseller's END_SESSION was durable. */
  readonly acknowledged?: true;
};

const CRASHES: readonly Crash[] = [
  { die: 'before', at: 'beginSession', results: [], stock: 3, progress: 'UNKNOWN' },
  { die: 'after', at: 'beginSession', results: [], stock: 3 },
  { die: 'after', at: 'beginVend', results: ['JAMMED'], stock: 3 },
  { die: 'before', at: 'endVend', results: ['JAMMED'], stock: 3 },
  { die: 'after', at: 'endVend', results: ['VENDED'], stock: 2 },
  { die: 'after', at: 'completeSession', results: ['VENDED'], stock: 2 },
  { die: 'after', at: 'endSession', results: ['VENDED'], stock: 2, acknowledged: true },
];

/** One purchase, as far as the dying machine lets it come. */
async function purchaseUntilDeath(address: string, reseller: Reseller): Promise<void> {
  const leaseId = 'lease';
  await reseller.stateIs('dying', 'IDLE');
  await reseller.ask('dying', { type: 'LEASE', leaseId, expiresInMs: 60_000 });
  reseller.send('dying', {
    type: 'BEGIN_SESSION',
    id: 'begin',
    leaseId,
    invoiceReference: REFERENCE,
    funds: { value: '20.00', currency: 'EUR' },
    expiresInMs: 60_000,
  });
  await reseller.hears('SESSION_BEGUN', REFERENCE);
  const selected = fetch(`${address}/api/machines/dying/selections`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"slot":1}',
  });
  // The machine may die before it answers.
  selected.catch(() => {});
  await reseller.answer('dying', REFERENCE, true);
  await reseller.hears('SESSION_COMPLETE', REFERENCE);
  reseller.send('dying', { type: 'END_SESSION', id: 'end', invoiceReference: REFERENCE });
}

async function crashAndTestify(crash: Crash, context: TestContext): Promise<void> {
  const { dir, remove } = scratch();
  context.after(remove);
  // A broker of its own: retained states and repeats of one case stay out of the others.
  const broker = await startBroker();
  context.after(() => broker.stop());
  const reseller = await Reseller.connect(broker.url);
  context.after(() => reseller.close());

  const program = startProgram(import.meta.resolve('./dying-machine.ts'), {
    DIR: dir,
    SEQR_MQTT_URL: broker.url,
    DIE: crash.die,
    AT: crash.at,
  });
  context.after(() => program.child.kill('SIGKILL'));
  const purchase = purchaseUntilDeath(await program.ready(), reseller);
  // What it still waits for when the machine is dead will not come; its own failure counts.
  const end = await Promise.race([program.ended, purchase.then(() => program.ended)]);
  assert.equal(end, 'SIGKILL');
  await until('the last will', () => reseller.state('dying')?.online === false);

  const fleet = await startFleet(dir, broker.url, [testMachine('dying', { singleVend: true })]);
  context.after(() => fleet.stop());
  assert.equal(fleet.record.isUnlocked('dying'), false, 'the door is locked');
  const witness = await Reseller.connect(broker.url);
  context.after(() => witness.close());
  await assertWitness(crash, witness, fleet);
}

suite('a machine killed at each step of a purchase', { concurrency: 2 }, () => {
  for (const crash of CRASHES) {
    test(`killed ${crash.die} ${crash.at}, its record is the witness`, (context) =>
      crashAndTestify(crash, context));
  }
});

async function assertWitness(
  crash: Crash,
  reseller: Reseller,
  fleet: Awaited<ReturnType<typeof startFleet>>,
): Promise<void> {
  const { products } = await reseller.stateIs('dying', 'IDLE');
  assert.equal(products[0]?.stock, crash.stock);

  if (crash.progress === 'UNKNOWN' || crash.acknowledged) {
    assert.deepEqual(fleet.record.untoldSessions('dying'), [], 'nothing to tell');
  } else {
    const { vends } = await reseller.hears('SESSION_COMPLETE', REFERENCE);
    assert.deepEqual(
      vends.map(({ result }) => result),
      crash.results,
    );
  }
  const report = await reseller.ask('dying', { type: 'REPORT', invoiceReference: REFERENCE });
  assert.ok(report.type === 'SESSION_REPORT');
  assert.equal(report.progress, crash.progress ?? 'COMPLETE');
  assert.deepEqual(
    report.vends.map(({ result }) => result),
    crash.results,
  );

  const again = await reseller.unlock('dying', REFERENCE);
  if (crash.progress === 'UNKNOWN') assert.equal(again.type, 'SESSION_BEGUN');
  else assert.equal(again.type === 'REFUSED' && again.reason, 'ALREADY_USED');
}
