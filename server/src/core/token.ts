/**
 * Customer tokens as their customer keeps them: a merchant's loyalty cards (merchant SOAP API, 5).
 * Types are set up by the operator; a customer has at most one card of each.
 */

import type { Tx } from '../db.ts';
import { ok, refused } from './refusal.ts';
import type { CustomerRefusal, Result } from './refusal.ts';

/** A type that a merchant takes, and this customer's card of it; `value` is null without one. */
export type LoyaltyCard = {
  readonly merchant: { readonly id: string; readonly name: string };
  readonly type: string;
  readonly description: string;
  readonly value: string | null;
};

/** Which card: a customer's of one type of one merchant. */
export type CardOf = {
  readonly customerId: string;
  readonly merchantId: string;
  readonly type: string;
};

/** More types than anybody looks through are not listed; a customer's own cards always are. */
const CARDS_MAX = 500;

type CardRow = {
  readonly merchant_id: string;
  readonly merchant_name: string;
  readonly id: string;
  readonly description: string;
  readonly value: string | null;
};

const readCard = (row: CardRow): LoyaltyCard => ({
  merchant: { id: row.merchant_id, name: row.merchant_name },
  type: row.id,
  description: row.description,
  value: row.value,
});

/** Every type that a customer can have a card of: those with a card first, then by merchant. */
export async function listCards(tx: Tx, customerId: string): Promise<LoyaltyCard[]> {
  const { rows } = await tx.query<CardRow>(
    `select m.id as merchant_id, m.name as merchant_name, t.id, t.description, c.value
     from token_type t join merchant m on m.id = t.merchant_id and m.state = 'ACTIVE'
       left join customer_token c on c.customer_id = $1 and c.merchant_id = t.merchant_id
         and c.id = t.id
     order by c.value is null, m.name, m.id, t.description, t.id limit $2`,
    [customerId, CARDS_MAX],
  );
  return rows.map(readCard);
}

/** Adds a card or puts it in the place of the one before. NOT_FOUND: no such type. */
export async function saveCard(
  tx: Tx,
  { customerId, merchantId, type }: CardOf,
  value: string,
): Promise<Result<LoyaltyCard, CustomerRefusal>> {
  const { rows } = await tx.query<CardRow>(
    `with saved as (
       insert into customer_token (customer_id, merchant_id, id, value)
         select $1, t.merchant_id, t.id, $4
         from token_type t join merchant m on m.id = t.merchant_id and m.state = 'ACTIVE'
         where t.merchant_id = $2 and t.id = $3
       on conflict (customer_id, merchant_id, id) do update set value = excluded.value
       returning merchant_id, id, value
     )
     select s.merchant_id, m.name as merchant_name, s.id, t.description, s.value
     from saved s join merchant m on m.id = s.merchant_id
       join token_type t on t.merchant_id = s.merchant_id and t.id = s.id`,
    [customerId, merchantId, type, value],
  );
  return rows[0] ? ok(readCard(rows[0])) : refused({ code: 'NOT_FOUND' });
}

/** Forgets a card; nothing happens when there is none. */
export async function removeCard(tx: Tx, { customerId, merchantId, type }: CardOf): Promise<void> {
  await tx.query(
    `delete from customer_token where customer_id = $1 and merchant_id = $2 and id = $3`,
    [customerId, merchantId, type],
  );
}

/**
 * A card that a shop used for a payment, and the customer's own of that type, which it would
 * replace.
 */
export type SwipedCard = LoyaltyCard & { readonly value: string; readonly replaces: string | null };

/**
 * The cards that a merchant itself named and used (status 1) for one of this customer's payments,
 * and that the customer has not stored as they are: what to remember after a card was swiped at the
 * till. None before the payment, and none for anybody else's.
 */
export async function swipedCards(
  tx: Tx,
  customerId: string,
  purchaseId: string,
): Promise<SwipedCard[]> {
  const cards = await usedCards(tx, customerId, purchaseId);
  return cards.filter(({ value, replaces }) => value !== replaces);
}

async function usedCards(tx: Tx, customerId: string, purchaseId: string): Promise<SwipedCard[]> {
  const { rows } = await tx.query<CardRow & { value: string; replaces: string | null }>(
    `select m.id as merchant_id, m.name as merchant_name, t.id, t.description, k.value,
       c.value as replaces
     from purchase p join invoice i on i.purchase_id = p.id
       join invoice_token k on k.invoice_reference = i.reference
       join token_type t on t.merchant_id = p.merchant_id and t.id = k.id
       join merchant m on m.id = p.merchant_id
       left join customer_token c on c.customer_id = p.customer_id
         and c.merchant_id = p.merchant_id and c.id = k.id
     where p.id = $2 and p.customer_id = $1 and p.state in ('CONFIRMING', 'PAID')
       and not k.offered and k.status = 1 and k.value <> ''
     order by k.id`,
    [customerId, purchaseId],
  );
  return rows.map((row) => ({ ...readCard(row), value: row.value, replaces: row.replaces }));
}

/**
 * Remembers the card of a type that was swiped for a payment; again is no failure. NOT_FOUND: there
 * is none.
 */
export async function rememberSwipedCard(
  tx: Tx,
  { customerId, purchaseId, type }: { customerId: string; purchaseId: string; type: string },
): Promise<Result<LoyaltyCard, CustomerRefusal>> {
  const used = await usedCards(tx, customerId, purchaseId);
  const card = used.find((found) => found.type === type);
  if (!card) return refused({ code: 'NOT_FOUND' });
  return saveCard(tx, { customerId, merchantId: card.merchant.id, type }, card.value);
}
