/**
 * createPurchase: the JSON that the platform posts to a reseller, and the answer
 * (unattended-payments 4 and 7).
 */

import { parseAmount } from './money.ts';
import type { Money } from './money.ts';
import { CREATE_PURCHASE_ERRORS } from './wallet.ts';
import type { CreatePurchaseError } from './wallet.ts';

/**
 * Headers of request and answer. They are two headers; the page that prints them in one line means
 * two.
 */
export const CREATE_PURCHASE_HEADERS = {
  accept: 'application/json',
  'content-type': 'application/json;charset=UTF-8',
} as const;

/** The address of every createPurchase ends with these letters (unattended-payments 4.1). */
export const CREATE_PURCHASE_PATH_END = 'createPurchase';
/** A longer answer is garbage (unattended-payments 6). */
export const CREATE_PURCHASE_ANSWER_BYTES_MAX = 16 * 1024;
const REFERENCE_LENGTH_MAX = 64;
const TOKEN_LENGTH_MAX = 64;
const QUOTED_LENGTH_MAX = 100;

/**
 * The body. Four strings: machine token, maximum as decimal text, ISO 4217 code, digits of the
 * phone number.
 */
export type CreatePurchaseRequest = {
  readonly reservationToken: string;
  readonly reservationAmount: string;
  readonly currency: string;
  readonly msisdn: string;
};

/** The body as text: exactly four fields, since strict JSON binders at resellers refuse a fifth. */
export const writeCreatePurchaseRequest = (request: CreatePurchaseRequest): string =>
  JSON.stringify({
    reservationToken: request.reservationToken,
    reservationAmount: request.reservationAmount,
    currency: request.currency,
    msisdn: request.msisdn,
  });

/**
 * A request as a reseller reads it, with the maximum as exact money; or what is wrong with it, in
 * words.
 */
export type ParsedCreatePurchaseRequest =
  | { readonly ok: true; readonly request: CreatePurchaseRequest; readonly amount: Money }
  | { readonly ok: false; readonly problem: string };

const asObject = (json: unknown): Readonly<Record<string, unknown>> | null =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Readonly<Record<string, unknown>>)
    : null;

/**
 * Reads a request at the reseller. `"20"`, `"20.0"`, `"20.00"` and the bare number 20 are equal;
 * unknown fields are ignored. The amount comes out exact, never below zero.
 */
export const parseCreatePurchaseRequest = (json: unknown): ParsedCreatePurchaseRequest => {
  const object = asObject(json);
  if (!object) return { ok: false, problem: 'the body is not a JSON object' };
  const { reservationToken, reservationAmount, currency, msisdn } = object;
  if (typeof reservationToken !== 'string' || reservationToken === '') {
    return { ok: false, problem: 'reservationToken is missing' };
  }
  if (reservationToken.length > TOKEN_LENGTH_MAX) {
    return { ok: false, problem: 'reservationToken is too long' };
  }
  if (typeof currency !== 'string') return { ok: false, problem: 'currency is missing' };
  if (typeof msisdn !== 'string' || !/^\d{1,20}$/.test(msisdn)) {
    return { ok: false, problem: 'msisdn is missing or not digits' };
  }
  if (typeof reservationAmount !== 'string' && typeof reservationAmount !== 'number') {
    return { ok: false, problem: 'reservationAmount is missing' };
  }
  const value = String(reservationAmount);
  const parsed = parseAmount({ currency, value });
  if (!parsed.ok) return { ok: false, problem: `reservationAmount: ${parsed.fault}` };
  if (parsed.money.minor < 0n) return { ok: false, problem: 'reservationAmount is negative' };
  return {
    ok: true,
    request: { reservationToken, reservationAmount: value, currency, msisdn },
    amount: parsed.money,
  };
};

/** A reseller's success or refusal, as it writes it. */
export const writeCreatePurchaseAnswer = (
  answer:
    | { readonly kind: 'INVOICE'; readonly invoiceReference: string }
    | { readonly kind: 'ERROR'; readonly code: CreatePurchaseError },
): string =>
  JSON.stringify(
    answer.kind === 'INVOICE'
      ? { invoiceReferenceId: answer.invoiceReference }
      : { errorCode: answer.code },
  );

/**
 * A reseller's answer as the platform reads it. An error wins over an invoice that is named beside
 * it; that invoice is handed on so that it can be cancelled. GARBAGE ends the purchase with
 * SYSTEM_ERROR; `problem` is for the operator.
 */
export type CreatePurchaseAnswer =
  | { readonly kind: 'INVOICE'; readonly invoiceReference: string }
  | {
      readonly kind: 'ERROR';
      readonly code: CreatePurchaseError;
      readonly invoiceReference: string | null;
    }
  | {
      readonly kind: 'GARBAGE';
      readonly problem: string;
      readonly invoiceReference: string | null;
    };

const KNOWN_ERRORS: ReadonlySet<unknown> = new Set(CREATE_PURCHASE_ERRORS);
const isKnownError = (code: unknown): code is CreatePurchaseError => KNOWN_ERRORS.has(code);

const garbage = (
  problem: string,
  invoiceReference: string | null = null,
): CreatePurchaseAnswer => ({
  kind: 'GARBAGE',
  problem,
  invoiceReference,
});

const parseJson = (body: Uint8Array): { readonly json: unknown } | { readonly problem: string } => {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return { problem: 'the body is not UTF-8' };
  }
  try {
    const json: unknown = JSON.parse(text);
    return { json };
  } catch {
    return { problem: 'the body is not JSON' };
  }
};

/**
 * Reads the body of an answer with status 200 (unattended-payments 7, rows 4 to 6). Never throws.
 */
export const parseCreatePurchaseAnswer = (body: Uint8Array): CreatePurchaseAnswer => {
  if (body.byteLength > CREATE_PURCHASE_ANSWER_BYTES_MAX) return garbage('the body is too large');
  const parsed = parseJson(body);
  if ('problem' in parsed) return garbage(parsed.problem);
  const object = asObject(parsed.json);
  if (!object) return garbage('the body is not a JSON object');
  const absent = (value: unknown): boolean => value === undefined || value === null || value === '';
  const reference = object['invoiceReferenceId'];
  const invoiceReference =
    typeof reference === 'string' && reference !== '' && reference.length <= REFERENCE_LENGTH_MAX
      ? reference
      : null;
  const code = object['errorCode'];
  if (!absent(code)) {
    if (isKnownError(code)) return { kind: 'ERROR', code, invoiceReference };
    const quoted = JSON.stringify(code).slice(0, QUOTED_LENGTH_MAX);
    return garbage(`unknown errorCode ${quoted}`, invoiceReference);
  }
  if (absent(reference)) return garbage('neither invoiceReferenceId nor errorCode');
  if (invoiceReference === null) return garbage('invoiceReferenceId is not a reference');
  return { kind: 'INVOICE', invoiceReference };
};
