-- The merchant's side: invoices from sendInvoice to commitReservation. Refusals are the names of
-- SOAP result codes.

-- Locks an invoice of this terminal, its purchases first, after ending what has passed its
-- deadline. Another terminal's invoice answers like none: no row.
create function invoice_lock(p_terminal_id text, p_reference text) returns setof invoice
language plpgsql as $$
declare
  i invoice;
  v_now timestamptz;
begin
  -- Found by its key alone: the planner may prefer any other index that a condition names.
  if p_terminal_id is distinct from (
    select terminal_id from invoice where reference = p_reference
  ) then
    return;
  end if;
  i := invoice_lock_with_purchases(p_reference);
  -- The clock is read once everything is locked; as a rule nothing is late.
  v_now := seqr_clock();
  if i.purchase_id is null and i.expires_at <= v_now or exists (
    select from purchase where invoice_reference = p_reference and deadline <= v_now
  ) then
    perform purchase_expire(id) from purchase
      where invoice_reference = p_reference and deadline <= v_now;
    perform invoice_expire(p_reference);
    select * into strict i from invoice where reference = p_reference;
  end if;
  return next i;
end $$;

-- A till's next sendInvoice takes the place of its open invoice (M2), unless a machine purchase
-- claims that at this moment.
create function invoice_supersede(p_reference text) returns void language plpgsql as $$
declare
  i invoice;
begin
  i := invoice_lock_with_purchases(p_reference);
  if i.purchase_id is null and invoice_cancel_unpaid(p_reference) then
    perform invoice_end_offers(p_reference, 'SUPERSEDED');
  end if;
end $$;

-- sendInvoice (commit 2): M1, and M2 for a cash register's earlier open invoice that no purchase
-- has claimed.
-- `p_candidates` are fresh references of which the first free one is taken. Refusals:
-- INVALID_INITIATOR_PRINCIPAL_ID, INVALID_INVOICE_DATA (currency not enabled), SYSTEM_ERROR (no
-- reference free).
create function invoice_issue(
  p_terminal_id text, p_candidates text[], p_content jsonb, p_total_minor bigint, p_currency text,
  p_lifetime_s integer, p_machine_lifetime_s integer, p_tokens jsonb
) returns table (refusal text, reference text) language plpgsql as $$
declare
  t terminal;
  n invoice;
  v_for_machine boolean;
  v_candidate text;
begin
  select * into t from terminal where id = p_terminal_id;
  if t.kind = 'CASH_REGISTER' then
    -- One open invoice: its sendInvoice calls queue. A web shop's many must not.
    select * into t from terminal where id = p_terminal_id for update;
  end if;
  if t.state is distinct from 'ACTIVE' then
    refusal := 'INVALID_INITIATOR_PRINCIPAL_ID'; return next; return;
  end if;
  if not exists (select from account
      where owner = 'MERCHANT' and merchant_id = t.merchant_id and currency = p_currency) then
    refusal := 'INVALID_INVOICE_DATA'; return next; return;
  end if;
  if t.kind = 'CASH_REGISTER' then
    perform invoice_supersede(i.reference) from invoice i
      where i.terminal_id = t.id and i.state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE')
        and i.purchase_id is null;
  end if;
  select p_content ->> 'paymentMode' <> 'IMMEDIATE_DEBIT' and create_purchase_url is not null
    into strict v_for_machine from merchant where id = t.merchant_id;
  foreach v_candidate in array p_candidates loop
    insert into invoice (reference, merchant_id, terminal_id, payment_mode, acknowledgment_mode,
        total_minor, currency, title, client_invoice_id, cashier_id, footer, back_url,
        notification_url, issue_date, rows, commit_timeout_s, expires_at)
      values (to_char(seqr_clock(), 'YYYYMMDD') || v_candidate, t.merchant_id, t.id,
        p_content ->> 'paymentMode', p_content ->> 'acknowledgmentMode', p_total_minor, p_currency,
        p_content ->> 'title', p_content ->> 'clientInvoiceId', p_content ->> 'cashierId',
        p_content ->> 'footer', p_content ->> 'backUrl', p_content ->> 'notificationUrl',
        p_content ->> 'issueDate', coalesce(p_content -> 'rows', '[]'),
        (p_content ->> 'commitReservationTimeoutS')::integer,
        seqr_clock() + make_interval(secs =>
          case when v_for_machine then p_machine_lifetime_s else p_lifetime_s end))
      on conflict on constraint invoice_pkey do nothing
      returning invoice.reference into reference;
    exit when reference is not null;
  end loop;
  refusal := case when reference is null then 'SYSTEM_ERROR' end;
  if p_tokens <> '[]' and refusal is null then
    select * into strict n from invoice i where i.reference = invoice_issue.reference;
    perform invoice_answer_tokens(n, p_tokens);
  end if;
  return next;
