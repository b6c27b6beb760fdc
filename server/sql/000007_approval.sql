-- The approval: PIN, version, hold, state and notification in one step (commit 4).

-- Compares a PIN. The attempt is spent before the comparison: the row is locked, so parallel
-- guesses queue, and the fifth wrong one in a row locks approvals and cancels the customer's
-- unapproved purchase. Needs the customer locked. Returns null when the PIN is right, else
-- WRONG_PIN or PIN_LOCKED.
create function customer_check_pin(p_customer customer, p_pin_digest bytea) returns text
language plpgsql as $$
begin
  if p_customer.pin_failures >= pin_failures_max() then
    return 'PIN_LOCKED';
  end if;
  if p_customer.pin_digest = p_pin_digest then
    if p_customer.pin_failures > 0 then
      update customer set pin_failures = 0 where id = p_customer.id;
    end if;
    return null;
  end if;
  update customer set pin_failures = p_customer.pin_failures + 1 where id = p_customer.id;
  if p_customer.pin_failures + 1 < pin_failures_max() then
    return 'WRONG_PIN';
  end if;
  perform customer_leave_offers(p_customer.id, 'PIN_LOCKED');
  return 'PIN_LOCKED';
end $$;

-- How many attempts are left once this one was wrong.
create function pin_attempts_left(p_customer customer) returns integer language sql immutable as $$
  select pin_failures_max() - p_customer.pin_failures - 1;
$$;

-- Checks what a customer proves an act with: a device whose signature the caller has verified
-- (null: none was given), then the PIN. In this order, so that whoever has a session but no device
-- spends no attempt. The device is judged here, under the customer's lock: it may have been removed
-- since its signature was looked at. Returns null, DEVICE_REFUSED, WRONG_PIN or PIN_LOCKED.
create function customer_check_proof(
  p_customer customer, p_device_id uuid, p_pin_digest bytea
) returns text language plpgsql as $$
begin
  if p_device_id is not null and not customer_use_device(p_customer.id, p_device_id) then
    return 'DEVICE_REFUSED';
  end if;
  return customer_check_pin(p_customer, p_pin_digest);
end $$;

-- Checks a proof alone: an approval that is replayed by its key is checked and counted again.
create function customer_verify_proof(
  p_customer_id uuid, p_device_id uuid, p_pin_digest bytea
) returns table (
  refusal text, attempts_left integer
) language plpgsql as $$
declare
  c customer;
begin
  select * into strict c from customer where id = p_customer_id for update;
  refusal := customer_check_proof(c, p_device_id, p_pin_digest);
  attempts_left := pin_attempts_left(c);
  return next;
end $$;

-- The web shop plugins' form (Unattended Payments, 5: legacy body). References and client ids are
-- percent-encoded by the caller's language nowhere else, so it is done here, byte by byte.
create function notification_form(p_invoice invoice) returns text language sql stable as $$
  select 'invoiceReference=' || p_invoice.reference || '&clientInvoiceId=' || coalesce((
    select string_agg(
      case when c ~ '[A-Za-z0-9._~-]' then c
        else upper(regexp_replace(encode(convert_to(c, 'UTF8'), 'hex'), '(..)', '%\1', 'g')) end,
      '' order by n)
    from regexp_split_to_table(p_invoice.client_invoice_id, '') with ordinality as t(c, n)
  ), '');
$$;

-- Writes the notification of an approval, claimed for `p_claim_s` seconds, if the merchant wants
-- one.
create function notification_add(
  p_purchase purchase, p_invoice invoice, p_claim_s integer
) returns void language sql as $$
  insert into notification (invoice_reference, purchase_id, merchant_id, url, body,
      attempts, due_at, claimed_until)
    select p_invoice.reference, p_purchase.id, p_invoice.merchant_id, p_invoice.notification_url,
      case t.notification_body when 'FORM' then notification_form(p_invoice) end,
      1, seqr_clock(), seqr_clock() + make_interval(secs => p_claim_s)
    from terminal t where t.id = p_invoice.terminal_id and p_invoice.notification_url is not null;
$$;

-- How long a merchant has to commit, in seconds: as it asked, at most what it may; by default less
-- for a machine, where a customer waits for the rest of their money.
create function commit_timeout_s(p_purchase purchase, p_invoice invoice) returns integer
language sql stable as $$
  select case
    when p_invoice.commit_timeout_s > 0
      then least(p_invoice.commit_timeout_s, m.commit_timeout_max_s)
    when p_purchase.kind = 'MACHINE' then 600
    else 3600
  end from merchant m where m.id = p_purchase.merchant_id;
$$;

