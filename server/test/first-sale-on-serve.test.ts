/**
 * The first sale of a real installation: an empty data directory, `seqr serve`, everything set up
 * by the operator's commands alone, one purchase by all five actors, the payout, the audit.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FleetMachine } from '@seqr-ups/contract';
import { runSeqr, startSeqr } from '../../tools/cli/test/command-line.ts';
import { sandboxCertificates } from '../../tools/sandbox/certificates.ts';
import { startProgram } from '../../tools/sandbox/program.ts';
import type { Program } from '../../tools/sandbox/program.ts';
import { panel, signIn } from './actors.ts';

const MACHINE: FleetMachine = {
  token: 'k1',
  name: 'Kiosk',
  place: null,
  products: [{ slot: 1, name: 'Tea', price: { value: '2.50', currency: 'EUR' }, stock: 5 }],
  singleVend: true,
  vendMs: 50,
  jammingSlots: [],
  outOfService: false,
};
/** Longest start of `serve`: a new database, and on a fresh clone the wallet's build. */
const SERVE_LIMIT_MS = 60_000;

const dataDir = await mkdtemp(join(tmpdir(), 'seqr-first-sale-'));
const fleetPath = join(dataDir, 'fleet.json');
await writeFile(fleetPath, JSON.stringify([MACHINE]));
const stops: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
after(async () => {
  for (const stop of stops.toReversed()) await stop();
});

/** One of the operator's commands, done; its answer for programs. */
async function operator(
  words: readonly string[],
  stdin?: string,
): Promise<Record<string, unknown>> {
  const environment = { SEQR_DATA_DIR: dataDir };
  const { code, stdout, stderr } = await runSeqr([...words, '--json'], environment, stdin);
  assert.equal(code, 0, `seqr ${words.join(' ')}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** `seqr serve` on a free port; returns the platform's address, and ends it cleanly afterwards. */
async function serve(): Promise<string> {
  const child = startSeqr(['serve'], {
    SEQR_DATA_DIR: dataDir,
    SEQR_PORT: '0',
    SEQR_OUTBOUND_ALLOW: '127.0.0.0/8',
    SEQR_LOG_LEVEL: 'warn',
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = once(child, 'exit');
  stops.push(async () => {
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null], log);
  });
  const lines = createInterface({
    input: child.stdout,
    signal: AbortSignal.timeout(SERVE_LIMIT_MS),
  });
  const { value, done } = await lines[Symbol.asyncIterator]().next();
  assert.ok(!done, `serve ended before it listened: ${log}`);
  const ready = JSON.parse(value) as { event: string; platform: string; database: number };
  assert.equal(ready.event, 'listening');
  assert.ok(ready.database > 0, 'the embedded database');
  return ready.platform;
}

async function actor(
  name: string,
  script: string,
  environment: Readonly<Record<string, string>>,
): Promise<Program> {
  const program = await startProgram({
    name,
    script: fileURLToPath(new URL(script, import.meta.url)),
    environment: { SEQR_DATA_DIR: dataDir, SEQR_FLEET: fleetPath, ...environment },
    logPath: join(dataDir, `${name}.log`),
  });
  stops.push(() => program.stop());
  return program;
}

test('an operator sets all up, a customer buys, the merchant is paid out', async () => {
  const platform = await serve();
  const certificates = await sandboxCertificates(join(dataDir, 'certificates'));

  const named = ['--name', 'Kiosk Ltd', '--maximum', '20.00 EUR'];
  const merchant = await operator(['merchant', 'add', 'kiosk', ...named]);
  const reseller = await actor('reseller', '../../reseller/demo/main.ts', {
    SEQR_PLATFORM_URL: platform,
    SEQR_DEMO_MERCHANT: 'kiosk',
    SEQR_DEMO_PASSWORD: String(merchant['password']),
    SEQR_DEMO_PORT: '0',
    SEQR_DEMO_TLS_CERT: certificates.certificatePath,
    SEQR_DEMO_TLS_KEY: certificates.keyPath,
  });
  const settings = ['--maximum', '15.00 EUR', '--commit-timeout-max', '900'];
  settings.push('--create-purchase-url', String(reseller.ready['reseller']));
  settings.push('--ca-file', join(dataDir, 'certificates', 'ca.pem'));
  await operator(['merchant', 'set', 'kiosk', ...settings]);
  await operator(['machine', 'add', 'kiosk', 'k1', '--name', 'Tea kiosk', '--place', 'Hall']);
  const ebba = ['--name', 'Ebba', '--currency', 'EUR', '--pin-file', '-'];
  const customer = await operator(['customer', 'add', '+46 70 000 00 09', ...ebba], '4711\n');
  await operator(['account', 'fund', '--customer', '46700000009', '100.00', 'EUR']);

  const machines = await actor('machines', '../../machine/src/main.ts', {
    SEQR_MACHINE_PORT: '0',
    SEQR_MQTT_URL: String(reseller.ready['mqtt']),
    SEQR_MERCHANT_ID: 'kiosk',
  });
  const kiosk = panel(String(machines.ready['machines']), 'k1');
  const { qr } = await kiosk.until('IDLE');
  const stolen = await signIn(platform, '46700000009', '4711');
  const wallet = await signIn(platform, '46700000009', '4711', String(customer['code']));
  const offer = await wallet.scan(qr);
  assert.equal(offer.status, 201, JSON.stringify(offer.body));
  assert.deepEqual(offer.body.merchant, { id: 'kiosk', name: 'Kiosk Ltd' });
  assert.deepEqual(offer.body.machine, { token: 'k1', name: 'Tea kiosk', place: 'Hall' });
  assert.deepEqual(offer.body.maximum, { value: '15.00', currency: 'EUR' });
  const unsigned = await stolen.approve(offer.body, '4711');
  assert.deepEqual([unsigned.status, unsigned.body.code], [403, 'DEVICE_REQUIRED']);
  assert.equal((await wallet.approve(offer.body, '4711')).status, 200);
  await kiosk.until('UNLOCKED');
  assert.equal((await kiosk.select(1)).result, 'VENDED');
  const paid = await wallet.until(offer.body.id, 'PAID');
  assert.deepEqual(paid.charged, { value: '2.50', currency: 'EUR' });

  const { devices } = await operator(['customer', 'devices', '46700000009']);
  const [phone] = devices as { id: string; state: string }[];
  assert.equal(phone?.state, 'ACTIVE');
  const { signatures } = await operator(['customer', 'signatures', '46700000009']);
  const [signed, ...others] = signatures as { purchaseId: string; holds: boolean; text: string }[];
  assert.deepEqual([signed?.purchaseId, signed?.holds, others], [offer.body.id, true, []]);
  assert.match(signed?.text ?? '', /^SEQR approval\n.*\nkiosk\nk1\n15\.00 EUR$/s);
  await operator(['customer', 'device', 'remove', '46700000009', phone.id]);
  assert.deepEqual(await operator(['customer', 'devices', '46700000009']), { devices: [] });

  const left = await operator(['account', 'show', '--customer', '46700000009']);
  assert.deepEqual(left['available'], { value: '97.50', currency: 'EUR' });
  const payout = await operator(['account', 'payout', '--merchant', 'kiosk', '2.50 EUR']);
  assert.deepEqual(payout['balance'], { value: '0.00', currency: 'EUR' });
  assert.deepEqual(await operator(['audit']), { findings: [] });
});
