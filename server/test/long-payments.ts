/** Thousands of payments at once, for tests of long reports. */

import type { Database } from '../src/db.ts';

/**
 * Writes payments 1 to `count` of a terminal straight into their table, all in the first periods of
 * shop and terminal: real ones would take minutes. Payment n is of n cents, by cashier `c<n mod
 * 3>`, with n as its ERS reference. Many are of the same moment, so that pages must tell them apart
 * by reference too. They are in no ledger: such a database fails the audit of payments.
 */
export async function insertPayments(
  db: Database,
  of: { readonly merchantId: string; readonly terminalId: string },
  count: number,
): Promise<void> {
  await db.statement((tx) =>
    tx.query(
      `insert into invoice (reference, merchant_id, terminal_id, state, payment_mode,
         acknowledgment_mode, total_minor, currency, cashier_id, held_minor, committed_minor,
         ers_reference, paid_at, expires_at, shop_period, terminal_period)
       select lpad(n::text, 17, '0'), $1, $2, 'PAID', 'IMMEDIATE_DEBIT', 'NO_ACKNOWLEDGMENT', n,
         'EUR', 'c' || n % 3, n, n, lpad(n::text, 25, '0'),
         seqr_clock() - make_interval(mins => n / 1500), seqr_clock(), 1, 1
       from generate_series(1, $3::integer) n`,
      [of.merchantId, of.terminalId, count],
    ),
  );
}
