/** getClientSessionInfo (merchant-soap-api 4.13). */

import { ok } from '../core/refusal.ts';
import { clientSessionInfo } from '../core/session-info.ts';
import type { Handler } from './operation.ts';

/** Answers what the service of this terminal may know of the customer who opened its page. */
export const handleGetClientSessionInfo: Handler<'getClientSessionInfo'> = async (call) => {
  const { terminalId } = call.caller;
  const key = call.request.key ?? '';
  const found = await call.db.statement((tx) => clientSessionInfo(tx, { terminalId, key }));
  return found.ok ? ok({ parameters: { entry: found.value } }) : found;
};
