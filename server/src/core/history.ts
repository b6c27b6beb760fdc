/** A customer's purchases afterwards: found by time and by words, and what they came to. */

import type { Money } from '@seqr-ups/contract';
import type { Tx } from '../db.ts';
import { readPurchase } from './purchase-row.ts';
import type { Purchase, PurchaseRow } from './purchase-row.ts';

/**
 * Which purchases are meant: opened in [from, to), and holding every one of `words` somewhere in
 * what their customer reads of them. Null and none: all.
 */
export type Selection = {
  readonly from: Date | null;
  readonly to: Date | null;
  readonly words: readonly string[];
};

/** Every purchase. */
export const EVERYTHING: Selection = { from: null, to: null, words: [] };

/**
 * This customer's purchases that are meant. Words are looked for as they stand, in any letter case:
 * a pattern's signs mean nothing. Small letters are made by ICU, since the database's own locale
 * may know ASCII only. The page's order and its limit end the search early where they can.
 */
const SELECTED = `
  from purchase p
    join merchant m on m.id = p.merchant_id
    left join machine mc on mc.merchant_id = p.merchant_id and mc.token = p.machine_token
    left join invoice i on i.reference = p.invoice_reference
    left join terminal t on t.id = i.terminal_id and p.kind <> 'MACHINE'
  where p.customer_id = $1
    and ($2::timestamptz is null or p.created_at >= $2)
    and ($3::timestamptz is null or p.created_at < $3)
    and (cardinality($4::text[]) = 0 or not exists (
      select from lower(concat_ws(E'\\n', m.name, mc.name, mc.place, p.machine_token, t.name,
          i.reference, i.title,
          case when p.state in ('PAID', 'CONFIRMING') then i.ers_reference end,
          (select string_agg(line ->> 'description', E'\\n')
            from jsonb_array_elements(i.rows) line))
          collate "und-x-icu") said,
        unnest($4::text[]) word
      where strpos(said, lower(word collate "und-x-icu")) = 0))`;

/**
 * A page of this customer's purchases, newest first. `before` is the `nextCursor` of the page
 * before, a purchase id.
 */
export async function listPurchases(
  tx: Tx,
  customerId: string,
  page: { readonly limit: number; readonly before: string | null },
  selection: Selection = EVERYTHING,
): Promise<{ items: Purchase[]; nextCursor: string | null }> {
  const { rows } = await tx.query<PurchaseRow>(
    `with page as materialized (
       select p.id ${SELECTED} and ($5::uuid is null or p.id < $5) order by p.id desc limit $6
     )
     select v.* from page join purchase_view v using (id) order by id desc`,
    [customerId, ...parameters(selection), page.before, page.limit + 1],
  );
  const items = rows.slice(0, page.limit).map(readPurchase);
  return { items, nextCursor: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}

/** What purchases of one currency came to: how many were paid, what for, and what came back. */
export type Spent = {
  readonly purchases: number;
  readonly charged: Money;
  readonly refunded: Money;
};

/**
 * What the purchases that are meant came to, by currency, and when this customer's first purchase
 * of all was opened. A refund counts with its purchase, whenever it came.
 */
export async function spending(
  tx: Tx,
  customerId: string,
  selection: Selection,
): Promise<{ items: Spent[]; firstAt: Date | null }> {
  const { rows } = await tx.query<{
    currency: string;
    purchases: number;
    charged: bigint;
    refunded: bigint;
  }>(
    `select p.currency, count(*)::integer as purchases,
       sum(i.committed_minor)::bigint as charged,
       coalesce(sum((select sum(amount_minor) from refund where invoice_reference = i.reference)),
         0)::bigint as refunded
     ${SELECTED} and p.state = 'PAID' group by p.currency order by p.currency`,
    [customerId, ...parameters(selection)],
  );
  const first = await tx.query<{ first_at: Date | null }>(
    `select min(created_at) as first_at from purchase where customer_id = $1`,
    [customerId],
  );
  return {
    items: rows.map(({ currency, purchases, charged, refunded }) => ({
      purchases,
      charged: { minor: charged, currency },
      refunded: { minor: refunded, currency },
    })),
    firstAt: first.rows[0]?.first_at ?? null,
  };
}

const parameters = ({ from, to, words }: Selection) => [from, to, words] as const;
