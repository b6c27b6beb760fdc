-- The steps that end a purchase or an invoice, shared by every call that can. Lock order
-- everywhere: customer → terminal → purchase → invoice → account; each function says which locks
-- its caller must hold.

-- Writes the event that a purchase changed, in the transaction of the change.
create function purchase_tell(p_purchase purchase) returns void language sql as $$
  insert into purchase_event (customer_id, purchase_id)
    values (p_purchase.customer_id, p_purchase.id);
$$;

-- Ends a purchase. Needs its row locked and unfinished.
create function purchase_end(
  p_purchase purchase, p_state text, p_code text, p_detail text
) returns void language plpgsql as $$
begin
  update purchase set state = p_state, ending_code = p_code, ending_detail = left(p_detail, 2000),
    deadline = null, updated_at = seqr_clock()
  where id = p_purchase.id and deadline is not null;
  if not found then
    raise exception 'purchase % has ended before', p_purchase.id;
  end if;
  perform purchase_tell(p_purchase);
  -- Whoever cancels or scans anew knows.
  if coalesce(p_code, '') not in ('BY_CUSTOMER', 'SUPERSEDED') then
    perform push_note(p_purchase.customer_id, p_purchase.id, p_state);
  end if;
end $$;

-- The merchant has shown that it knows: no further attempt is needed.
create function notification_moot(p_invoice_reference text) returns void language sql as $$
  update notification set state = 'MOOT', ended_at = seqr_clock()
  where invoice_reference = p_invoice_reference and state = 'DUE';
$$;

-- Cancels an invoice that nobody has paid: M8–M10. Needs its row locked.
create function invoice_cancel_unpaid(p_reference text) returns boolean language plpgsql as $$
begin
  update invoice set state = 'CANCELED', version = version + 1
    where reference = p_reference and state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE');
  return found;
end $$;

-- Ends a reservation, or an immediate debit that nobody noticed, without charge: M13–M16. Needs
-- purchase and invoice locked and a live hold.
-- `p_kind` is VOID, or EXPIRE when the deadline did it.
create function invoice_release(
  p_purchase purchase, p_invoice invoice, p_kind text, p_code text
) returns void language plpgsql as $$
begin
  perform ledger_resolve(p_invoice.hold_id, p_kind, 0, 'release ' || p_invoice.reference);
  update invoice set state = 'CANCELED', version = version + 1,
    committed_minor = case when p_code = 'COMMITTED_NOTHING' then 0 end,
    ers_reference = null, paid_at = null, shop_period = null, terminal_period = null
    where reference = p_invoice.reference;
  perform notification_moot(p_invoice.reference);
  perform purchase_end(p_purchase, 'RELEASED',
    case when p_code = 'COMMITTED_NOTHING' then 'NOTHING_TAKEN' else p_code end, null);
end $$;

-- What becomes of an invoice when a purchase of it ends unapproved. A machine's invoice is for that
-- purchase alone and is cancelled; a till's or web shop's stays payable by others, and stops
-- waiting for the merchant's answer about this customer. Needs purchase and invoice locked.
create function purchase_leave_invoice(p_purchase purchase) returns void language plpgsql as $$
begin
  if p_purchase.kind = 'MACHINE' then
    perform invoice_cancel_unpaid(p_purchase.invoice_reference);
  elsif p_purchase.state = 'AWAITING_MERCHANT' then
    perform invoice_forget_tokens(p_purchase.invoice_reference);
  end if;
end $$;

-- The merchant did not answer about the customer's tokens in time: where it may be asked in vain
-- (OPTIONAL_ACKNOWLEDGMENT) the purchase goes on with the original total and without tokens;
-- otherwise it ends. Needs purchase and invoice locked.
create function purchase_go_on(p_purchase purchase, p_invoice invoice) returns void
language plpgsql as $$
begin
  perform invoice_forget_tokens(p_invoice.reference);
  if p_invoice.acknowledgment_mode = 'REQUIRE_ACKNOWLEDGMENT'
    or p_invoice.expires_at <= seqr_clock() then
    perform purchase_end(p_purchase, 'EXPIRED', 'NOT_APPROVED', null);
  else
    perform purchase_offer(p_purchase.id, p_invoice.reference);
  end if;
end $$;

