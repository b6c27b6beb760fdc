import { RESULT_CODE_FACTS, RESULT_CODES, resultCodeName } from '@seqr-ups/contract';
import type { OperationName } from '@seqr-ups/contract';

/**
 * What a caller does next. ASK_STATUS: getPaymentStatus decides. REFUSED: repeating it unchanged is
 * no use.
 */
export type Verdict = 'DONE' | 'REPEAT' | 'ASK_STATUS' | 'REFUSED';

/** An operation's outcome as far as the rule looks at it. */
export type Outcome =
  | { readonly kind: 'ANSWER'; readonly code: number }
  | { readonly kind: 'UNKNOWN'; readonly reason: string };

/**
 * Per operation: the codes that mean "it has happened", and those after which only the status
 * tells.
 */
type Rule = { readonly done: readonly number[]; readonly askStatus: readonly number[] };

const { SUCCESS, INVOICE_ALREADY_CANCELED, INVALID_INITIATOR_PRINCIPAL_ID, SYSTEM_ERROR } =
  RESULT_CODES;

/**
 * The rule after an answer or a lost one (result-codes.md 1 and 4), once, as data. Lost answers, 93
 * and 94 are repeated unchanged with growing pauses, for each of these; so is 90, but for an
 * update, whose invoice may have been paid.
 */
export const RETRY_RULES = {
  registerTerminal: { done: [SUCCESS], askStatus: [] },
  // 29: the terminal is gone already, so an earlier call has worked.
  unregisterTerminal: { done: [SUCCESS, INVALID_INITIATOR_PRINCIPAL_ID], askStatus: [] },
  sendInvoice: { done: [SUCCESS], askStatus: [] },
  updateInvoice: { done: [SUCCESS], askStatus: [SYSTEM_ERROR] },
  getPaymentStatus: { done: [SUCCESS], askStatus: [] },
  // 95: it is cancelled, which is all that was wanted.
  cancelInvoice: { done: [SUCCESS, INVOICE_ALREADY_CANCELED], askStatus: [] },
  commitReservation: { done: [SUCCESS], askStatus: [] },
} as const satisfies { readonly [O in OperationName]?: Rule };

/** The operations that a reseller of machines calls. */
export type ResellerOperation = keyof typeof RETRY_RULES;

/** What to do after `outcome` of `operation`. */
export function verdictOf(operation: ResellerOperation, outcome: Outcome): Verdict {
  if (outcome.kind === 'UNKNOWN') return 'REPEAT';
  const { code } = outcome;
  const rule: Rule = RETRY_RULES[operation];
  if (rule.done.includes(code)) return 'DONE';
  if (rule.askStatus.includes(code)) return 'ASK_STATUS';
  if (code === SYSTEM_ERROR) return 'REPEAT';
  const name = resultCodeName(code);
  const advice = name === null ? 'NO' : RESULT_CODE_FACTS[name].retry;
  if (advice === 'YES') return 'REPEAT';
  return advice === 'POLL' ? 'ASK_STATUS' : 'REFUSED';
}

/** First pause before a repetition, doubled each time. */
const PAUSE_FIRST_MS = 200;
/** Longest pause before a repetition. */
const PAUSE_MAX_MS = 10_000;

/**
 * Pause before repetition number `attempt` (1 is the first), in ms: doubled up to 10 s, of which a
 * random half is taken away, so that a thousand machines do not return at the same instant.
 * `random` is in [0, 1).
 */
export function pauseMs(attempt: number, random: number = Math.random()): number {
  const full = Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** Math.min(attempt - 1, 16));
  return Math.round(full * (1 - random / 2));
}
