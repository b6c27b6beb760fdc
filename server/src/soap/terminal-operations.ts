/** registerTerminal and unregisterTerminal (merchant-soap-api 4.8, 4.9). */

import { isAcceptableTerminalPassword } from '../core/credential.ts';
import { ok, refused } from '../core/refusal.ts';
import { registerTerminal, unregisterTerminal } from '../core/terminal.ts';
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