-- Takes the money of an approved invoice: the hold, and with it invoice and purchase RESERVED, or,
-- for an immediate debit, the invoice PAID and the purchase CONFIRMING until the merchant has
-- noticed (M5, M6). Needs customer, purchase and invoice locked. Returns false when the balance is
-- too small: nothing changed then.
create function purchase_hold(
  p_purchase purchase, p_invoice invoice, p_claim_s integer, p_notice_s integer
) returns boolean language plpgsql as $$
declare
  v_hold bigint;
  v_debit boolean := p_invoice.payment_mode = 'IMMEDIATE_DEBIT';
  v_deadline timestamptz;
begin
  v_hold := ledger_hold(p_purchase.customer_id, p_purchase.merchant_id, p_invoice.total_minor,
    p_invoice.currency, 'hold ' || p_invoice.reference);
  if v_hold is null then
    return false;
  end if;
  v_deadline := seqr_clock() + make_interval(secs =>
    case when v_debit then p_notice_s else commit_timeout_s(p_purchase, p_invoice) end);
  update invoice i set version = version + 1, hold_id = v_hold, held_minor = total_minor,
    purchase_id = p_purchase.id, state = case when v_debit then 'PAID' else 'RESERVED' end,
    commit_deadline = case when not v_debit then v_deadline end,
    ers_reference = case when v_debit then ers_reference() end,
    paid_at = case when v_debit then seqr_clock() end
    where reference = p_invoice.reference;
  if v_debit then
    perform invoice_enter_periods(p_invoice.reference);
  end if;
  update purchase set state = case when v_debit then 'CONFIRMING' else 'RESERVED' end,
    deadline = v_deadline, updated_at = seqr_clock() where id = p_purchase.id;
  perform notification_add(p_purchase, p_invoice, p_claim_s);
  perform purchase_tell(p_purchase);
  return true;
end $$;

-- Approves an offer. `p_version` is the version that the customer saw; null means the one that was
-- claimed. `p_device_id` names a device whose signature over this very version, `p_signature`, the
-- caller has verified; then `p_version` must not be null. The notification is returned claimed for
-- `p_claim_s` seconds, so that the caller can send it without another look. Refusals: NOT_FOUND,
-- TOO_LATE, OFFER_CHANGED, DEVICE_REFUSED (no attempt spent), WRONG_PIN, PIN_LOCKED, LIMIT_EXCEEDED
-- and INSUFFICIENT_FUNDS (the offer stays). A limit is judged after the PIN: who does not know the
-- PIN learns nothing of it.
create function purchase_approve(
  p_customer_id uuid, p_id uuid, p_pin_digest bytea, p_version integer, p_device_id uuid,
  p_signature bytea, p_claim_s integer, p_notice_s integer
) returns table (
  refusal text, attempts_left integer, notification_id bigint, notification_url text,
  notification_body text, endpoint_ca_pem text, purchase purchase_view
) language plpgsql as $$
declare
  c customer;
  p purchase;
  i invoice;
begin
  select * into strict c from customer where id = p_customer_id for update;
  select * into p from purchase where id = p_id and customer_id = p_customer_id;
  if not found then
    refusal := 'NOT_FOUND'; return next; return;
  end if;
  if p.invoice_reference is not null then
    i := invoice_lock_with_purchases(p.invoice_reference);
    select * into strict p from purchase where id = p_id;
  end if;
  if p.state <> 'AWAITING_APPROVAL' or purchase_expire(p.id) then
    refusal := 'TOO_LATE';
  else
    if i.state <> 'ISSUED' then
      -- Another customer of the same bill was faster, or the merchant is being asked about one.
      refusal := 'TOO_LATE';
    elsif i.version <> coalesce(p_version, p.claimed_version) then
      refusal := 'OFFER_CHANGED';
    else
      refusal := customer_check_proof(c, p_device_id, p_pin_digest);
      attempts_left := pin_attempts_left(c);
      if refusal is null and c.limited and limit_forbids(c.id, i.total_minor) then
        refusal := 'LIMIT_EXCEEDED';
      elsif refusal is null and not purchase_hold(p, i, p_claim_s, p_notice_s) then
        refusal := 'INSUFFICIENT_FUNDS';
      end if;
    end if;
  end if;
  if refusal is null then
    perform invoice_end_offers(i.reference, 'SUPERSEDED', p.id);
    if p_signature is not null then
      insert into approval_signature (purchase_id, device_id, version, signature)
        values (p.id, p_device_id, p_version, p_signature);
    end if;
    select n.id, n.url, n.body, m.endpoint_ca_pem
      into notification_id, notification_url, notification_body, endpoint_ca_pem
      from notification n join merchant m on m.id = n.merchant_id
      where n.invoice_reference = i.reference;
  end if;
  select * into purchase from purchase_view v where v.id = p.id;
  return next;
end $$;
