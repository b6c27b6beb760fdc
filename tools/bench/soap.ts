/**
 * `npm run bench -- soap`: the merchant API's codec, server, polls and floods of wrong passwords
 * in figures. docs/performance.md says what they mean.
 */

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureCodec } from './soap-codec.ts';
import { exchangeBytes } from './soap-exchange.ts';
import { measureFlood } from './soap-flood.ts';
import { startLoadClient } from './soap-load-client.ts';
import { measurePolling } from './soap-polling.ts';
import { countQueries } from './soap-queries.ts';
import { figures, table } from './soap-report.ts';
import type { SoapMeasured } from './soap-report.ts';
import { measureRoundTrip } from './soap-round-trip.ts';
import { openWorld } from './soap-world.ts';

const HELP = `npm run bench -- soap [options]: the merchant SOAP API in figures.

  --flood-seconds N  how long wrong passwords come in all, at most 100,000 of them, 60
  --quick            a short look: all parts shorter, --flood-seconds 6
  --json-only        nothing but the last line
  --help             this text

Codec and server are compared with the "soap" package of npm. Polls and wrong passwords go to a
platform of its own, with its database in a folder under SEQR_DATA_DIR (./.data), which is removed
in the end. Listens on loopback only. The last line on stdout is one JSON object. The exit code is
1 when a call failed that should not.
`;

const FLOOD_SECONDS_MAX = 600;

type SoapOptions = {
  readonly quick: boolean;
  readonly jsonOnly: boolean;
  readonly floodMs: number;
};

/** Runs the benchmark with the words after `soap`; answers the exit code. */
export async function benchSoap(words: readonly string[]): Promise<number> {
  let options: SoapOptions | null;
  try {
    options = readOptions(words);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  if (options === null) {
    process.stdout.write(HELP);
    return 0;
  }
  const measured = await measureAll(options);
  if (!options.jsonOnly) process.stdout.write(`${table(measured)}\n`);
  process.stdout.write(`${JSON.stringify(figures(measured))}\n`);
  const { polling, flood } = measured;
  const failures = [polling.failures, flood.otherFailures, flood.attackedFailures].flat();
  return failures.length === 0 ? 0 : 1;
}

/** Null: the help is asked for. */
function readOptions(words: readonly string[]): SoapOptions | null {
  const { values } = parseArgs({
    args: [...words],
    options: {
      'flood-seconds': { type: 'string' },
      quick: { type: 'boolean', default: false },
      'json-only': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const text = values['flood-seconds'] ?? (values.quick ? '6' : '60');
  const seconds = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > FLOOD_SECONDS_MAX) {
    throw new Error(`--flood-seconds must be from 1 to ${FLOOD_SECONDS_MAX}, not "${text}"`);
  }
  return { quick: values.quick, jsonOnly: values['json-only'], floodMs: seconds * 1_000 };
}

async function measureAll(options: SoapOptions): Promise<SoapMeasured> {
  const { quick, floodMs } = options;
  const tell = (text: string): void => {
    if (!options.jsonOnly) process.stderr.write(`${text}\n`);
  };
  // Not the system's folder for temporary files: where that is memory, every commit costs nothing.
  const parent = resolve(process.env['SEQR_DATA_DIR']?.trim() || '.data');
  await mkdir(parent, { recursive: true });
  const dataDir = await mkdtemp(join(parent, 'bench-soap-'));
  const load = startLoadClient();
  const loadBefore = loadavg()[0] ?? 0;
  let stop: (() => Promise<void>) | null = null;
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error('interrupted')));
    }
  });
  const work = async (): Promise<SoapMeasured> => {
    tell('codec');
    const codec = await measureCodec(quick ? 3_000 : 10_000);
    tell('round trip');
    const roundTrip = await measureRoundTrip(load, quick ? 4_000 : 20_000);
    tell('round trips to the database');
    const queries = await countQueries();
    tell(`starting platform and database in ${dataDir}`);
    const world = await openWorld(dataDir);
    stop = () => world.stop();
    tell('polling');
    const polling = await measurePolling(world, load, quick ? 5_000 : 15_000);
    tell('wrong passwords');
    const flood = await measureFlood(world, load, floodMs);
    const machineLoad = [loadBefore, loadavg()[0] ?? 0] as const;
    return { bytes: exchangeBytes(), codec, roundTrip, queries, polling, flood, machineLoad };
  };
  try {
    return await Promise.race([work(), interrupted]);
  } finally {
    load.stop();
    await (stop as (() => Promise<void>) | null)?.();
    await rm(dataDir, { recursive: true, force: true });
  }
}
