/** What the command line asks for. */

import { parseArgs } from 'node:util';

const HELP = `npm run bench -- [options]: purchases through every actor, for a fixed time.

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

/** Reads the options; a text is what to print instead of measuring, and whether that is a fault. */
export function readOptions(
  words: readonly string[],
): { options: Options } | { text: string; fault: boolean } {
  try {
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
    if (values.help) return { text: HELP, fault: false };
    const list = (values.concurrency ?? (values.quick ? '16,32' : '8,16,32,64')).split(',');
    if (list.length > LIST_MAX) throw new Error(`--concurrency takes ${LIST_MAX} numbers at most`);
    return {
      options: {
        seconds: whole('--seconds', values.seconds ?? (values.quick ? '4' : '20'), SECONDS_MAX),
        concurrency: list.map((text) => whole('--concurrency', text, CONCURRENCY_MAX)),
        seed: whole('--seed', values.seed, 0xffff_ffff),
        jsonOnly: values['json-only'],
      },
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { text: `${message}\n\n${HELP}`, fault: true };
  }
}

function whole(name: string, text: string, max: number): number {
  const number = /^[0-9]{1,10}$/.test(text.trim()) ? Number(text) : 0;
  if (number >= 1 && number <= max) return number;
  throw new Error(`${name} must be a whole number from 1 to ${max}, not "${text}"`);
}
