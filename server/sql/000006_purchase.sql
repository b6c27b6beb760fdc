-- The customer's side of a purchase: scan, offer, approval, cancellation. Each function is one step
-- of the purchase and one call; it returns the purchase as its customer sees it after the step.

-- Cancels an invoice that a reseller named in vain: only when it is this merchant's, ISSUED and
-- unclaimed (row 2).
create function invoice_cancel_unclaimed(p_merchant_id text, p_reference text) returns void
language plpgsql as $$
begin
  perform from invoice where reference = p_reference for update;
  update invoice set state = 'CANCELED', version = version + 1
    where reference = p_reference and merchant_id = p_merchant_id and purchase_id is null
      and state = 'ISSUED';
end $$;

-- Cancels a customer's unapproved purchase with its invoice. Needs the customer's row locked.
create function purchase_cancel_unapproved(p_id uuid, p_code text) returns boolean
language plpgsql as $$
declare
  p purchase;
begin
  select * into p from purchase where id = p_id for update;
  if p.state not in ('OPENED', 'AWAITING_APPROVAL', 'AWAITING_MERCHANT') then
    return false;
  end if;
  if p.invoice_reference is not null then
    perform from invoice where reference = p.invoice_reference for update;
    perform purchase_leave_invoice(p);
  end if;
  perform purchase_end(p, 'CANCELED', p_code, null);
  return true;
end $$;

-- Cancels whatever a customer has not approved yet. Needs the customer's row locked.
create function customer_leave_offers(p_customer_id uuid, p_code text) returns void
language plpgsql as $$
begin
  perform purchase_cancel_unapproved(p.id, p_code) from purchase p
    where p.customer_id = p_customer_id
      and p.state in ('OPENED', 'AWAITING_APPROVAL', 'AWAITING_MERCHANT');
end $$;

-- How many seconds this customer or machine must pause before another scan, or null (row 40).
-- `p_limits` has the named numbers of core/purchase.ts. Needs the customer's row locked.
create function purchase_pause(
  p_customer_id uuid, p_merchant_id text, p_token text, p_limits jsonb
) returns integer language plpgsql as $$
declare
  v_now timestamptz := seqr_clock();
  v_count integer;
  v_first timestamptz;
  v_last timestamptz;
  v_pause interval;
begin
  select count(*), min(created_at) into v_count, v_first from purchase
    where customer_id = p_customer_id and created_at > v_now - interval '1 minute';
  if v_count >= (p_limits ->> 'scansPerMinute')::integer then
    return ceil(extract(epoch from v_first + interval '1 minute' - v_now));
  end if;
  select count(*), max(updated_at) into v_count, v_last from purchase
    where customer_id = p_customer_id and created_at > v_now - interval '10 minutes'
      and invoice_reference is not null and state in ('EXPIRED', 'CANCELED')
      and ending_code in ('NOT_APPROVED', 'BY_CUSTOMER', 'SUPERSEDED');
  v_count := v_count - (p_limits ->> 'offersLeftPerTenMinutes')::integer;
  if v_count >= 0 then
    v_pause := least(interval '30 seconds' * 2 ^ least(v_count, 10), interval '10 minutes');
    if v_last + v_pause > v_now then
      return ceil(extract(epoch from v_last + v_pause - v_now));
    end if;
  end if;
  select count(*), min(created_at) into v_count, v_first from purchase
    where merchant_id = p_merchant_id and machine_token = p_token
      and created_at > v_now - interval '1 minute' and reservation_minor is not null;
  if v_count >= (p_limits ->> 'callsPerMachinePerMinute')::integer then
    return ceil(extract(epoch from v_first + interval '1 minute' - v_now));
  end if;
  return null;
end $$;

-- The reservationAmount: the smallest of the merchant's maximum, the machine's, and what the
-- customer has; where the balance decides, rounded down to a multiple of 5 units (whole units below
-- 5), so that a scan discloses no balance.
create function reservation_amount(
  p_maximum_minor bigint, p_available_minor bigint, p_unit_minor bigint
) returns bigint language sql immutable as $$
  select case
    when p_available_minor >= p_maximum_minor then p_maximum_minor
    when p_available_minor >= 5 * p_unit_minor
      then p_available_minor - p_available_minor % (5 * p_unit_minor)
    else p_available_minor - p_available_minor % p_unit_minor
  end;
