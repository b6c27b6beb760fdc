/** A benchmark's folder, and its end, however it ends. */

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** What a benchmark has started; each is stopped in the end, the last one first. */
export type Started = (stop: () => void | Promise<void>) => void;

/**
 * Runs `work` with a new folder under SEQR_DATA_DIR. In the end, or when Ctrl-C ends it early, what
 * it has started is stopped and the folder removed.
 */
export async function inOwnFolder<T>(
  prefix: string,
  work: (dataDir: string, started: Started) => Promise<T>,
): Promise<T> {
  // Not the system's folder for temporary files: where that is memory, every commit costs nothing.
  const parent = resolve(process.env['SEQR_DATA_DIR']?.trim() || '.data');
  await mkdir(parent, { recursive: true });
  const dataDir = await mkdtemp(join(parent, prefix));
  const stops: (() => void | Promise<void>)[] = [];
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  const interrupt = (): void => reject(new Error('interrupted'));
  for (const signal of SIGNALS) process.once(signal, interrupt);
  try {
    return await Promise.race([work(dataDir, (stop) => stops.push(stop)), interrupted]);
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
    for (const stop of stops.toReversed()) await stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
