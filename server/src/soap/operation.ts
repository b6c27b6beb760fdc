/**
 * What every operation has in common: who may call it, what a handler gets and gives, and how
 * refusals become answers.
 */

import { OPERATIONS, RESULT_CODES } from '@seqr-ups/contract';
import type {
  OperationDeclaration,
  OperationName,
  ResultCodeName,
  SoapRequest,
  SoapResponse,
} from '@seqr-ups/contract';
import type { CredentialCheck } from '../core/credential.ts';
import type { Principal, WaitingInvoice } from '../core/principal.ts';
import type { MerchantRefusal, Result } from '../core/refusal.ts';
import type { Database } from '../db.ts';

type TerminalPrincipal = Extract<Principal, { kind: 'TERMINAL' }>;
type UserPrincipal = Extract<Principal, { kind: 'USER' }>;

/** Who can have got through to a handler, by the operation's declaration. */
export type CallerOf<O extends OperationName> = {
  TERMINALID: TerminalPrincipal;
  RESELLERUSER: UserPrincipal;
}[(typeof OPERATIONS)[O]['principals'][number]];

/** Operations that anybody may call, without credentials. */
type OpenOperation = {
  [O in OperationName]: (typeof OPERATIONS)[O]['principals'] extends readonly [] ? O : never;
}[OperationName];
/** Operations that stand in the WSDL only: whoever is known gets 91. */
type UnofferedOperation = {
  [O in OperationName]: (typeof OPERATIONS)[O] extends { readonly offered: false } ? O : never;
}[OperationName];
/** Operations that have something to do. */
export type ServedOperation = Exclude<OperationName, OpenOperation | UnofferedOperation>;

/** One authenticated call. */
export type Call<O extends OperationName> = {
  readonly db: Database;
  readonly credentials: CredentialCheck;
  readonly request: SoapRequest<O>;
  readonly caller: CallerOf<O>;
  /** The stored hash that the caller's password was compared with. */
  readonly passwordHash: string;
  /** The invoice that getPaymentStatus asks about, read with the caller, if it still waits. */
  readonly waitingInvoice: WaitingInvoice | null;
  /** Network address that the call came from, as far as throttling tells addresses apart. */
  readonly address: string;
};

/** Why a call is refused: the core's reasons, and being too busy to find out. */
export type CallRefusal = MerchantRefusal | 'SYSTEM_BUSY';

/** What a successful answer holds besides its code. */
export type Answer<O extends OperationName> = Omit<
  SoapResponse<O>,
  'resultCode' | 'resultDescription'
>;

/** Does an operation. The caller is authenticated and of a type that the operation allows. */
export type Handler<O extends OperationName> = (
  call: Call<O>,
) => Promise<Result<Answer<O>, CallRefusal>>;

/** Whether the principal's type may call the operation (merchant-soap-api 2.2, step 6). */
export function mayCall<O extends OperationName>(
  operation: O,
  principal: Principal,
): principal is CallerOf<O> & Principal {
  const type = principal.kind === 'TERMINAL' ? 'TERMINALID' : 'RESELLERUSER';
  const { principals }: OperationDeclaration = OPERATIONS[operation];
  return principals.includes(type);
}

/** Whether anybody may call the operation, without credentials. */
export function isOpenToAll(operation: OperationName): boolean {
  return OPERATIONS[operation].principals.length === 0;
}

/** The answer of an operation that has nothing to say but that it was called. */
export function emptyAnswer<O extends OperationName>(operation: O): SoapResponse<O> {
  return { ...result('SUCCESS'), ...mandatoryIn(operation) } as unknown as SoapResponse<O>;
}

/** The answer of a call that was done. */
export function successAnswer<O extends OperationName>(answer: Answer<O>): SoapResponse<O> {
  return { ...answer, ...result('SUCCESS') } as unknown as SoapResponse<O>;
}

/**
 * The answer of a call that was refused: the code alone. Names of refusals are names of codes, so a
 * refusal without a code does not compile.
 */
export function refusalAnswer<O extends OperationName>(
  operation: O,
  refusal: CallRefusal,
): SoapResponse<O> {
  return { ...result(refusal), ...mandatoryIn(operation) } as unknown as SoapResponse<O>;
}

/** What every answer of an operation must carry, a refusal too (3.11). */
function mandatoryIn(operation: OperationName): object {
  if (operation === 'getPaymentStatus') return { version: 0 };
  return operation === 'getClientSessionInfo' ? { parameters: {} } : {};
}

function result(name: ResultCodeName) {
  return { resultCode: RESULT_CODES[name], resultDescription: name };
}
