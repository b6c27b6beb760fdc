/**
 * Drums that turn on after their sale. They hinder no further sale: a laundry's payment terminal
 * starts whichever machine is free. Not in the record: a drum that a crash has stopped, stands.
 */

import type { MachineMeasure, PanelRun } from '@seqr-ups/contract';

const MINUTE_MS = 60_000;

/** The running drums of one machine. */
export class Runs {
  readonly #minutes: ReadonlyMap<number, number>;
  readonly #untilMs = new Map<number, number>();

  constructor(measures: readonly MachineMeasure[] = []) {
    const timed = measures.filter(({ unit }) => unit === 'MINUTE');
    this.#minutes = new Map(timed.map(({ slot, amount }) => [slot, amount]));
  }

  /** The programme of that slot begins; nothing for a slot that has none. */
  start(slot: number): void {
    const minutes = this.#minutes.get(slot);
    if (minutes !== undefined) this.#untilMs.set(slot, Date.now() + minutes * MINUTE_MS);
  }

  /** What still runs. */
  now(): PanelRun[] {
    const nowMs = Date.now();
    return [...this.#untilMs]
      .filter(([, untilMs]) => untilMs > nowMs)
      .map(([slot, untilMs]) => ({ slot, until: new Date(untilMs).toISOString() }));
  }
}
