/**
 * Sessions whose end the reseller has not acknowledged. Each is told again and again, with a
 * bounded back-off and without end, because money waits on the other side: the message is QoS 0,
 * and only END_SESSION shows that it arrived.
 */

/** Pause before the first repeat, in ms. */
const REPEAT_FIRST_MS = 1000;
/** Longest pause between repeats, in ms. */
const REPEAT_MAX_MS = 15_000;
/** How many sessions one round tells at most; the rest wait until these are acknowledged. */
const ROUND_MAX = 32;

/** The unacknowledged sessions of one machine, oldest first. */
export class Untold {
  readonly #references: Set<string>;
  readonly #tell: (invoiceReference: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #delayMs = REPEAT_FIRST_MS;

  /** `tell` sends one SESSION_COMPLETE; it is also called while no broker is there. */
  constructor(references: readonly string[], tell: (invoiceReference: string) => void) {
    this.#references = new Set(references);
    this.#tell = tell;
  }

  /** A session has just ended: tells it at once, then with the shortest pauses. */
  add(invoiceReference: string): void {
    this.#references.add(invoiceReference);
    this.#tell(invoiceReference);
    this.#delayMs = REPEAT_FIRST_MS;
    this.#schedule();
  }

  /** The reseller knows. */
  remove(invoiceReference: string): void {
    this.#references.delete(invoiceReference);
    if (this.#references.size === 0) this.stop();
  }

  /** The broker is (again) there: tells all of them at once. */
  resume(): void {
    this.#delayMs = REPEAT_FIRST_MS;
    this.#round();
  }

  /** No more repeats until {@link resume} or {@link add}. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #round(): void {
    for (const reference of this.#references.values().take(ROUND_MAX)) this.#tell(reference);
    this.#schedule();
  }

  #schedule(): void {
    this.stop();
    if (this.#references.size === 0) return;
    this.#timer = setTimeout(() => this.#round(), this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, REPEAT_MAX_MS);
  }
}
