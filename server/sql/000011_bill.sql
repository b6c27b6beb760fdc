-- Bills that a customer opens by themselves: a till's by its sticker (Q code), one by its reference
-- (R code or typed). Several customers may look at one bill; the first to approve has it.

-- Token types that the operator has set up (loyalty cards of a merchant), and the cards that
-- customers have stored.
create table token_type (
  merchant_id text not null references merchant,
  id text not null check (id <> ''),
  description text not null,
  primary key (merchant_id, id)
);

create table customer_token (
  customer_id uuid not null references customer,
  merchant_id text not null,
  id text not null,
  value text not null check (value <> ''),
  primary key (customer_id, merchant_id, id),
  foreign key (merchant_id, id) references token_type
);

-- Asks the merchant about this customer's tokens where its mode wants that (M3): the tokens are
-- attached with status 0, the version rises, the invoice waits for updateInvoice. A token that the
-- merchant sent itself wins over a stored one. Needs the invoice locked. Returns whether it asks.
create function invoice_ask_merchant(p_invoice invoice, p_customer_id uuid) returns boolean
language plpgsql as $$
declare
  v_offered integer := 0;
begin
  if p_invoice.acknowledgment_mode = 'NO_ACKNOWLEDGMENT' then
    return false;
  end if;
  if not exists (select from invoice_token where invoice_reference = p_invoice.reference
      and status <> 99) then
    insert into invoice_token (invoice_reference, id, description, value, status, offered)
      select p_invoice.reference, c.id, t.description, c.value, 0, true
      from customer_token c join token_type t using (merchant_id, id)
      where c.customer_id = p_customer_id and c.merchant_id = p_invoice.merchant_id
      on conflict do nothing;
    get diagnostics v_offered = row_count;
  end if;
  if v_offered = 0 and p_invoice.acknowledgment_mode <> 'REQUIRE_ACKNOWLEDGMENT' then
    return false;
  end if;
  update invoice set state = 'PENDING_ISSUER_ACKNOWLEDGE', version = version + 1
    where reference = p_invoice.reference;
  return true;
end $$;

-- Takes the merchant's word about tokens: those it names get its status (1 when it gives none),
-- offered ones that it does not name are withdrawn, unknown types are stored as invalid (99). Needs
-- the invoice locked. Returns whether anything changed.
create function invoice_answer_tokens(p_invoice invoice, p_tokens jsonb) returns boolean
language plpgsql as $$
declare
  v_changed integer;
  v_withdrawn integer;
begin
  with named as (
    select distinct on (n ->> 'id') n ->> 'id' as id, n ->> 'description' as description,
      n ->> 'value' as value,
      case when exists (select from token_type t
          where t.merchant_id = p_invoice.merchant_id and t.id = n ->> 'id')
        then coalesce((n ->> 'status')::integer, 1) else 99 end as status
    from jsonb_array_elements(p_tokens) n where n ->> 'id' <> ''
  )
  insert into invoice_token as t (invoice_reference, id, description, value, status, offered)
    select p_invoice.reference, id, description, value, status, false from named
    on conflict (invoice_reference, id) do update set status = excluded.status,
      description = coalesce(excluded.description, t.description),
      value = coalesce(excluded.value, t.value)
    where (t.status, t.description, t.value) is distinct from (excluded.status,
      coalesce(excluded.description, t.description), coalesce(excluded.value, t.value));
  get diagnostics v_changed = row_count;
  if p_invoice.state <> 'PENDING_ISSUER_ACKNOWLEDGE' then
    return v_changed > 0;
  end if;
  delete from invoice_token
    where invoice_reference = p_invoice.reference and offered and status = 0;
  get diagnostics v_withdrawn = row_count;
  return v_changed + v_withdrawn > 0;
end $$;

-- The tokens that the customer offers and the merchant has not answered, as JSON; null without any,
-- or where the merchant does not want to be asked.
create function offered_tokens(p_invoice invoice) returns jsonb language sql stable as $$
  select jsonb_agg(jsonb_build_object('id', k.id, 'description', k.description, 'value', k.value,
    'status', k.status) order by k.id)
  from invoice_token k where k.invoice_reference = p_invoice.reference and k.offered
    and k.status = 0 and p_invoice.acknowledgment_mode <> 'NO_ACKNOWLEDGMENT';
$$;

-- The invoice that a till shows at this moment, or null: its newest that nobody has bound.
create function till_invoice(p_terminal_id text) returns text language sql stable as $$
  select reference from invoice
    where terminal_id = p_terminal_id and state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE')
      and purchase_id is null and expires_at > seqr_clock()
    order by created_at desc limit 1;
$$;

