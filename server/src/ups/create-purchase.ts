/**
 * The Unattended Payments Service's call to a reseller: createPurchase (Unattended Payments, 4),
 * and what each possible outcome means (7, rows 1 to 6). Whether the invoice that a reseller names
 * may be claimed (rows 7 to 13) is decided by the core.
 */

import {
  CREATE_PURCHASE_ANSWER_BYTES_MAX,
  CREATE_PURCHASE_HEADERS,
  formatMinor,
  parseCreatePurchaseAnswer,
  writeCreatePurchaseRequest,
} from '@seqr-ups/contract';
import type { Config } from '../config.ts';
import type { CreatePurchaseCall, ResellerAnswer } from '../core/purchase.ts';
import { shownUrl, type Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Outbound, OutboundResult } from '../outbound.ts';

/** Of a wrong answer, so much of the body is kept for the operator (row 3). */
const KEPT_BODY_BYTES = 1_024;
/** Below this there is no use in a second attempt. */
const ATTEMPT_MIN_MS = 50;

/** Calls a reseller; resolves within the setting's deadline and does not reject. */
export type CreatePurchase = (call: CreatePurchaseCall) => Promise<ResellerAnswer>;

/** What a caller of createPurchase needs. */
export type CreatePurchaseOptions = {
  readonly outbound: Outbound;
  readonly config: Pick<Config, 'createPurchaseTimeoutMs'>;
  readonly log: Logger;
  readonly metrics: Metrics;
};

/**
 * Makes the caller of createPurchase. Every failure is SYSTEM_ERROR with a `detail` that says why
 * to the operator.
 */
export function createPurchaseCaller(options: CreatePurchaseOptions): CreatePurchase {
  const { config, log, metrics } = options;
  return async (call) => {
    const startMs = performance.now();
    const result = await callTwiceIfUnsent(options.outbound, call, config.createPurchaseTimeoutMs);
    const answer = readAnswer(result);
    const durationMs = performance.now() - startMs;
    metrics.createPurchase.observe({ outcome: outcomeOf(result, answer) }, durationMs / 1_000);
    const line = {
      purchaseId: call.purchaseId,
      reseller: shownUrl(call.url),
      outcome: answer.kind === 'INVOICE' ? 'INVOICE' : answer.code,
      durationMs: Math.round(durationMs),
      ...(answer.kind === 'ERROR' && answer.detail !== '' && { detail: answer.detail }),
    };
    if (answer.kind === 'ERROR' && answer.code === 'SYSTEM_ERROR') {
      log.warn(line, 'createPurchase failed');
    } else {
      log.info(line, 'createPurchase answered');
    }
    return answer;
  };
}

/**
 * Row 1: a second attempt only when surely no byte of the first has left, for two calls could make
 * two invoices. Both share one deadline.
 */
async function callTwiceIfUnsent(
  outbound: Outbound,
  call: CreatePurchaseCall,
  timeoutMs: number,
): Promise<OutboundResult> {
  const endMs = performance.now() + timeoutMs;
  const attempt = () =>
    outbound.post({
      url: call.url,
      headers: { ...CREATE_PURCHASE_HEADERS, 'idempotency-key': call.purchaseId },
      body: writeCreatePurchaseRequest({
        reservationToken: call.reservationToken,
        reservationAmount: formatMinor(
          call.reservationAmount.minor,
          call.reservationAmount.currency,
        ),
        currency: call.reservationAmount.currency,
        msisdn: call.msisdn,
      }),
      caPem: call.caPem,
      allowHttp: false,
      timeoutMs: Math.max(1, Math.floor(endMs - performance.now())),
      answerMaxBytes: CREATE_PURCHASE_ANSWER_BYTES_MAX,
      onlyStatusCounts: false,
    });
  const first = await attempt();
  const again =
    first.kind === 'FAILED' &&
    !first.requestSent &&
    first.reason !== 'REFUSED_ADDRESS' &&
    endMs - performance.now() >= ATTEMPT_MIN_MS;
  return again ? attempt() : first;
}

/** What the outcome of the call means for the purchase (rows 1 to 6). */
function readAnswer(result: OutboundResult): ResellerAnswer {
  if (result.kind === 'FAILED') return systemError(`${result.reason}: ${result.detail}`, null);
  const parsed = parseCreatePurchaseAnswer(result.body);
  if (result.status !== 200) {
    // Row 3: also with a valid body. An invoice that is named all the same is learned, and so
    // cancelled (row 2).
    const detail = `HTTP ${result.status}: ${keptBody(result.body)}`;
    return systemError(detail, parsed.invoiceReference);
  }
  if (parsed.kind === 'INVOICE') return parsed;
  if (parsed.kind === 'ERROR') return { ...parsed, detail: '' };
  return systemError(`${parsed.problem}: ${keptBody(result.body)}`, parsed.invoiceReference);
}

const systemError = (detail: string, invoiceReference: string | null): ResellerAnswer => ({
  kind: 'ERROR',
  code: 'SYSTEM_ERROR',
  detail,
  invoiceReference,
});

/** The beginning of a body as text without control characters: it goes to logs and consoles. */
const keptBody = (body: Uint8Array): string =>
  new TextDecoder().decode(body.subarray(0, KEPT_BODY_BYTES)).replaceAll(/\p{Cc}/gu, ' ');

function outcomeOf(result: OutboundResult, answer: ResellerAnswer): string {
  if (result.kind === 'FAILED') return result.reason;
  if (result.status !== 200) return 'STATUS';
  if (answer.kind === 'INVOICE') return 'INVOICE';
  return answer.detail === '' ? answer.code : 'GARBAGE';
}
