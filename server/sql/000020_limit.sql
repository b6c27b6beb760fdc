-- Spending limits that customers set themselves, and what of them is used.

create table customer_limit (
  customer_id uuid primary key references customer,
  -- In minor units of the customer's currency; null: no such limit. Zero lets nothing through.
  per_purchase_minor bigint check (per_purchase_minor >= 0),
  per_day_minor bigint check (per_day_minor >= 0),
  per_month_minor bigint check (per_month_minor >= 0),
  -- Whose midnight ends the customer's days and months: an IANA name that PostgreSQL knows.
  zone text not null,
  updated_at timestamptz not null default seqr_clock(),
  check (coalesce(per_purchase_minor, per_day_minor, per_month_minor) is not null)
);

-- Whether PostgreSQL knows a time zone by this IANA name.
create function is_zone(p_zone text) returns boolean language plpgsql stable as $$
begin
  perform timezone(p_zone, now());
  return p_zone ~ '^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$';
exception when invalid_parameter_value then
  return false;
end $$;

-- The customer's day and month that it is now in a zone, and what was spent in them: what is held
-- and what was charged, by the time of its approval. What was released again does not count; what
-- was refunded does. An offer is approved within minutes of its scan, so the purchases of a period
-- are found by the time when they were opened, with a day to spare.
create function customer_spending(
  p_customer_id uuid, p_zone text, out day_from timestamptz, out day_to timestamptz,
  out month_from timestamptz, out month_to timestamptz, out day_minor bigint, out month_minor bigint
) language plpgsql as $$
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

-- What each limit of a customer leaves now, the one that leaves least first.
create function customer_limits_left(p_customer_id uuid) returns table (
  kind text, amount_minor bigint, left_minor bigint
) language sql as $$
  select l.kind, l.amount, greatest(l.amount - l.used, 0)
  from customer_limit c, customer_spending(c.customer_id, c.zone) s, lateral (values
    ('PER_PURCHASE', c.per_purchase_minor, 0), ('PER_DAY', c.per_day_minor, s.day_minor),
    ('PER_MONTH', c.per_month_minor, s.month_minor)) l (kind, amount, used)
  where c.customer_id = p_customer_id and l.amount is not null
  order by 3, 2;
$$;

-- Whether an amount is more than a limit of the customer leaves. Needs the customer locked, so that
-- two approvals cannot use the same rest. Not asked for customers who are not `limited`.
create function limit_forbids(p_customer_id uuid, p_amount_minor bigint) returns boolean
language plpgsql as $$
begin
  return exists (select from customer_limits_left(p_customer_id) where left_minor < p_amount_minor);
end $$;

-- Sets all three limits at once, by PIN and, where given, the device whose signature over them the
-- caller has verified. Approvals that come later see them: both lock the customer. Refusals: those
-- of customer_check_proof.
create function customer_set_limits(
  p_customer_id uuid, p_device_id uuid, p_pin_digest bytea, p_per_purchase_minor bigint,
  p_per_day_minor bigint, p_per_month_minor bigint, p_zone text
) returns table (refusal text, attempts_left integer) language plpgsql as $$
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
