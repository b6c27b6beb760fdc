/** One machine's use of the record: nothing happens before what it rests on is on disk. */

import type { MachineRecord } from './record.ts';

/** The record cannot be used: the machine has stopped, and moves nothing until a restart. */
export class RecordFault extends Error {
  override readonly name = 'RecordFault';
}

/** Writes to the record and what follows from them. After the first fault it stays faulty. */
export class Durably {
  readonly #record: MachineRecord;
  readonly #onFault: (error: unknown) => void;
  #faulty = false;

  /** `onFault` is called once, at the first fault. */
  constructor(record: MachineRecord, onFault: (error: unknown) => void) {
    this.#record = record;
    this.#onFault = onFault;
  }

  /** Whether the record has failed. */
  get faulty(): boolean {
    return this.#faulty;
  }

  /**
   * Reads or writes the record.
   *
   * @throws RecordFault when that fails.
   */
  do<T>(work: (record: MachineRecord) => T): T {
    try {
      return work(this.#record);
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** Does `effect` once everything written so far is on disk; never, if that fails. */
  after(effect: () => void): void {
    this.#record.whenDurable(effect, (error) => this.#fail(error));
  }

  /** Resolves once everything written so far is on disk; rejects with RecordFault if that fails. */
  settled(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#record.whenDurable(resolve, (error) => reject(this.#fail(error)));
    return promise;
  }

  /** For callers that cannot hear of a fault, which the machine's state shows. */
  guarded(work: () => void, onFault?: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof RecordFault)) throw error;
      onFault?.();
    }
  }

  #fail(error: unknown): RecordFault {
    if (!this.#faulty) {
      this.#faulty = true;
      this.#onFault(error);
    }
    return new RecordFault('the machine cannot use its record', { cause: error });
  }
}
