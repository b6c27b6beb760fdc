/**
 * sendInvoice, updateInvoice, cancelInvoice and commitReservation (merchant-soap-api 4.1 to 4.5).
 */

import { invoiceQr } from '@seqr-ups/contract';
import { cancelInvoice, commitReservation, issueInvoice, updateInvoice } from '../core/invoice.ts';
import { ok, refused } from '../core/refusal.ts';
import { readChange, readCommitAmount, readContent } from './invoice-content.ts';
import type { Handler } from './operation.ts';
import { readTokens } from './tokens.ts';

/** Registers a bill. */
export const handleSendInvoice: Handler<'sendInvoice'> = async (call) => {
  const content = readContent(call.request.invoice, call.caller);
  if (!content.ok) return content;
  const tokens = readTokens(call.request.tokens);
  if (!tokens.ok) return tokens;
  const { terminalId } = call.caller;
  const issued = await call.db.statement((tx) =>
    issueInvoice(tx, { terminalId, content: content.value, tokens: tokens.value }),
  );
  if (!issued.ok) return issued;
  const { reference } = issued.value;
  return ok({ invoiceQRCode: invoiceQr(reference), invoiceReference: reference });
};

/** Changes a bill. A missing reference is an unknown one (4.2). */
export const handleUpdateInvoice: Handler<'updateInvoice'> = async (call) => {
  const reference = readReference(call.request.invoiceReference);
  if (reference === null) return refused('INVALID_INVOICE_REFERENCE');
  const change = readChange(call.request.invoice, call.caller);
  if (!change.ok) return change;
  const tokens = readTokens(call.request.tokens);
  if (!tokens.ok) return tokens;
  const { terminalId } = call.caller;
  const updated = await call.db.statement((tx) =>
    updateInvoice(tx, { terminalId, reference, change: change.value, tokens: tokens.value }),
  );
  return updated.ok ? ok({}) : updated;
};

/** Ends a bill. A missing reference never means the newest one (4.4). */
export const handleCancelInvoice: Handler<'cancelInvoice'> = async (call) => {
  const reference = readReference(call.request.invoiceReference);
  if (reference === null) return refused('INVALID_INVOICE_REFERENCE');
  const { terminalId } = call.caller;
  const canceled = await call.db.statement((tx) => cancelInvoice(tx, { terminalId, reference }));
  return canceled.ok ? ok({}) : canceled;
};

/** Charges what was taken. The answer carries the payment's reference, needed for refunds (4.5). */
export const handleCommitReservation: Handler<'commitReservation'> = async (call) => {
  const reference = readReference(call.request.invoiceReference);
  if (reference === null) return refused('INVALID_INVOICE_REFERENCE');
  const amount = readCommitAmount(call.request.amount);
  if (!amount.ok) return amount;
  const { terminalId } = call.caller;
  const committed = await call.db.statement((tx) =>
    commitReservation(tx, { terminalId, reference, amount: amount.value }),
  );
  if (!committed.ok) return committed;
  const { ersReference } = committed.value;
  return ok(ersReference === null ? {} : { ersReference });
};

/** The reference as an opaque text, or null when none was sent. */
export function readReference(text: string | undefined): string | null {
  const reference = text?.trim() ?? '';
  return reference === '' ? null : reference;
}
