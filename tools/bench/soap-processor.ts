/** Processor time of one process over a stretch of time, by the reader of `processor.ts`. */

import { processorTimes } from './processor.ts';

/**
 * Starts a stretch; the function that it returns says how many ms of processor time `pid` has used
 * since then, null where it cannot be known. `family`: with the children of a database server.
 */
export function processorOf(
  pid: number,
  { family }: { readonly family: boolean },
): () => number | null {
  const part = family ? 'database' : 'platform';
  const nobody = { platform: null, database: null, reseller: null, machine: null, load: null };
  const times = processorTimes({ ...nobody, [part]: pid });
  const before = times()[part];
  return () => {
    const now = times()[part];
    return now === null || before === null ? null : now - before;
  };
}
