-- The audit: what must never break, looked for in one snapshot. Each row is a broken invariant with
-- its number (docs/protocol.md), the row at fault and what is wrong with it. No rows: the books are
-- in order.

-- What each account's counters should be: the sum of its transfers.
create view account_from_transfers as
  with live as (
    select t.debit_account_id, t.credit_account_id, t.amount_minor,
      t.kind = 'PENDING' and r.id is null as pending, t.kind in ('DIRECT', 'POST') as posted
    from transfer t left join transfer r on r.pending_id = t.id
  ), side as (
    select debit_account_id as account_id, true as debit, amount_minor, pending, posted from live
    union all
    select credit_account_id, false, amount_minor, pending, posted from live
  )
  select account_id,
    coalesce(sum(amount_minor) filter (where debit and pending), 0) as debits_pending,
    coalesce(sum(amount_minor) filter (where debit and posted), 0) as debits_posted,
    coalesce(sum(amount_minor) filter (where not debit and pending), 0) as credits_pending,
    coalesce(sum(amount_minor) filter (where not debit and posted), 0) as credits_posted
  from side group by account_id;

-- What each account's counters are, entries not yet rolled up included.
create view account_total as
  select a.id, a.owner, a.customer_id, a.merchant_id, a.currency,
    a.debits_pending + coalesce(sum(e.debits_pending), 0) as debits_pending,
    a.debits_posted + coalesce(sum(e.debits_posted), 0) as debits_posted,
    a.credits_pending + coalesce(sum(e.credits_pending), 0) as credits_pending,
    a.credits_posted + coalesce(sum(e.credits_posted), 0) as credits_posted
  from account a left join account_entry e on e.account_id = a.id group by a.id;

-- Invariants 1 to 4: the ledger by itself.
create function audit_ledger() returns table (invariant integer, subject text, problem text)
language sql stable as $$
  select 1, 'currency ' || currency, 'debits and credits differ'
    from account_total group by currency
    having sum(debits_posted) <> sum(credits_posted) or sum(debits_pending) <> sum(credits_pending)
  union all
  select 2, 'account ' || coalesce(a.id, t.account_id),
      case when a.id is null then 'has transfers but no account'
        else 'counters differ from its transfers' end
    from account_total a full join account_from_transfers t on t.account_id = a.id
    where a.id is null
      or (a.debits_pending, a.debits_posted, a.credits_pending, a.credits_posted) is distinct from
        (coalesce(t.debits_pending, 0), coalesce(t.debits_posted, 0),
         coalesce(t.credits_pending, 0), coalesce(t.credits_posted, 0))
  union all
  select 2, 'entry ' || e.id, 'belongs to no account'
    from account_entry e where not exists (select from account where id = e.account_id)
  union all
  select 3, 'account ' || id, 'a customer is below zero'
    from account where owner = 'CUSTOMER' and credits_posted - debits_posted - debits_pending < 0
  union all
  select 4, 'transfer ' || r.id, 'does not fit the hold that it resolves'
    from transfer r join transfer h on h.id = r.pending_id
    where h.kind <> 'PENDING' or r.amount_minor > h.amount_minor or r.currency <> h.currency
      or (r.debit_account_id, r.credit_account_id) <> (h.debit_account_id, h.credit_account_id)
  union all
  select 4, 'hold ' || pending_id, 'was resolved more than once'
    from transfer where pending_id is not null group by pending_id having count(*) > 1;
$$;

