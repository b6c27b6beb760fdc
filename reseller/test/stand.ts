import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReseller, mqttLink } from '../src/index.ts';
import type { Log, MachineSettings, Reseller, ResellerOptions } from '../src/index.ts';
import { testBroker } from './broker.ts';
import { CERT, KEY } from './certificate.ts';
import { TestMachine } from './machine.ts';
import { TestPlatform } from './platform.ts';
import { until } from './wait.ts';

/** A line that the kit has reported. */
export type Line = {
  readonly level: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

/** One machine `m1`, its reseller on the kit, and a platform, over the real wires. */
export type Stand = {
  readonly platform: TestPlatform;
  readonly machine: TestMachine;
  readonly brokerUrl: string;
  readonly platformUrl: string;
  readonly journalPath: string;
  readonly lines: Line[];
  reseller: Reseller;
  /** Stops the kit and starts it again on the same journal. */
  restart(change?: Partial<ResellerOptions>): Promise<void>;
  scan(options?: Parameters<TestPlatform['scan']>[2]): ReturnType<TestPlatform['scan']>;
  /** A scan that must succeed; answers the reference. */
  offer(options?: Parameters<TestPlatform['scan']>[2]): Promise<string>;
  alarms(): string[];
  stop(): Promise<void>;
};

/**
 * A second reseller on the same broker and platform, with a journal of its own, that does not wait
 * for its terminal. It runs the same machine, or the one named.
 */
export async function unregistered(
  of: Stand,
  token = 'm1',
): Promise<{ reseller: Reseller; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'seqr-reseller-'));
  const port = mqttLink({ url: of.brokerUrl });
  await port.ready;
  await until('the state of the machine is known', () => port.state('m1'));
  const reseller = await createReseller({
    platform: { url: of.platformUrl },
    merchant: { resellerId: 'demo', userId: '9900', password: 'demo' },
    machines: [{ token, name: 'Snacks' }],
    port,
    journalPath: join(folder, 'journal.db'),
    listen: { host: '127.0.0.1', port: 0, cert: CERT, key: KEY },
  });
  return {
    reseller,
    stop: async () => {
      await reseller.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Builds a stand. `settings` are those of the machine; `broker` an address instead of an embedded
 * one.
 */
export async function stand(
  settings: Partial<MachineSettings> = {},
  broker: string | null = null,
): Promise<Stand> {
  const own = broker === null ? await testBroker() : null;
  const brokerUrl = broker ?? own?.url ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'seqr-reseller-'));
  const journalPath = join(folder, 'journal.db');
  const platform = await TestPlatform.start();
  const machine = await TestMachine.start('m1', brokerUrl);
  const lines: Line[] = [];
  const log: Log = (level, event, fields = {}) => void lines.push({ level, event, fields });

  const start = async (change: Partial<ResellerOptions> = {}): Promise<Reseller> => {
    const port = mqttLink({ url: brokerUrl, log, replyWithinMs: 1_000 });
    await port.ready;
    await until('the state of the machine is known', () => port.state('m1'));
    const reseller = await createReseller({
      platform: { url: platform.url, deadlineMs: 1_000 },
      merchant: { resellerId: 'demo', userId: '9900', password: 'demo' },
      machines: [{ token: 'm1', name: 'Snacks', settings }],
      port,
      journalPath,
      listen: { host: '127.0.0.1', port: 0, cert: CERT, key: KEY },
      log,
      ...change,
    });
    await until('the terminal is registered', () => reseller.isRegistered('m1'));
    return reseller;
  };

  const built: Stand = {
    platform,
    machine,
    brokerUrl,
    platformUrl: platform.url,
    journalPath,
    lines,
    reseller: await start(),
    restart: async (change) => {
      await built.reseller.stop();
      built.reseller = await start(change);
    },
    scan: (options) => platform.scan(built.reseller.createPurchaseUrl, 'm1', options),
    offer: async (options) => {
      const answer = await built.scan(options);
      if (answer.kind !== 'INVOICE') throw new Error(`no offer: ${JSON.stringify(answer)}`);
      return answer.invoiceReference;
    },
    alarms: () => lines.filter((line) => line.level === 'alarm').map((line) => line.event),
    stop: async () => {
      await built.reseller.stop();
      await machine.stop();
      await platform.stop();
      await own?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return built;
}

/** A stand for one test, which needs settings or an end of its own. */
export async function withStand(
  settings: Partial<MachineSettings>,
  work: (s: Stand) => Promise<void>,
): Promise<void> {
  const s = await stand(settings);
  try {
    await work(s);
  } finally {
    await s.stop();
  }
}