-- Why a bill cannot be opened by its code, or null. A machine's invoice is payable only through the
-- purchase that claims it (row 13); a blocked merchant's bills read like none.
create function bill_problem(p_invoice invoice) returns text language sql stable as $$
  select case
    when not exists (select from merchant where id = p_invoice.merchant_id and state = 'ACTIVE')
      then 'NOT_FOUND'
    when p_invoice.payment_mode <> 'IMMEDIATE_DEBIT' and exists (select from merchant
      where id = p_invoice.merchant_id and create_purchase_url is not null) then 'INVALID_CODE'
    when p_invoice.state not in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE')
      or p_invoice.expires_at <= seqr_clock() then 'TOO_LATE'
    when p_invoice.state = 'PENDING_ISSUER_ACKNOWLEDGE' then 'NO_INVOICE_YET'
  end;
$$;

-- The bill that a sticker stands for to this customer: what the till shows now; without that, one
-- that the customer has just paid there and the merchant has not noticed yet, so that a second scan
-- says so.
create function till_reference(p_terminal_id text, p_customer_id uuid) returns text
language sql stable as $$
  select coalesce(till_invoice(p_terminal_id), (
    select i.reference from purchase p join invoice i on i.reference = p.invoice_reference
    where p.customer_id = p_customer_id and p.state = 'CONFIRMING' and p.deadline is not null
      and i.terminal_id = p_terminal_id order by p.id desc limit 1));
$$;

-- Opens a bill: TILL by the till's seqrId, INVOICE by the reference; `p_code` is the one or the
-- other. Returns the customer's unfinished purchase of it, if there is one. Refusals: NOT_FOUND,
-- NO_INVOICE_YET (try again), INVALID_CODE, TOO_LATE (with what became of the bill, PAID, RESERVED
-- or ENDED, and with this customer's own purchase of it), PIN_LOCKED, RATE_LIMITED (with the
-- pause).
create function purchase_open_bill(
  p_id uuid, p_customer_id uuid, p_kind text, p_code text, p_limits jsonb
) returns table (refusal text, retry_after_s integer, became text, purchase purchase_view)
language plpgsql as $$
declare
  c customer;
  i invoice;
  t terminal;
  v_reference text := p_code;
  v_asks boolean;
  c_answer_s constant integer := 60;
begin
  select * into strict c from customer where id = p_customer_id for update;
  if p_kind = 'TILL' then
    select * into t from terminal where seqr_id = p_code and state = 'ACTIVE';
    v_reference := till_reference(t.id, c.id);
  end if;
  if not exists (select from invoice where reference = v_reference) then
    refusal := case when t.id is null then 'NOT_FOUND' else 'NO_INVOICE_YET' end;
    return next; return;
  end if;
  perform purchase_expire(o.id) from purchase o
    where o.customer_id = c.id and o.deadline <= seqr_clock();
  select v.* into purchase from purchase_view v join purchase o on o.id = v.id
    where o.customer_id = c.id and o.invoice_reference = v_reference and o.deadline is not null;
  if found then
    return next; return;
  end if;
  if c.pin_failures >= pin_failures_max() then
    refusal := 'PIN_LOCKED'; return next; return;
  end if;
  retry_after_s := purchase_pause(c.id, null, null, p_limits);
  if retry_after_s is not null then
    refusal := 'RATE_LIMITED'; return next; return;
  end if;
  perform customer_leave_offers(c.id, 'SUPERSEDED');
  select * into strict i from invoice where reference = v_reference for update;
  refusal := bill_problem(i);
  if refusal = 'TOO_LATE' then
    became := case when i.state in ('PAID', 'RESERVED') then i.state else 'ENDED' end;
    select v.* into purchase from purchase_view v
      where v.customer_id = c.id and v.invoice_reference = i.reference order by v.id desc limit 1;
  end if;
  if refusal is not null then
    return next; return;
  end if;
  v_asks := invoice_ask_merchant(i, c.id);
  insert into purchase (id, kind, state, customer_id, merchant_id, currency, invoice_reference,
      claimed_version, deadline)
    values (p_id, p_kind, case when v_asks then 'AWAITING_MERCHANT' else 'AWAITING_APPROVAL' end,
      c.id, i.merchant_id, i.currency, i.reference, i.version,
      case when i.acknowledgment_mode = 'REQUIRE_ACKNOWLEDGMENT' then i.expires_at
        else least(seqr_clock() + make_interval(secs => c_answer_s), i.expires_at) end);
  if v_asks then
    perform purchase_tell(o) from purchase o where o.id = p_id;
  else
    perform purchase_offer(p_id, i.reference);
  end if;
  select * into purchase from purchase_view v where v.id = p_id;
  return next;
end $$;