end $$;

-- Why an update is refused in the invoice's present state, or null: a total above the hold (rows 30
-- and 43), zero before the reservation, another currency in total or rows.
create function update_problem(
  p_invoice invoice, p_rows jsonb, p_total_minor bigint, p_currency text
) returns text language plpgsql as $$
begin
  return case
    when p_invoice.state = 'CANCELED' then 'INVOICE_ALREADY_CANCELED'
    when p_invoice.state in ('PAID', 'FAILED') then 'SYSTEM_ERROR'
    when exists (
      select from jsonb_array_elements(p_rows) row, jsonb_each(row) field
      where field.value ->> 'currency' <> p_invoice.currency
    ) then 'INVALID_INVOICE_DATA'
    when p_total_minor is null then null
    when p_currency <> p_invoice.currency then 'INVALID_INVOICE_DATA'
    when p_invoice.state = 'RESERVED' then
      case when p_total_minor not between 0 and p_invoice.held_minor then 'REJECTED_AMOUNT' end
    when p_total_minor <= 0 then 'REJECTED_AMOUNT'
    when p_total_minor > (select reservation_minor from purchase where id = p_invoice.purchase_id)
      then 'REJECTED_AMOUNT'
  end;
end $$;

-- Tells every customer who has this invoice open that it changed. One for whom the merchant was
-- asked now has an offer. Needs purchases and invoice locked.
create function invoice_tell_purchases(p_reference text) returns void language plpgsql as $$
declare
  p purchase;
begin
  for p in select * from purchase
      where invoice_reference = p_reference and deadline is not null order by id loop
    if p.state = 'AWAITING_MERCHANT' then
      perform purchase_offer(p.id, p_reference);
    else
      update purchase set updated_at = seqr_clock() where id = p.id;
      perform purchase_tell(p);
    end if;
  end loop;
end $$;

-- updateInvoice (commit 6): M4, M4b, M11. `p_change` holds only the fields that were sent; rows,
-- when present, replace. The version rises only if something changed. Refusals:
-- INVALID_INVOICE_REFERENCE and those of update_problem.
create function invoice_update(
  p_terminal_id text, p_reference text, p_change jsonb, p_total_minor bigint, p_currency text,
  p_tokens jsonb
) returns text language plpgsql as $$
declare
  old invoice;
  new invoice;
  v_problem text;
begin
  select * into old from invoice_lock(p_terminal_id, p_reference);
  if not found then
    return 'INVALID_INVOICE_REFERENCE';
  end if;
  v_problem := update_problem(old, p_change -> 'rows', p_total_minor, p_currency);
  if v_problem is not null then
    return v_problem;
  end if;
  new := old;
  new.total_minor := coalesce(p_total_minor, old.total_minor);
  new.title := coalesce(p_change ->> 'title', old.title);
  new.client_invoice_id := coalesce(p_change ->> 'clientInvoiceId', old.client_invoice_id);
  new.cashier_id := coalesce(p_change ->> 'cashierId', old.cashier_id);
  new.footer := coalesce(p_change ->> 'footer', old.footer);
  new.back_url := coalesce(p_change ->> 'backUrl', old.back_url);
  new.issue_date := coalesce(p_change ->> 'issueDate', old.issue_date);
  new.rows := coalesce(p_change -> 'rows', old.rows);
  new.state := case when old.state = 'PENDING_ISSUER_ACKNOWLEDGE' then 'ISSUED' else old.state end;
  if old.state = 'RESERVED' then
    -- An update that carries a total makes it the bill, also when it equals the old one (row 33).
    new.reserved_total_minor := coalesce(p_total_minor, old.reserved_total_minor);
    perform notification_moot(p_reference);
  else
    new.notification_url := coalesce(p_change ->> 'notificationUrl', old.notification_url);
    new.acknowledgment_mode := coalesce(p_change ->> 'acknowledgmentMode', old.acknowledgment_mode);
    new.commit_timeout_s :=
      coalesce((p_change ->> 'commitReservationTimeoutS')::integer, old.commit_timeout_s);
  end if;
  if invoice_answer_tokens(old, p_tokens) or new is distinct from old then
    update invoice set version = old.version + 1, state = new.state, total_minor = new.total_minor,
      title = new.title, client_invoice_id = new.client_invoice_id, cashier_id = new.cashier_id,
      footer = new.footer, back_url = new.back_url, issue_date = new.issue_date, rows = new.rows,
      reserved_total_minor = new.reserved_total_minor, notification_url = new.notification_url,
      acknowledgment_mode = new.acknowledgment_mode, commit_timeout_s = new.commit_timeout_s
      where reference = p_reference;
    perform invoice_tell_purchases(p_reference);
  end if;
  return null;
