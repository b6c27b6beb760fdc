/** A merchant as the operator sees it. */

import { toAmountJson } from '@seqr-ups/contract';
import type { Money } from '@seqr-ups/contract';
import type { Tx } from '../../server/src/db.ts';
import { Refused } from './command.ts';
import { showAmount } from './value.ts';

/** All settings of a merchant; of the authority only whether there is one. */
export type MerchantRecord = {
  readonly id: string;
  readonly name: string;
  readonly state: 'ACTIVE' | 'BLOCKED';
  readonly maximum: Money;
  readonly createPurchaseUrl: string | null;
  readonly hasAuthority: boolean;
  readonly commitTimeoutMaxS: number;
  readonly allowHttpNotifications: boolean;
  readonly refundsAllowed: boolean;
  readonly unsignedCodesAllowed: boolean;
};

/** Reads a merchant. Throws {@link Refused} when there is none of this id. */
export async function readMerchant(tx: Tx, id: string): Promise<MerchantRecord> {
  const { rows } = await tx.query<
    Omit<MerchantRecord, 'maximum'> & { minor: bigint; currency: string }
  >(
    `select id, name, state, maximum_minor as minor, currency,
       create_purchase_url as "createPurchaseUrl", endpoint_ca_pem is not null as "hasAuthority",
       commit_timeout_max_s as "commitTimeoutMaxS",
       allow_http_notifications as "allowHttpNotifications",
       refunds_allowed as "refundsAllowed", unsigned_codes_allowed as "unsignedCodesAllowed"
     from merchant where id = $1`,
    [id],
  );
  const [row] = rows;
  if (!row) throw new Refused(`There is no merchant ${id}.`);
  const { minor, currency, ...rest } = row;
  return { ...rest, maximum: { minor, currency } };
}

/** A merchant as JSON. */
export function merchantJson(merchant: MerchantRecord): Record<string, unknown> {
  return { ...merchant, maximum: toAmountJson(merchant.maximum) };
}

/** A merchant as the rows of a table. */
export function merchantRows(merchant: MerchantRecord): [string, string][] {
  return [
    ['merchant', merchant.id],
    ['name', merchant.name],
    ['state', merchant.state === 'ACTIVE' ? 'active' : 'blocked'],
    ['maximum of a purchase', showAmount(merchant.maximum)],
    ['createPurchase address', merchant.createPurchaseUrl ?? 'none yet'],
    ['authorities trusted', merchant.hasAuthority ? 'its own and the public ones' : 'public'],
    ['longest commit timeout', `${merchant.commitTimeoutMaxS} s`],
    ['refunds', merchant.refundsAllowed ? 'allowed' : 'refused'],
    ['unsigned codes', merchant.unsignedCodesAllowed ? 'allowed' : 'refused'],
    ['http notifications', merchant.allowHttpNotifications ? 'allowed' : 'refused'],
  ];
}
