-- What happens to a payment afterwards: refunds, receipts, transaction periods, reports.

-- A period's payments in the order in which reports list them.
create index invoice_shop_period on invoice (merchant_id, shop_period, paid_at)
  where shop_period is not null;
create index invoice_terminal_period on invoice (terminal_id, terminal_period, paid_at)
  where terminal_period is not null;
-- Immediate debits that wait for their merchant's notice: never many.
create index invoice_unnoticed on invoice (merchant_id)
  where state = 'PAID' and committed_minor is null;

-- Documents that merchants store with a payment or refund (submitPaymentReceipt).
create table payment_receipt (
  ers_reference text not null,
  digest bytea not null,
  invoice_reference text not null references invoice,
  receipt_type text not null,
  mime_type text not null,
  content bytea not null,
  created_at timestamptz not null default seqr_clock(),
  primary key (ers_reference, receipt_type, digest)
);
create index payment_receipt_invoice on payment_receipt (invoice_reference);

-- A period closed by markTransactionPeriod: of a shop (terminal_id null) or of one terminal.
-- Numbers count up from 1 in each series; what happens now belongs to the number after the last
-- closed one.
create table transaction_period (
  id text primary key check (id ~ '^[0-9]{25}$'),
  merchant_id text not null references merchant,
  terminal_id text references terminal,
  number bigint not null,
  closed_at timestamptz not null default seqr_clock(),
  -- How often its reports have been worked on: those that waited least often go first, so that a
  -- long one holds up nobody.
  report_turns integer not null default 0,
  -- Payments and refunds in it, and whether in several currencies; null until it is settled and
  -- summed.
  entries bigint,
  several_currencies boolean,
  -- When the last of its reports was complete.
  reported_at timestamptz,
  unique nulls not distinct (merchant_id, terminal_id, number)
);
create index transaction_period_unreported on transaction_period (report_turns, closed_at)
  where reported_at is null;

-- The number of the period that is open now in a series, locked against marks until this
-- transaction ends: a mark and a posting of the same series exclude each other, so that none falls
-- between two periods. Postings do not wait for each other.
create function period_open(p_merchant_id text, p_terminal_id text) returns bigint
language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(period_lock(p_merchant_id, p_terminal_id));
  return (select coalesce(max(number), 0) + 1 from transaction_period
    where merchant_id = p_merchant_id and terminal_id is not distinct from p_terminal_id);
end $$;

-- The key of a series' lock.
create function period_lock(p_merchant_id text, p_terminal_id text) returns bigint
language sql immutable as $$
  select hashtextextended(p_merchant_id || ' ' || coalesce(p_terminal_id, ''), 20260)
$$;

-- Puts a payment into the open periods of its shop and its terminal. The time of payment is taken
-- once their marks have to wait, so that it lies between the marks of its periods.
create function invoice_enter_periods(p_reference text) returns void
language plpgsql as $$
declare
  i invoice;
  v_shop bigint;
  v_terminal bigint;
begin
  select * into strict i from invoice where reference = p_reference;
  v_shop := period_open(i.merchant_id, null);
  v_terminal := period_open(i.merchant_id, i.terminal_id);
  update invoice set shop_period = v_shop, terminal_period = v_terminal, paid_at = seqr_clock()
    where reference = p_reference;
end $$;

-- markTransactionPeriod: closes the open period of a series and returns its id. An empty one may be
-- closed too.
create function period_mark(p_merchant_id text, p_terminal_id text) returns text
language plpgsql as $$
declare
  v_id text := ers_reference();
begin
  perform pg_advisory_xact_lock(period_lock(p_merchant_id, p_terminal_id));
  insert into transaction_period (id, merchant_id, terminal_id, number)
    select v_id, p_merchant_id, p_terminal_id, coalesce(max(number), 0) + 1 from transaction_period
    where merchant_id = p_merchant_id and terminal_id is not distinct from p_terminal_id;
  return v_id;
end $$;

-- Whether every payment of a period is final: none still waits for the merchant's notice.
create function period_is_settled(p_period transaction_period) returns boolean
language sql stable as $$
  select not exists (select from invoice where merchant_id = p_period.merchant_id
    and state = 'PAID' and committed_minor is null
    and case when p_period.terminal_id is null then shop_period = p_period.number
      else terminal_id = p_period.terminal_id and terminal_period = p_period.number end);
$$;

-- refundPayment (M17): gives back part or all of a payment of this terminal's merchant. The same
-- terminal, payment, amount and clientInvoiceId (when given) within 60 s answer the first refund
-- again. Refusals: INVALID_ERS_REFERENCE, INVALID_INVOICE_DATA (currency),
-- RESELLER_NOT_ALLOWED_TO_DO_REFUND, RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS,
-- SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION, SERVICE_UNAVAILABLE (the merchant is
-- short of funds; nothing moved).
create function payment_refund(
  p_terminal_id text, p_ers_reference text, p_amount_minor bigint, p_currency text, p_content jsonb
) returns table (refusal text, ers_reference text) language plpgsql as $$
declare
  t terminal;
  i invoice;
  p purchase;
  v_transfer bigint;
