import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { testBroker } from '../test/broker.ts';
import { startChild } from '../test/child.ts';
import type { Child } from '../test/child.ts';
import { TestMachine } from '../test/machine.ts';
import { TestPlatform } from '../test/platform.ts';
import { until } from '../test/wait.ts';

const PROGRAM = new URL('../test/kit-child.ts', import.meta.url);

/**
 * The durable writes of one sale: 1 lease, 2 reference, 3 intent to unlock, 4 unlocked, 5 vend
 * approved, 6 vend delivered, 7 amount to charge, 8 charged. Before write n: everything that
 * follows write n - 1 has happened. After it: nothing of what follows. Left out are the points at
 * which nothing can be lost.
 */
const POINTS =
  'after:1 before:2 after:2 before:3 after:3 before:4 after:4 after:5 before:6 after:6 after:7'
    .split(' ')
    .concat('before:8');
/** Crash points that share this machine's cores at once. */
const AT_ONCE = 3;

/** One sale with the kit killed at `point`, started again, and everything that came of it. */
async function saleKilledAt(point: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'seqr-crash-'));
  const broker = await testBroker();
  const platform = await TestPlatform.start();
  const machine = await TestMachine.start('m1', broker.url);
  const env = {
    SEQR_TEST_BROKER: broker.url,
    SEQR_TEST_PLATFORM: platform.url,
    SEQR_TEST_JOURNAL: join(folder, 'journal.db'),
  };
  let kit: Child | null = null;
  try {
    const first = await startChild(PROGRAM, { ...env, SEQR_TEST_KILL: point });
    const shopping = sale(platform, machine, String(first.ready['url']));
    // Two writes that meet in one turn are one, so the last point may lie beyond the end of the
    // sale.
    const over = shopping.then((reference) => settled(platform, machine, reference));
    await Promise.race([first.ended, over]);
    await first.kill();
    kit = await startChild(PROGRAM, env);
    await over;
    // The customer tries again; an offer that the crash has kept from them is out of the way then
    // (row 14).
    const second = await sale(platform, machine, String(kit.ready['url']));
    assert.notEqual(second, null, 'the machine is free');
    await settled(platform, machine, second);
    assert.equal(platform.invoice(second ?? '').charged?.minor, 250n);
    const left = platform.all.filter(({ state }) => state === 'ISSUED' || state === 'RESERVED');
    assert.deepEqual(left, [], 'nothing stays open');
  } finally {
    await kit?.kill();
    await machine.stop();
    await platform.stop();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A customer scans, confirms, takes one product and closes the door; null when there was no offer.
 */
async function sale(
  platform: TestPlatform,
  machine: TestMachine,
  url: string,
): Promise<string | null> {
  const before = machine.unlocked;
  let answer: Awaited<ReturnType<TestPlatform['scan']>> | null = null;
  // A machine whose last customer was cut off is taken until that is cleared away; a customer tries
  // again.
  await until('an answer', async () => {
    try {
      answer = await platform.scan(url, 'm1');
      return answer.kind !== 'ERROR';
    } catch {
      return true;
    }
  });
  const reference = referenceIn(answer);
  if (reference === null) return null;
  await platform.approve(reference, false);
  await platform.notify(reference).catch(() => {});
  const { state } = await until('unlocked or cancelled', () => {
    const invoice = platform.invoice(reference);
    return machine.unlocked > before || invoice.state === 'CANCELED' ? invoice : null;
  });
  if (state === 'CANCELED') return reference;
  await machine.take(1);
  machine.finish();
  return reference;
}

const referenceIn = (answer: Awaited<ReturnType<TestPlatform['scan']>> | null): string | null =>
  answer?.kind === 'INVOICE' ? answer.invoiceReference : null;

/**
 * The machine's own record is the witness: delivered is charged, undelivered is not, nothing stays
 * held.
 */
async function settled(
  platform: TestPlatform,
  machine: TestMachine,
  reference: string | null,
): Promise<void> {
  if (reference === null) {
    assert.equal(machine.unlocked, 0);
    return;
  }
  const invoice = platform.invoice(reference);
  await until('settled', () => invoice.state === 'PAID' || invoice.state === 'CANCELED');
  assert.equal(Number(invoice.charged?.minor ?? 0n), machine.delivered(reference));
  assert.ok(invoice.commits <= 1);
  const begun = machine.heard.filter(
    (command) => command.type === 'BEGIN_SESSION' && command.invoiceReference === reference,
  );
  assert.ok(begun.length <= 1, 'never told twice to unlock');
}

suite('T6: the kit killed at each durable step of a sale', { concurrency: AT_ONCE }, () => {
  for (const point of POINTS) test(point, () => saleKilledAt(point));
});
