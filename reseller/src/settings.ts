import type { Money } from '@seqr-ups/contract';

/**
 * How one machine sells. Every duration has a default; change them per machine, e.g. for chargers
 * or lockers.
 */
export type MachineSettings = {
  /** Seconds from the PIN in which the platform expects the commit (unattended-payments 6). */
  readonly commitReservationTimeoutS: number;
  /** Kept free at the end of that time for update and commit; nothing is vended in it. */
  readonly commitMarginMs: number;
  /** Oldest "not yet confirmed" after which the machine still unlocks (row 20b). */
  readonly unlockWithinMs: number;
  /** How long the machine stays reserved for a customer who has not confirmed; 150 s at least. */
  readonly leaseMs: number;
  /** How long an unlocked machine waits for its customer at most. */
  readonly sessionMs: number;
  /** The most that an invoice asks for; null: all that the platform allows. */
  readonly maximum: Money | null;
  /** Value added tax inside the prices, per cent (`19`, `5.5`), for receipts; null: not told. */
  readonly taxRate: string | null;
};

/** What a machine gets that names nothing else. */
export const DEFAULT_SETTINGS: MachineSettings = {
  commitReservationTimeoutS: 600,
  commitMarginMs: 30_000,
  unlockWithinMs: 30_000,
  leaseMs: 150_000,
  sessionMs: 180_000,
  maximum: null,
  taxRate: null,
};

/**
 * The platform's own call and approval deadlines, with slack: a shorter lease would end under the
 * customer.
 */
const LEASE_MS_MIN = 150_000;

/** What the platform shows on a receipt. */
const TAX_RATE = /^\d{1,2}(\.\d{1,4})?$/;

/** Completes and checks settings; throws a RangeError that names the field. */
export function machineSettings(settings: Partial<MachineSettings> = {}): MachineSettings {
  const complete = { ...DEFAULT_SETTINGS, ...settings };
  if (complete.leaseMs < LEASE_MS_MIN) {
    throw new RangeError(`leaseMs must be at least ${LEASE_MS_MIN}`);
  }
  if (complete.commitMarginMs >= complete.commitReservationTimeoutS * 1000) {
    throw new RangeError('commitMarginMs leaves no time within commitReservationTimeoutS');
  }
  if (complete.maximum !== null && complete.maximum.minor <= 0n) {
    throw new RangeError('maximum must be above 0');
  }
  if (complete.taxRate !== null && !TAX_RATE.test(complete.taxRate)) {
    throw new RangeError('taxRate must be per cent such as 19 or 5.5');
  }
  return complete;
}
