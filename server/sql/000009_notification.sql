-- Notifications: claimed, sent outside any transaction, recorded. At least once, visible, cut off
-- when moot.

-- Claims due notifications for `p_claim_s` seconds, such that at most `p_per_merchant` of one
-- merchant are claimed at a time. A moot one (no longer RESERVED, past its deadline, or an
-- immediate debit that was noticed) is ended instead.
create function notification_claim(p_limit integer, p_per_merchant integer, p_claim_s integer)
returns table (
  id bigint, invoice_reference text, purchase_id uuid, merchant_id text, url text, body text,
  endpoint_ca_pem text, attempt integer
) language plpgsql as $$
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

-- Records an attempt. HTTP 200 delivers; anything else makes the next attempt due after
-- `p_delays_s[attempts]` (`p_debit_delays_s` for an immediate debit), or gives up when there is
-- none. Not durable on purpose: a lost record only repeats an attempt.
create function notification_record(
  p_id bigint, p_status integer, p_error text, p_delays_s numeric[], p_debit_delays_s numeric[]
) returns void language plpgsql as $$
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

-- Events that no running transaction can still precede: of transactions from `p_after` up to the
-- oldest running one.
-- `next` is the cursor for the next call. A null cursor reads nothing and returns where to begin.
create function purchase_events(p_after xid8) returns table (
  next xid8, id bigint, customer_id uuid, purchase_id uuid
) language plpgsql as $$
declare
  v_horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
begin
  return query select v_horizon, e.id, e.customer_id, e.purchase_id
    from (select) as once left join purchase_event e
      on e.xid >= p_after and e.xid < v_horizon order by e.xid, e.id;
end $$;

-- Removes what has served its time: events after an hour, idempotency keys after 24 hours, ended
-- sessions.
create function prune_expired() returns void language sql as $$
  delete from purchase_event where created_at < (select seqr_clock()) - interval '1 hour';
  delete from idempotency_key where created_at < (select seqr_clock()) - interval '24 hours';
  delete from customer_session where expires_at < (select seqr_clock());
$$;
