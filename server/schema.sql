-- The whole schema after all of server/sql/, by the pg_dump of PostgreSQL 15.
-- Made by "npm run generate"; the check proves it fresh.

--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: audit_devices(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.audit_devices() RETURNS TABLE(invariant integer, subject text, problem text)
    LANGUAGE sql STABLE
    AS $$
  select 11, 'customer ' || s.customer_id, 'has a session of a device that is not theirs, or gone'
    from customer_session s join customer_device d on d.id = s.device_id
    where d.customer_id <> s.customer_id or d.state <> 'ACTIVE'
  union all
  select 11, 'device ' || d.id, 'was let in by a device of somebody else'
    from customer_device d join customer_device b on b.id = d.let_in_by_device
    where b.customer_id <> d.customer_id
  union all
  select 11, 'purchase ' || p.id, 'was signed by a device of somebody else, or holds nothing'
    from approval_signature a join purchase p on p.id = a.purchase_id
      join customer_device d on d.id = a.device_id
      left join invoice i on i.purchase_id = p.id
    where d.customer_id <> p.customer_id or i.held_minor is null;
$$;

--
-- Name: audit_ledger(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.audit_ledger() RETURNS TABLE(invariant integer, subject text, problem text)
    LANGUAGE sql STABLE
    AS $$
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

--
-- Name: audit_payments(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.audit_payments() RETURNS TABLE(invariant integer, subject text, problem text)
    LANGUAGE sql STABLE
    AS $$
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

--
-- Name: audit_purchases(interval); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.audit_purchases(p_grace interval) RETURNS TABLE(invariant integer, subject text, problem text)
    LANGUAGE sql STABLE
    AS $$
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

--
-- Name: audit_reports(interval); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.audit_reports(p_grace interval) RETURNS TABLE(invariant integer, subject text, problem text)
    LANGUAGE sql STABLE
    AS $$
  select 10, 'period ' || p.id, 'report ' || r.report_id || ' does not sum to its payments'
    from period_sum p join report_sum r on r.period_id = p.id
    where r.number <> case when r.details then p.entries else p.payments end
      or r.total <> p.total and not coalesce(p.several_currencies, false)
  union all
  select 10, 'period ' || p.id, 'lacks reports'
    from transaction_period p where reported_at is not null and (
      select count(*) from report r where r.period_id = p.id and exists (
        select from report_part t
        where t.period_id = r.period_id and t.report_id = r.report_id and t.part = 0)
    ) <> case when terminal_id is null then 4 else 2 end
  union all
  select 10, 'period ' || id, 'does not follow the one before it' from (
    select id, number, closed_at, row_number() over series as expected,
      lag(closed_at) over series as before
    from transaction_period window series as (partition by merchant_id, terminal_id order by number)
  ) p where number <> expected or closed_at < before - p_grace
  union all
  select 10, 'payment ' || e.ers_reference, 'lies outside its period'
    from period_entry e
      left join series_period s on s.merchant_id = e.merchant_id and s.terminal_id = ''
        and s.number = e.shop_period
      left join series_period t on t.merchant_id = e.merchant_id
        and t.terminal_id = e.terminal_id and t.number = e.terminal_period
    where e.at > least(s.closed_at, t.closed_at) + p_grace
      or e.at < greatest(s.opened_at, t.opened_at) - p_grace
      or s.number is null or t.number is null;
$$;

--
-- Name: seqr_clock(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.seqr_clock() RETURNS timestamp with time zone
    LANGUAGE sql
    AS $$
  select clock_timestamp() + coalesce((select clock_offset from installation), interval '0');
$$;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: invoice; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invoice (
    reference text NOT NULL,
    merchant_id text NOT NULL,
    terminal_id text NOT NULL,
    state text DEFAULT 'ISSUED'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    payment_mode text NOT NULL,
    acknowledgment_mode text NOT NULL,
    total_minor bigint NOT NULL,
    currency text NOT NULL,
    title text,
    client_invoice_id text,
    cashier_id text,
    footer text,
    back_url text,
    notification_url text,
    issue_date text,
    rows jsonb DEFAULT '[]'::jsonb NOT NULL,
    commit_timeout_s integer,
    purchase_id uuid,
    hold_id bigint,
    held_minor bigint,
    commit_deadline timestamp with time zone,
    reserved_total_minor bigint,
    committed_minor bigint,
    ers_reference text,
    paid_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    noticed_at timestamp with time zone,
    shop_period bigint,
    terminal_period bigint
);

--
-- Name: bill_problem(public.invoice); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.bill_problem(p_invoice public.invoice) RETURNS text
    LANGUAGE sql STABLE
    AS $$
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

--
-- Name: case_answer(uuid, text, text, text, boolean); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.case_answer(p_id uuid, p_merchant_id text, p_user_id text, p_answer text, p_close boolean) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  c problem_case;
  v_now timestamptz;
begin
  select * into c from problem_case
    where id = p_id and merchant_id = p_merchant_id and purchase_id is not null for update;
  if not found then
    return 'NOT_FOUND';
  end if;
  if c.state = 'CLOSED' then
    return case when c.answer = p_answer then null else 'TOO_LATE' end;
  end if;
  v_now := seqr_clock();
  update problem_case set answer = p_answer, answered_by = p_user_id,
      answered_at = case when c.answer = p_answer then c.answered_at else v_now end,
      state = case when p_close then 'CLOSED' else 'ANSWERED' end,
      closed_at = case when p_close then v_now end
    where id = p_id;
  return null;
end $$;

--
-- Name: case_open(uuid, uuid, uuid, text, text, text, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.case_open(p_id uuid, p_customer_id uuid, p_purchase_id uuid, p_merchant_id text, p_kind text, p_text text, p_per_day integer) RETURNS TABLE(refusal text, retry_after_s integer)
    LANGUAGE plpgsql
    AS $$
declare
  v_now timestamptz := seqr_clock();
  v_count integer;
  v_first timestamptz;
  v_merchant_id text;
begin
  perform from customer where id = p_customer_id for update;
  if p_purchase_id is null then
    select id into v_merchant_id from merchant where id = p_merchant_id;
  else
    select merchant_id into v_merchant_id from purchase
      where id = p_purchase_id and customer_id = p_customer_id;
    if not found then
      refusal := 'NOT_FOUND'; return next; return;
    end if;
  end if;
  select count(*), min(created_at) into v_count, v_first from problem_case
    where customer_id = p_customer_id and created_at > v_now - interval '24 hours';
  if v_count >= p_per_day then
    refusal := 'RATE_LIMITED';
    retry_after_s := greatest(1, ceil(extract(epoch from v_first + interval '24 hours' - v_now)));
    return next; return;
  end if;
  insert into problem_case (id, customer_id, purchase_id, merchant_id, kind, text)
    values (p_id, p_customer_id, p_purchase_id, v_merchant_id, p_kind, p_text);
  return next;
end $$;

--
-- Name: purchase; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.purchase (
    id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    customer_id uuid NOT NULL,
    merchant_id text NOT NULL,
    machine_token text,
    reservation_minor bigint,
    currency text NOT NULL,
    invoice_reference text,
    claimed_version integer,
    deadline timestamp with time zone,
    ending_code text,
    ending_detail text,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL
);

--
-- Name: claim_problem(public.purchase, public.invoice, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.claim_problem(p_purchase public.purchase, p_invoice public.invoice, p_reference text, OUT problem text, OUT cancel boolean) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: clock_advance(interval); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.clock_advance(p_by interval) RETURNS timestamp with time zone
    LANGUAGE sql
    AS $$
  update installation set clock_offset = clock_offset + p_by;
  -- Time that is moved is no outage of the platform.
  update sweep set swept_at = swept_at + p_by;
  select seqr_clock();
$$;

--
-- Name: commit_amount(public.invoice, text, bigint, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.commit_amount(p_invoice public.invoice, p_kind text, p_amount_minor bigint, p_currency text, OUT refusal text, OUT amount_minor bigint) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: commit_timeout_s(public.purchase, public.invoice); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.commit_timeout_s(p_purchase public.purchase, p_invoice public.invoice) RETURNS integer
    LANGUAGE sql STABLE
    AS $$
  select case
    when p_invoice.commit_timeout_s > 0
      then least(p_invoice.commit_timeout_s, m.commit_timeout_max_s)
    when p_purchase.kind = 'MACHINE' then 600
    else 3600
  end from merchant m where m.id = p_purchase.merchant_id;
$$;

--
-- Name: customer_add_device(uuid, bytea, uuid, text, bytea, bytea, boolean, integer, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_add_device(p_customer_id uuid, p_session_digest bytea, p_id uuid, p_name text, p_public_key bytea, p_code_digest bytea, p_by_pin boolean, p_fresh_s integer, p_pending_s integer) RETURNS TABLE(refusal text, retry_after_s integer, device_id uuid)
    LANGUAGE plpgsql
    AS $$
declare
  s customer_session;
  d customer_device;
  v_by text;
  c_pending_max constant integer := 3;
  c_active_max constant integer := 10;
begin
  perform from customer where id = p_customer_id for update;
  select * into s from customer_session
    where token_digest = p_session_digest and customer_id = p_customer_id;
  if not found then
    refusal := 'UNAUTHORIZED'; return next; return;
  end if;
  delete from customer_device
    where customer_id = p_customer_id and state = 'PENDING' and expires_at <= seqr_clock();
  select * into d from customer_device
    where customer_id = p_customer_id and public_key = p_public_key and state <> 'REMOVED';
  if d.state = 'ACTIVE' then
    device_id := d.id; return next; return;
  end if;
  if (select count(*) from customer_device where customer_id = p_customer_id and state = 'ACTIVE')
      >= c_active_max then
    refusal := 'DEVICES_MAX'; return next; return;
  end if;
  if p_code_digest is not null then
    if not customer_use_code(p_customer_id, p_code_digest) then
      refusal := 'WRONG_CODE'; return next; return;
    end if;
    v_by := 'CODE';
  elsif p_by_pin and s.created_at > seqr_clock() - make_interval(secs => p_fresh_s)
      and not exists (select from customer_device
        where customer_id = p_customer_id and state <> 'PENDING') then
    v_by := 'PIN';
  end if;
  device_id := coalesce(d.id, p_id);
  if d.id is null then
    delete from customer_device where customer_id = p_customer_id and state = 'PENDING'
      and session_digest = p_session_digest;
    if v_by is null and (select count(*) from customer_device
        where customer_id = p_customer_id and state = 'PENDING') >= c_pending_max then
      refusal := 'RATE_LIMITED';
      retry_after_s := (select ceil(extract(epoch from min(expires_at) - seqr_clock()))
        from customer_device where customer_id = p_customer_id and state = 'PENDING');
      return next; return;
    end if;
    insert into customer_device (id, customer_id, name, public_key, state, check_digits,
        expires_at, session_digest)
      values (p_id, p_customer_id, p_name, p_public_key, 'PENDING',
        customer_check_digits(p_customer_id),
        seqr_clock() + make_interval(secs => p_pending_s), p_session_digest);
  else
    -- The same phone, signed in anew while it waits.
    update customer_device set session_digest = p_session_digest where id = d.id;
  end if;
  if v_by is not null then
    perform customer_let_in(device_id, v_by, null);
  end if;
  return next;
end $$;

--
-- Name: customer_approve_device(uuid, uuid, uuid, bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_approve_device(p_customer_id uuid, p_id uuid, p_device_id uuid, p_pin_digest bytea) RETURNS TABLE(refusal text, attempts_left integer)
    LANGUAGE plpgsql
    AS $$
declare
  c customer;
  d customer_device;
begin
  select * into strict c from customer where id = p_customer_id for update;
  select * into d from customer_device where id = p_id and customer_id = c.id
    and (state = 'ACTIVE' or (state = 'PENDING' and expires_at > seqr_clock()));
  if not found then
    refusal := 'NOT_FOUND'; return next; return;
  end if;
  refusal := customer_check_proof(c, p_device_id, p_pin_digest);
  attempts_left := pin_attempts_left(c);
  if refusal is null and d.state = 'PENDING' then
    perform customer_let_in(d.id, 'DEVICE', p_device_id);
  end if;
  return next;
end $$;

--
-- Name: customer_change_pin(uuid, bytea, uuid, bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_change_pin(p_customer_id uuid, p_pin_digest bytea, p_device_id uuid, p_new_pin_digest bytea) RETURNS TABLE(refusal text, attempts_left integer)
    LANGUAGE plpgsql
    AS $$
declare
  c customer;
begin
  select * into strict c from customer where id = p_customer_id for update;
  refusal := customer_check_proof(c, p_device_id, p_pin_digest);
  attempts_left := pin_attempts_left(c);
  if refusal is null then
    perform customer_set_pin(c.id, p_new_pin_digest);
  end if;
  return next;
end $$;

--
-- Name: customer_check_digits(uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_check_digits(p_customer_id uuid) RETURNS text
    LANGUAGE sql
    AS $$
  select to_char(n, 'FM0000') from generate_series(0, 9999) n
    where not exists (select from customer_device where customer_id = p_customer_id
      and check_digits = to_char(n, 'FM0000'))
    order by random() limit 1;
$$;

--
-- Name: pin_failures_max(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.pin_failures_max() RETURNS integer
    LANGUAGE sql IMMUTABLE
    AS $$select 5$$;

--
-- Name: customer; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.customer (
    id uuid NOT NULL,
    msisdn text NOT NULL,
    name text NOT NULL,
    pin_digest bytea NOT NULL,
    pin_failures integer DEFAULT 0 NOT NULL,
    sign_in_failures integer DEFAULT 0 NOT NULL,
    sign_in_paused_until timestamp with time zone,
    refunds_allowed boolean DEFAULT true NOT NULL,
    limited boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    CONSTRAINT customer_msisdn_check CHECK ((msisdn ~ '^[1-9][0-9]{6,14}$'::text)),
    CONSTRAINT customer_pin_digest_check CHECK ((length(pin_digest) = 32)),
    CONSTRAINT customer_pin_failures_check CHECK (((pin_failures >= 0) AND (pin_failures <= public.pin_failures_max())))
);

--
-- Name: customer_check_pin(public.customer, bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_check_pin(p_customer public.customer, p_pin_digest bytea) RETURNS text
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: customer_check_proof(public.customer, uuid, bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_check_proof(p_customer public.customer, p_device_id uuid, p_pin_digest bytea) RETURNS text
    LANGUAGE plpgsql
    AS $$
begin
  if p_device_id is not null and not customer_use_device(p_customer.id, p_device_id) then
    return 'DEVICE_REFUSED';
  end if;
  return customer_check_pin(p_customer, p_pin_digest);
end $$;

--
-- Name: customer_count_sign_in(uuid, uuid, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_count_sign_in(p_customer_id uuid, p_device_id uuid, p_failures integer) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  if p_device_id is null then
    update customer set sign_in_failures = p_failures,
      sign_in_paused_until = sign_in_pause(p_failures) where id = p_customer_id;
  else
    update customer_device set sign_in_failures = p_failures,
      sign_in_paused_until = sign_in_pause(p_failures) where id = p_device_id;
  end if;
end $$;

--
-- Name: customer_drop_device(uuid, uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_drop_device(p_customer_id uuid, p_id uuid) RETURNS bytea[]
    LANGUAGE plpgsql
    AS $$
declare
  v_ended bytea[];
begin
  delete from customer_device
    where id = p_id and customer_id = p_customer_id and state = 'PENDING';
  if found then
    return '{}';
  end if;
  update customer_device set state = 'REMOVED', removed_at = seqr_clock()
    where id = p_id and customer_id = p_customer_id and state = 'ACTIVE';
  if not found then
    return null;
  end if;
  with ended as (delete from customer_session where device_id = p_id returning token_digest)
    select coalesce(array_agg(token_digest), '{}') into v_ended from ended;
  return v_ended;
end $$;

--
-- Name: customer_give_code(uuid, bytea, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_give_code(p_customer_id uuid, p_code_digest bytea, p_valid_s integer) RETURNS timestamp with time zone
    LANGUAGE sql
    AS $$
  insert into customer_code (customer_id, code_digest, expires_at)
    values (p_customer_id, p_code_digest, seqr_clock() + make_interval(secs => p_valid_s))
    on conflict (customer_id) do update set code_digest = excluded.code_digest,
      expires_at = excluded.expires_at, wrong_tries = 0, created_at = seqr_clock()
    returning expires_at;
$$;

--
-- Name: customer_leave_offers(uuid, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_leave_offers(p_customer_id uuid, p_code text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  perform purchase_cancel_unapproved(p.id, p_code) from purchase p
    where p.customer_id = p_customer_id
      and p.state in ('OPENED', 'AWAITING_APPROVAL', 'AWAITING_MERCHANT');
end $$;

--
-- Name: customer_let_in(uuid, text, uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_let_in(p_id uuid, p_by text, p_by_device uuid) RETURNS void
    LANGUAGE sql
    AS $$
  update customer_device set state = 'ACTIVE', check_digits = null, expires_at = null,
    let_in_by = p_by, let_in_by_device = p_by_device where id = p_id;
  update customer_session s set device_id = d.id from customer_device d
    where d.id = p_id and s.token_digest = d.session_digest and s.customer_id = d.customer_id;
$$;

--
-- Name: customer_limits_left(uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_limits_left(p_customer_id uuid) RETURNS TABLE(kind text, amount_minor bigint, left_minor bigint)
    LANGUAGE sql
    AS $$
  select l.kind, l.amount, greatest(l.amount - l.used, 0)
  from customer_limit c, customer_spending(c.customer_id, c.zone) s, lateral (values
    ('PER_PURCHASE', c.per_purchase_minor, 0), ('PER_DAY', c.per_day_minor, s.day_minor),
    ('PER_MONTH', c.per_month_minor, s.month_minor)) l (kind, amount, used)
  where c.customer_id = p_customer_id and l.amount is not null
  order by 3, 2;
$$;

--
-- Name: customer_remove_device(uuid, uuid, uuid, bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_remove_device(p_customer_id uuid, p_id uuid, p_device_id uuid, p_pin_digest bytea) RETURNS TABLE(refusal text, attempts_left integer, ended_sessions bytea[])
    LANGUAGE plpgsql
    AS $$
declare
  c customer;
begin
  select * into strict c from customer where id = p_customer_id for update;
  if not exists (select from customer_device where id = p_id and customer_id = c.id
      and (state = 'ACTIVE' or (state = 'PENDING' and expires_at > seqr_clock()))) then
    refusal := 'NOT_FOUND'; return next; return;
  end if;
  refusal := customer_check_proof(c, p_device_id, p_pin_digest);
  attempts_left := pin_attempts_left(c);
  if refusal is null then
    ended_sessions := customer_drop_device(c.id, p_id);
  end if;
  return next;
end $$;

--
-- Name: customer_revoke_device(uuid, uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_revoke_device(p_customer_id uuid, p_id uuid) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
begin
  perform from customer where id = p_customer_id for update;
  return customer_drop_device(p_customer_id, p_id) is not null;
end $$;

--
-- Name: customer_set_limits(uuid, uuid, bytea, bigint, bigint, bigint, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_set_limits(p_customer_id uuid, p_device_id uuid, p_pin_digest bytea, p_per_purchase_minor bigint, p_per_day_minor bigint, p_per_month_minor bigint, p_zone text) RETURNS TABLE(refusal text, attempts_left integer)
    LANGUAGE plpgsql
    AS $$
declare
  c customer;
begin
  select * into strict c from customer where id = p_customer_id for update;
  refusal := customer_check_proof(c, p_device_id, p_pin_digest);
  attempts_left := pin_attempts_left(c);
  if refusal is null then
    delete from customer_limit where customer_id = c.id;
    insert into customer_limit
        (customer_id, per_purchase_minor, per_day_minor, per_month_minor, zone)
      select c.id, p_per_purchase_minor, p_per_day_minor, p_per_month_minor, p_zone
      where coalesce(p_per_purchase_minor, p_per_day_minor, p_per_month_minor) is not null;
    update customer set limited = found where id = c.id;
  end if;
  return next;
end $$;

--
-- Name: customer_set_pin(uuid, bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_set_pin(p_customer_id uuid, p_pin_digest bytea) RETURNS void
    LANGUAGE sql
    AS $$
  update customer set pin_digest = p_pin_digest, pin_failures = 0, sign_in_failures = 0,
    sign_in_paused_until = null where id = p_customer_id;
  update customer_device set sign_in_failures = 0, sign_in_paused_until = null
    where customer_id = p_customer_id and sign_in_failures > 0;
  delete from customer_session where customer_id = p_customer_id;
  delete from customer_device where customer_id = p_customer_id and state = 'PENDING';
$$;

--
-- Name: customer_sign_in(uuid, bytea, bytea, integer, uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_sign_in(p_customer_id uuid, p_pin_digest bytea, p_token_digest bytea, p_session_s integer, p_device_id uuid) RETURNS TABLE(session_ends_at timestamp with time zone, bound_device_id uuid)
    LANGUAGE plpgsql
    AS $$
declare
  c customer;
  d customer_device;
begin
  select * into strict c from customer where id = p_customer_id for update;
  select * into d from customer_device
    where id = p_device_id and customer_id = c.id and state = 'ACTIVE';
  if found then
    c.sign_in_failures := d.sign_in_failures;
    c.sign_in_paused_until := d.sign_in_paused_until;
  end if;
  if c.sign_in_paused_until > seqr_clock() then
    return next; return;
  end if;
  if c.pin_digest <> p_pin_digest then
    perform customer_count_sign_in(c.id, d.id, c.sign_in_failures + 1);
    return next; return;
  end if;
  if c.sign_in_failures > 0 then
    perform customer_count_sign_in(c.id, d.id, 0);
  end if;
  session_ends_at := seqr_clock() + make_interval(secs => p_session_s);
  bound_device_id := d.id;
  insert into customer_session (token_digest, customer_id, device_id, expires_at)
    values (p_token_digest, c.id, d.id, session_ends_at);
  if d.id is not null then
    update customer_device set last_used_at = seqr_clock() where id = d.id;
  end if;
  return next;
end $$;

--
-- Name: customer_spending(uuid, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_spending(p_customer_id uuid, p_zone text, OUT day_from timestamp with time zone, OUT day_to timestamp with time zone, OUT month_from timestamp with time zone, OUT month_to timestamp with time zone, OUT day_minor bigint, OUT month_minor bigint) RETURNS record
    LANGUAGE plpgsql
    AS $$
declare
  v_now timestamp := seqr_clock() at time zone p_zone;
begin
  day_from := date_trunc('day', v_now) at time zone p_zone;
  day_to := (date_trunc('day', v_now) + interval '1 day') at time zone p_zone;
  month_from := date_trunc('month', v_now) at time zone p_zone;
  month_to := (date_trunc('month', v_now) + interval '1 month') at time zone p_zone;
  select coalesce(sum(coalesce(i.committed_minor, i.held_minor))
        filter (where h.created_at >= day_from), 0),
      coalesce(sum(coalesce(i.committed_minor, i.held_minor)), 0)
    into day_minor, month_minor
    from purchase p join invoice i on i.purchase_id = p.id join transfer h on h.id = i.hold_id
    where p.customer_id = p_customer_id and p.created_at > month_from - interval '1 day'
      and p.state in ('RESERVED', 'CONFIRMING', 'PAID') and h.created_at >= month_from;
end $$;

--
-- Name: customer_unlock_by_code(uuid, bytea, bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_unlock_by_code(p_customer_id uuid, p_code_digest bytea, p_new_pin_digest bytea) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
begin
  perform from customer where id = p_customer_id for update;
  if not customer_use_code(p_customer_id, p_code_digest) then
    return false;
  end if;
  perform customer_set_pin(p_customer_id, p_new_pin_digest);
  return true;
end $$;

--
-- Name: customer_use_code(uuid, bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_use_code(p_customer_id uuid, p_code_digest bytea) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
declare
  k customer_code;
  c_tries_max constant integer := 5;
begin
  delete from customer_code where customer_id = p_customer_id and expires_at <= seqr_clock();
  select * into k from customer_code where customer_id = p_customer_id;
  if not found then
    return false;
  end if;
  if k.code_digest = p_code_digest or k.wrong_tries + 1 >= c_tries_max then
    delete from customer_code where customer_id = p_customer_id;
    return k.code_digest = p_code_digest;
  end if;
  update customer_code set wrong_tries = k.wrong_tries + 1 where customer_id = p_customer_id;
  return false;
end $$;

--
-- Name: customer_use_device(uuid, uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_use_device(p_customer_id uuid, p_id uuid) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
declare
  d customer_device;
begin
  select * into d from customer_device
    where id = p_id and customer_id = p_customer_id and state = 'ACTIVE';
  if not found then
    return false;
  end if;
  -- To the minute is enough, and spares a write where somebody buys several times.
  if d.last_used_at is null or d.last_used_at < seqr_clock() - interval '1 minute' then
    update customer_device set last_used_at = seqr_clock() where id = p_id;
  end if;
  return true;
end $$;

--
-- Name: customer_verify_proof(uuid, uuid, bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.customer_verify_proof(p_customer_id uuid, p_device_id uuid, p_pin_digest bytea) RETURNS TABLE(refusal text, attempts_left integer)
    LANGUAGE plpgsql
    AS $$
declare
  c customer;
begin
  select * into strict c from customer where id = p_customer_id for update;
  refusal := customer_check_proof(c, p_device_id, p_pin_digest);
  attempts_left := pin_attempts_left(c);
  return next;
end $$;

--
-- Name: ers_reference(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.ers_reference() RETURNS text
    LANGUAGE sql
    AS $$
  select to_char(seqr_clock(), 'YYYYMMDDHH24MISSMS')
    || lpad((nextval('ers_reference_number') % 100000000)::text, 8, '0');
$$;

--
-- Name: installation_has_pin_key(bytea); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.installation_has_pin_key(p_check bytea) RETURNS boolean
    LANGUAGE sql
    AS $$
  update installation set pin_key_check = p_check where pin_key_check is null;
  select pin_key_check = p_check from installation;
$$;

--
-- Name: installation_initialise(boolean); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.installation_initialise(p_sandbox boolean) RETURNS void
    LANGUAGE sql
    AS $$
  insert into installation (sandbox) values (p_sandbox) on conflict do nothing;
$$;

--
-- Name: installation_problem(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.installation_problem() RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select case
    when not exists (select from installation)
      then 'The database is not initialised; run the migrations.'
    when (select clock_offset <> interval '0' from installation)
      then 'The database''s clock was moved for tests; it must not serve.'
  end;
$$;

--
-- Name: invoice_answer_tokens(public.invoice, jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_answer_tokens(p_invoice public.invoice, p_tokens jsonb) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: invoice_ask_merchant(public.invoice, uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_ask_merchant(p_invoice public.invoice, p_customer_id uuid) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: invoice_cancel(text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_cancel(p_terminal_id text, p_reference text) RETURNS text
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: invoice_cancel_unclaimed(text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_cancel_unclaimed(p_merchant_id text, p_reference text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  perform from invoice where reference = p_reference for update;
  update invoice set state = 'CANCELED', version = version + 1
    where reference = p_reference and merchant_id = p_merchant_id and purchase_id is null
      and state = 'ISSUED';
end $$;

--
-- Name: invoice_cancel_unpaid(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_cancel_unpaid(p_reference text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
begin
  update invoice set state = 'CANCELED', version = version + 1
    where reference = p_reference and state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE');
  return found;
end $$;

--
-- Name: invoice_commit(text, text, bigint, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_commit(p_terminal_id text, p_reference text, p_amount_minor bigint, p_currency text) RETURNS TABLE(refusal text, ers_reference text)
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: invoice_end_offers(text, text, uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_end_offers(p_reference text, p_code text, p_except uuid DEFAULT NULL::uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  perform purchase_end(p, 'CANCELED', p_code, null) from purchase p
    where p.invoice_reference = p_reference and p.deadline is not null
      and p.id is distinct from p_except and p.state in ('AWAITING_APPROVAL', 'AWAITING_MERCHANT');
end $$;

--
-- Name: invoice_enter_periods(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_enter_periods(p_reference text) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: invoice_expire(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_expire(p_reference text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
begin
  perform from invoice where reference = p_reference for update;
  update invoice set state = 'CANCELED', version = version + 1
    where reference = p_reference and state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE')
      and purchase_id is null and expires_at <= seqr_clock();
  return found;
end $$;

--
-- Name: invoice_forget_tokens(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_forget_tokens(p_reference text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  delete from invoice_token where invoice_reference = p_reference and offered and status = 0;
  update invoice set state = 'ISSUED', version = version + 1
    where reference = p_reference and state = 'PENDING_ISSUER_ACKNOWLEDGE';
end $$;

--
-- Name: invoice_issue(text, text[], jsonb, bigint, text, integer, integer, jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_issue(p_terminal_id text, p_candidates text[], p_content jsonb, p_total_minor bigint, p_currency text, p_lifetime_s integer, p_machine_lifetime_s integer, p_tokens jsonb) RETURNS TABLE(refusal text, reference text)
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: invoice_lock(text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_lock(p_terminal_id text, p_reference text) RETURNS SETOF public.invoice
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: invoice_lock_with_purchases(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_lock_with_purchases(p_reference text) RETURNS public.invoice
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: invoice_notice(public.invoice); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_notice(p_invoice public.invoice) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: invoice_release(public.purchase, public.invoice, text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_release(p_purchase public.purchase, p_invoice public.invoice, p_kind text, p_code text) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: invoice_status(text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_status(p_terminal_id text, p_reference text) RETURNS SETOF public.invoice
    LANGUAGE plpgsql ROWS 1
    AS $$
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

--
-- Name: invoice_supersede(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_supersede(p_reference text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  i invoice;
begin
  i := invoice_lock_with_purchases(p_reference);
  if i.purchase_id is null and invoice_cancel_unpaid(p_reference) then
    perform invoice_end_offers(p_reference, 'SUPERSEDED');
  end if;
end $$;

--
-- Name: invoice_tell_purchases(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_tell_purchases(p_reference text) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: invoice_update(text, text, jsonb, bigint, text, jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.invoice_update(p_terminal_id text, p_reference text, p_change jsonb, p_total_minor bigint, p_currency text, p_tokens jsonb) RETURNS text
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: account; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.account (
    id bigint NOT NULL,
    owner text NOT NULL,
    customer_id uuid,
    merchant_id text,
    currency text NOT NULL,
    debits_pending bigint DEFAULT 0 NOT NULL,
    debits_posted bigint DEFAULT 0 NOT NULL,
    credits_pending bigint DEFAULT 0 NOT NULL,
    credits_posted bigint DEFAULT 0 NOT NULL
);

--
-- Name: is_sound(public.account); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.is_sound(a public.account) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    AS $$
begin
  return a.owner in ('CUSTOMER', 'MERCHANT', 'EXTERNAL')
    and (a.owner = 'CUSTOMER') = (a.customer_id is not null)
    and (a.owner = 'MERCHANT') = (a.merchant_id is not null)
    and length(a.currency) = 3 and upper(a.currency) = a.currency
    and a.debits_pending >= 0 and a.debits_posted >= 0 and a.credits_posted >= 0
    and (a.owner <> 'CUSTOMER' or a.credits_posted - a.debits_posted - a.debits_pending >= 0);
end $$;

--
-- Name: is_sound(public.invoice); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.is_sound(i public.invoice) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    AS $_$
begin
  return i.state in
      ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE', 'RESERVED', 'PAID', 'CANCELED', 'FAILED')
    and i.reference ~ '^[0-9]{17}$'
    and i.total_minor >= 0
    and (i.state = 'RESERVED') <= (i.hold_id is not null)
    and (i.state = 'PAID') = (i.ers_reference is not null)
    and (i.held_minor is null or i.total_minor <= i.held_minor)
    and (i.reserved_total_minor is null or i.reserved_total_minor <= i.held_minor)
    and (i.committed_minor is null or i.committed_minor between 0 and i.held_minor);
end $_$;

--
-- Name: is_sound(public.purchase); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.is_sound(p public.purchase) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    AS $$
begin
  return case
      when p.state in
        ('OPENED', 'AWAITING_APPROVAL', 'AWAITING_MERCHANT', 'CONFIRMING', 'RESERVED')
        then p.deadline is not null and p.ending_code is null
      when p.state = 'PAID' then p.deadline is null and p.ending_code is null
      when p.state in ('RELEASED', 'REFUSED', 'CANCELED', 'EXPIRED')
        then p.deadline is null and p.ending_code is not null
      else false
    end
    and p.kind in ('MACHINE', 'TILL', 'INVOICE')
    and (p.kind = 'MACHINE') = (p.machine_token is not null);
end $$;

--
-- Name: transfer; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.transfer (
    id bigint NOT NULL,
    kind text NOT NULL,
    debit_account_id bigint NOT NULL,
    credit_account_id bigint NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    pending_id bigint,
    reason text NOT NULL,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL
);

--
-- Name: is_sound(public.transfer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.is_sound(t public.transfer) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    AS $$
begin
  return t.kind in ('DIRECT', 'PENDING', 'POST', 'VOID', 'EXPIRE')
    and t.credit_account_id <> t.debit_account_id
    and t.amount_minor > 0
    and (t.kind in ('POST', 'VOID', 'EXPIRE')) = (t.pending_id is not null);
end $$;

--
-- Name: is_zone(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.is_zone(p_zone text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    AS $_$
begin
  perform timezone(p_zone, now());
  return p_zone ~ '^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$';
exception when invalid_parameter_value then
  return false;
end $_$;

--
-- Name: ledger_add(bigint, bigint, bigint, bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.ledger_add(p_account_id bigint, p_debits_pending bigint, p_debits_posted bigint, p_credits_pending bigint, p_credits_posted bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  update account set
    debits_pending = debits_pending + p_debits_pending,
    debits_posted = debits_posted + p_debits_posted,
    credits_pending = credits_pending + p_credits_pending,
    credits_posted = credits_posted + p_credits_posted
  where id = p_account_id and owner = 'CUSTOMER';
  if not found then
    insert into account_entry
      (account_id, debits_pending, debits_posted, credits_pending, credits_posted)
    values (p_account_id, p_debits_pending, p_debits_posted, p_credits_pending, p_credits_posted);
  end if;
end $$;

--
-- Name: ledger_hold(uuid, text, bigint, text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.ledger_hold(p_customer_id uuid, p_merchant_id text, p_amount_minor bigint, p_currency text, p_reason text) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
  v_payer bigint;
  v_payee bigint;
  v_hold bigint;
begin
  select id into strict v_payee from account
    where owner = 'MERCHANT' and merchant_id = p_merchant_id and currency = p_currency;
  update account set debits_pending = debits_pending + p_amount_minor
    where owner = 'CUSTOMER' and customer_id = p_customer_id and currency = p_currency
      and credits_posted - debits_posted - debits_pending >= p_amount_minor
    returning id into v_payer;
  if v_payer is null then
    return null;
  end if;
  insert into account_entry (account_id, credits_pending) values (v_payee, p_amount_minor);
  insert into transfer (kind, debit_account_id, credit_account_id, amount_minor, currency, reason)
    values ('PENDING', v_payer, v_payee, p_amount_minor, p_currency, p_reason)
    returning id into v_hold;
  return v_hold;
end $$;

--
-- Name: ledger_resolve(bigint, text, bigint, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.ledger_resolve(p_hold_id bigint, p_kind text, p_amount_minor bigint, p_reason text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  v_hold transfer;
  v_posted bigint := case when p_kind = 'POST' then p_amount_minor else 0 end;
begin
  select * into strict v_hold from transfer where id = p_hold_id and kind = 'PENDING';
  if v_posted > v_hold.amount_minor then
    raise exception 'posted % above the hold of %', v_posted, v_hold.amount_minor;
  end if;
  insert into transfer
    (kind, debit_account_id, credit_account_id, amount_minor, currency, pending_id, reason)
    values (p_kind, v_hold.debit_account_id, v_hold.credit_account_id,
      case when p_kind = 'POST' then p_amount_minor else v_hold.amount_minor end,
      v_hold.currency, p_hold_id, p_reason);
  perform ledger_add(v_hold.debit_account_id, -v_hold.amount_minor, v_posted, 0, 0);
  perform ledger_add(v_hold.credit_account_id, 0, 0, -v_hold.amount_minor, v_posted);
end $$;

--
-- Name: ledger_roll_up(bigint, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.ledger_roll_up(p_account_id bigint, p_limit integer) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
  v_count integer;
begin
  perform from account where id = p_account_id for update;
  with gone as (
    delete from account_entry where id in (
      select id from account_entry where account_id = p_account_id limit p_limit
    ) returning *
  ), total as (
    select count(*) as entries,
      coalesce(sum(debits_pending), 0) as dp, coalesce(sum(debits_posted), 0) as dd,
      coalesce(sum(credits_pending), 0) as cp, coalesce(sum(credits_posted), 0) as cc
    from gone
  ), written as (
    update account a set
      debits_pending = a.debits_pending + t.dp, debits_posted = a.debits_posted + t.dd,
      credits_pending = a.credits_pending + t.cp, credits_posted = a.credits_posted + t.cc
    from total t where a.id = p_account_id and t.entries > 0
  )
  select entries into v_count from total;
  return v_count;
end $$;

--
-- Name: ledger_transfer(bigint, bigint, bigint, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.ledger_transfer(p_debit_account_id bigint, p_credit_account_id bigint, p_amount_minor bigint, p_reason text) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
  v_debit account;
  v_credit account;
  v_id bigint;
  c_all_entries constant integer := 2147483647;
begin
  perform from account where id in (p_debit_account_id, p_credit_account_id) order by id for update;
  perform ledger_roll_up(p_debit_account_id, c_all_entries);
  select * into strict v_debit from account where id = p_debit_account_id;
  select * into strict v_credit from account where id = p_credit_account_id;
  if v_debit.currency <> v_credit.currency then
    raise exception 'a transfer never converts currencies';
  end if;
  if v_debit.owner <> 'EXTERNAL'
    and p_amount_minor > v_debit.credits_posted - v_debit.debits_posted - v_debit.debits_pending
  then
    return null;
  end if;
  insert into transfer (kind, debit_account_id, credit_account_id, amount_minor, currency, reason)
    values ('DIRECT', v_debit.id, v_credit.id, p_amount_minor, v_debit.currency, p_reason)
    returning id into v_id;
  perform ledger_add(v_debit.id, 0, p_amount_minor, 0, 0);
  perform ledger_add(v_credit.id, 0, 0, 0, p_amount_minor);
  return v_id;
end $$;

--
-- Name: limit_forbids(uuid, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.limit_forbids(p_customer_id uuid, p_amount_minor bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
begin
  return exists (select from customer_limits_left(p_customer_id) where left_minor < p_amount_minor);
end $$;

--
-- Name: notification_add(public.purchase, public.invoice, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.notification_add(p_purchase public.purchase, p_invoice public.invoice, p_claim_s integer) RETURNS void
    LANGUAGE sql
    AS $$
  insert into notification (invoice_reference, purchase_id, merchant_id, url, body,
      attempts, due_at, claimed_until)
    select p_invoice.reference, p_purchase.id, p_invoice.merchant_id, p_invoice.notification_url,
      case t.notification_body when 'FORM' then notification_form(p_invoice) end,
      1, seqr_clock(), seqr_clock() + make_interval(secs => p_claim_s)
    from terminal t where t.id = p_invoice.terminal_id and p_invoice.notification_url is not null;
$$;

--
-- Name: notification_claim(integer, integer, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.notification_claim(p_limit integer, p_per_merchant integer, p_claim_s integer) RETURNS TABLE(id bigint, invoice_reference text, purchase_id uuid, merchant_id text, url text, body text, endpoint_ca_pem text, attempt integer)
    LANGUAGE plpgsql
    AS $$
declare
  -- Once: a condition on a volatile function would be asked of every row, and no index used.
  v_now timestamptz := seqr_clock();
begin
  update notification n set state = 'MOOT', ended_at = seqr_clock() from invoice i
    where n.state = 'DUE' and n.due_at <= v_now and i.reference = n.invoice_reference
      and not (i.state = 'RESERVED' and i.commit_deadline > v_now
        or i.state = 'PAID' and i.committed_minor is null);
  return query
    with busy as (
      select n.merchant_id, count(*) as claims from notification n
      where n.state = 'DUE' and n.claimed_until > v_now group by n.merchant_id
    ), ranked as (
      select n.id, coalesce(b.claims, 0)
        + row_number() over (partition by n.merchant_id order by n.due_at, n.id) as place
      from notification n left join busy b on b.merchant_id = n.merchant_id
      where n.state = 'DUE' and n.due_at <= v_now
        and coalesce(n.claimed_until <= v_now, true)
    ), due as (
      select n.id from notification n join ranked r on r.id = n.id
      where r.place <= p_per_merchant and n.state = 'DUE'
        and coalesce(n.claimed_until <= v_now, true)
      order by n.due_at limit p_limit for update of n skip locked
    )
    update notification n set attempts = n.attempts + 1,
      claimed_until = seqr_clock() + make_interval(secs => p_claim_s)
    from due, merchant m
    where n.id = due.id and m.id = n.merchant_id
    returning n.id, n.invoice_reference, n.purchase_id, n.merchant_id, n.url, n.body,
      m.endpoint_ca_pem, n.attempts;
end $$;

--
-- Name: notification_form(public.invoice); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.notification_form(p_invoice public.invoice) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select 'invoiceReference=' || p_invoice.reference || '&clientInvoiceId=' || coalesce((
    select string_agg(
      case when c ~ '[A-Za-z0-9._~-]' then c
        else upper(regexp_replace(encode(convert_to(c, 'UTF8'), 'hex'), '(..)', '%\1', 'g')) end,
      '' order by n)
    from regexp_split_to_table(p_invoice.client_invoice_id, '') with ordinality as t(c, n)
  ), '');
$$;

--
-- Name: notification_moot(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.notification_moot(p_invoice_reference text) RETURNS void
    LANGUAGE sql
    AS $$
  update notification set state = 'MOOT', ended_at = seqr_clock()
  where invoice_reference = p_invoice_reference and state = 'DUE';
$$;

--
-- Name: notification_record(bigint, integer, text, numeric[], numeric[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.notification_record(p_id bigint, p_status integer, p_error text, p_delays_s numeric[], p_debit_delays_s numeric[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  v_delay_s double precision;
begin
  perform set_config('synchronous_commit', 'off', true);
  select case i.payment_mode when 'IMMEDIATE_DEBIT' then p_debit_delays_s[n.attempts]
      else p_delays_s[n.attempts] end into v_delay_s
    from notification n join invoice i on i.reference = n.invoice_reference where n.id = p_id;
  update notification set
    last_status = p_status, last_error = left(p_error, 1024), claimed_until = null,
    state = case
      when state <> 'DUE' then state
      when p_status = 200 then 'DELIVERED'
      when v_delay_s is null then 'GAVE_UP'
      else 'DUE' end,
    ended_at = case
      when state = 'DUE' and p_status is distinct from 200 and v_delay_s is not null then null
      else coalesce(ended_at, seqr_clock()) end,
    due_at = seqr_clock() + make_interval(secs => coalesce(v_delay_s, 0))
  where id = p_id;
end $$;

--
-- Name: offered_tokens(public.invoice); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.offered_tokens(p_invoice public.invoice) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  select jsonb_agg(jsonb_build_object('id', k.id, 'description', k.description, 'value', k.value,
    'status', k.status) order by k.id)
  from invoice_token k where k.invoice_reference = p_invoice.reference and k.offered
    and k.status = 0 and p_invoice.acknowledgment_mode <> 'NO_ACKNOWLEDGMENT';
$$;

--
-- Name: payment_refund(text, text, bigint, text, jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.payment_refund(p_terminal_id text, p_ers_reference text, p_amount_minor bigint, p_currency text, p_content jsonb) RETURNS TABLE(refusal text, ers_reference text)
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: payment_entry; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.payment_entry AS
 SELECT invoice.ers_reference,
    invoice.merchant_id,
    invoice.terminal_id,
    invoice.shop_period,
    invoice.terminal_period,
    invoice.cashier_id,
    invoice.committed_minor AS amount_minor,
    invoice.currency,
    invoice.paid_at AS at,
    'PAYMENT'::text AS kind
   FROM public.invoice
  WHERE ((invoice.state = 'PAID'::text) AND (invoice.committed_minor IS NOT NULL) AND (invoice.shop_period IS NOT NULL) AND (invoice.terminal_period IS NOT NULL));

--
-- Name: refund; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.refund (
    ers_reference text NOT NULL,
    invoice_reference text NOT NULL,
    payment_reference text NOT NULL,
    merchant_id text NOT NULL,
    terminal_id text NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    client_invoice_id text,
    cashier_id text,
    reason text,
    transfer_id bigint NOT NULL,
    shop_period bigint NOT NULL,
    terminal_period bigint NOT NULL,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    CONSTRAINT refund_amount_minor_check CHECK ((amount_minor > 0))
);

--
-- Name: refund_entry; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.refund_entry AS
 SELECT refund.ers_reference,
    refund.merchant_id,
    refund.terminal_id,
    refund.shop_period,
    refund.terminal_period,
    refund.cashier_id,
    (- refund.amount_minor) AS amount_minor,
    refund.currency,
    refund.created_at AS at,
    'REFUND'::text AS kind
   FROM public.refund;

--
-- Name: period_entry; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.period_entry AS
 SELECT payment_entry.ers_reference,
    payment_entry.merchant_id,
    payment_entry.terminal_id,
    payment_entry.shop_period,
    payment_entry.terminal_period,
    payment_entry.cashier_id,
    payment_entry.amount_minor,
    payment_entry.currency,
    payment_entry.at,
    payment_entry.kind
   FROM public.payment_entry
UNION ALL
 SELECT refund_entry.ers_reference,
    refund_entry.merchant_id,
    refund_entry.terminal_id,
    refund_entry.shop_period,
    refund_entry.terminal_period,
    refund_entry.cashier_id,
    refund_entry.amount_minor,
    refund_entry.currency,
    refund_entry.at,
    refund_entry.kind
   FROM public.refund_entry;

--
-- Name: period_entries(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.period_entries(p_period_id text) RETURNS SETOF public.period_entry
    LANGUAGE plpgsql STABLE
    AS $$
declare
  p transaction_period;
begin
  select * into p from transaction_period where id = p_period_id;
  if p.terminal_id is null then
    return query select e.* from period_entry e
      where e.merchant_id = p.merchant_id and e.shop_period = p.number;
  else
    return query select e.* from period_entry e
      where e.terminal_id = p.terminal_id and e.terminal_period = p.number;
  end if;
end $$;

--
-- Name: transaction_period; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.transaction_period (
    id text NOT NULL,
    merchant_id text NOT NULL,
    terminal_id text,
    number bigint NOT NULL,
    closed_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    report_turns integer DEFAULT 0 NOT NULL,
    entries bigint,
    several_currencies boolean,
    reported_at timestamp with time zone,
    CONSTRAINT transaction_period_id_check CHECK ((id ~ '^[0-9]{25}$'::text))
);

--
-- Name: period_is_settled(public.transaction_period); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.period_is_settled(p_period public.transaction_period) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  select not exists (select from invoice where merchant_id = p_period.merchant_id
    and state = 'PAID' and committed_minor is null
    and case when p_period.terminal_id is null then shop_period = p_period.number
      else terminal_id = p_period.terminal_id and terminal_period = p_period.number end);
$$;

--
-- Name: period_lock(text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.period_lock(p_merchant_id text, p_terminal_id text) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
  select hashtextextended(p_merchant_id || ' ' || coalesce(p_terminal_id, ''), 20260)
$$;

--
-- Name: period_mark(text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.period_mark(p_merchant_id text, p_terminal_id text) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare
  v_id text := ers_reference();
begin
  perform pg_advisory_xact_lock(period_lock(p_merchant_id, p_terminal_id));
  insert into transaction_period (id, merchant_id, terminal_id, number)
    select v_id, p_merchant_id, p_terminal_id, coalesce(max(number), 0) + 1 from transaction_period
    where merchant_id = p_merchant_id and terminal_id is not distinct from p_terminal_id;
  return v_id;
end $$;

--
-- Name: period_open(text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.period_open(p_merchant_id text, p_terminal_id text) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
begin
  perform pg_advisory_xact_lock_shared(period_lock(p_merchant_id, p_terminal_id));
  return (select coalesce(max(number), 0) + 1 from transaction_period
    where merchant_id = p_merchant_id and terminal_id is not distinct from p_terminal_id);
end $$;

--
-- Name: period_page(text, timestamp with time zone, text, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.period_page(p_period_id text, p_after timestamp with time zone, p_after_reference text, p_limit bigint) RETURNS SETOF public.period_entry
    LANGUAGE plpgsql STABLE
    AS $$
declare
  p transaction_period;
begin
  select * into p from transaction_period where id = p_period_id;
  if p.terminal_id is null then
    return query select * from (
      (select * from payment_entry e
        where e.merchant_id = p.merchant_id and e.shop_period = p.number and e.at >= p_after
          and (e.at, e.ers_reference) > (p_after, p_after_reference)
        order by e.at, e.ers_reference limit p_limit)
      union all
      (select * from refund_entry e
        where e.merchant_id = p.merchant_id and e.shop_period = p.number and e.at >= p_after
          and (e.at, e.ers_reference) > (p_after, p_after_reference)
        order by e.at, e.ers_reference limit p_limit)
    ) e order by e.at, e.ers_reference limit p_limit;
  else
    return query select * from (
      (select * from payment_entry e
        where e.terminal_id = p.terminal_id and e.terminal_period = p.number and e.at >= p_after
          and (e.at, e.ers_reference) > (p_after, p_after_reference)
        order by e.at, e.ers_reference limit p_limit)
      union all
      (select * from refund_entry e
        where e.terminal_id = p.terminal_id and e.terminal_period = p.number and e.at >= p_after
          and (e.at, e.ers_reference) > (p_after, p_after_reference)
        order by e.at, e.ers_reference limit p_limit)
    ) e order by e.at, e.ers_reference limit p_limit;
  end if;
end $$;

--
-- Name: pin_attempts_left(public.customer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.pin_attempts_left(p_customer public.customer) RETURNS integer
    LANGUAGE sql IMMUTABLE
    AS $$
  select pin_failures_max() - p_customer.pin_failures - 1;
$$;

--
-- Name: prune_devices(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.prune_devices() RETURNS void
    LANGUAGE sql
    AS $$
  delete from customer_device
    where state = 'PENDING' and expires_at <= (select seqr_clock());
  delete from customer_code where expires_at <= (select seqr_clock());
$$;

--
-- Name: prune_expired(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.prune_expired() RETURNS void
    LANGUAGE sql
    AS $$
  delete from purchase_event where created_at < (select seqr_clock()) - interval '1 hour';
  delete from idempotency_key where created_at < (select seqr_clock()) - interval '24 hours';
  delete from customer_session where expires_at < (select seqr_clock());
$$;

--
-- Name: invoice_token; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invoice_token (
    invoice_reference text NOT NULL,
    id text NOT NULL,
    description text,
    value text,
    status integer NOT NULL,
    offered boolean NOT NULL
);

--
-- Name: machine; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.machine (
    merchant_id text NOT NULL,
    token text NOT NULL,
    name text NOT NULL,
    place text,
    maximum_minor bigint,
    CONSTRAINT machine_maximum_minor_check CHECK ((maximum_minor > 0)),
    CONSTRAINT machine_name_check CHECK ((name <> ''::text)),
    CONSTRAINT machine_token_check CHECK ((token ~ '^[A-Za-z0-9._-]{1,64}$'::text))
);

--
-- Name: merchant; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.merchant (
    id text NOT NULL,
    name text NOT NULL,
    state text DEFAULT 'ACTIVE'::text NOT NULL,
    currency text NOT NULL,
    unit_minor bigint NOT NULL,
    maximum_minor bigint NOT NULL,
    create_purchase_url text,
    endpoint_ca_pem text,
    commit_timeout_max_s integer DEFAULT 3600 NOT NULL,
    allow_http_notifications boolean DEFAULT false NOT NULL,
    refunds_allowed boolean DEFAULT true NOT NULL,
    unsigned_codes_allowed boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    CONSTRAINT merchant_commit_timeout_max_s_check CHECK ((commit_timeout_max_s > 0)),
    CONSTRAINT merchant_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT merchant_id_check CHECK ((id ~ '^[A-Za-z0-9._-]{1,64}$'::text)),
    CONSTRAINT merchant_maximum_minor_check CHECK ((maximum_minor > 0)),
    CONSTRAINT merchant_name_check CHECK ((name <> ''::text)),
    CONSTRAINT merchant_state_check CHECK ((state = ANY (ARRAY['ACTIVE'::text, 'BLOCKED'::text]))),
    CONSTRAINT merchant_unit_minor_check CHECK ((unit_minor > 0))
);

--
-- Name: terminal; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.terminal (
    id text NOT NULL,
    merchant_id text NOT NULL,
    kind text NOT NULL,
    external_terminal_id text NOT NULL,
    name text NOT NULL,
    password_hash text NOT NULL,
    state text DEFAULT 'ACTIVE'::text NOT NULL,
    notification_body text DEFAULT 'EMPTY'::text NOT NULL,
    seqr_id text,
    registered_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    CONSTRAINT terminal_id_check CHECK ((id <> ''::text)),
    CONSTRAINT terminal_kind_check CHECK ((kind = ANY (ARRAY['CASH_REGISTER'::text, 'WEB_SHOP'::text]))),
    CONSTRAINT terminal_notification_body_check CHECK ((notification_body = ANY (ARRAY['EMPTY'::text, 'FORM'::text]))),
    CONSTRAINT terminal_seqr_id_check CHECK ((seqr_id ~ '^[A-Za-z0-9]{1,64}$'::text)),
    CONSTRAINT terminal_state_check CHECK ((state = ANY (ARRAY['ACTIVE'::text, 'SUSPENDED'::text, 'UNREGISTERED'::text])))
);

--
-- Name: purchase_view; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.purchase_view AS
 SELECT p.id,
    p.customer_id,
    p.kind,
    p.state,
    COALESCE(i.version, 0) AS version,
    p.merchant_id,
    m.name AS merchant_name,
    p.machine_token,
    COALESCE(mc.name, p.machine_token) AS machine_name,
    mc.place AS machine_place,
    p.invoice_reference,
    p.currency,
        CASE
            WHEN (i.purchase_id = p.id) THEN COALESCE(i.held_minor, i.total_minor)
            ELSE i.total_minor
        END AS maximum_minor,
        CASE
            WHEN (i.purchase_id = p.id) THEN i.held_minor
            ELSE NULL::bigint
        END AS reserved_minor,
        CASE
            WHEN (p.state = 'PAID'::text) THEN i.committed_minor
            ELSE NULL::bigint
        END AS charged_minor,
    COALESCE(i.rows, '[]'::jsonb) AS rows,
    p.deadline,
    p.created_at,
    p.updated_at,
    p.ending_code,
        CASE
            WHEN (p.state = 'PAID'::text) THEN ( SELECT jsonb_agg(jsonb_build_object('reference', r.ers_reference, 'minor', (r.amount_minor)::text, 'reason', r.reason, 'createdAt', r.created_at) ORDER BY r.created_at) AS jsonb_agg
               FROM public.refund r
              WHERE (r.invoice_reference = p.invoice_reference))
            ELSE NULL::jsonb
        END AS refunds,
        CASE
            WHEN (p.kind <> 'MACHINE'::text) THEN ( SELECT jsonb_agg(jsonb_build_object('id', k.id, 'description', k.description, 'value', k.value, 'status', k.status) ORDER BY k.id) AS jsonb_agg
               FROM public.invoice_token k
              WHERE ((k.invoice_reference = p.invoice_reference) AND ((i.purchase_id = p.id) OR (p.deadline IS NOT NULL))))
            ELSE NULL::jsonb
        END AS tokens,
        CASE
            WHEN (p.kind <> 'MACHINE'::text) THEN ( SELECT jsonb_build_object('title', i.title, 'footer', i.footer, 'terminal', t.name) AS jsonb_build_object
               FROM public.terminal t
              WHERE (t.id = i.terminal_id))
            ELSE NULL::jsonb
        END AS bill,
        CASE
            WHEN (p.state = ANY (ARRAY['PAID'::text, 'CONFIRMING'::text])) THEN i.ers_reference
            ELSE NULL::text
        END AS ers_reference,
        CASE
            WHEN (p.state = ANY (ARRAY['PAID'::text, 'CONFIRMING'::text])) THEN i.paid_at
            ELSE NULL::timestamp with time zone
        END AS paid_at
   FROM (((public.purchase p
     JOIN public.merchant m ON ((m.id = p.merchant_id)))
     LEFT JOIN public.machine mc ON (((mc.merchant_id = p.merchant_id) AND (mc.token = p.machine_token))))
     LEFT JOIN public.invoice i ON ((i.reference = p.invoice_reference)));

--
-- Name: purchase_approve(uuid, uuid, bytea, integer, uuid, bytea, integer, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_approve(p_customer_id uuid, p_id uuid, p_pin_digest bytea, p_version integer, p_device_id uuid, p_signature bytea, p_claim_s integer, p_notice_s integer) RETURNS TABLE(refusal text, attempts_left integer, notification_id bigint, notification_url text, notification_body text, endpoint_ca_pem text, purchase public.purchase_view)
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: purchase_cancel(uuid, uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_cancel(p_customer_id uuid, p_id uuid) RETURNS TABLE(refusal text, purchase public.purchase_view)
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: purchase_cancel_unapproved(uuid, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_cancel_unapproved(p_id uuid, p_code text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: purchase_end(public.purchase, text, text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_end(p_purchase public.purchase, p_state text, p_code text, p_detail text) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: purchase_events(xid8); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_events(p_after xid8) RETURNS TABLE(next xid8, id bigint, customer_id uuid, purchase_id uuid)
    LANGUAGE plpgsql
    AS $$
declare
  v_horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
begin
  return query select v_horizon, e.id, e.customer_id, e.purchase_id
    from (select) as once left join purchase_event e
      on e.xid >= p_after and e.xid < v_horizon order by e.xid, e.id;
end $$;

--
-- Name: purchase_expire(uuid, boolean); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_expire(p_id uuid, p_reverse boolean DEFAULT false) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: purchase_go_on(public.purchase, public.invoice); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_go_on(p_purchase public.purchase, p_invoice public.invoice) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  perform invoice_forget_tokens(p_invoice.reference);
  if p_invoice.acknowledgment_mode = 'REQUIRE_ACKNOWLEDGMENT'
    or p_invoice.expires_at <= seqr_clock() then
    perform purchase_end(p_purchase, 'EXPIRED', 'NOT_APPROVED', null);
  else
    perform purchase_offer(p_purchase.id, p_invoice.reference);
  end if;
end $$;

--
-- Name: purchase_hold(public.purchase, public.invoice, integer, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_hold(p_purchase public.purchase, p_invoice public.invoice, p_claim_s integer, p_notice_s integer) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: purchase_leave_invoice(public.purchase); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_leave_invoice(p_purchase public.purchase) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  if p_purchase.kind = 'MACHINE' then
    perform invoice_cancel_unpaid(p_purchase.invoice_reference);
  elsif p_purchase.state = 'AWAITING_MERCHANT' then
    perform invoice_forget_tokens(p_purchase.invoice_reference);
  end if;
end $$;

--
-- Name: purchase_offer(uuid, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_offer(p_id uuid, p_reference text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
  c_approval_s constant integer := 120;
begin
  update purchase p set state = 'AWAITING_APPROVAL', claimed_version = i.version,
    deadline = least(seqr_clock() + make_interval(secs => c_approval_s), i.expires_at),
    updated_at = seqr_clock()
    from invoice i where p.id = p_id and i.reference = p_reference;
  perform purchase_tell(p) from purchase p where p.id = p_id;
end $$;

--
-- Name: purchase_open(uuid, uuid, text, text, boolean, jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_open(p_id uuid, p_customer_id uuid, p_merchant_id text, p_token text, p_signed boolean, p_limits jsonb) RETURNS TABLE(refusal text, retry_after_s integer, call_url text, call_ca_pem text, call_amount_minor bigint, call_msisdn text, purchase public.purchase_view)
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: purchase_open_bill(uuid, uuid, text, text, jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_open_bill(p_id uuid, p_customer_id uuid, p_kind text, p_code text, p_limits jsonb) RETURNS TABLE(refusal text, retry_after_s integer, became text, purchase public.purchase_view)
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: purchase_pause(uuid, text, text, jsonb); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_pause(p_customer_id uuid, p_merchant_id text, p_token text, p_limits jsonb) RETURNS integer
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: purchase_settle(uuid, text, text, text, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_settle(p_id uuid, p_reference text, p_code text, p_detail text, p_approval_s integer) RETURNS SETOF public.purchase_view
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: purchase_tell(public.purchase); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.purchase_tell(p_purchase public.purchase) RETURNS void
    LANGUAGE sql
    AS $$
  insert into purchase_event (customer_id, purchase_id)
    values (p_purchase.customer_id, p_purchase.id);
$$;

--
-- Name: push_claim(integer, integer, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.push_claim(p_limit integer, p_claim_s integer, p_attempts_max integer) RETURNS TABLE(id bigint, customer_id uuid, purchase_id uuid, outcome text)
    LANGUAGE sql
    AS $$
  delete from push_due where due_at <= (select seqr_clock()) and attempts >= p_attempts_max;
  update push_due d set attempts = d.attempts + 1,
    due_at = seqr_clock() + make_interval(secs => p_claim_s)
    where d.id in (
      select due.id from push_due due where due.due_at <= (select seqr_clock())
        order by due.due_at limit p_limit for update skip locked)
    returning d.id, d.customer_id, d.purchase_id, d.outcome;
$$;

--
-- Name: push_note(uuid, uuid, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.push_note(p_customer_id uuid, p_purchase_id uuid, p_outcome text) RETURNS void
    LANGUAGE sql
    AS $$
  insert into push_due (customer_id, purchase_id, outcome, due_at)
    select p_customer_id, p_purchase_id, p_outcome, seqr_clock() + interval '2 seconds'
    where exists (select from push_subscription where customer_id = p_customer_id);
$$;

--
-- Name: push_subscribe(text, uuid, bytea, bytea, bytea, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.push_subscribe(p_endpoint text, p_customer_id uuid, p_token_digest bytea, p_p256dh bytea, p_auth bytea, p_max integer) RETURNS void
    LANGUAGE sql
    AS $$
  insert into push_subscription (endpoint, customer_id, token_digest, p256dh, auth)
    values (p_endpoint, p_customer_id, p_token_digest, p_p256dh, p_auth)
    on conflict (endpoint) do update set customer_id = excluded.customer_id,
      token_digest = excluded.token_digest, p256dh = excluded.p256dh, auth = excluded.auth,
      created_at = excluded.created_at;
  delete from push_subscription where endpoint in (
    select endpoint from push_subscription where customer_id = p_customer_id
      order by created_at desc, endpoint offset p_max);
$$;

--
-- Name: receipt_submit(text, text, text, text, bytea, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.receipt_submit(p_terminal_id text, p_ers_reference text, p_receipt_type text, p_mime_type text, p_content bytea, p_documents_max integer) RETURNS text
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: refund_problem(public.invoice, bigint, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refund_problem(p_invoice public.invoice, p_amount_minor bigint, p_currency text) RETURNS text
    LANGUAGE sql STABLE
    AS $$
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

--
-- Name: report_keep_part(text, text, integer, text, bigint, timestamp with time zone, text, boolean); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.report_keep_part(p_period_id text, p_report_id text, p_part integer, p_content text, p_entries bigint, p_last_at timestamp with time zone, p_last_reference text, p_is_last boolean) RETURNS boolean
    LANGUAGE sql
    AS $$
  with kept as (
    insert into report_part
        (period_id, report_id, part, content, entries, last_at, last_reference)
      values (p_period_id, p_report_id, p_part, p_content, p_entries, p_last_at, p_last_reference)
      on conflict do nothing returning period_id, report_id
  ), complete as (
    insert into report (period_id, report_id)
      select period_id, report_id from kept where p_is_last
      returning period_id
  ), reported as (
    update transaction_period set reported_at = seqr_clock()
      where id in (select period_id from complete)
  )
  select exists (select from kept);
$$;

--
-- Name: report_keep_summaries(text, text[], text[], bigint, boolean); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.report_keep_summaries(p_period_id text, p_report_ids text[], p_contents text[], p_entries bigint, p_several boolean) RETURNS void
    LANGUAGE sql
    AS $$
  insert into report_part (period_id, report_id, part, content, entries, last_at, last_reference)
    select p_period_id, r.id, 0, r.content, p_entries, '-infinity', ''
    from unnest(p_report_ids, p_contents) r (id, content) on conflict do nothing;
  insert into report (period_id, report_id)
    select p_period_id, unnest(p_report_ids) on conflict do nothing;
  update transaction_period set entries = p_entries, several_currencies = p_several
    where id = p_period_id;
$$;

--
-- Name: report_take(integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.report_take(p_limit integer) RETURNS SETOF public.transaction_period
    LANGUAGE sql
    AS $$
  with taken as (
    update transaction_period set report_turns = report_turns + 1
    where id in (
      select id from transaction_period p where reported_at is null and period_is_settled(p)
      order by report_turns, closed_at limit p_limit for update skip locked
    )
    returning *
  )
  select * from taken order by report_turns, closed_at;
$$;

--
-- Name: reservation_amount(bigint, bigint, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.reservation_amount(p_maximum_minor bigint, p_available_minor bigint, p_unit_minor bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
  select case
    when p_available_minor >= p_maximum_minor then p_maximum_minor
    when p_available_minor >= 5 * p_unit_minor
      then p_available_minor - p_available_minor % (5 * p_unit_minor)
    else p_available_minor - p_available_minor % p_unit_minor
  end;
$$;

--
-- Name: sign_in_pause(integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.sign_in_pause(p_failures integer) RETURNS timestamp with time zone
    LANGUAGE sql
    AS $$
  select seqr_clock() + least(interval '30 seconds' * 2 ^ least(p_failures - 5, 10),
    interval '15 minutes') where p_failures >= 5;
$$;

--
-- Name: sweep_begin(integer, integer); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.sweep_begin(p_outage_s integer, p_grace_s integer) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
declare
  v_now timestamptz := seqr_clock();
  s sweep;
begin
  perform set_config('synchronous_commit', 'off', true);
  insert into sweep (swept_at, no_reversal_before)
    values (v_now, v_now + make_interval(secs => p_grace_s)) on conflict do nothing;
  update sweep set swept_at = v_now, no_reversal_before = case
      when swept_at < v_now - make_interval(secs => p_outage_s)
        then v_now + make_interval(secs => p_grace_s)
      else no_reversal_before end
    where swept_at < v_now - interval '1 second';
  select * into strict s from sweep;
  return s.no_reversal_before <= v_now;
end $$;

--
-- Name: terminal_assign_seqr_id(text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.terminal_assign_seqr_id(p_terminal_id text, p_seqr_id text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
begin
  update terminal set seqr_id = p_seqr_id where id = p_terminal_id and state = 'ACTIVE';
  return true;
exception when unique_violation then
  return false;
end $$;

--
-- Name: terminal_calls(text[], text[]); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.terminal_calls(p_terminal_ids text[], p_references text[]) RETURNS TABLE("position" integer, merchant_id text, password_hash text, allow_http_notifications boolean, suspended boolean, version integer, acknowledgment_mode text)
    LANGUAGE plpgsql STABLE
    AS $$
declare
  v_state text;
  v_terminal_id text;
  v_purchase_id uuid;
  v_expires_at timestamptz;
  v_now timestamptz := case when array_remove(p_references, null) <> '{}' then seqr_clock() end;
begin
  for v_at in 1 .. cardinality(p_terminal_ids) loop
    select t.merchant_id, t.password_hash, m.allow_http_notifications,
        t.state <> 'ACTIVE' or m.state <> 'ACTIVE'
      into merchant_id, password_hash, allow_http_notifications, suspended
      from terminal t join merchant m on m.id = t.merchant_id
      where t.id = p_terminal_ids[v_at] and t.state <> 'UNREGISTERED';
    continue when not found;
    "position" := v_at;
    version := null;
    acknowledgment_mode := null;
    if p_references[v_at] is not null then
      select i.state, i.terminal_id, i.purchase_id, i.expires_at, i.version, i.acknowledgment_mode
        into v_state, v_terminal_id, v_purchase_id, v_expires_at, version, acknowledgment_mode
        from invoice i where i.reference = p_references[v_at];
      if v_terminal_id is distinct from p_terminal_ids[v_at] or v_state <> 'ISSUED'
        or v_purchase_id is null and v_expires_at <= v_now
        or exists (select from purchase p
          where p.invoice_reference = p_references[v_at] and p.deadline <= v_now) then
        version := null;
        acknowledgment_mode := null;
      end if;
    end if;
    return next;
  end loop;
end $$;

--
-- Name: terminal_unregister(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.terminal_unregister(p_terminal_id text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
  update terminal set state = 'UNREGISTERED', seqr_id = null where id = p_terminal_id;
  perform invoice_cancel(p_terminal_id, i.reference) from invoice i
    where i.terminal_id = p_terminal_id and i.state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE');
end $$;

--
-- Name: till_invoice(text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.till_invoice(p_terminal_id text) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select reference from invoice
    where terminal_id = p_terminal_id and state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE')
      and purchase_id is null and expires_at > seqr_clock()
    order by created_at desc limit 1;
$$;

--
-- Name: till_reference(text, uuid); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.till_reference(p_terminal_id text, p_customer_id uuid) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select coalesce(till_invoice(p_terminal_id), (
    select i.reference from purchase p join invoice i on i.reference = p.invoice_reference
    where p.customer_id = p_customer_id and p.state = 'CONFIRMING' and p.deadline is not null
      and i.terminal_id = p_terminal_id order by p.id desc limit 1));
$$;

--
-- Name: update_problem(public.invoice, jsonb, bigint, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.update_problem(p_invoice public.invoice, p_rows jsonb, p_total_minor bigint, p_currency text) RETURNS text
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: account_entry; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.account_entry (
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    debits_pending bigint DEFAULT 0 NOT NULL,
    debits_posted bigint DEFAULT 0 NOT NULL,
    credits_pending bigint DEFAULT 0 NOT NULL,
    credits_posted bigint DEFAULT 0 NOT NULL
);

--
-- Name: account_entry_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.account_entry ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.account_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: account_from_transfers; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.account_from_transfers AS
 WITH live AS (
         SELECT t.debit_account_id,
            t.credit_account_id,
            t.amount_minor,
            ((t.kind = 'PENDING'::text) AND (r.id IS NULL)) AS pending,
            (t.kind = ANY (ARRAY['DIRECT'::text, 'POST'::text])) AS posted
           FROM (public.transfer t
             LEFT JOIN public.transfer r ON ((r.pending_id = t.id)))
        ), side AS (
         SELECT live.debit_account_id AS account_id,
            true AS debit,
            live.amount_minor,
            live.pending,
            live.posted
           FROM live
        UNION ALL
         SELECT live.credit_account_id,
            false,
            live.amount_minor,
            live.pending,
            live.posted
           FROM live
        )
 SELECT side.account_id,
    COALESCE(sum(side.amount_minor) FILTER (WHERE (side.debit AND side.pending)), (0)::numeric) AS debits_pending,
    COALESCE(sum(side.amount_minor) FILTER (WHERE (side.debit AND side.posted)), (0)::numeric) AS debits_posted,
    COALESCE(sum(side.amount_minor) FILTER (WHERE ((NOT side.debit) AND side.pending)), (0)::numeric) AS credits_pending,
    COALESCE(sum(side.amount_minor) FILTER (WHERE ((NOT side.debit) AND side.posted)), (0)::numeric) AS credits_posted
   FROM side
  GROUP BY side.account_id;

--
-- Name: account_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.account ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: account_total; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.account_total AS
SELECT
    NULL::bigint AS id,
    NULL::text AS owner,
    NULL::uuid AS customer_id,
    NULL::text AS merchant_id,
    NULL::text AS currency,
    NULL::numeric AS debits_pending,
    NULL::numeric AS debits_posted,
    NULL::numeric AS credits_pending,
    NULL::numeric AS credits_posted;

--
-- Name: approval_signature; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.approval_signature (
    purchase_id uuid NOT NULL,
    device_id uuid NOT NULL,
    version integer NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT approval_signature_signature_check CHECK ((length(signature) = 64))
);

--
-- Name: client_session; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.client_session (
    key_digest bytea NOT NULL,
    terminal_id text NOT NULL,
    state text DEFAULT 'IN_PROGRESS'::text NOT NULL,
    parameters jsonb DEFAULT '[]'::jsonb NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    CONSTRAINT client_session_key_digest_check CHECK ((length(key_digest) = 32)),
    CONSTRAINT client_session_parameters_check CHECK ((jsonb_typeof(parameters) = 'array'::text)),
    CONSTRAINT client_session_state_check CHECK ((state = ANY (ARRAY['IN_PROGRESS'::text, 'READY'::text, 'CANCELED'::text])))
);

--
-- Name: customer_code; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.customer_code (
    customer_id uuid NOT NULL,
    code_digest bytea NOT NULL,
    wrong_tries integer DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    CONSTRAINT customer_code_code_digest_check CHECK ((length(code_digest) = 32))
);

--
-- Name: customer_device; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.customer_device (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    name text NOT NULL,
    public_key bytea NOT NULL,
    state text NOT NULL,
    check_digits text,
    expires_at timestamp with time zone,
    session_digest bytea NOT NULL,
    let_in_by text,
    let_in_by_device uuid,
    sign_in_failures integer DEFAULT 0 NOT NULL,
    sign_in_paused_until timestamp with time zone,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    last_used_at timestamp with time zone,
    removed_at timestamp with time zone,
    CONSTRAINT customer_device_check CHECK (((state = 'PENDING'::text) = ((expires_at IS NOT NULL) AND (check_digits IS NOT NULL)))),
    CONSTRAINT customer_device_check1 CHECK (((state = 'PENDING'::text) = (let_in_by IS NULL))),
    CONSTRAINT customer_device_check2 CHECK (((let_in_by_device IS NOT NULL) = (NOT (let_in_by IS DISTINCT FROM 'DEVICE'::text)))),
    CONSTRAINT customer_device_check3 CHECK (((state = 'REMOVED'::text) = (removed_at IS NOT NULL))),
    CONSTRAINT customer_device_check_digits_check CHECK ((check_digits ~ '^[0-9]{4}$'::text)),
    CONSTRAINT customer_device_let_in_by_check CHECK ((let_in_by = ANY (ARRAY['PIN'::text, 'CODE'::text, 'DEVICE'::text]))),
    CONSTRAINT customer_device_name_check CHECK ((name <> ''::text)),
    CONSTRAINT customer_device_public_key_check CHECK ((length(public_key) = 91)),
    CONSTRAINT customer_device_state_check CHECK ((state = ANY (ARRAY['PENDING'::text, 'ACTIVE'::text, 'REMOVED'::text])))
);

--
-- Name: customer_limit; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.customer_limit (
    customer_id uuid NOT NULL,
    per_purchase_minor bigint,
    per_day_minor bigint,
    per_month_minor bigint,
    zone text NOT NULL,
    updated_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    CONSTRAINT customer_limit_check CHECK ((COALESCE(per_purchase_minor, per_day_minor, per_month_minor) IS NOT NULL)),
    CONSTRAINT customer_limit_per_day_minor_check CHECK ((per_day_minor >= 0)),
    CONSTRAINT customer_limit_per_month_minor_check CHECK ((per_month_minor >= 0)),
    CONSTRAINT customer_limit_per_purchase_minor_check CHECK ((per_purchase_minor >= 0))
);

--
-- Name: customer_session; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.customer_session (
    token_digest bytea NOT NULL,
    customer_id uuid NOT NULL,
    device_id uuid,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    CONSTRAINT customer_session_token_digest_check CHECK ((length(token_digest) = 32))
);

--
-- Name: customer_token; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.customer_token (
    customer_id uuid NOT NULL,
    merchant_id text NOT NULL,
    id text NOT NULL,
    value text NOT NULL,
    CONSTRAINT customer_token_value_check CHECK ((value <> ''::text))
);

--
-- Name: ers_reference_number; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.ers_reference_number
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: idempotency_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotency_key (
    customer_id uuid NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    content_digest bytea NOT NULL,
    status integer,
    body text,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    CONSTRAINT idempotency_key_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);

--
-- Name: installation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.installation (
    singleton boolean DEFAULT true NOT NULL,
    sandbox boolean NOT NULL,
    clock_offset interval DEFAULT '00:00:00'::interval NOT NULL,
    pin_key_check bytea,
    initialised_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT clock_offset_only_in_sandbox CHECK ((sandbox OR (clock_offset = '00:00:00'::interval))),
    CONSTRAINT installation_singleton_check CHECK (singleton)
);

--
-- Name: merchant_user; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.merchant_user (
    merchant_id text NOT NULL,
    user_id text NOT NULL,
    password_hash text NOT NULL,
    state text DEFAULT 'ACTIVE'::text NOT NULL,
    CONSTRAINT merchant_user_state_check CHECK ((state = ANY (ARRAY['ACTIVE'::text, 'BLOCKED'::text]))),
    CONSTRAINT merchant_user_user_id_check CHECK ((user_id <> ''::text))
);

--
-- Name: migration; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.migration (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    run_on timestamp without time zone NOT NULL
);

--
-- Name: migration_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.migration_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

--
-- Name: migration_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.migration_id_seq OWNED BY public.migration.id;

--
-- Name: notification; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.notification (
    id bigint NOT NULL,
    invoice_reference text NOT NULL,
    purchase_id uuid,
    merchant_id text NOT NULL,
    url text NOT NULL,
    body text,
    state text DEFAULT 'DUE'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone NOT NULL,
    claimed_until timestamp with time zone,
    last_status integer,
    last_error text,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT notification_state_check CHECK ((state = ANY (ARRAY['DUE'::text, 'DELIVERED'::text, 'MOOT'::text, 'GAVE_UP'::text])))
);

--
-- Name: notification_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.notification ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.notification_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: payment_receipt; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.payment_receipt (
    ers_reference text NOT NULL,
    digest bytea NOT NULL,
    invoice_reference text NOT NULL,
    receipt_type text NOT NULL,
    mime_type text NOT NULL,
    content bytea NOT NULL,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL
);

--
-- Name: period_sum; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.period_sum AS
SELECT
    NULL::text AS id,
    NULL::timestamp with time zone AS reported_at,
    NULL::boolean AS several_currencies,
    NULL::text AS terminal_id,
    NULL::numeric AS total,
    NULL::bigint AS payments,
    NULL::bigint AS entries;

--
-- Name: problem_case; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.problem_case (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    purchase_id uuid,
    merchant_id text,
    kind text NOT NULL,
    text text NOT NULL,
    state text DEFAULT 'OPEN'::text NOT NULL,
    answer text,
    answered_by text,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    answered_at timestamp with time zone,
    closed_at timestamp with time zone,
    CONSTRAINT problem_case_check CHECK (((kind = 'CODE_CHANGED'::text) = (purchase_id IS NULL))),
    CONSTRAINT problem_case_check1 CHECK (((purchase_id IS NULL) OR (merchant_id IS NOT NULL))),
    CONSTRAINT problem_case_check2 CHECK (((length(text) <= 1000) AND ((length(answer) >= 1) AND (length(answer) <= 1000)))),
    CONSTRAINT problem_case_check3 CHECK ((((answer IS NULL) = (answered_at IS NULL)) AND ((answer IS NULL) = (answered_by IS NULL)))),
    CONSTRAINT problem_case_check4 CHECK (((state = 'CLOSED'::text) = (closed_at IS NOT NULL))),
    CONSTRAINT problem_case_check5 CHECK (((state <> 'ANSWERED'::text) OR (answer IS NOT NULL))),
    CONSTRAINT problem_case_kind_check CHECK ((kind = ANY (ARRAY['NOTHING_CAME'::text, 'WRONG_AMOUNT'::text, 'MACHINE_DAMAGED'::text, 'OTHER'::text, 'CODE_CHANGED'::text]))),
    CONSTRAINT problem_case_state_check CHECK ((state = ANY (ARRAY['OPEN'::text, 'ANSWERED'::text, 'CLOSED'::text])))
);

--
-- Name: purchase_event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.purchase_event (
    id bigint NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    customer_id uuid NOT NULL,
    purchase_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL
);

--
-- Name: purchase_event_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.purchase_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.purchase_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: push_due; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.push_due (
    id bigint NOT NULL,
    customer_id uuid NOT NULL,
    purchase_id uuid NOT NULL,
    outcome text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone NOT NULL,
    CONSTRAINT push_due_outcome_check CHECK ((outcome = ANY (ARRAY['PAID'::text, 'RELEASED'::text, 'REFUSED'::text, 'CANCELED'::text, 'EXPIRED'::text, 'REFUNDED'::text])))
);

--
-- Name: push_due_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.push_due ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.push_due_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: push_subscription; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.push_subscription (
    endpoint text NOT NULL,
    customer_id uuid NOT NULL,
    token_digest bytea NOT NULL,
    p256dh bytea NOT NULL,
    auth bytea NOT NULL,
    created_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL,
    CONSTRAINT push_subscription_auth_check CHECK ((length(auth) = 16)),
    CONSTRAINT push_subscription_endpoint_check CHECK (((length(endpoint) >= 1) AND (length(endpoint) <= 2048))),
    CONSTRAINT push_subscription_p256dh_check CHECK ((length(p256dh) = 65))
);

--
-- Name: report; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.report (
    period_id text NOT NULL,
    report_id text NOT NULL,
    made_at timestamp with time zone DEFAULT public.seqr_clock() NOT NULL
);

--
-- Name: report_part; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.report_part (
    period_id text NOT NULL,
    report_id text NOT NULL,
    part integer NOT NULL,
    content text NOT NULL,
    entries bigint NOT NULL,
    last_at timestamp with time zone NOT NULL,
    last_reference text NOT NULL,
    CONSTRAINT report_part_part_check CHECK ((part >= 0))
);

--
-- Name: report_sum; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.report_sum AS
 SELECT r.period_id,
    r.report_id,
    (r.report_id = ANY (ARRAY['3'::text, '7'::text])) AS details,
    COALESCE(sum((f.value)::numeric) FILTER (WHERE (f.name <> 'Count'::text)), (0)::numeric) AS total,
    (COALESCE(sum((f.value)::numeric) FILTER (WHERE (f.name = 'Count'::text)), (0)::numeric) + (count(*) FILTER (WHERE (f.name = 'Amount'::text)))::numeric) AS number
   FROM ((public.report r
     LEFT JOIN public.report_part t USING (period_id, report_id))
     LEFT JOIN LATERAL ( SELECT n.name,
            split_part(x.rest, '<'::text, 1) AS value
           FROM ( VALUES ('Total'::text), ('Amount'::text), ('Count'::text)) n(name),
            LATERAL string_to_table(t.content, (('<Sales'::text || n.name) || '>'::text)) WITH ORDINALITY x(rest, place)
          WHERE ((x.place > 1) AND (split_part(x.rest, '<'::text, 1) ~ '^-?[0-9]+([.][0-9]+)?$'::text))) f ON (true))
  GROUP BY r.period_id, r.report_id;

--
-- Name: series_period; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.series_period AS
 SELECT transaction_period.merchant_id,
    COALESCE(transaction_period.terminal_id, ''::text) AS terminal_id,
    transaction_period.number,
    transaction_period.closed_at,
    lag(transaction_period.closed_at) OVER (PARTITION BY transaction_period.merchant_id, transaction_period.terminal_id ORDER BY transaction_period.number) AS opened_at
   FROM public.transaction_period
UNION ALL
 SELECT m.id AS merchant_id,
    ''::text AS terminal_id,
    (COALESCE(max(p.number), (0)::bigint) + 1) AS number,
    NULL::timestamp with time zone AS closed_at,
    max(p.closed_at) AS opened_at
   FROM (public.merchant m
     LEFT JOIN public.transaction_period p ON (((p.merchant_id = m.id) AND (p.terminal_id IS NULL))))
  GROUP BY m.id
UNION ALL
 SELECT t.merchant_id,
    t.id AS terminal_id,
    (COALESCE(max(p.number), (0)::bigint) + 1) AS number,
    NULL::timestamp with time zone AS closed_at,
    max(p.closed_at) AS opened_at
   FROM (public.terminal t
     LEFT JOIN public.transaction_period p ON ((p.terminal_id = t.id)))
  GROUP BY t.merchant_id, t.id;

--
-- Name: sweep; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sweep (
    singleton boolean DEFAULT true NOT NULL,
    swept_at timestamp with time zone NOT NULL,
    no_reversal_before timestamp with time zone NOT NULL,
    CONSTRAINT sweep_singleton_check CHECK (singleton)
);

--
-- Name: token_type; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.token_type (
    merchant_id text NOT NULL,
    id text NOT NULL,
    description text NOT NULL,
    CONSTRAINT token_type_id_check CHECK ((id <> ''::text))
);

--
-- Name: transfer_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.transfer ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.transfer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: migration id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.migration ALTER COLUMN id SET DEFAULT nextval('public.migration_id_seq'::regclass);

--
-- Name: account_entry account_entry_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account_entry
    ADD CONSTRAINT account_entry_pkey PRIMARY KEY (id);

--
-- Name: account account_is_sound; Type: CHECK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE public.account
    ADD CONSTRAINT account_is_sound CHECK (public.is_sound(account.*));

--
-- Name: account account_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);

--
-- Name: approval_signature approval_signature_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.approval_signature
    ADD CONSTRAINT approval_signature_pkey PRIMARY KEY (purchase_id);

--
-- Name: client_session client_session_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.client_session
    ADD CONSTRAINT client_session_pkey PRIMARY KEY (key_digest);

--
-- Name: customer_code customer_code_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer_code
    ADD CONSTRAINT customer_code_pkey PRIMARY KEY (customer_id);

--
-- Name: customer_device customer_device_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer_device
    ADD CONSTRAINT customer_device_pkey PRIMARY KEY (id);

--
-- Name: customer_limit customer_limit_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer_limit
    ADD CONSTRAINT customer_limit_pkey PRIMARY KEY (customer_id);

--
-- Name: customer customer_msisdn_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer
    ADD CONSTRAINT customer_msisdn_key UNIQUE (msisdn);

--
-- Name: customer customer_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (id);

--
-- Name: customer_session customer_session_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer_session
    ADD CONSTRAINT customer_session_pkey PRIMARY KEY (token_digest);

--
-- Name: customer_token customer_token_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer_token
    ADD CONSTRAINT customer_token_pkey PRIMARY KEY (customer_id, merchant_id, id);

--
-- Name: idempotency_key idempotency_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY (customer_id, route, key);

--
-- Name: installation installation_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (singleton);

--
-- Name: invoice invoice_ers_reference_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT invoice_ers_reference_key UNIQUE (ers_reference);

--
-- Name: invoice invoice_hold_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT invoice_hold_id_key UNIQUE (hold_id);

--
-- Name: invoice invoice_is_sound; Type: CHECK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE public.invoice
    ADD CONSTRAINT invoice_is_sound CHECK (public.is_sound(invoice.*));

--
-- Name: invoice invoice_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT invoice_pkey PRIMARY KEY (reference);

--
-- Name: invoice invoice_purchase_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT invoice_purchase_id_key UNIQUE (purchase_id);

--
-- Name: invoice_token invoice_token_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_token
    ADD CONSTRAINT invoice_token_pkey PRIMARY KEY (invoice_reference, id);

--
-- Name: machine machine_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine
    ADD CONSTRAINT machine_pkey PRIMARY KEY (merchant_id, token);

--
-- Name: merchant merchant_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.merchant
    ADD CONSTRAINT merchant_pkey PRIMARY KEY (id);

--
-- Name: merchant_user merchant_user_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.merchant_user
    ADD CONSTRAINT merchant_user_pkey PRIMARY KEY (merchant_id, user_id);

--
-- Name: migration migration_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (id);

--
-- Name: notification notification_invoice_reference_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_invoice_reference_key UNIQUE (invoice_reference);

--
-- Name: notification notification_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_pkey PRIMARY KEY (id);

--
-- Name: payment_receipt payment_receipt_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.payment_receipt
    ADD CONSTRAINT payment_receipt_pkey PRIMARY KEY (ers_reference, receipt_type, digest);

--
-- Name: problem_case problem_case_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.problem_case
    ADD CONSTRAINT problem_case_pkey PRIMARY KEY (id);

--
-- Name: purchase_event purchase_event_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.purchase_event
    ADD CONSTRAINT purchase_event_pkey PRIMARY KEY (id);

--
-- Name: purchase purchase_is_sound; Type: CHECK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE public.purchase
    ADD CONSTRAINT purchase_is_sound CHECK (public.is_sound(purchase.*));

--
-- Name: purchase purchase_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.purchase
    ADD CONSTRAINT purchase_pkey PRIMARY KEY (id);

--
-- Name: push_due push_due_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.push_due
    ADD CONSTRAINT push_due_pkey PRIMARY KEY (id);

--
-- Name: push_subscription push_subscription_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.push_subscription
    ADD CONSTRAINT push_subscription_pkey PRIMARY KEY (endpoint);

--
-- Name: refund refund_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refund
    ADD CONSTRAINT refund_pkey PRIMARY KEY (ers_reference);

--
-- Name: refund refund_transfer_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refund
    ADD CONSTRAINT refund_transfer_id_key UNIQUE (transfer_id);

--
-- Name: report_part report_part_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.report_part
    ADD CONSTRAINT report_part_pkey PRIMARY KEY (period_id, report_id, part);

--
-- Name: report report_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.report
    ADD CONSTRAINT report_pkey PRIMARY KEY (period_id, report_id);

--
-- Name: sweep sweep_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sweep
    ADD CONSTRAINT sweep_pkey PRIMARY KEY (singleton);

--
-- Name: terminal terminal_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.terminal
    ADD CONSTRAINT terminal_pkey PRIMARY KEY (id);

--
-- Name: terminal terminal_seqr_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.terminal
    ADD CONSTRAINT terminal_seqr_id_key UNIQUE (seqr_id);

--
-- Name: token_type token_type_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.token_type
    ADD CONSTRAINT token_type_pkey PRIMARY KEY (merchant_id, id);

--
-- Name: transaction_period transaction_period_merchant_id_terminal_id_number_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transaction_period
    ADD CONSTRAINT transaction_period_merchant_id_terminal_id_number_key UNIQUE NULLS NOT DISTINCT (merchant_id, terminal_id, number);

--
-- Name: transaction_period transaction_period_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transaction_period
    ADD CONSTRAINT transaction_period_pkey PRIMARY KEY (id);

--
-- Name: transfer transfer_is_sound; Type: CHECK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE public.transfer
    ADD CONSTRAINT transfer_is_sound CHECK (public.is_sound(transfer.*));

--
-- Name: transfer transfer_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transfer
    ADD CONSTRAINT transfer_pkey PRIMARY KEY (id);

--
-- Name: account_customer; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX account_customer ON public.account USING btree (customer_id) WHERE (owner = 'CUSTOMER'::text);

--
-- Name: account_entry_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX account_entry_account ON public.account_entry USING btree (account_id);

--
-- Name: account_external; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX account_external ON public.account USING btree (currency) WHERE (owner = 'EXTERNAL'::text);

--
-- Name: account_merchant; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX account_merchant ON public.account USING btree (merchant_id, currency) WHERE (owner = 'MERCHANT'::text);

--
-- Name: client_session_expired; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX client_session_expired ON public.client_session USING btree (expires_at);

--
-- Name: customer_device_key; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX customer_device_key ON public.customer_device USING btree (customer_id, public_key) WHERE (state <> 'REMOVED'::text);

--
-- Name: customer_device_pending; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX customer_device_pending ON public.customer_device USING btree (expires_at) WHERE (state = 'PENDING'::text);

--
-- Name: customer_session_customer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX customer_session_customer ON public.customer_session USING btree (customer_id);

--
-- Name: idempotency_key_created; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idempotency_key_created ON public.idempotency_key USING btree (created_at);

--
-- Name: invoice_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX invoice_open ON public.invoice USING btree (terminal_id) WHERE (state = ANY (ARRAY['ISSUED'::text, 'PENDING_ISSUER_ACKNOWLEDGE'::text]));

--
-- Name: invoice_shop_period; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX invoice_shop_period ON public.invoice USING btree (merchant_id, shop_period, paid_at) WHERE (shop_period IS NOT NULL);

--
-- Name: invoice_terminal; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX invoice_terminal ON public.invoice USING btree (terminal_id, created_at DESC);

--
-- Name: invoice_terminal_period; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX invoice_terminal_period ON public.invoice USING btree (terminal_id, terminal_period, paid_at) WHERE (terminal_period IS NOT NULL);

--
-- Name: invoice_unclaimed; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX invoice_unclaimed ON public.invoice USING btree (expires_at) WHERE ((state = ANY (ARRAY['ISSUED'::text, 'PENDING_ISSUER_ACKNOWLEDGE'::text])) AND (purchase_id IS NULL));

--
-- Name: invoice_unnoticed; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX invoice_unnoticed ON public.invoice USING btree (merchant_id) WHERE ((state = 'PAID'::text) AND (committed_minor IS NULL));

--
-- Name: notification_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX notification_due ON public.notification USING btree (due_at) WHERE (state = 'DUE'::text);

--
-- Name: payment_receipt_invoice; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX payment_receipt_invoice ON public.payment_receipt USING btree (invoice_reference);

--
-- Name: problem_case_customer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX problem_case_customer ON public.problem_case USING btree (customer_id, created_at);

--
-- Name: problem_case_merchant; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX problem_case_merchant ON public.problem_case USING btree (merchant_id, id) WHERE (purchase_id IS NOT NULL);

--
-- Name: problem_case_purchase; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX problem_case_purchase ON public.problem_case USING btree (purchase_id);

--
-- Name: purchase_claims_once; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX purchase_claims_once ON public.purchase USING btree (invoice_reference) WHERE (kind = 'MACHINE'::text);

--
-- Name: purchase_deadline; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX purchase_deadline ON public.purchase USING btree (deadline) WHERE (deadline IS NOT NULL);

--
-- Name: purchase_event_created; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX purchase_event_created ON public.purchase_event USING btree (created_at);

--
-- Name: purchase_event_order; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX purchase_event_order ON public.purchase_event USING btree (xid, id);

--
-- Name: purchase_history; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX purchase_history ON public.purchase USING btree (customer_id, id);

--
-- Name: purchase_recent_at_machine; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX purchase_recent_at_machine ON public.purchase USING btree (merchant_id, machine_token, created_at);

--
-- Name: purchase_recent_of_customer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX purchase_recent_of_customer ON public.purchase USING btree (customer_id, created_at);

--
-- Name: purchase_unapproved_of_customer; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX purchase_unapproved_of_customer ON public.purchase USING btree (customer_id) WHERE (state = ANY (ARRAY['OPENED'::text, 'AWAITING_APPROVAL'::text, 'AWAITING_MERCHANT'::text]));

--
-- Name: purchase_unfinished_at_machine; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX purchase_unfinished_at_machine ON public.purchase USING btree (customer_id, merchant_id, machine_token) WHERE (state = ANY (ARRAY['OPENED'::text, 'AWAITING_APPROVAL'::text, 'RESERVED'::text]));

--
-- Name: purchase_unfinished_of_invoice; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX purchase_unfinished_of_invoice ON public.purchase USING btree (invoice_reference, customer_id) WHERE (deadline IS NOT NULL);

--
-- Name: push_due_order; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX push_due_order ON public.push_due USING btree (due_at);

--
-- Name: push_subscription_customer; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX push_subscription_customer ON public.push_subscription USING btree (customer_id, created_at);

--
-- Name: push_subscription_session; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX push_subscription_session ON public.push_subscription USING btree (token_digest);

--
-- Name: refund_invoice; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX refund_invoice ON public.refund USING btree (invoice_reference);

--
-- Name: refund_shop_period; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX refund_shop_period ON public.refund USING btree (merchant_id, shop_period, created_at);

--
-- Name: refund_terminal_period; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX refund_terminal_period ON public.refund USING btree (terminal_id, terminal_period, created_at);

--
-- Name: terminal_merchant; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX terminal_merchant ON public.terminal USING btree (merchant_id);

--
-- Name: transaction_period_unreported; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX transaction_period_unreported ON public.transaction_period USING btree (report_turns, closed_at) WHERE (reported_at IS NULL);

--
-- Name: transfer_resolves_once; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX transfer_resolves_once ON public.transfer USING btree (pending_id);

--
-- Name: account_total _RETURN; Type: RULE; Schema: public; Owner: -
--

CREATE OR REPLACE VIEW public.account_total AS
 SELECT a.id,
    a.owner,
    a.customer_id,
    a.merchant_id,
    a.currency,
    ((a.debits_pending)::numeric + COALESCE(sum(e.debits_pending), (0)::numeric)) AS debits_pending,
    ((a.debits_posted)::numeric + COALESCE(sum(e.debits_posted), (0)::numeric)) AS debits_posted,
    ((a.credits_pending)::numeric + COALESCE(sum(e.credits_pending), (0)::numeric)) AS credits_pending,
    ((a.credits_posted)::numeric + COALESCE(sum(e.credits_posted), (0)::numeric)) AS credits_posted
   FROM (public.account a
     LEFT JOIN public.account_entry e ON ((e.account_id = a.id)))
  GROUP BY a.id;

--
-- Name: period_sum _RETURN; Type: RULE; Schema: public; Owner: -
--

CREATE OR REPLACE VIEW public.period_sum AS
 SELECT p.id,
    p.reported_at,
    p.several_currencies,
    p.terminal_id,
    (COALESCE(sum(e.amount_minor), (0)::numeric) / (min(m.unit_minor))::numeric) AS total,
    count(*) FILTER (WHERE (e.kind = 'PAYMENT'::text)) AS payments,
    count(e.kind) AS entries
   FROM ((public.transaction_period p
     JOIN public.merchant m ON ((m.id = p.merchant_id)))
     LEFT JOIN LATERAL public.period_entries(p.id) e(ers_reference, merchant_id, terminal_id, shop_period, terminal_period, cashier_id, amount_minor, currency, at, kind) ON (true))
  GROUP BY p.id;

--
-- Name: account account_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customer(id);

--
-- Name: account account_merchant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES public.merchant(id);

--
-- Name: approval_signature approval_signature_device_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.approval_signature
    ADD CONSTRAINT approval_signature_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.customer_device(id);

--
-- Name: approval_signature approval_signature_purchase_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.approval_signature
    ADD CONSTRAINT approval_signature_purchase_id_fkey FOREIGN KEY (purchase_id) REFERENCES public.purchase(id);

--
-- Name: client_session client_session_terminal_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.client_session
    ADD CONSTRAINT client_session_terminal_id_fkey FOREIGN KEY (terminal_id) REFERENCES public.terminal(id);

--
-- Name: customer_code customer_code_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer_code
    ADD CONSTRAINT customer_code_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customer(id);

--
-- Name: customer_device customer_device_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer_device
    ADD CONSTRAINT customer_device_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customer(id);

--
-- Name: customer_device customer_device_let_in_by_device_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer_device
    ADD CONSTRAINT customer_device_let_in_by_device_fkey FOREIGN KEY (let_in_by_device) REFERENCES public.customer_device(id);

--
-- Name: customer_limit customer_limit_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer_limit
    ADD CONSTRAINT customer_limit_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customer(id);

--
-- Name: customer_session customer_session_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer_session
    ADD CONSTRAINT customer_session_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customer(id);

--
-- Name: customer_session customer_session_device_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer_session
    ADD CONSTRAINT customer_session_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.customer_device(id);

--
-- Name: customer_token customer_token_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer_token
    ADD CONSTRAINT customer_token_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customer(id);

--
-- Name: customer_token customer_token_merchant_id_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.customer_token
    ADD CONSTRAINT customer_token_merchant_id_id_fkey FOREIGN KEY (merchant_id, id) REFERENCES public.token_type(merchant_id, id);

--
-- Name: idempotency_key idempotency_key_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customer(id);

--
-- Name: invoice invoice_terminal_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice
    ADD CONSTRAINT invoice_terminal_id_fkey FOREIGN KEY (terminal_id) REFERENCES public.terminal(id);

--
-- Name: invoice_token invoice_token_invoice_reference_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_token
    ADD CONSTRAINT invoice_token_invoice_reference_fkey FOREIGN KEY (invoice_reference) REFERENCES public.invoice(reference);

--
-- Name: machine machine_merchant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.machine
    ADD CONSTRAINT machine_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES public.merchant(id);

--
-- Name: merchant_user merchant_user_merchant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.merchant_user
    ADD CONSTRAINT merchant_user_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES public.merchant(id);

--
-- Name: payment_receipt payment_receipt_invoice_reference_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.payment_receipt
    ADD CONSTRAINT payment_receipt_invoice_reference_fkey FOREIGN KEY (invoice_reference) REFERENCES public.invoice(reference);

--
-- Name: problem_case problem_case_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.problem_case
    ADD CONSTRAINT problem_case_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customer(id);

--
-- Name: problem_case problem_case_purchase_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.problem_case
    ADD CONSTRAINT problem_case_purchase_id_fkey FOREIGN KEY (purchase_id) REFERENCES public.purchase(id);

--
-- Name: purchase purchase_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.purchase
    ADD CONSTRAINT purchase_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customer(id);

--
-- Name: purchase purchase_invoice_reference_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.purchase
    ADD CONSTRAINT purchase_invoice_reference_fkey FOREIGN KEY (invoice_reference) REFERENCES public.invoice(reference);

--
-- Name: push_subscription push_subscription_customer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.push_subscription
    ADD CONSTRAINT push_subscription_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customer(id);

--
-- Name: push_subscription push_subscription_token_digest_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.push_subscription
    ADD CONSTRAINT push_subscription_token_digest_fkey FOREIGN KEY (token_digest) REFERENCES public.customer_session(token_digest) ON DELETE CASCADE;

--
-- Name: refund refund_invoice_reference_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refund
    ADD CONSTRAINT refund_invoice_reference_fkey FOREIGN KEY (invoice_reference) REFERENCES public.invoice(reference);

--
-- Name: refund refund_transfer_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.refund
    ADD CONSTRAINT refund_transfer_id_fkey FOREIGN KEY (transfer_id) REFERENCES public.transfer(id);

--
-- Name: report_part report_part_period_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.report_part
    ADD CONSTRAINT report_part_period_id_fkey FOREIGN KEY (period_id) REFERENCES public.transaction_period(id);

--
-- Name: report report_period_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.report
    ADD CONSTRAINT report_period_id_fkey FOREIGN KEY (period_id) REFERENCES public.transaction_period(id);

--
-- Name: terminal terminal_merchant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.terminal
    ADD CONSTRAINT terminal_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES public.merchant(id);

--
-- Name: token_type token_type_merchant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.token_type
    ADD CONSTRAINT token_type_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES public.merchant(id);

--
-- Name: transaction_period transaction_period_merchant_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transaction_period
    ADD CONSTRAINT transaction_period_merchant_id_fkey FOREIGN KEY (merchant_id) REFERENCES public.merchant(id);

--
-- Name: transaction_period transaction_period_terminal_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transaction_period
    ADD CONSTRAINT transaction_period_terminal_id_fkey FOREIGN KEY (terminal_id) REFERENCES public.terminal(id);

--
-- Name: transfer transfer_pending_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.transfer
    ADD CONSTRAINT transfer_pending_id_fkey FOREIGN KEY (pending_id) REFERENCES public.transfer(id);

--
-- PostgreSQL database dump complete
--
