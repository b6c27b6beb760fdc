/**
 * Accounts: what customers and merchants have, and the operator's transfers against the outside
 * world.
 */

import type { Money } from '@seqr-ups/contract';
import type { Tx } from '../db.ts';
import { readLimitLeft } from './limit.ts';
import type { LimitLeft, StoredLimitLeft } from './limit.ts';
import { ok, refused } from './refusal.ts';
import type { Result } from './refusal.ts';

/** Whose account: a customer by phone number, or a merchant in one currency. */
export type AccountOwner =
  | { readonly kind: 'CUSTOMER'; readonly msisdn: string }
  | { readonly kind: 'MERCHANT'; readonly merchantId: string; readonly currency: string };

/**
 * What there is (`balance`), what of it is held, and what is free. A merchant's `held` is what
 * customers reserved for it.
 */
export type AccountStatement = {
  readonly balance: Money;
  readonly held: Money;
  readonly available: Money;
};

/** A customer's balance, what of it is free, and which limit of theirs leaves least. */
export async function customerAccount(
  tx: Tx,
  customerId: string,
): Promise<{ balance: Money; available: Money; limit: LimitLeft | null }> {
  const { rows } = await tx.query<
    { currency: string; balance: bigint; available: bigint } & (
      | StoredLimitLeft
      | { [K in keyof StoredLimitLeft]: null }
    )
  >(
    `select a.currency, a.credits_posted - a.debits_posted as balance,
       a.credits_posted - a.debits_posted - a.debits_pending as available,
       l.kind, l.amount_minor, l.left_minor
     from account a join customer c on c.id = a.customer_id
       left join lateral (select * from customer_limits_left(c.id) limit 1) l on c.limited
     where a.owner = 'CUSTOMER' and a.customer_id = $1`,
    [customerId],
  );
  const [row] = rows;
  if (!row) throw new Error(`customer ${customerId} has no account`);
  const { currency } = row;
  return {
    balance: { minor: row.balance, currency },
    available: { minor: row.available, currency },
    limit: row.kind === null ? null : readLimitLeft(row, currency),
  };
}

/**
 * Play money for a customer of the sandbox, in the account's currency; NOT_FOUND where money is
 * real. Needs a transaction.
 */
export async function topUp(
  tx: Tx,
  msisdn: string,
  amount: Money,
): Promise<Result<null, 'NOT_FOUND' | 'OTHER_CURRENCY'>> {
  const { rows } = await tx.query<{ sandbox: boolean }>(`select sandbox from installation`);
  if (rows[0]?.sandbox !== true) return refused('NOT_FOUND');
  const funded = await fundAccount(tx, { kind: 'CUSTOMER', msisdn }, amount);
  return funded.ok ? ok(null) : funded;
}

/** Money comes in from outside, to a customer (a top-up) or a merchant. Needs a transaction. */
export async function fundAccount(
  tx: Tx,
  owner: AccountOwner,
  amount: Money,
): Promise<Result<AccountStatement, 'NOT_FOUND' | 'OTHER_CURRENCY'>> {
  const account = await findAccount(tx, owner);
  if (!account) return refused('NOT_FOUND');
  if (account.currency !== amount.currency) return refused('OTHER_CURRENCY');
  const external = await externalAccount(tx, amount.currency);
  await transfer(tx, external, account.id, amount.minor, 'fund');
  return ok(await statement(tx, account.id));
}

/** Money leaves to the outside, at most what is available. Needs a transaction. */
export async function payOut(
  tx: Tx,
  owner: AccountOwner,
  amount: Money,
): Promise<Result<AccountStatement, 'NOT_FOUND' | 'OTHER_CURRENCY' | 'INSUFFICIENT_FUNDS'>> {
  const account = await findAccount(tx, owner);
  if (!account) return refused('NOT_FOUND');
  if (account.currency !== amount.currency) return refused('OTHER_CURRENCY');
  const external = await externalAccount(tx, amount.currency);
  const moved = await transfer(tx, account.id, external, amount.minor, 'payout');
  return moved ? ok(await statement(tx, account.id)) : refused('INSUFFICIENT_FUNDS');
}

/** What an account has. */
export async function showAccount(
  tx: Tx,
  owner: AccountOwner,
): Promise<Result<AccountStatement, 'NOT_FOUND'>> {
  const account = await findAccount(tx, owner);
  return account ? ok(await statement(tx, account.id)) : refused('NOT_FOUND');
}

/**
 * Folds appended entries into the rows of accounts that have any, at most `limit` entries of each;
 * returns how many entries are gone. The account's row is locked first, so two roll-ups never meet.
 */
export async function rollUpAccounts(tx: Tx, limit: number): Promise<number> {
  const busy = await tx.query<{ account_id: bigint }>(
    `select distinct account_id from account_entry order by account_id`,
  );
  let count = 0;
  for (const { account_id } of busy.rows) {
    const { rows } = await tx.query<{ entries: number }>(
      `select ledger_roll_up($1, $2) as entries`,
      [account_id, limit],
    );
    count += rows[0]?.entries ?? 0;
  }
  return count;
}

async function findAccount(
  tx: Tx,
  owner: AccountOwner,
): Promise<{ id: bigint; currency: string } | undefined> {
  const { rows } =
    owner.kind === 'CUSTOMER'
      ? await tx.query<{ id: bigint; currency: string }>(
          `select a.id, a.currency from account a join customer c on c.id = a.customer_id
           where a.owner = 'CUSTOMER' and c.msisdn = $1`,
          [owner.msisdn],
        )
      : await tx.query<{ id: bigint; currency: string }>(
          `select id, currency from account
           where owner = 'MERCHANT' and merchant_id = $1 and currency = $2`,
          [owner.merchantId, owner.currency],
        );
  return rows[0];
}

/** The one account of the outside world in a currency, made when first needed. */
async function externalAccount(tx: Tx, currency: string): Promise<bigint> {
  await tx.query(
    `insert into account (owner, currency) values ('EXTERNAL', $1)
     on conflict (currency) where owner = 'EXTERNAL' do nothing`,
    [currency],
  );
  const { rows } = await tx.query<{ id: bigint }>(
    `select id from account where owner = 'EXTERNAL' and currency = $1`,
    [currency],
  );
  if (!rows[0]) throw new Error(`no external account in ${currency}`);
  return rows[0].id;
}

async function transfer(
  tx: Tx,
  debitAccountId: bigint,
  creditAccountId: bigint,
  amountMinor: bigint,
  reason: string,
): Promise<boolean> {
  const { rows } = await tx.query<{ id: bigint | null }>(
    `select ledger_transfer($1, $2, $3, $4) as id`,
    [debitAccountId, creditAccountId, amountMinor, reason],
  );
  return rows[0]?.id != null;
}

async function statement(tx: Tx, accountId: bigint): Promise<AccountStatement> {
  const { rows } = await tx.query<{
    currency: string;
    balance: string;
    held: string;
    available: string;
  }>(
    `select currency, credits_posted - debits_posted as balance,
       case owner when 'MERCHANT' then credits_pending else debits_pending end as held,
       credits_posted - debits_posted - debits_pending as available
     from account_total where id = $1`,
    [accountId],
  );
  const [row] = rows;
  if (!row) throw new Error(`account ${accountId} is gone`);
  const money = (minor: string): Money => ({ minor: BigInt(minor), currency: row.currency });
  return {
    balance: money(row.balance),
    held: money(row.held),
    available: money(row.available),
  };
}
