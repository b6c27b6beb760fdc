/**
 * What customers can rely on before and after they pay, as JSON: the keys that machine codes are
 * signed with, what a code stands for, and cases: problems that a customer reports and the merchant
 * answers. Written by `/wallet/v1` and `/merchant/v1`.
 */

import type { AmountJson, PurchaseState, Seller } from './wallet.ts';

/**
 * A public key of the platform that signs machine codes: P-256, as SPKI in base64url. Several while
 * keys change; the newest is first. `id` is the beginning of the key's digest.
 */
export type CodeKeyJson = { readonly id: string; readonly publicKey: string };

/** What a code stands for, told to whoever holds it. */
export type CodeJson = Seller & {
  readonly kind: 'MACHINE' | 'TILL' | 'INVOICE';
  /** ABSENT also where codes are never signed, at tills and on bills. */
  readonly signature: 'VALID' | 'ABSENT';
};

/** What a customer can report of a purchase. */
export const CASE_KINDS = ['NOTHING_CAME', 'WRONG_AMOUNT', 'MACHINE_DAMAGED', 'OTHER'] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

/** OPEN until the merchant has answered; CLOSED when either side has said that it is settled. */
export const CASE_STATES = ['OPEN', 'ANSWERED', 'CLOSED'] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** The longest text of a report or answer, in characters (UTF-16 units, as JavaScript counts). */
export const CASE_TEXT_LENGTH_MAX = 1000;

/** A case as its customer sees it. `answer` is the merchant's, null until there is one. */
export type CaseJson = {
  readonly id: string;
  readonly kind: CaseKind;
  readonly text: string;
  readonly state: CaseState;
  readonly answer: string | null;
  readonly createdAt: string;
  readonly answeredAt: string | null;
  readonly closedAt: string | null;
};

/** The cases of one purchase, oldest first. */
export type CaseListJson = { readonly items: readonly CaseJson[] };

/** A case as the merchant sees it: with the purchase, without the customer. */
export type MerchantCaseJson = CaseJson & {
  readonly purchase: {
    readonly id: string;
    readonly state: PurchaseState;
    readonly machineToken: string | null;
    readonly invoiceReference: string | null;
    readonly charged: AmountJson | null;
    readonly createdAt: string;
  };
};

/** A page of a merchant's cases, newest first. */
export type MerchantCasePageJson = {
  readonly items: readonly MerchantCaseJson[];
  readonly nextCursor: string | null;
};