$$;

-- A scan (commit 1). Opens a purchase, or returns the customer's unfinished one at this machine.
-- Refusals: UNKNOWN_MERCHANT, INVALID_CODE (`p_signed` false where the merchant takes signed codes
-- alone), PIN_LOCKED, RATE_LIMITED (with the pause), INSUFFICIENT_FUNDS (with the refused
-- purchase). `call_url` is null unless the reseller must be asked now.
create function purchase_open(
  p_id uuid, p_customer_id uuid, p_merchant_id text, p_token text, p_signed boolean, p_limits jsonb
) returns table (
  refusal text, retry_after_s integer, call_url text, call_ca_pem text, call_amount_minor bigint,
  call_msisdn text, purchase purchase_view
) language plpgsql as $$
declare
  c customer;
  m merchant;
  old purchase;
  v_maximum bigint;
  v_available bigint;
begin
  select * into strict c from customer where id = p_customer_id for update;
  select * into m from merchant
    where id = p_merchant_id and state = 'ACTIVE' and create_purchase_url is not null;
  if not found then
    refusal := 'UNKNOWN_MERCHANT'; return next; return;
  end if;
  if not (p_signed or m.unsigned_codes_allowed) then
    refusal := 'INVALID_CODE'; return next; return;
  end if;
  for old in select * from purchase where customer_id = c.id and deadline is not null
      and (state <> 'RESERVED' or merchant_id = m.id and machine_token = p_token) order by id loop
    if old.deadline <= seqr_clock() and purchase_expire(old.id) then
      continue;
    end if;
    if old.merchant_id = m.id and old.machine_token = p_token then
      select * into purchase from purchase_view v where v.id = old.id;
      return next; return;
    end if;
  end loop;
  if c.pin_failures >= pin_failures_max() then
    refusal := 'PIN_LOCKED'; return next; return;
  end if;
  retry_after_s := purchase_pause(c.id, m.id, p_token, p_limits);
  if retry_after_s is not null then
    refusal := 'RATE_LIMITED'; return next; return;
  end if;
  perform customer_leave_offers(c.id, 'SUPERSEDED');
  select least(m.maximum_minor, (
    select maximum_minor from machine where merchant_id = m.id and token = p_token
  )) into v_maximum;
  select credits_posted - debits_posted - debits_pending into v_available from account
    where owner = 'CUSTOMER' and customer_id = c.id and currency = m.currency;
  call_amount_minor := reservation_amount(
    v_maximum, coalesce(v_available, 0), m.unit_minor);
  if call_amount_minor <= 0 then
    refusal := 'INSUFFICIENT_FUNDS';
    insert into purchase (id, kind, state, customer_id, merchant_id, machine_token, currency,
        ending_code, ending_detail)
      values (p_id, 'MACHINE', 'REFUSED', c.id, m.id, p_token, m.currency,
        'INSUFFICIENT_FUNDS', 'nothing available in ' || m.currency || ' to reserve');
    call_amount_minor := null;
  else
    insert into purchase (id, kind, state, customer_id, merchant_id, machine_token, currency,
        reservation_minor, deadline)
      values (p_id, 'MACHINE', 'OPENED', c.id, m.id, p_token, m.currency,
        call_amount_minor, seqr_clock() + make_interval(secs => (p_limits ->> 'openedS')::integer));
    call_url := m.create_purchase_url;
    call_ca_pem := m.endpoint_ca_pem;
    call_msisdn := c.msisdn;
  end if;
  select * into purchase from purchase_view v where v.id = p_id;
  return next;
end $$;

-- Why a purchase may not claim this invoice, as a sentence for the operator, or null (rows 7–12 of
-- the silent cases).
-- `cancel` says whether the invoice is to be cancelled because of it.
create function claim_problem(
  p_purchase purchase, p_invoice invoice, p_reference text, out problem text, out cancel boolean
) language plpgsql as $$
declare
  v_timeout_max_s integer;
