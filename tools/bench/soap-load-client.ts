/** The benchmark's end of a load process of terminals. */

import { fileURLToPath } from 'node:url';
import type { LoadOrder, LoadReport } from './soap-order.ts';
import { startWorker } from './soap-process.ts';

const SCRIPT = fileURLToPath(new URL('soap-load.ts', import.meta.url));

/** A running load process. */
export type LoadClient = {
  /** Gives an order and resolves with its report, which must be of `kind`. */
  ask<K extends LoadReport['kind']>(
    kind: K,
    order: LoadOrder,
  ): Promise<LoadReport & { readonly kind: K }>;
  stop(): void;
};

/** Starts a load process. It ends with this one. */
export function startLoadClient(): LoadClient {
  const worker = startWorker<LoadOrder, LoadReport>(SCRIPT);
  return {
    ask: async (kind, order) => {
      const report = await worker.ask(order);
      if (report.kind !== kind) throw new Error(`the load process answered ${report.kind}`);
      return report as LoadReport & { readonly kind: typeof kind };
    },
    stop: () => worker.stop(),
  };
}
