/**
 * One SOAP call from its credentials to its answer (merchant-soap-api 2.2). Nothing about invoices
 * is looked at before the caller is known, so that a stranger never learns what exists.
 */

import type { OperationName, SoapRequest, SoapResponse } from '@seqr-ups/contract';
import type { CredentialCheck } from '../core/credential.ts';
import type { FailureGate } from '../core/failure-gate.ts';
import type { Principal, PrincipalReader, FoundPrincipal } from '../core/principal.ts';
import { refused } from '../core/refusal.ts';
import type { Result } from '../core/refusal.ts';
import type { Database } from '../db.ts';
import { readClaim } from './context.ts';
import type { WireContext } from './context.ts';
import {
  handleCancelInvoice,
  handleCommitReservation,
  handleSendInvoice,
  handleUpdateInvoice,
  readReference,
} from './invoice-operations.ts';
import { emptyAnswer, isOpenToAll, mayCall, refusalAnswer, successAnswer } from './operation.ts';
import type { CallRefusal, Handler, ServedOperation } from './operation.ts';
import { handleRefundPayment, handleSubmitPaymentReceipt } from './payment-operations.ts';
import { handleGetPaymentStatus } from './payment-status.ts';
import { handleExecuteReport, handleMarkTransactionPeriod } from './report-operations.ts';
import { handleGetClientSessionInfo } from './session-operations.ts';
import {
  handleAssignSeqrId,
  handleChangePrincipalPassword,
  handleRegisterTerminal,
  handleUnregisterTerminal,
} from './terminal-operations.ts';

/** Every operation that is served; a new one does not compile until it has its handler here. */
const SERVED: { readonly [O in ServedOperation]: Handler<O> } = {
  registerTerminal: handleRegisterTerminal,
  unregisterTerminal: handleUnregisterTerminal,
  sendInvoice: handleSendInvoice,
  updateInvoice: handleUpdateInvoice,
  getPaymentStatus: handleGetPaymentStatus,
  cancelInvoice: handleCancelInvoice,
  commitReservation: handleCommitReservation,
  submitPaymentReceipt: handleSubmitPaymentReceipt,
  refundPayment: handleRefundPayment,
  assignSeqrId: handleAssignSeqrId,
  markTransactionPeriod: handleMarkTransactionPeriod,
  executeReport: handleExecuteReport,
  getClientSessionInfo: handleGetClientSessionInfo,
  changePrincipalPassword: handleChangePrincipalPassword,
};
/** The same, for any operation: those that are part of the WSDL only have none. */
const HANDLERS: { readonly [O in OperationName]?: Handler<O> } = SERVED;

/** What calls are answered with: the database, and what this process remembers of passwords. */
export type CallServices = {
  readonly db: Database;
  readonly principals: PrincipalReader;
  readonly credentials: CredentialCheck;
  readonly failures: FailureGate;
  /** Runs what only waits, so that it does not count as work. */
  readonly waiting: (work: () => Promise<void>) => Promise<void>;
};

/** A request as read, with the address that it came from. */
export type IncomingCall<O extends OperationName> = {
  readonly operation: O;
  readonly request: SoapRequest<O>;
  readonly address: string;
};

/** An answer, and who turned out to have asked (null when unknown). */
export type AnsweredCall<O extends OperationName> = {
  readonly response: SoapResponse<O>;
  readonly caller: Principal | null;
};

/**
 * Answers a call. Refusals are answers; a throw is a failure of ours, which the edge answers with
 * 90.
 */
export async function answerCall<O extends OperationName>(
  services: CallServices,
  incoming: IncomingCall<O>,
): Promise<AnsweredCall<O>> {
  const { operation, request, address } = incoming;
  if (isOpenToAll(operation)) return { response: emptyAnswer(operation), caller: null };
  const authenticated = await authenticate(services, request, address, polledReference(incoming));
  if (!authenticated.ok) {
    await services.waiting(() => services.failures.pass());
    return { response: refusalAnswer(operation, authenticated.refusal), caller: null };
  }
  const { principal: caller, passwordHash, waitingInvoice } = authenticated.value;
  if (!mayCall(operation, caller)) {
    return { response: refusalAnswer(operation, 'ACCESS_DENIED'), caller };
  }
  const handle: Handler<O> | undefined = HANDLERS[operation];
  if (handle === undefined) {
    return { response: refusalAnswer(operation, 'UNSUPPORTED_OPERATION'), caller };
  }
  const done = await handle({
    ...services,
    request,
    caller,
    passwordHash,
    waitingInvoice,
    address,
  });
  const response = done.ok ? successAnswer(done.value) : refusalAnswer(operation, done.refusal);
  return { response, caller };
}

/** The invoice that a poll asks about: it is read together with the caller. */
function polledReference({ operation, request }: IncomingCall<OperationName>): string | null {
  if (operation !== 'getPaymentStatus') return null;
  return readReference((request as SoapRequest<'getPaymentStatus'>).invoiceReference);
}

async function authenticate(
  services: CallServices,
  request: { readonly context?: WireContext | undefined },
  address: string,
  invoiceReference: string | null,
): Promise<Result<FoundPrincipal, CallRefusal>> {
  const { context } = request;
  const claim = readClaim(context);
  if (claim === null) return refused('INVALID_INITIATOR_PRINCIPAL_ID');
  const stored = await services.principals.find(claim, invoiceReference);
  if (!stored.ok) return stored;
  const password = context?.password ?? '';
  const judged = await services.credentials.judge({ stored: stored.value, password, address });
  return judged.ok ? stored : judged;
}
