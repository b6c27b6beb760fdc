/** `seqr account …`: transfers against the outside world, and what an account has. */

import { toAmountJson } from '@seqr-ups/contract';
import type { Money } from '@seqr-ups/contract';
import { fundAccount, payOut, showAccount } from '../../server/src/core/account.ts';
import type { AccountOwner, AccountStatement } from '../../server/src/core/account.ts';
import type { Result } from '../../server/src/core/refusal.ts';
import type { Database, Tx } from '../../server/src/db.ts';
import { Refused, WrongUse } from './command.ts';
import type { Command, Input, Option, Outcome, Terminal } from './command.ts';
import { withInstallation } from './installation.ts';
import { readMerchant } from './merchant-record.ts';
import { recordTable } from './table.ts';
import { readAmount, readCodeId, readMsisdn, showAmount } from './value.ts';

const AMOUNT = { name: 'amount', help: 'amount with its currency, 20.00 EUR', rest: true as const };

const WHOSE: Readonly<Record<string, Option>> = {
  customer: { value: 'number', help: "a customer's, by phone number" },
  merchant: { value: 'id', help: "or a merchant's" },
};

const fund: Command = {
  name: 'account fund',
  summary: 'put money that has come in from outside into an account',
  arguments: [AMOUNT],
  options: WHOSE,
  json: true,
  run: (input, terminal) => move(input, terminal, fundAccount),
};

const payout: Command = {
  name: 'account payout',
  summary: 'take money that leaves to the outside from an account',
  details: 'At most what is available: what customers hold reserved stays.',
  arguments: [AMOUNT],
  options: WHOSE,
  json: true,
  run: (input, terminal) => move(input, terminal, payOut),
};

const show: Command = {
  name: 'account show',
  summary: 'show what an account has, and what of it is held',
  arguments: [],
  options: WHOSE,
  json: true,
  async run(input, terminal) {
    const owner = readOwner(input);
    const shown = await withInstallation(terminal, async ({ db }) => {
      const found = await resolve(db, owner);
      return settle(owner, await db.statement((tx) => showAccount(tx, found)));
    });
    return outcome(owner, shown);
  },
};

type Move = (
  tx: Tx,
  owner: AccountOwner,
  amount: Money,
) => Promise<Result<AccountStatement, Refusal>>;
type Refusal = 'NOT_FOUND' | 'OTHER_CURRENCY' | 'INSUFFICIENT_FUNDS';
/** As written on the command line: a merchant's currency is not named there. */
type Owner = { readonly msisdn: string } | { readonly merchantId: string };

async function move(input: Input, terminal: Terminal, by: Move): Promise<Outcome> {
  const owner = readOwner(input);
  const amount = readAmount(input.needed('amount'));
  const after = await withInstallation(terminal, async ({ db }) => {
    const found = await resolve(db, owner);
    const currency = found.kind === 'MERCHANT' ? found.currency : amount.currency;
    const moved = await db.transaction<AccountStatement, Refusal>(async (tx) =>
      currency === amount.currency
        ? by(tx, found, amount)
        : { ok: false, refusal: 'OTHER_CURRENCY' },
    );
    return settle(owner, moved);
  });
  return outcome(owner, after);
}

function readOwner(input: Input): Owner {
  const [customer, merchant] = [input.text('customer'), input.text('merchant')];
  if (customer !== undefined && merchant === undefined) return { msisdn: readMsisdn(customer) };
  if (customer === undefined && merchant !== undefined) {
    return { merchantId: readCodeId('A merchant id', merchant) };
  }
  throw new WrongUse('Whose account? --customer <number> or --merchant <id>, one of them.');
}

async function resolve(db: Database, owner: Owner): Promise<AccountOwner> {
  if ('msisdn' in owner) return { kind: 'CUSTOMER', msisdn: owner.msisdn };
  const { id, maximum } = await db.statement((tx) => readMerchant(tx, owner.merchantId));
  return { kind: 'MERCHANT', merchantId: id, currency: maximum.currency };
}

function settle(owner: Owner, result: Result<AccountStatement, Refusal>): AccountStatement {
  if (result.ok) return result.value;
  const who = 'msisdn' in owner ? `customer ${owner.msisdn}` : `merchant ${owner.merchantId}`;
  switch (result.refusal) {
    case 'NOT_FOUND':
      throw new Refused(`There is no ${who}.`);
    case 'OTHER_CURRENCY':
      throw new Refused(`The account of ${who} is in another currency.`);
    case 'INSUFFICIENT_FUNDS':
      throw new Refused(`The account of ${who} has not so much available; nothing was moved.`);
  }
}

function outcome(owner: Owner, { balance, held, available }: AccountStatement): Outcome {
  const whose: [string, string] =
    'msisdn' in owner ? ['customer', owner.msisdn] : ['merchant', owner.merchantId];
  // A customer's held part is not available; to a merchant it is still to come.
  const heldName = 'msisdn' in owner ? 'of it held' : 'held for it';
  return {
    output: recordTable([
      whose,
      ['balance', showAmount(balance)],
      [heldName, showAmount(held)],
      ['available', showAmount(available)],
    ]),
    json: {
      ...owner,
      balance: toAmountJson(balance),
      held: toAmountJson(held),
      available: toAmountJson(available),
    },
  };
}

/** The commands of this group. */
export const ACCOUNT_COMMANDS = [fund, payout, show];
