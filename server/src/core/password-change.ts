/** A caller of the merchant API gives itself another password (changePrincipalPassword). */

import type { Tx } from '../db.ts';
import type { Principal } from './principal.ts';
import { ok, refused } from './refusal.ts';
import type { Result } from './refusal.ts';

/**
 * Replaces the password of a terminal or user. `from` is the stored hash that the caller's password
 * was compared with: if it was changed meanwhile, that password is no longer the right one and
 * changes nothing.
 */
export async function changePassword(
  tx: Tx,
  principal: Principal,
  change: { readonly from: string; readonly to: string },
): Promise<Result<null, 'AUTHENTICATION_FAILED'>> {
  const { rowCount } =
    principal.kind === 'TERMINAL'
      ? await tx.query(
          `update terminal set password_hash = $3
           where id = $1 and password_hash = $2 and state = 'ACTIVE'`,
          [principal.terminalId, change.from, change.to],
        )
      : await tx.query(
          `update merchant_user set password_hash = $4
           where merchant_id = $1 and user_id = $2 and password_hash = $3 and state = 'ACTIVE'`,
          [principal.merchantId, principal.userId, change.from, change.to],
        );
  return rowCount === 1 ? ok(null) : refused('AUTHENTICATION_FAILED');
}
