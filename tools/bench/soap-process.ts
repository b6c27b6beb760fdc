/** A process that does what it is asked over its channel, one order at a time: both of its ends. */

import { fork } from 'node:child_process';

type Reply<Report> =
  | { readonly ok: true; readonly report: Report }
  | { readonly ok: false; readonly reason: string };

/** The ordering end. */
export type Worker<Order, Report> = {
  readonly pid: number;
  /** Rejects with the worker's own reason, or when it has ended. One order at a time. */
  ask(order: Order): Promise<Report>;
  stop(): void;
};

/** Starts `script` under this Node. It ends with this process. */
export function startWorker<Order, Report>(script: string): Worker<Order, Report> {
  const child = fork(script, {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  if (child.pid === undefined) throw new Error(`${script} did not start`);
  return {
    pid: child.pid,
    ask: (order) =>
      new Promise((settle, fail) => {
        const onExit = (): void => fail(new Error(`${script} has ended by itself`));
        child.once('exit', onExit);
        child.once('message', (reply: Reply<Report>) => {
          child.off('exit', onExit);
          if (reply.ok) settle(reply.report);
          else fail(new Error(reply.reason));
        });
        child.send(order as object);
      }),
    stop: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** The obeying end: for the main module of a worker's script. */
export function obey(work: (order: never) => Promise<unknown>): void {
  const reply = (answer: Reply<unknown>): void => void process.send?.(answer);
  process.on('message', (order) => {
    work(order as never).then(
      (report) => reply({ ok: true, report }),
      (error: unknown) =>
        reply({ ok: false, reason: error instanceof Error ? (error.stack ?? '') : String(error) }),
    );
  });
  // The benchmark has ended, however: nobody is left to order anything.
  process.on('disconnect', () => process.exit());
  // Ctrl-C reaches the benchmark, which ends its workers.
  process.on('SIGINT', () => {});
}
