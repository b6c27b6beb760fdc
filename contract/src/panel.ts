/** The machine panel's JSON (`/api/machines`), written by the machine process, read by its page. */

import type { MachineFace, MachineLanguage, MachineMeasure } from './machine-face.ts';
import type { MachineProduct, MachineStateName, VendResult } from './machine-link.ts';
import type { AmountJson } from './wallet.ts';

/**
 * What the machine counts down on its display, to the same instant as the customer's phone.
 * CONFIRM: the PIN is awaited. TAKE: the door is open. `until` is ISO 8601, UTC.
 */
export type PanelCountdown = { readonly kind: 'CONFIRM' | 'TAKE'; readonly until: string };

/** A drum that turns on after its sale: until when (ISO 8601, UTC). */
export type PanelRun = { readonly slot: number; readonly until: string };

/**
 * One machine as its panel shows it. `display` is the text of its small screen, at most three lines
 * of at most 20 characters; `qr` is the text of its code.
 */
export type PanelMachineJson = {
  readonly token: string;
  readonly name: string;
  readonly place: string | null;
  readonly face: MachineFace;
  /** The language of its display, where the machine has one for everybody. */
  readonly language: MachineLanguage | null;
  readonly state: MachineStateName;
  readonly display: string;
  readonly countdown: PanelCountdown | null;
  readonly qr: string;
  readonly products: readonly MachineProduct[];
  readonly measures: readonly MachineMeasure[];
  readonly runs: readonly PanelRun[];
  /** How long the motor turns, in ms. */
  readonly vendMs: number;
  readonly session: {
    readonly invoiceReference: string;
    readonly vends: readonly { readonly slot: number; readonly result: VendResult }[];
    /** ISO 8601, UTC: when the machine locks by itself. */
    readonly deadline: string;
  } | null;
};

/** The answer to `POST /api/machines/{token}/selections`, given once the vend is over. */
export type SelectionJson = {
  readonly result: 'VENDED' | 'JAMMED' | 'REFUSED';
  readonly price: AmountJson;
};

/** `GET /api/installation`: the wallet's address, where the machines were told one. */
export type PanelInstallationJson = { readonly walletUrl: string | null };
