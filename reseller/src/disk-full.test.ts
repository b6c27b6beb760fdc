import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { testBroker } from '../test/broker.ts';
import { startChild } from '../test/child.ts';
import { TestMachine } from '../test/machine.ts';
import { TestPlatform } from '../test/platform.ts';
import { until } from '../test/wait.ts';

const PROGRAM = new URL('../test/kit-child.ts', import.meta.url);

/**
 * Largest file that the kit's process may write, in blocks of 512 bytes: a few sales fit. They
 * differ by less than one sale, so that the disk is full at another step of it each time.
 */
const LIMITS = [300, 314, 328, 342];
const SALES_MAX = 50;

async function sellUntilFull(blocks: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'seqr-full-'));
  const broker = await testBroker();
  const platform = await TestPlatform.start();
  const machine = await TestMachine.start('m1', broker.url);
  const env = {
    SEQR_TEST_BROKER: broker.url,
    SEQR_TEST_PLATFORM: platform.url,
    SEQR_TEST_JOURNAL: join(folder, 'journal.db'),
  };
  // Node ignores the signal that goes with it, so that a write beyond fails as on a full disk.
  const limited = `ulimit -f ${blocks}; exec "$@"`;
  let kit = await startChild(PROGRAM, env, limited);
  try {
    let refused: string | null = null;
    for (let count = 0; refused === null && count < SALES_MAX; count += 1) {
      const answer = await platform.scan(String(kit.ready['url']), 'm1');
      if (answer.kind === 'INVOICE') await sale(platform, machine, answer.invoiceReference);
      else refused = answer.kind === 'ERROR' ? answer.code : answer.kind;
    }
    assert.equal(refused, 'SYSTEM_ERROR', 'no lease on a full disk');
    assert.ok(platform.all.length > 2, 'some sales fitted');
    for (const invoice of platform.all) {
      await until('settled', () => invoice.state === 'PAID' || invoice.state === 'CANCELED');
      const charged = Number(invoice.charged?.minor ?? 0n);
      const delivered = machine.delivered(invoice.reference);
      assert.ok(charged <= delivered, 'never charged without goods');
      // Only the product that was falling while the disk filled up can be lost, and a person is
      // told.
      if (charged < delivered) assert.ok(kit.lines.some((line) => line.includes('"alarm"')));
    }
    const unlocked = machine.unlocked;
    await kit.kill();
    kit = await startChild(PROGRAM, env);
    const answer = await platform.scan(String(kit.ready['url']), 'm1');
    assert.ok(answer.kind === 'INVOICE', 'with room again the machine sells');
    await sale(platform, machine, answer.invoiceReference);
    await until('paid', () => platform.invoice(answer.invoiceReference).state === 'PAID');
    assert.equal(machine.unlocked, unlocked + 1, 'nothing old was unlocked');
  } finally {
    await kit.kill();
    await machine.stop();
    await platform.stop();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The customer confirms, and takes one product if the machine lets them. */
async function sale(
  platform: TestPlatform,
  machine: TestMachine,
  reference: string,
): Promise<void> {
  const invoice = platform.invoice(reference);
  await platform.approve(reference);
  await until('unlocked or cancelled', () => machine.open ?? invoice.state === 'CANCELED');
  if (invoice.state === 'CANCELED') return;
  await machine.take(1);
  machine.finish();
  await until('settled', () => invoice.state === 'PAID' || invoice.state === 'CANCELED');
}

suite(
  'a full disk: no lease, no unlock, no further vend, and what is journalled is charged',
  () => {
    for (const blocks of LIMITS) test(`${blocks} blocks`, () => sellUntilFull(blocks));
  },
);