end $$;

-- cancelInvoice: M8, M13. Refusals: INVALID_INVOICE_REFERENCE, CANNOT_CANCEL_PAID_INVOICE,
-- INVOICE_ALREADY_CANCELED.
create function invoice_cancel(p_terminal_id text, p_reference text) returns text
language plpgsql as $$
declare
  i invoice;
  p purchase;
begin
  select * into i from invoice_lock(p_terminal_id, p_reference);
  if not found then
    return 'INVALID_INVOICE_REFERENCE';
  end if;
  select * into p from purchase where id = i.purchase_id;
  case i.state
    when 'PAID' then
      return 'CANNOT_CANCEL_PAID_INVOICE';
    when 'CANCELED', 'FAILED' then
      return 'INVOICE_ALREADY_CANCELED';
    when 'RESERVED' then
      perform invoice_release(p, i, 'VOID', 'NOTHING_TAKEN');
    else
      perform invoice_cancel_unpaid(p_reference);
      perform invoice_end_offers(p_reference, 'BY_MERCHANT');
  end case;
  return null;
end $$;

-- What a commit on a RESERVED invoice charges, in minor units, or why it is refused.
-- `p_amount_minor` null means that the call named no amount: the total, for a machine purchase only
-- one that was updated in RESERVED (rows 31–34).
create function commit_amount(
  p_invoice invoice, p_kind text, p_amount_minor bigint, p_currency text,
  out refusal text, out amount_minor bigint
) language plpgsql as $$
declare
  v_most bigint := p_invoice.held_minor;
begin
  amount_minor := coalesce(p_amount_minor, p_invoice.reserved_total_minor,
    case when p_kind <> 'MACHINE' then p_invoice.total_minor end);
  if p_kind = 'MACHINE' then
    v_most := coalesce(p_invoice.reserved_total_minor, v_most);
  end if;
  refusal := case
    when p_currency <> p_invoice.currency or amount_minor is null then 'INVALID_INVOICE_DATA'
    when amount_minor not between 0 and v_most then 'REJECTED_AMOUNT'
  end;
end $$;

-- A 25-digit ERS reference: local time to the millisecond and 8 digits.
create function ers_reference() returns text language sql volatile as $$
  select to_char(seqr_clock(), 'YYYYMMDDHH24MISSMS')
    || lpad((nextval('ers_reference_number') % 100000000)::text, 8, '0');
$$;

-- commitReservation (commit 7): M12, or M14 for an amount of 0. Posts the amount, frees the rest
-- and ends the purchase at once. The identical commit again succeeds again. Refusals:
-- INVALID_INVOICE_REFERENCE, INVOICE_STATE_NOT_RESERVED, INVALID_INVOICE_DATA, REJECTED_AMOUNT.
create function invoice_commit(
  p_terminal_id text, p_reference text, p_amount_minor bigint, p_currency text
) returns table (refusal text, ers_reference text) language plpgsql as $$
declare
  i invoice;
  p purchase;
  v_amount bigint;
  v_shop_period bigint;
  v_terminal_period bigint;
