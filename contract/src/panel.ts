/** The machine panel's JSON (`/api/machines`), written by the machine process, read by its page. */

import type { MachineProduct, MachineStateName, VendResult } from './machine-link.ts';
import type { AmountJson } from './wallet.ts';

/**
 * One machine as its panel shows it. `display` is the text of its small screen; `qr` is the text of
 * its code.
 */
export type PanelMachineJson = {
  readonly token: string;
  readonly name: string;
  readonly place: string | null;
  readonly state: MachineStateName;
  readonly display: string;
  readonly qr: string;
  readonly products: readonly MachineProduct[];
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