begin
  select commit_timeout_max_s into v_timeout_max_s from merchant where id = p_purchase.merchant_id;
  cancel := false;
  problem := case
    when p_invoice.reference is null or p_invoice.merchant_id <> p_purchase.merchant_id
      then 'ALARM: invoice ' || left(p_reference, 40) || ' is not this merchant''s'
    when p_invoice.purchase_id is not null then 'the invoice belongs to another purchase'
    when p_invoice.state <> 'ISSUED' then 'the invoice is ' || p_invoice.state
  end;
  if problem is not null then
    return;
  end if;
  cancel := true;
  problem := case
    when p_invoice.expires_at <= seqr_clock() then 'the invoice is too old'
    when p_invoice.currency <> p_purchase.currency
      then 'the invoice is in ' || p_invoice.currency || ', not in ' || p_purchase.currency
    when p_invoice.total_minor not between 1 and p_purchase.reservation_minor
      then 'the invoice asks for more than the reservationAmount, or for nothing'
    when p_invoice.payment_mode = 'IMMEDIATE_DEBIT'
      then 'the invoice''s paymentMode cannot reserve'
    when p_invoice.acknowledgment_mode = 'REQUIRE_ACKNOWLEDGMENT'
      then 'the invoice requires an acknowledgment'
    when p_invoice.commit_timeout_s > v_timeout_max_s
      then 'commitReservationTimeout is above this merchant''s ' || v_timeout_max_s || ' s'
  end;
end $$;

-- The reseller's answer (commit 3). `p_code` null: it named the invoice `p_reference`, which is
-- checked and bound. Otherwise the purchase is refused with that code; an invoice named all the
-- same is cancelled. A purchase that has ended meanwhile stays as it is.
create function purchase_settle(
  p_id uuid, p_reference text, p_code text, p_detail text, p_approval_s integer
) returns setof purchase_view language plpgsql as $$
declare
  p purchase;
  i invoice;
  v_problem text;
  v_cancel boolean;
begin
  perform purchase_expire(p_id);
  select * into strict p from purchase where id = p_id for update;
  if p.state <> 'OPENED' or p_code is not null then
    perform invoice_cancel_unclaimed(p.merchant_id, p_reference);
    if p.state = 'OPENED' then
      perform purchase_end(p, 'REFUSED', p_code, p_detail);
    end if;
  else
    select * into i from invoice where reference = p_reference for update;
    select problem, cancel into v_problem, v_cancel from claim_problem(p, i, p_reference);
    if v_problem is null then
      update invoice set purchase_id = p.id where reference = i.reference;
      update purchase set state = 'AWAITING_APPROVAL', invoice_reference = i.reference,
        claimed_version = i.version, deadline = seqr_clock() + make_interval(secs => p_approval_s),
        updated_at = seqr_clock()
      where id = p.id;
      perform purchase_tell(p);
    else
      if v_cancel then
        perform invoice_cancel_unpaid(i.reference);
      end if;
      perform purchase_end(p, 'REFUSED', 'SYSTEM_ERROR', v_problem);
    end if;
  end if;
  return query select * from purchase_view v where v.id = p_id;
end $$;

-- The customer cancels (M9): before the approval only; again is no failure. Refusals: NOT_FOUND,
-- TOO_LATE.
create function purchase_cancel(p_customer_id uuid, p_id uuid) returns table (
  refusal text, purchase purchase_view
) language plpgsql as $$
declare
  v_reference text;
begin
  perform from customer where id = p_customer_id for update;
  select invoice_reference into v_reference from purchase
    where id = p_id and customer_id = p_customer_id;
  if not found then
    refusal := 'NOT_FOUND'; return next; return;
  end if;
  if v_reference is not null then
    perform invoice_lock_with_purchases(v_reference);
  end if;
  perform purchase_expire(p_id);
  if purchase_cancel_unapproved(p_id, 'BY_CUSTOMER') and v_reference is not null then
    -- In the app cancelling ends the bill itself (M9), for whoever else looks at it too.
    perform invoice_cancel_unpaid(v_reference);
    perform invoice_end_offers(v_reference, 'SUPERSEDED');
  end if;
  select * into purchase from purchase_view v where v.id = p_id;
  if purchase.ending_code is distinct from 'BY_CUSTOMER' then
    refusal := 'TOO_LATE';
  end if;
  return next;
end $$;
