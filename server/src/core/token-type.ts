/** Token types: the loyalty cards that a merchant takes, as the operator sets them up. */

import type { Tx } from '../db.ts';

/** A type: its id on the wire, and what customers read. */
export type TokenType = { readonly id: string; readonly description: string };

/** Adds a type, or describes one anew. False: no such merchant. */
export async function setTokenType(
  tx: Tx,
  merchantId: string,
  { id, description }: TokenType,
): Promise<boolean> {
  const { rows } = await tx.query(
    `insert into token_type (merchant_id, id, description)
       select m.id, $2, $3 from merchant m where m.id = $1
     on conflict (merchant_id, id) do update set description = excluded.description
     returning id`,
    [merchantId, id, description],
  );
  return rows.length > 0;
}

/** The types of a merchant with how many customers have a card of each, by id. */
export async function listTokenTypes(
  tx: Tx,
  merchantId: string,
): Promise<(TokenType & { readonly cards: bigint })[]> {
  const { rows } = await tx.query<TokenType & { cards: bigint }>(
    `select t.id, t.description, count(c.id) as cards
     from token_type t left join customer_token c using (merchant_id, id)
     where t.merchant_id = $1 group by t.id, t.description order by t.id`,
    [merchantId],
  );
  return rows;
}
