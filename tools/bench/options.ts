/** What the command line asks for. */

import { parseArgs } from 'node:util';
import { whole } from './command-line.ts';

/** What `--help` prints. */
export const HELP = `npm run bench -- [options]: purchases through every actor, for a fixed time.

  --seconds N      length of each measurement, 20
  --concurrency L  purchases under way at once, a list, 8,16,32,64; the best one counts
  --seed N         of the arrivals of the latency measurement, 1
  --quick          a short look: --seconds 4 --concurrency 16,32
  --json-only      nothing but the last line
  --help           this text

Starts a sandbox of its own (platform, database, reseller, machines) in a folder under
SEQR_DATA_DIR (./.data), which is removed in the end. Listens on loopback only. The last line on
stdout is one JSON object. The exit code is 1 when a purchase is stuck, a purchase failed, or the
audit finds something.
`;

/** Longest measurement, in seconds; together with the list's length it bounds the run. */
const SECONDS_MAX = 600;
const CONCURRENCY_MAX = 256;
const LIST_MAX = 8;

/** How to measure. */
export type Options = {
  readonly seconds: number;
  readonly concurrency: readonly number[];
  readonly seed: number;
  readonly jsonOnly: boolean;
};

/** Reads the options; null when the help is asked for. Throws with what is wrong. */
export function readOptions(words: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seconds: { type: 'string' },
      concurrency: { type: 'string' },
      seed: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
      'json-only': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const list = (values.concurrency ?? (values.quick ? '16,32' : '8,16,32,64')).split(',');
  if (list.length > LIST_MAX) throw new Error(`--concurrency takes ${LIST_MAX} numbers at most`);
  return {
    seconds: whole('--seconds', values.seconds ?? (values.quick ? '4' : '20'), SECONDS_MAX),
    concurrency: list.map((text) => whole('--concurrency', text, CONCURRENCY_MAX)),
    seed: whole('--seed', values.seed, 0xffff_ffff),
    jsonOnly: values['json-only'],
  };
}
