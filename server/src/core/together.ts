/**
 * Reads of one kind that come while others are under way go together in the next one. It costs
 * nothing while reads come one by one, and spares most of their work when many come at once.
 */

/** `atOnce`: reads under way at once; `keysMax`: keys of one read. */
export type TogetherLimits = { readonly atOnce: number; readonly keysMax: number };

type Waiting<V> = {
  readonly key: string;
  readonly settle: (value: V | undefined) => void;
  readonly fail: (error: unknown) => void;
};

/**
 * Makes the reader of one value by its key, of a `read` of many. Nobody gets what was read before
 * they asked. Undefined: not found. The callers that wait are bounded by whoever lets them in.
 */
export function readTogether<V>(
  read: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
  { atOnce, keysMax }: TogetherLimits,
): (key: string) => Promise<V | undefined> {
  const waiting: Waiting<V>[] = [];
  let reading = 0;

  const readNext = async (): Promise<void> => {
    const together = waiting.splice(0, keysMax);
    reading += 1;
    try {
      const found = await read([...new Set(together.map((one) => one.key))]);
      for (const one of together) one.settle(found.get(one.key));
    } catch (error) {
      for (const one of together) one.fail(error);
    } finally {
      reading -= 1;
    }
    if (waiting.length > 0) void readNext();
  };

  return (key) =>
    new Promise((settle, fail) => {
      waiting.push({ key, settle, fail });
      if (reading < atOnce) void readNext();
    });
}
