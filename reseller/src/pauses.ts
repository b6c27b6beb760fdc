/** Waits that end early: when the kit stops, or when whoever waits is woken. */
export class Pauses {
  readonly #pending = new Set<() => void>();
  #stopped = false;

  /**
   * True after `ms`; false as soon as {@link Pauses.stop} is called or the function that `waking`
   * is given. A set of functions, because thousands of listeners on one AbortSignal are searched
   * through each time that one is added.
   */
  wait(ms: number, waking: (wake: () => void) => void = () => {}): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.#stopped) return resolve(false);
      const end = (elapsed: boolean): void => {
        clearTimeout(timer);
        this.#pending.delete(wake);
        resolve(elapsed);
      };
      const wake = (): void => end(false);
      const timer = setTimeout(() => end(true), ms);
      this.#pending.add(wake);
      waking(wake);
    });
  }

  /** Ends every wait, also those that come later. */
  stop(): void {
    this.#stopped = true;
    for (const wake of this.#pending) wake();
  }
}