-- Invariants 5 to 8: invoices and purchases against the ledger. `p_grace` is how long past its
-- deadline a purchase may be found unfinished: one sweep.
create function audit_purchases(p_grace interval) returns table (
  invariant integer, subject text, problem text
) language sql stable as $$
  with bill as (
    select i.*, h.amount_minor as hold_minor,
      r.kind as resolved_by, r.amount_minor as resolved_minor
    from invoice i
      left join transfer h on h.id = i.hold_id and h.kind = 'PENDING'
      left join transfer r on r.pending_id = i.hold_id
  )
  select 5, 'invoice ' || reference, 'PAID without exactly its posted transfer' from bill
    where state = 'PAID' and committed_minor is not null
      and (resolved_by, resolved_minor) is distinct from ('POST', committed_minor)
  union all
  select 5, 'invoice ' || reference, 'PAID, not noticed, without exactly its live hold' from bill
    where state = 'PAID' and committed_minor is null
      and (resolved_by is not null or hold_minor is distinct from held_minor)
  union all
  select 5, 'invoice ' || reference, 'RESERVED without a live hold of its amount' from bill
    where state = 'RESERVED' and (resolved_by is not null or hold_minor is distinct from held_minor)
  union all
  select 5, 'invoice ' || reference, state || ' with a live hold or a charge' from bill
    where state not in ('PAID', 'RESERVED') and hold_id is not null
      and coalesce(resolved_by not in ('VOID', 'EXPIRE'), true)
  union all
  select 5, 'hold ' || h.id, 'belongs to no invoice' from transfer h
    where h.kind = 'PENDING' and not exists (select from invoice where hold_id = h.id)
  union all
  select 6, 'purchase ' || p.id, p.state || ', but its invoice is ' || i.state
    from purchase p join invoice i on i.purchase_id = p.id
    where (p.state in ('PAID', 'CONFIRMING')) <> (i.state = 'PAID')
      or (p.state = 'CONFIRMING') <> (i.state = 'PAID' and i.committed_minor is null)
      or (p.state = 'RESERVED') <> (i.state = 'RESERVED')
  union all
  select 6, 'purchase ' || id, state || ' past its deadline' from purchase
    where deadline < seqr_clock() - p_grace
  union all
  select 6, 'invoice ' || reference, 'charged more than the customer was shown' from bill
    where committed_minor > coalesce(reserved_total_minor, held_minor)
  union all
  select 7, 'invoice ' || i.reference, 'does not belong to the purchase that it names'
    from invoice i left join purchase p on p.id = i.purchase_id
    where i.purchase_id is not null and (p.invoice_reference is distinct from i.reference
      or p.merchant_id <> i.merchant_id or p.currency <> i.currency
      or coalesce(i.held_minor, i.total_minor) > p.reservation_minor)
  union all
  select 7, 'purchase ' || p.id, 'names an invoice that is not bound to it'
    from purchase p left join invoice i on i.reference = p.invoice_reference
    where p.invoice_reference is not null and i.purchase_id is distinct from p.id
      and (p.kind = 'MACHINE' or p.state in ('RESERVED', 'CONFIRMING', 'PAID', 'RELEASED'))
  union all
  select 8, 'invoice ' || reference, 'was reserved without its notification' from invoice i
    where hold_id is not null and notification_url is not null
      and not exists (select from notification n where n.invoice_reference = i.reference)
  union all
  select 8, 'purchase ' || p.id, 'ended without an event' from purchase p
    where p.deadline is null and (p.reservation_minor is not null or p.kind <> 'MACHINE')
      and p.updated_at > seqr_clock() - interval '30 minutes'
      and not exists (select from purchase_event e where e.purchase_id = p.id);
$$;

-- Invariant 9: refunds, payments and periods against the ledger.
create function audit_payments() returns table (invariant integer, subject text, problem text)
language sql stable as $$
  select 9, 'invoice ' || i.reference, 'refunded more than was paid'
    from invoice i join refund r on r.invoice_reference = i.reference
    group by i.reference having sum(r.amount_minor) > i.committed_minor
  union all
  select 9, 'refund ' || r.ers_reference, 'does not fit its transfer'
    from refund r left join transfer t on t.id = r.transfer_id
    where (t.kind, t.amount_minor, t.currency)
      is distinct from ('DIRECT', r.amount_minor, r.currency)
  union all
  select 9, 'merchant ' || a.merchant_id, 'payments do not sum to what the ledger posted'
    from account a
    where a.owner = 'MERCHANT' and (
      select coalesce(sum(committed_minor), 0) from invoice i
        where i.merchant_id = a.merchant_id and i.currency = a.currency and i.state = 'PAID'
    ) <> (
      select coalesce(sum(amount_minor), 0) from transfer t
        where t.credit_account_id = a.id and t.kind = 'POST'
    )
  union all
  select 9, 'invoice ' || reference, 'is in a period without being paid, or paid without one'
    from invoice
    where (state = 'PAID') <> (shop_period is not null and terminal_period is not null);
$$;
