/**
 * What a reseller and its machines say to each other over MQTT. This is the reseller's own link,
 * not part of the SEQR wire; it is declared here so that both programs share one declaration. The
 * words are those of cashless devices (EVA DTS / MDB 4.3: begin session, vend request, approved or
 * denied, success or failure, session complete, end session).
 *
 * Every message is JSON at QoS 0 with an acknowledgement of its own: a command carries `id` and is
 * answered by a reply with `replyTo`; a machine repeats SESSION_COMPLETE until it has heard
 * END_SESSION for that invoice. Times are durations in ms, so that nobody's clock matters.
 */

import type { MachineFace, MachineLanguage, MachineMeasure } from './machine-face.ts';
import type { AmountJson } from './wallet.ts';

/**
 * Topic on which machine `token` keeps its retained {@link MachineState}; the broker publishes its
 * last will there.
 */
export const stateTopic = (token: string): string => `seqr/machine/${token}/state`;
/** Topic on which the reseller sends {@link MachineCommand} to machine `token`. */
export const commandTopic = (token: string): string => `seqr/machine/${token}/command`;
/** Topic on which machine `token` sends {@link MachineMessage}. */
export const messageTopic = (token: string): string => `seqr/machine/${token}/message`;

/**
 * What a machine is doing. UNLOCKED and VENDING have a session, LEASED waits for the customer's
 * PIN.
 */
export const MACHINE_STATES = ['IDLE', 'LEASED', 'UNLOCKED', 'VENDING', 'OUT_OF_SERVICE'] as const;
export type MachineStateName = (typeof MACHINE_STATES)[number];

/** One product of a machine. Slots are positive integers; `stock` is how many are left. */
export type MachineProduct = {
  readonly slot: number;
  readonly name: string;
  readonly price: AmountJson;
  readonly stock: number;
};

/** The retained state. `online` is false only in the last will. */
export type MachineState = {
  readonly online: boolean;
  readonly state: MachineStateName;
  readonly products: readonly MachineProduct[];
  readonly singleVend: boolean;
  readonly longestVendMs: number;
};

/**
 * How one vend ended. A VENDING one was cut off by a crash; the machine decides it at its next
 * start.
 */
export type VendResult = 'VENDED' | 'JAMMED' | 'REFUSED' | 'VENDING';

/**
 * One vend, as the machine's own record has it. `vendId` is made by the machine and is unique for
 * ever.
 */
export type Vend = {
  readonly vendId: string;
  readonly slot: number;
  readonly name: string;
  readonly price: AmountJson;
  readonly result: VendResult;
};

/** Reseller → machine. */
export type MachineCommand =
  /**
   * Are you there and free? Shows "waiting for confirmation" until `expiresInMs` or RELEASE.
   * Replied LEASED or REFUSED. `confirmInMs` is what the customer's phone counts down.
   */
  | {
      readonly type: 'LEASE';
      readonly id: string;
      readonly leaseId: string;
      readonly expiresInMs: number;
      readonly confirmInMs?: number;
    }
  /** The customer left before the PIN. Replied RELEASED, also when that lease is not known. */
  | { readonly type: 'RELEASE'; readonly id: string; readonly leaseId: string }
  /**
   * Unlock. Replied SESSION_BEGUN after it is durable; a reference that was used before is REFUSED
   * `ALREADY_USED`. `heldForMs` is how long the customer's money stays reserved, which the phone
   * counts down; the machine locks at `expiresInMs`.
   */
  | {
      readonly type: 'BEGIN_SESSION';
      readonly id: string;
      readonly leaseId: string;
      readonly invoiceReference: string;
      readonly funds: AmountJson;
      readonly expiresInMs: number;
      readonly heldForMs?: number;
    }
  /** Answers to VEND_REQUEST. */
  | { readonly type: 'VEND_APPROVED'; readonly invoiceReference: string; readonly vendId: string }
  | {
      readonly type: 'VEND_DENIED';
      readonly invoiceReference: string;
      readonly vendId: string;
      readonly reason: string;
    }
  /** What happened in that session? Replied SESSION_REPORT; changes nothing. */
  | { readonly type: 'REPORT'; readonly id: string; readonly invoiceReference: string }
  /**
   * Lock; the session is over and its report is settled or will be. Replied SESSION_REPORT. Ends
   * the repeats.
   */
  | { readonly type: 'END_SESSION'; readonly id: string; readonly invoiceReference: string };

/** Why a machine refused a LEASE or BEGIN_SESSION. */
export type MachineRefusal = 'OUT_OF_SERVICE' | 'BUSY' | 'ALREADY_USED';

/**
 * Where a session stands in the machine's record. UNKNOWN: never begun here, so nothing was
 * delivered under it.
 */
export type SessionProgress = 'UNKNOWN' | 'OPEN' | 'COMPLETE';

/** Machine → reseller. */
export type MachineMessage =
  | { readonly type: 'LEASED'; readonly replyTo: string }
  | { readonly type: 'RELEASED'; readonly replyTo: string }
  | { readonly type: 'SESSION_BEGUN'; readonly replyTo: string; readonly invoiceReference: string }
  | { readonly type: 'REFUSED'; readonly replyTo: string; readonly reason: MachineRefusal }
  | {
      readonly type: 'VEND_REQUEST';
      readonly invoiceReference: string;
      readonly vendId: string;
      readonly slot: number;
      readonly name: string;
      readonly price: AmountJson;
    }
  | { readonly type: 'VEND_SUCCESS'; readonly invoiceReference: string; readonly vend: Vend }
  | { readonly type: 'VEND_FAILURE'; readonly invoiceReference: string; readonly vend: Vend }
  /** The session is over on the machine: door locked. `vends` is the whole session. */
  | {
      readonly type: 'SESSION_COMPLETE';
      readonly invoiceReference: string;
      readonly vends: readonly Vend[];
    }
  | {
      readonly type: 'SESSION_REPORT';
      readonly replyTo: string;
      readonly invoiceReference: string;
      readonly progress: SessionProgress;
      readonly vends: readonly Vend[];
    };

/**
 * One machine of a fleet file (`SEQR_FLEET`): what the machine process runs and the demo reseller
 * registers.
 */
export type FleetMachine = {
  readonly token: string;
  readonly name: string;
  readonly place: string | null;
  readonly products: readonly MachineProduct[];
  readonly singleVend: boolean;
  /** How long the motor turns, in ms. */
  readonly vendMs: number;
  /** Slots whose product jams: the motor turns, nothing falls. */
  readonly jammingSlots: readonly number[];
  readonly outOfService: boolean;
  /** What it looks like; SPIRAL unless said. */
  readonly face?: MachineFace;
  /** What its display speaks. Null or absent: what whoever looks at it asks for, else English. */
  readonly language?: MachineLanguage | null;
  /** For slots that give time or energy. */
  readonly measures?: readonly MachineMeasure[];
  /** The text of its code as the operator printed it (`seqr qr`); absent: an unsigned one. */
  readonly code?: string;
};
