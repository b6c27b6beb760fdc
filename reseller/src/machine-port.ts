import type { MachineState, Money, SessionProgress, VendResult } from '@seqr-ups/contract';

/** One vend in the machine's own record. Only VENDED was delivered; VENDING is not decided yet. */
export type ReportedVend = {
  readonly vendId: string;
  readonly slot: number;
  readonly name: string;
  readonly price: Money;
  readonly result: VendResult;
};

/** What the machine's record says about a session. */
export type SessionReport = {
  readonly progress: SessionProgress;
  readonly vends: readonly ReportedVend[];
};

/** A customer has chosen a product. */
export type VendRequest = {
  readonly invoiceReference: string;
  readonly vendId: string;
  readonly slot: number;
  readonly name: string;
  readonly price: Money;
};

/**
 * What machines say by themselves. Any of these may arrive twice, late, or for a session that is
 * over.
 */
export type MachineEvents = {
  vendRequest(token: string, request: VendRequest): void;
  /** A vend has ended: success when its result is VENDED, failure otherwise. */
  vendResult(token: string, invoiceReference: string, vend: ReportedVend): void;
  /**
   * The session is over and the door locked; `vends` is the whole session. Repeated until
   * `endSession`.
   */
  sessionComplete(token: string, invoiceReference: string, vends: readonly ReportedVend[]): void;
};

/** Why a call at a machine came to nothing. NO_ANSWER: whether it was carried out is unknown. */
export type PortFailure = 'OUT_OF_SERVICE' | 'BUSY' | 'ALREADY_USED' | 'NO_ANSWER';

/**
 * The kit's side of a machine, in the words of cashless devices (MDB: begin session, vend request,
 * approve or deny, success or failure, session complete, end session). Implement it to reach
 * machines of your own; `mqttLink` is the one for MQTT.
 *
 * What a machine must guarantee, because money depends on it:
 * - it begins a session only under its present lease, and never twice for one invoice reference,
 *   also across its own restarts; after `endSession` for a reference, or `release` of the lease, a
 *   late `beginSession` is refused;
 * - it delivers nothing without `approveVend` for that vend, and each vend once;
 * - its record of a session survives its restarts until `endSession` was heard;
 * - it locks by itself when `expiresInMs` has passed.
 *
 * Every call answers within a few seconds, with NO_ANSWER if need be, and never throws.
 */
export type MachinePort = {
  /** Last known state; null when the machine was never heard or is not connected now. */
  state(token: string): MachineState | null;
  /**
   * Is the machine alive and free? It shows that it waits for a customer, at most `expiresInMs`;
   * `confirmInMs` is what the customer's phone is about to count down.
   */
  lease(
    token: string,
    leaseId: string,
    expiresInMs: number,
    confirmInMs?: number,
  ): Promise<'LEASED' | PortFailure>;
  /**
   * The customer has left. True once the machine has confirmed; an unknown lease counts as
   * released.
   */
  release(token: string, leaseId: string): Promise<boolean>;
  /** Unlocks. BEGUN only after the machine has made it durable. */
  beginSession(token: string, session: MachineSession): Promise<'BEGUN' | PortFailure>;
  approveVend(token: string, invoiceReference: string, vendId: string): void;
  denyVend(token: string, invoiceReference: string, vendId: string, reason: string): void;
  /** What the machine's record says; changes nothing. Null: no answer. */
  report(token: string, invoiceReference: string): Promise<SessionReport | null>;
  /** Locks and ends the session. Null: no answer, ask again. */
  endSession(token: string, invoiceReference: string): Promise<SessionReport | null>;
  /** Hands over the listener for what machines say; called once. */
  listen(events: MachineEvents): void;
  /** Lets go of the link. */
  close(): Promise<void>;
};

/**
 * What `beginSession` tells the machine. `funds` is the most that may be taken; `heldForMs` is how
 * long they stay reserved, as the customer's phone counts it down.
 */
export type MachineSession = {
  readonly leaseId: string;
  readonly invoiceReference: string;
  readonly funds: Money;
  readonly expiresInMs: number;
  readonly heldForMs?: number;
};
