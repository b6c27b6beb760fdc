import type { Money } from '@seqr-ups/contract';

/**
 * Where a session stands in the journal.
 *
 * | state | meaning | who holds the machine |
 * |---|---|---|
 * | LEASED | createPurchase is being answered, no reference yet | this session |
 * | OFFERED | the reference is durable, the customer may confirm | this session |
 * | UNLOCKING | the intent to unlock is durable; never entered twice | this session |
 * | OPEN | the machine has begun the session | this session |
 * | CANCELING | not to be unlocked; cancelInvoice until its outcome is known | this session |
 * | SETTLING | over at the machine; update and commit, or cancel, until known | nobody |
 * | ENDED | nothing left to do, see `ending` | nobody |
 */
export type SessionState =
  | 'LEASED'
  | 'OFFERED'
  | 'UNLOCKING'
  | 'OPEN'
  | 'CANCELING'
  | 'SETTLING'
  | 'ENDED';

/** How a session ended. LOST: goods may have been delivered and cannot be charged any more. */
export type SessionEnding = 'COMMITTED' | 'CANCELED' | 'LOST' | 'ABANDONED';

/** How one vend stands. APPROVED: the motor may be turning; only VENDED is ever charged. */
export type VendState = 'APPROVED' | 'VENDED' | 'JAMMED' | 'REFUSED';

/** One vend of a session. `vendId` is the machine's. */
export type VendRecord = {
  readonly vendId: string;
  readonly slot: number;
  readonly name: string;
  readonly price: Money;
  readonly state: VendState;
};

/**
 * One session as the journal holds it: from the scan at a machine to its settled end. All times are
 * of {@link Clock}.
 */
export type SessionRecord = {
  readonly id: string;
  readonly token: string;
  /** Unguessable part of the notification URL. */
  readonly secret: string;
  /** The customer's number; forgotten at the end. */
  readonly msisdn: string | null;
  readonly state: SessionState;
  readonly reference: string | null;
  /** What the invoice asks for, and after the PIN what is held. */
  readonly held: Money;
  readonly commitReservationTimeoutS: number;
  readonly leaseUntilMs: number;
  /**
   * Last durable observation that the invoice was not yet RESERVED; null before the reference is
   * known.
   */
  readonly notReservedMs: number | null;
  /** When the intent to unlock was made durable; null while it was not. */
  readonly unlockIntentMs: number | null;
  /** The amount to charge, from SETTLING on; 0 means cancelInvoice. */
  readonly chargeMinor: bigint | null;
  readonly ersReference: string | null;
  readonly ending: SessionEnding | null;
};

/** The states in which a session keeps its machine from everybody else. */
export const HOLDING: readonly SessionState[] = [
  'LEASED',
  'OFFERED',
  'UNLOCKING',
  'OPEN',
  'CANCELING',
];

/** What was delivered, and only that, in minor units. */
export const deliveredMinor = (vends: Iterable<VendRecord>): bigint => {
  let sum = 0n;
  for (const vend of vends) if (vend.state === 'VENDED') sum += vend.price.minor;
  return sum;
};
