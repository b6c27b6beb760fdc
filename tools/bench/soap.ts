/**
 * `npm run bench -- soap`: the merchant API's codec, server, polls and floods of wrong passwords
 * in figures. docs/performance-soap.md says what they mean.
 */

import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { printMeasured, runBenchmark, teller, whole } from './command-line.ts';
import { inOwnFolder } from './own-folder.ts';
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
export const benchSoap = (words: readonly string[]): Promise<number> =>
  runBenchmark(
    HELP,
    () => readOptions(words),
    async (options) => {
      const measured = await measureAll(options);
      printMeasured(options.jsonOnly, table(measured), figures(measured));
      const { polling, flood } = measured;
      const failures = [polling.failures, flood.otherFailures, flood.attackedFailures].flat();
      return failures.length === 0;
    },
  );

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
  const seconds = whole('--flood-seconds', text, FLOOD_SECONDS_MAX);
  return { quick: values.quick, jsonOnly: values['json-only'], floodMs: seconds * 1_000 };
}

function measureAll({ quick, floodMs, jsonOnly }: SoapOptions): Promise<SoapMeasured> {
  const tell = teller(jsonOnly);
  return inOwnFolder('bench-soap-', async (dataDir, started) => {
    const load = startLoadClient();
    started(() => load.stop());
    const loadBefore = loadavg()[0] ?? 0;
    tell('codec');
    const codec = await measureCodec(quick ? 3_000 : 10_000);
    tell('round trip');
    const roundTrip = await measureRoundTrip(load, quick ? 4_000 : 20_000);
    tell('round trips to the database');
    const queries = await countQueries();
    tell(`starting platform and database in ${dataDir}`);
    const world = await openWorld(dataDir);
    started(() => world.stop());
    tell('polling');
    const polling = await measurePolling(world, load, quick ? 5_000 : 15_000);
    tell('wrong passwords');
    const flood = await measureFlood(world, load, floodMs);
    const machineLoad = [loadBefore, loadavg()[0] ?? 0] as const;
    return { bytes: exchangeBytes(), codec, roundTrip, queries, polling, flood, machineLoad };
  });
}
