/** The calls about codes and cases. None of them moves money. */

import type { CaseJson, CaseKind, CaseListJson, CodeJson } from '@seqr-ups/contract';
import { type Answer, ANSWER_TIMEOUT_MS, call, type Intent } from './api.ts';

const timeoutMs = ANSWER_TIMEOUT_MS;

/** `GET /codes`: whose code this is. Needs no sign-in. */
export function fetchCode(text: string): Promise<Answer<CodeJson>> {
  return call('GET', `/codes?${new URLSearchParams({ text }).toString()}`, { timeoutMs });
}

/** `POST /code-reports`: a code that was changed, for the operator. */
export function reportCode(text: string): Promise<Answer<void>> {
  return call('POST', '/code-reports', { body: { text }, timeoutMs });
}

const casesPath = (purchaseId: string): string =>
  `/purchases/${encodeURIComponent(purchaseId)}/cases`;

/** `GET /purchases/{id}/cases`: what the customer reported of a purchase. */
export function fetchCases(purchaseId: string): Promise<Answer<CaseListJson>> {
  return call('GET', casesPath(purchaseId), { timeoutMs });
}

/** `POST /purchases/{id}/cases`: a problem with a purchase, once for each intent. */
export function openCase(
  purchaseId: string,
  report: { readonly kind: CaseKind; readonly text: string },
  intent: Intent,
): Promise<Answer<CaseJson>> {
  return call('POST', casesPath(purchaseId), { body: report, intent, timeoutMs });
}

/** `POST /purchases/{id}/cases/{caseId}/closing`: the customer says that it is settled. */
export function closeCase(purchaseId: string, caseId: string): Promise<Answer<CaseJson>> {
  const path = `${casesPath(purchaseId)}/${encodeURIComponent(caseId)}/closing`;
  return call('POST', path, { body: {}, timeoutMs });
}
