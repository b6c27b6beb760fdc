/** The benchmark's end of the load process. */

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Order, Report } from './order.ts';

const SCRIPT = fileURLToPath(new URL('load.ts', import.meta.url));

/** A running load process. */
export type LoadProcess = {
  readonly pid: number;
  /**
   * Gives an order and resolves with its report; rejects when the order cannot be done or the
   * process has ended.
   */
  order<K extends Report['kind']>(order: Order, kind: K): Promise<Report & { readonly kind: K }>;
  stop(): void;
};

/** Starts the load process. It ends with this one. */
export function startLoad(): LoadProcess {
  const child: ChildProcess = fork(SCRIPT, {
    serialization: 'advanced',
    // What is measured is how long others take, not the garbage of 1,500 event streams here.
    execArgv: ['--max-semi-space-size=64'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  if (child.pid === undefined) throw new Error('The load process did not start.');
  const nextReport = (): Promise<Report> =>
    new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error('The load process has ended by itself.'));
      child.once('exit', onExit);
      child.once('message', (report: Report) => {
        child.off('exit', onExit);
        resolve(report);
      });
    });
  return {
    pid: child.pid,
    order: async (order, kind) => {
      const reported = nextReport();
      child.send(order);
      const report = await reported;
      if (report.kind === 'BROKEN') throw new Error(`The load process: ${report.reason}`);
      if (report.kind !== kind) throw new Error(`The load process answered ${report.kind}`);
      return report as Report & { readonly kind: typeof kind };
    },
    stop: () => child.disconnect(),
  };
}
