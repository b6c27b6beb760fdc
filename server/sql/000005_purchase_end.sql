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

-- Ends a reservation without charge: M13–M15. Needs purchase and invoice locked, invoice RESERVED.
-- `p_kind` is VOID, or EXPIRE when the deadline did it.
create function invoice_release(
  p_purchase purchase, p_invoice invoice, p_kind text, p_code text
) returns void language plpgsql as $$
begin
  perform ledger_resolve(p_invoice.hold_id, p_kind, 0, 'release ' || p_invoice.reference);
  update invoice set state = 'CANCELED', version = version + 1,
    committed_minor = case when p_code = 'COMMITTED_NOTHING' then 0 end
    where reference = p_invoice.reference;
  perform notification_moot(p_invoice.reference);
  perform purchase_end(p_purchase, 'RELEASED',
    case when p_code = 'COMMITTED_NOTHING' then 'NOTHING_TAKEN' else p_code end, null);
end $$;

-- Ends a purchase whose deadline has passed, judged by the clock after the rows are locked. Returns
-- whether it ended.
create function purchase_expire(p_id uuid) returns boolean language plpgsql as $$
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
    when 'AWAITING_APPROVAL' then
      perform invoice_cancel_unpaid(i.reference);
      perform purchase_end(p, 'EXPIRED', 'NOT_APPROVED', null);
    when 'RESERVED' then
      perform invoice_release(p, i, 'EXPIRE', 'NOT_COMMITTED');
  end case;
  return true;
end $$;

-- Ends an unclaimed invoice whose lifetime has passed (M10).
create function invoice_expire(p_reference text) returns boolean language plpgsql as $$
begin
  perform from invoice where reference = p_reference for update;
  update invoice set state = 'CANCELED', version = version + 1
    where reference = p_reference and state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE')
      and purchase_id is null and expires_at <= seqr_clock();
  return found;
end $$;
