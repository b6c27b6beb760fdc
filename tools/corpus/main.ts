/**
 * `node tools/corpus/main.ts`: reads at least a million changed envelopes and ends with 1 if one
 * of them breaks the codec, takes too long, or reads otherwise when written again.
 *
 * `--count N` envelopes (a million), `--seed N` (a random one; printed), `--threads N`, `--limit-ms
 * N` for one parse, `--show N` prints envelope N of the run instead, as it is read.
 */

import '../../server/src/node-version.js';
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

import { envelopeAt } from './trial.ts';
import type { Figures, Finding, Trial } from './trial.ts';

const COUNT_DEFAULT = 1_000_000;
/** A parse of the largest request takes a tenth of it on the slowest machine that was measured. */
const LIMIT_MS_DEFAULT = 1_000;
/** Envelopes that a thread takes at a time. */
const BATCH = 5_000;
/** Memory of a thread; one that needs more dies, which is a finding. */
const THREAD_HEAP_MB = 256;
const SEED_MAX = 2 ** 31;

type Options = {
  readonly seed: number;
  readonly count: number;
  readonly threads: number;
  readonly limitMs: number;
};

const numberOf = (text: string | undefined, otherwise: number): number => {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`no such number: ${text}`);
  return value;
};

const add = (total: Figures, part: Figures): void => {
  total.envelopes += part.envelopes;
  total.bytes += part.bytes;
  total.calls += part.calls;
  total.answers += part.answers;
  total.faults += part.faults;
  total.longestMs = Math.max(total.longestMs, part.longestMs);
  total.findings.push(...part.findings);
};

/** Sends one thread batch after batch until none is left. Ends with a finding if it dies. */
const work = async (next: () => Trial | null, done: (figures: Figures) => void): Promise<void> => {
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MB },
  });
  try {
    for (let trial = next(); trial !== null; trial = next()) {
      const { promise, resolve, reject } = Promise.withResolvers<Figures>();
      worker.once('message', resolve);
      worker.once('error', reject);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have none
      worker.postMessage(trial);
      done(await promise);
      worker.removeListener('error', reject);
    }
  } finally {
    await worker.terminate();
  }
};

const run = async ({ seed, count, threads, limitMs }: Options): Promise<Figures> => {
  const total: Figures = {
    envelopes: 0,
    bytes: 0,
    calls: 0,
    answers: 0,
    faults: 0,
    longestMs: 0,
    findings: [],
  };
  let from = 0;
  const next = (): Trial | null => {
    if (from >= count) return null;
    const trial = { seed, from, to: Math.min(count, from + BATCH), limitMs };
    from = trial.to;
    return trial;
  };
  const died = (error: Error): void => {
    const finding: Finding = { index: from, kind: 'CRASH', detail: `a thread died: ${error}` };
    total.findings.push(finding);
  };
  const parts = Array.from({ length: threads }, () =>
    work(next, (figures) => add(total, figures)).catch(died),
  );
  await Promise.all(parts);
  return total;
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      count: { type: 'string' },
      seed: { type: 'string' },
      threads: { type: 'string' },
      'limit-ms': { type: 'string' },
      show: { type: 'string' },
    },
  });
  const seed = numberOf(values.seed, randomInt(SEED_MAX));
  if (values.show !== undefined) {
    process.stdout.write(envelopeAt(seed, numberOf(values.show, 0)).body);
    return;
  }
  const count = numberOf(values.count, COUNT_DEFAULT);
  const threads = Math.max(1, numberOf(values.threads, availableParallelism()));
  const limitMs = numberOf(values['limit-ms'], LIMIT_MS_DEFAULT);
  console.log(`seed ${seed}, ${count} envelopes, ${threads} threads`);
  const start = performance.now();
  const total = await run({ seed, count, threads, limitMs });
  const seconds = (performance.now() - start) / 1000;
  const megabytes = Math.round(total.bytes / 1e6);
  console.log(
    `${total.envelopes} read in ${seconds.toFixed(1)} s (${megabytes} MB): ${total.calls} calls, ` +
      `${total.answers} answers, ${total.faults} faults, longest ${total.longestMs.toFixed(1)} ms`,
  );
  for (const { index, kind, detail } of total.findings) {
    console.error(`${kind} at envelope ${index} (--seed ${seed} --show ${index}): ${detail}`);
  }
  if (total.findings.length > 0 || total.envelopes < count) process.exitCode = 1;
};

await main();
