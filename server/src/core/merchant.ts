/** Merchants and their machines, as the operator sets them up. */

import { currencyDigits } from '@seqr-ups/contract';
import type { Money } from '@seqr-ups/contract';
import type { Tx } from '../db.ts';
import { ok, refused } from './refusal.ts';
import type { Result } from './refusal.ts';

/** Ids of merchants and machines: what a machine's code may carry (Unattended Payments, 2). */
export const CODE_ID_PATTERN = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * What can be set of a merchant later; absent fields stay. `maximum` is the most that one machine
 * purchase reserves.
 */
export type MerchantSettings = {
  readonly name?: string;
  readonly state?: 'ACTIVE' | 'BLOCKED';
  readonly maximum?: Money;
  readonly createPurchaseUrl?: string | null;
  readonly endpointCaPem?: string | null;
  readonly commitTimeoutMaxS?: number;
  readonly allowHttpNotifications?: boolean;
  /** Whether it may give payments back (refundPayment). */
  readonly refundsAllowed?: boolean;
  /** Whether its machines may be bought from by codes without a signature. */
  readonly unsignedCodesAllowed?: boolean;
};

/**
 * Why an address cannot be a merchant's createPurchase address, as a sentence, or null: HTTPS, a
 * path that ends in
 * `createPurchase`, no query, fragment or user (Unattended Payments, 4.1). Where it leads is
 * checked at each call.
 */
export function createPurchaseUrlProblem(text: string): string | null {
  const url = URL.parse(text);
  if (!url) return 'The createPurchase address is not a URL.';
  if (url.protocol !== 'https:') return 'The createPurchase address must begin with https://.';
  if (!url.pathname.endsWith('/createPurchase')) {
    return 'The path of the createPurchase address must end in /createPurchase, exact letters.';
  }
  if (url.search || url.hash || text.endsWith('?') || text.endsWith('#')) {
    return 'The createPurchase address must have no query and no fragment.';
  }
  if (url.username || url.password) return 'The createPurchase address must name no user.';
  return null;
}

/**
 * Adds a merchant with an account in the currency of its maximum, and one user. Needs a
 * transaction.
 */
export async function addMerchant(
  tx: Tx,
  merchant: {
    readonly id: string;
    readonly name: string;
    readonly maximum: Money;
    readonly userId: string;
    readonly passwordHash: string;
  },
): Promise<Result<null, 'ALREADY_EXISTS'>> {
  const { currency, minor } = merchant.maximum;
  const digits = currencyDigits(currency);
  if (digits === null) throw new Error(`${currency} is no currency`);
  const added = await tx.query(
    `insert into merchant (id, name, currency, unit_minor, maximum_minor)
     values ($1, $2, $3, $4, $5) on conflict do nothing returning id`,
    [merchant.id, merchant.name, currency, 10n ** BigInt(digits), minor],
  );
  if (added.rows.length === 0) return refused('ALREADY_EXISTS');
  await tx.query(`insert into account (owner, merchant_id, currency) values ('MERCHANT', $1, $2)`, [
    merchant.id,
    currency,
  ]);
  await tx.query(
    `insert into merchant_user (merchant_id, user_id, password_hash) values ($1, $2, $3)`,
    [merchant.id, merchant.userId, merchant.passwordHash],
  );
  return ok(null);
}

/** Changes a merchant's settings. Its currency cannot change. */
export async function setMerchant(
  tx: Tx,
  id: string,
  settings: MerchantSettings,
): Promise<Result<null, 'NOT_FOUND' | 'OTHER_CURRENCY'>> {
  const { rows } = await tx.query<{ currency: string }>(
    `select currency from merchant where id = $1`,
    [id],
  );
  if (!rows[0]) return refused('NOT_FOUND');
  if (settings.maximum && settings.maximum.currency !== rows[0].currency) {
    return refused('OTHER_CURRENCY');
  }
  await tx.query(
    `update merchant set name = coalesce($2, name), state = coalesce($3, state),
       maximum_minor = coalesce($4, maximum_minor),
       create_purchase_url = case when $5 then $6 else create_purchase_url end,
       endpoint_ca_pem = case when $7 then $8 else endpoint_ca_pem end,
       commit_timeout_max_s = coalesce($9, commit_timeout_max_s),
       allow_http_notifications = coalesce($10, allow_http_notifications),
       refunds_allowed = coalesce($11, refunds_allowed),
       unsigned_codes_allowed = coalesce($12, unsigned_codes_allowed)
     where id = $1`,
    [
      id,
      settings.name ?? null,
      settings.state ?? null,
      settings.maximum?.minor ?? null,
      settings.createPurchaseUrl !== undefined,
      settings.createPurchaseUrl ?? null,
      settings.endpointCaPem !== undefined,
      settings.endpointCaPem ?? null,
      settings.commitTimeoutMaxS ?? null,
      settings.allowHttpNotifications ?? null,
      settings.refundsAllowed ?? null,
      settings.unsignedCodesAllowed ?? null,
    ],
  );
  return ok(null);
}

/** A machine as the operator names it; without one its name is its token. */
export type Machine = {
  readonly token: string;
  readonly name: string;
  readonly place: string | null;
  readonly maximum: Money | null;
};

/**
 * Adds a machine, or changes one: absent fields of an existing machine stay. Needs a transaction.
 */
export async function setMachine(
  tx: Tx,
  merchantId: string,
  machine: {
    readonly token: string;
    readonly name?: string;
    readonly place?: string | null;
    readonly maximum?: Money | null;
  },
): Promise<Result<null, 'NOT_FOUND' | 'OTHER_CURRENCY'>> {
  const { rows } = await tx.query<{ currency: string }>(
    `select currency from merchant where id = $1`,
    [merchantId],
  );
  if (!rows[0]) return refused('NOT_FOUND');
  if (machine.maximum && machine.maximum.currency !== rows[0].currency) {
    return refused('OTHER_CURRENCY');
  }
  await tx.query(
    `insert into machine as m (merchant_id, token, name, place, maximum_minor)
     values ($1, $2, coalesce($3, $2), $5, $7)
     on conflict (merchant_id, token) do update set name = coalesce($3, m.name),
       place = case when $4 then $5 else m.place end,
       maximum_minor = case when $6 then $7 else m.maximum_minor end`,
    [
      merchantId,
      machine.token,
      machine.name ?? null,
      machine.place !== undefined,
      machine.place ?? null,
      machine.maximum !== undefined,
      machine.maximum?.minor ?? null,
    ],
  );
  return ok(null);
}

/**
 * The machines that the operator has named, of one merchant, by token; null when there is no such
 * merchant.
 */
export async function listMachines(tx: Tx, merchantId: string): Promise<Machine[] | null> {
  const { rows } = await tx.query<{
    currency: string;
    token: string | null;
    name: string;
    place: string | null;
    maximum_minor: bigint | null;
  }>(
    `select r.currency, m.token, m.name, m.place, m.maximum_minor
     from merchant r left join machine m on m.merchant_id = r.id where r.id = $1 order by m.token`,
    [merchantId],
  );
  if (rows.length === 0) return null;
  return rows.flatMap((row) =>
    row.token === null
      ? []
      : [
          {
            token: row.token,
            name: row.name,
            place: row.place,
            maximum:
              row.maximum_minor === null
                ? null
                : { minor: row.maximum_minor, currency: row.currency },
          },
        ],
  );
}