-- Ends a purchase whose deadline has passed, judged by the clock after the rows are locked, or lets
-- one that waited for its merchant go on. Returns whether anything changed. An immediate debit that
-- nobody noticed is reversed only when `p_reverse`: a query that comes before the reversal counts
-- as notice, so only the sweep reverses.
create function purchase_expire(p_id uuid, p_reverse boolean default false) returns boolean
language plpgsql as $$
declare
  p purchase;
  i invoice;
begin
  select * into p from purchase where id = p_id for update;
  if p.deadline is null or p.deadline > seqr_clock() then
    return false;
  end if;
  if p.invoice_reference is not null then
    select * into strict i from invoice where reference = p.invoice_reference for update;
  end if;
  case p.state
    when 'OPENED' then
      perform purchase_end(p, 'REFUSED', 'SYSTEM_ERROR', 'createPurchase was not answered in time');
    when 'AWAITING_MERCHANT' then
      perform purchase_go_on(p, i);
    when 'AWAITING_APPROVAL' then
      perform purchase_leave_invoice(p);
      perform purchase_end(p, 'EXPIRED', 'NOT_APPROVED', null);
    when 'RESERVED' then
      perform invoice_release(p, i, 'EXPIRE', 'NOT_COMMITTED');
    when 'CONFIRMING' then
      if not p_reverse then
        return false;
      end if;
      perform invoice_release(p, i, 'VOID', 'NOT_NOTICED');
  end case;
  return true;
end $$;

-- Ends an unclaimed invoice whose lifetime has passed (M10). Offers of it end no later by
-- themselves.
create function invoice_expire(p_reference text) returns boolean language plpgsql as $$
begin
  perform from invoice where reference = p_reference for update;
  update invoice set state = 'CANCELED', version = version + 1
    where reference = p_reference and state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE')
      and purchase_id is null and expires_at <= seqr_clock();
  return found;
end $$;

-- Withdraws tokens that the merchant has not answered and stops waiting for it. Needs the invoice
-- locked.
create function invoice_forget_tokens(p_reference text) returns void language plpgsql as $$
begin
  delete from invoice_token where invoice_reference = p_reference and offered and status = 0;
  update invoice set state = 'ISSUED', version = version + 1
    where reference = p_reference and state = 'PENDING_ISSUER_ACKNOWLEDGE';
end $$;

-- Shows a purchase's customer the invoice as it is now, until the approval deadline or the
-- invoice's own. Needs purchase and invoice locked.
create function purchase_offer(p_id uuid, p_reference text) returns void language plpgsql as $$
declare
  c_approval_s constant integer := 120;
begin
  update purchase p set state = 'AWAITING_APPROVAL', claimed_version = i.version,
    deadline = least(seqr_clock() + make_interval(secs => c_approval_s), i.expires_at),
    updated_at = seqr_clock()
    from invoice i where p.id = p_id and i.reference = p_reference;
  perform purchase_tell(p) from purchase p where p.id = p_id;
end $$;

-- Ends every unapproved purchase of an invoice that can no longer be paid by it. Needs them and the
-- invoice locked; `p_except` is the purchase that the call is about, if any. They all have a
-- deadline: it is named for the index that it is in.
create function invoice_end_offers(p_reference text, p_code text, p_except uuid default null)
returns void language plpgsql as $$
begin
  perform purchase_end(p, 'CANCELED', p_code, null) from purchase p
    where p.invoice_reference = p_reference and p.deadline is not null
      and p.id is distinct from p_except and p.state in ('AWAITING_APPROVAL', 'AWAITING_MERCHANT');
end $$;

-- Locks the unfinished purchases of an invoice in ascending id, then the invoice: the order that
-- every call keeps. A purchase that appears between the two makes the call start again.
create function invoice_lock_with_purchases(p_reference text) returns invoice language plpgsql as $$
declare
  v_ids uuid[];
  i invoice;
begin
  select coalesce(array_agg(id), '{}') into v_ids from (
    select id from purchase where invoice_reference = p_reference and deadline is not null
    order by id for update
  ) locked;
  select * into strict i from invoice where reference = p_reference for update;
  if exists (select from purchase where invoice_reference = p_reference and deadline is not null
      and id <> all (v_ids)) then
    raise exception 'invoice % was scanned meanwhile', p_reference using errcode = '40001';
  end if;
  return i;
end $$;
