/**
 * registerTerminal, unregisterTerminal, assignSeqrId and changePrincipalPassword (merchant-soap-api
 * 4.8 to 4.10, 4.14).
 */

import type { SoapType } from '@seqr-ups/contract';
import { isAcceptableTerminalPassword } from '../core/credential.ts';
import { changePassword } from '../core/password-change.ts';
import type { Principal, PrincipalClaim } from '../core/principal.ts';
import { ok, refused } from '../core/refusal.ts';
import { assignSeqrId, registerTerminal, unregisterTerminal } from '../core/terminal.ts';
import { readClaim } from './context.ts';
import type { Handler } from './operation.ts';

/**
 * Makes a terminal of the caller's merchant. A password under 4 characters is 22, missing data 56;
 * the same externalTerminalId again makes a further terminal, since reinstalled tills register
 * again.
 */
export const handleRegisterTerminal: Handler<'registerTerminal'> = async (call) => {
  const { externalTerminalId = '', name = '', password = '' } = call.request;
  if (!isAcceptableTerminalPassword(password)) return refused('INVALID_NEW_PASSWORD');
  if (externalTerminalId.trim() === '' || name.trim() === '') {
    return refused('REGISTRATION_NOT_POSSIBLE');
  }
  const hashed = await call.credentials.hashInTurn(password, call.address);
  if (!hashed.ok) return hashed;
  const { terminalId } = await call.db.statement((tx) =>
    registerTerminal(tx, {
      merchantId: call.caller.merchantId,
      externalTerminalId,
      name,
      passwordHash: hashed.value,
    }),
  );
  return ok({ terminalId });
};

/** The calling terminal removes itself; its open invoices are cancelled by the same statement. */
export const handleUnregisterTerminal: Handler<'unregisterTerminal'> = async (call) => {
  await call.db.statement((tx) => unregisterTerminal(tx, call.caller.terminalId));
  return ok({});
};

/** Puts the code of a printed sticker on the calling terminal. A missing code is 53. */
export const handleAssignSeqrId: Handler<'assignSeqrId'> = async (call) => {
  const { terminalId } = call.caller;
  const assigned = await call.db.statement((tx) =>
    assignSeqrId(tx, terminalId, call.request.seqrId ?? ''),
  );
  return assigned.ok ? ok({}) : assigned;
};

/**
 * Gives the caller another password. Nobody else's can be named (21, whether it exists or not). A
 * missing one is 22 as a short one is: the answer has no place for one that we would invent.
 */
export const handleChangePrincipalPassword: Handler<'changePrincipalPassword'> = async (call) => {
  const { caller, request } = call;
  const { principalId, newPassword = '' } = request;
  if (!namesNobody(principalId)) {
    const claim = readClaim({ clientRequestTimeout: '0', initiatorPrincipalId: principalId });
    if (claim === null || !isCaller(claim, caller)) return refused('ACCESS_DENIED');
  }
  if (!isAcceptableTerminalPassword(newPassword)) return refused('INVALID_NEW_PASSWORD');
  const hashed = await call.credentials.hashInTurn(newPassword, call.address);
  if (!hashed.ok) return hashed;
  const change = { from: call.passwordHash, to: hashed.value };
  const changed = await call.db.statement((tx) => changePassword(tx, caller, change));
  return changed.ok ? ok({}) : changed;
};

/** An absent or empty element: the caller means itself. */
function namesNobody(principalId: SoapType<'principalId'> | undefined): boolean {
  const { id = '', type = '', userId = '' } = principalId ?? {};
  return `${id}${type}${userId}`.trim() === '';
}

function isCaller(claim: PrincipalClaim, caller: Principal): boolean {
  if (claim.kind === 'TERMINAL') {
    return caller.kind === 'TERMINAL' && claim.terminalId === caller.terminalId;
  }
  return (
    caller.kind === 'USER' &&
    claim.merchantId === caller.merchantId &&
    claim.userId === caller.userId
  );
}
