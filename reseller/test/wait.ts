/** How long a test waits for something that must come, in ms. Only a failing test waits as long. */
const WAIT_MS = 60_000;
const LOOK_EVERY_MS = 5;

/**
 * Waits until `look` finds something, and answers it; throws, naming `what`, when it does not come
 * in time.
 */
export async function until<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  withinMs: number = WAIT_MS,
): Promise<T> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > untilMs) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
