/** markTransactionPeriod and executeReport (merchant-soap-api 4.11, 4.12; `reports.md`). */

import type { SoapType } from '@seqr-ups/contract';
import { markPeriod } from '../core/period.ts';
import { ok, refused } from '../core/refusal.ts';
import { executeReport } from '../core/report.ts';
import type { Handler } from './operation.ts';

/**
 * Closes the period of the shop, or of the terminal that the parameter TERMINALID names. A terminal
 * closes its own; to it every other one is unknown.
 */
export const handleMarkTransactionPeriod: Handler<'markTransactionPeriod'> = async (call) => {
  const { caller } = call;
  const own = caller.kind === 'TERMINAL' ? caller.terminalId : null;
  const named = readParameter(call.request.parameters, 'TERMINALID');
  if (own !== null && named !== null && named !== own) {
    return refused('INVALID_INITIATOR_PRINCIPAL_ID');
  }
  const { merchantId } = caller;
  const marked = await call.db.statement((tx) =>
    markPeriod(tx, { merchantId, terminalId: named ?? own }),
  );
  if (!marked.ok) return marked;
  const { periodId } = marked.value;
  // Half of the documents call the period's id ersReference.
  return ok({ ersReference: periodId, transactionPeriodId: periodId });
};

/** Answers a report, the same document as bytes and as text. */
export const handleExecuteReport: Handler<'executeReport'> = async (call) => {
  const { caller, request } = call;
  const found = await call.db.statement((tx) =>
    executeReport(tx, {
      merchantId: caller.merchantId,
      terminalId: caller.kind === 'TERMINAL' ? caller.terminalId : null,
      reportId: request.reportId ?? '',
      periodId: readParameter(request.parameters, 'transactionPeriodId'),
      terminalParameter: readParameter(request.parameters, 'TERMINALID'),
    }),
  );
  if (!found.ok) return found;
  const { title, mimeType, content } = found.value;
  return ok({
    report: { title, mimeType, content: Buffer.from(content), contentString: content },
  });
};

/** The last value given for `name`, in any letter case (3.10); null when there is none. */
function readParameter(
  parameters: SoapType<'parameterMap'> | undefined,
  name: string,
): string | null {
  const wanted = name.toLowerCase();
  const entry = parameters?.parameter?.entry?.findLast(({ key }) => key?.toLowerCase() === wanted);
  const value = entry?.value?.trim() ?? '';
  return value === '' ? null : value;
}