begin
  select * into i from invoice_lock(p_terminal_id, p_reference);
  if not found then
    refusal := 'INVALID_INVOICE_REFERENCE'; return next; return;
  end if;
  if i.state <> 'RESERVED' then
    if i.commit_deadline is not null
      and i.committed_minor = coalesce(p_amount_minor, i.committed_minor)
      and i.currency = coalesce(p_currency, i.currency) then
      ers_reference := i.ers_reference;
    else
      refusal := 'INVOICE_STATE_NOT_RESERVED';
    end if;
    return next; return;
  end if;
  select * into strict p from purchase where id = i.purchase_id;
  select c.refusal, c.amount_minor into refusal, v_amount
    from commit_amount(i, p.kind, p_amount_minor, p_currency) c;
  if refusal is not null then
    return next; return;
  end if;
  if v_amount = 0 then
    perform invoice_release(p, i, 'VOID', 'COMMITTED_NOTHING');
  else
    ers_reference := ers_reference();
    perform ledger_resolve(i.hold_id, 'POST', v_amount, 'payment ' || p_reference);
    -- The time of payment is read once its periods' marks have to wait: it lies between them.
    v_shop_period := period_open(i.merchant_id, null);
    v_terminal_period := period_open(i.merchant_id, i.terminal_id);
    update invoice set state = 'PAID', version = version + 1, committed_minor = v_amount,
      ers_reference = invoice_commit.ers_reference, paid_at = seqr_clock(),
      shop_period = v_shop_period, terminal_period = v_terminal_period
      where reference = p_reference;
    perform notification_moot(p_reference);
    perform purchase_end(p, 'PAID', null,
      case when v_amount <> i.total_minor then 'the committed amount is not the total' end);
  end if;
  return next;
end $$;

-- The merchant knows of an immediate debit: the hold is posted and the purchase is over. Notice and
-- reversal compete for the purchase's row; after the one the other finds it ended. Needs purchases
-- and invoice locked.
create function invoice_notice(p_invoice invoice) returns void language plpgsql as $$
declare
  p purchase;
begin
  select * into strict p from purchase where id = p_invoice.purchase_id;
  if p.state <> 'CONFIRMING' then
    return;
  end if;
  perform ledger_resolve(p_invoice.hold_id, 'POST', p_invoice.held_minor,
    'payment ' || p_invoice.reference);
  update invoice set committed_minor = held_minor, noticed_at = seqr_clock()
    where reference = p_invoice.reference;
  perform notification_moot(p_invoice.reference);
  perform purchase_end(p, 'PAID', null, null);
end $$;

-- getPaymentStatus: the invoice, ended first if its deadline has passed, so that no answer can be
-- contradicted by a call in flight. A null reference means the newest invoice of a cash register.
-- An answer of PAID is the merchant's notice of an immediate debit. An answer of RESERVED or PAID
-- shows that the merchant knows, which ends the notification's attempts; that mark need not be
-- durable: without it one attempt more is made. One row at most, as the planner must know: whoever
-- joins it would else read all purchases.
create function invoice_status(p_terminal_id text, p_reference text) returns setof invoice rows 1
language plpgsql as $$
declare
  i invoice;
  v_late boolean;
begin
  if p_reference is null then
    select n.* into i from invoice n join terminal t on t.id = n.terminal_id
      where n.terminal_id = p_terminal_id and t.kind = 'CASH_REGISTER'
      order by n.created_at desc limit 1;
  else
    select * into i from invoice where reference = p_reference;
  end if;
  if p_terminal_id is distinct from i.terminal_id then
    return;
  end if;
  v_late := case
    when i.state = 'RESERVED' then i.commit_deadline <= seqr_clock()
    when i.state = 'PAID' then i.commit_deadline is null and i.noticed_at is null
    when i.state not in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE') then false
    else i.expires_at <= seqr_clock() and i.purchase_id is null or exists (
      select from purchase where invoice_reference = i.reference and deadline <= seqr_clock())
  end;
  if v_late then
    select * into i from invoice_lock(p_terminal_id, i.reference);
    if i.state = 'PAID' and i.noticed_at is null and i.commit_deadline is null then
      perform invoice_notice(i);
    end if;
  end if;
  if i.state in ('RESERVED', 'PAID') and exists (
    select from notification where invoice_reference = i.reference and state = 'DUE'
  ) then
    perform set_config('synchronous_commit', 'off', true);
    perform notification_moot(i.reference);
  end if;
  return next i;
end $$;

-- unregisterTerminal: its open invoices are cancelled, claimed ones too (row 39); RESERVED and PAID
-- ones stay. The code of its sticker is free for another terminal.
create function terminal_unregister(p_terminal_id text) returns void
language plpgsql as $$
begin
  update terminal set state = 'UNREGISTERED', seqr_id = null where id = p_terminal_id;
  perform invoice_cancel(p_terminal_id, i.reference) from invoice i
    where i.terminal_id = p_terminal_id and i.state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE');
end $$;
