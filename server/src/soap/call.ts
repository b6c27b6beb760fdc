/**
 * One SOAP call from its credentials to its answer (merchant-soap-api 2.2). Nothing about invoices
 * is looked at before the caller is known, so that a stranger never learns what exists.
 */

import type { OperationName, SoapRequest, SoapResponse } from '@seqr-ups/contract';
import type { CredentialCheck } from '../core/credential.ts';
import type { Principal, PrincipalReader } from '../core/principal.ts';
import { ok, refused } from '../core/refusal.ts';
import type { Result } from '../core/refusal.ts';
import type { Database } from '../db.ts';
import { readClaim } from './context.ts';
import {
  handleCancelInvoice,
  handleCommitReservation,
  handleSendInvoice,
  handleUpdateInvoice,
} from './invoice-operations.ts';
import { mayCall, refusalAnswer, successAnswer } from './operation.ts';
import type { CallRefusal, Handler } from './operation.ts';
import { handleGetPaymentStatus } from './payment-status.ts';
import { handleRegisterTerminal, handleUnregisterTerminal } from './terminal-operations.ts';

/** Every declared operation; a new declaration does not compile until it has its handler here. */
const HANDLERS: { readonly [O in OperationName]: Handler<O> } = {
  registerTerminal: handleRegisterTerminal,
  unregisterTerminal: handleUnregisterTerminal,
  sendInvoice: handleSendInvoice,
  updateInvoice: handleUpdateInvoice,
  getPaymentStatus: handleGetPaymentStatus,
  cancelInvoice: handleCancelInvoice,
  commitReservation: handleCommitReservation,
};

/** What calls are answered with: the database, and what this process remembers of passwords. */
export type CallServices = {
  readonly db: Database;
  readonly principals: PrincipalReader;
  readonly credentials: CredentialCheck;
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
  const authenticated = await authenticate(services, request, address);
  if (!authenticated.ok) {
    return { response: refusalAnswer(operation, authenticated.refusal), caller: null };
  }
  const caller = authenticated.value;
  if (!mayCall(operation, caller)) {
    return { response: refusalAnswer(operation, 'ACCESS_DENIED'), caller };
  }
  const handle: Handler<O> = HANDLERS[operation];
  const done = await handle({ ...services, request, caller, address });
  const response = done.ok ? successAnswer(done.value) : refusalAnswer(operation, done.refusal);
  return { response, caller };
}

async function authenticate(
  services: CallServices,
  request: SoapRequest<OperationName>,
  address: string,
): Promise<Result<Principal, CallRefusal>> {
  const claim = readClaim(request.context);
  if (claim === null) return refused('INVALID_INITIATOR_PRINCIPAL_ID');
  const found = await services.principals.find(claim);
  if (!found.ok) return found;
  const password = request.context?.password ?? '';
  const judged = await services.credentials.judge({ stored: found.value, password, address });
  return judged.ok ? ok(judged.value) : judged;
}
