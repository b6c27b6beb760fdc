/**
 * Time for decisions that outlive the process: never runs backwards, whatever happens to the wall
 * clock.
 */
export type Clock = {
  /** Milliseconds since 1970. Two readings differ by at least the time that has really passed. */
  now(): number;
};

/**
 * The machine's clock. `floorMs` is the latest time that a journal knows of: readings start no
 * earlier, so that a clock set back while the program was down cannot make an old observation look
 * fresh.
 */
export function systemClock(floorMs = 0): Clock {
  let anchorWall = Math.max(Date.now(), floorMs);
  let anchorSteady = performance.now();
  return {
    now: () => {
      const steady = performance.now();
      // The steady clock stands still while the computer sleeps, the wall clock does not; the later
      // one is the safe one.
      const now = Math.max(Date.now(), anchorWall + (steady - anchorSteady));
      anchorWall = now;
      anchorSteady = steady;
      return Math.round(now);
    },
  };
}
