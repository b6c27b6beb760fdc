/** Runs tasks many at once, but of one owner never so many that another's have to wait. */

/** How many tasks run and wait. */
export type FairQueueLimits = {
  /** Running at once, in all. */
  readonly runningMax: number;
  /** Running at once, of one owner; asked before each start. */
  readonly runningOfOwnerMax: (owner: string) => number;
  /** Waiting, of one owner; one more is dropped. */
  readonly waitingOfOwnerMax: number;
};

/** Tasks by owner. */
export type FairQueue<T> = {
  /**
   * Starts a task as soon as the limits let it; returns at once. It is dropped without a word when
   * too many of its owner wait, or when it could not begin within `beginWithinMs`.
   */
  add(owner: string, task: T, beginWithinMs: number): void;
  /** How many more may run. */
  free(): number;
  /** Starts nothing more, and waits at most so long for what runs. */
  stop(graceMs: number): Promise<void>;
};

type Waiting<T> = { readonly task: T; readonly beginBeforeMs: number };
type Owner<T> = { running: number; readonly waiting: Waiting<T>[] };

/** Makes a queue that runs each task by `run`, which must not reject. */
export function fairQueue<T>(
  run: (task: T) => Promise<void>,
  limits: FairQueueLimits,
): FairQueue<T> {
  const owners = new Map<string, Owner<T>>();
  const running = new Set<Promise<void>>();
  const stop = new AbortController();

  const startNext = (name: string, owner: Owner<T>): void => {
    const max = limits.runningOfOwnerMax(name);
    while (!stop.signal.aborted && owner.running < max && running.size < limits.runningMax) {
      const next = owner.waiting.shift();
      if (next === undefined) break;
      if (performance.now() > next.beginBeforeMs) continue;
      owner.running += 1;
      const task = run(next.task).finally(() => {
        owner.running -= 1;
        running.delete(task);
        for (const [other, waiting] of owners) startNext(other, waiting);
      });
      running.add(task);
    }
    if (owner.running === 0 && owner.waiting.length === 0) owners.delete(name);
  };
  return {
    add(name, task, beginWithinMs) {
      const owner = owners.get(name) ?? { running: 0, waiting: [] };
      if (stop.signal.aborted || owner.waiting.length >= limits.waitingOfOwnerMax) return;
      owners.set(name, owner);
      owner.waiting.push({ task, beginBeforeMs: performance.now() + beginWithinMs });
      startNext(name, owner);
    },
    free: () => limits.runningMax - running.size,
    async stop(graceMs) {
      stop.abort();
      const { promise: graceOver, resolve } = Promise.withResolvers<void>();
      const grace = setTimeout(resolve, graceMs);
      await Promise.race([Promise.all(running), graceOver]);
      clearTimeout(grace);
    },
  };
}