begin
  select * into strict t from terminal where id = p_terminal_id;
  select * into i from invoice o
    where o.ers_reference = p_ers_reference and o.merchant_id = t.merchant_id and o.state = 'PAID';
  if not found then
    refusal := 'INVALID_ERS_REFERENCE'; return next; return;
  end if;
  i := invoice_lock_with_purchases(i.reference);
  if i.state <> 'PAID' then
    refusal := 'INVALID_ERS_REFERENCE'; return next; return;
  end if;
  refusal := refund_problem(i, p_amount_minor, p_currency);
  select r.ers_reference into ers_reference from refund r
    where r.invoice_reference = i.reference and r.terminal_id = t.id
      and r.amount_minor = p_amount_minor and r.currency = p_currency
      and r.client_invoice_id = p_content ->> 'clientInvoiceId'
      and r.created_at > seqr_clock() - interval '60 seconds'
    order by r.created_at limit 1;
  if ers_reference is not null then
    refusal := null; return next; return;
  end if;
  if refusal is not null then
    return next; return;
  end if;
  if i.committed_minor is null then
    perform invoice_notice(i);
  end if;
  select * into strict p from purchase where id = i.purchase_id;
  v_transfer := ledger_transfer(
    (select id from account where owner = 'MERCHANT' and merchant_id = i.merchant_id
      and currency = i.currency),
    (select id from account where owner = 'CUSTOMER' and customer_id = p.customer_id),
    p_amount_minor, 'refund of ' || p_ers_reference);
  if v_transfer is null then
    refusal := 'SERVICE_UNAVAILABLE'; return next; return;
  end if;
  ers_reference := ers_reference();
  insert into refund (ers_reference, invoice_reference, payment_reference, merchant_id, terminal_id,
      amount_minor, currency, client_invoice_id, cashier_id, reason, transfer_id, shop_period,
      terminal_period)
    values (payment_refund.ers_reference, i.reference, p_ers_reference, i.merchant_id, t.id,
      p_amount_minor, p_currency, p_content ->> 'clientInvoiceId', p_content ->> 'cashierId',
      p_content ->> 'title', v_transfer, period_open(i.merchant_id, null),
      period_open(i.merchant_id, t.id));
  update purchase set updated_at = seqr_clock() where id = p.id;
  perform purchase_tell(p);
  perform push_note(p.customer_id, p.id, 'REFUNDED');
  return next;
end $$;

-- Why a refund is refused, or null. Needs the invoice locked, so that refunds of one payment queue.
create function refund_problem(
  p_invoice invoice, p_amount_minor bigint, p_currency text
) returns text language sql stable as $$
  select case
    when not m.refunds_allowed then 'RESELLER_NOT_ALLOWED_TO_DO_REFUND'
    when not c.refunds_allowed then 'RECEIVER_ACCOUNT_DOES_NOT_ALLOW_REFUNDS'
    when p_currency <> p_invoice.currency then 'INVALID_INVOICE_DATA'
    when p_amount_minor + (select coalesce(sum(amount_minor), 0) from refund
        where invoice_reference = p_invoice.reference)
      > coalesce(p_invoice.committed_minor, p_invoice.held_minor)
      then 'SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION'
  end
  from merchant m, purchase p join customer c on c.id = p.customer_id
  where m.id = p_invoice.merchant_id and p.id = p_invoice.purchase_id;
$$;

-- submitPaymentReceipt: notice of the payment, and a document for the payment or a refund of it
-- (none when `p_content` is null). The same document again is stored once. Refusals:
-- INVALID_ERS_REFERENCE (no such payment or refund of this terminal's merchant),
-- INVALID_INVOICE_DATA (as many documents as it may have are there; nothing is noticed then).
create function receipt_submit(
  p_terminal_id text, p_ers_reference text, p_receipt_type text, p_mime_type text, p_content bytea,
  p_documents_max integer
) returns text language plpgsql as $$
declare
  v_merchant_id text;
  v_reference text;
  i invoice;
begin
  select merchant_id into strict v_merchant_id from terminal where id = p_terminal_id;
  select reference into v_reference from invoice
    where ers_reference = p_ers_reference and merchant_id = v_merchant_id and state = 'PAID'
  union all
  select invoice_reference from refund
    where ers_reference = p_ers_reference and merchant_id = v_merchant_id;
  if v_reference is null then
    return 'INVALID_ERS_REFERENCE';
  end if;
  i := invoice_lock_with_purchases(v_reference);
  if i.state <> 'PAID' then
    return 'INVALID_ERS_REFERENCE';
  end if;
  if p_content is not null then
    insert into payment_receipt
        (ers_reference, digest, invoice_reference, receipt_type, mime_type, content)
      values (p_ers_reference, sha256(p_content), i.reference, p_receipt_type, p_mime_type,
        p_content)
      on conflict do nothing;
    if found and (select count(*) from payment_receipt where ers_reference = p_ers_reference)
        > p_documents_max then
      delete from payment_receipt where ers_reference = p_ers_reference
        and receipt_type = p_receipt_type and digest = sha256(p_content);
      return 'INVALID_INVOICE_DATA';
    end if;
    perform purchase_tell(p) from purchase p where p.id = i.purchase_id;
  end if;
  if i.committed_minor is null then
    perform invoice_notice(i);
  end if;
  return null;
end $$;

-- assignSeqrId: the code on a till's sticker. False when another terminal has it. A terminal that
-- has unregistered meanwhile gets none.
create function terminal_assign_seqr_id(p_terminal_id text, p_seqr_id text)
returns boolean language plpgsql as $$
begin
  update terminal set seqr_id = p_seqr_id where id = p_terminal_id and state = 'ACTIVE';
  return true;
exception when unique_violation then
  return false;
end $$;
