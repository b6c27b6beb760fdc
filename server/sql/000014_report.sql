-- Reconciliation reports: made page by page and kept in parts, so that a period of any size needs
-- little memory, and another process can go on where one has ended.

-- A row here says that all parts of that report are there.
create table report (
  period_id text not null references transaction_period,
  report_id text not null,
  made_at timestamptz not null default seqr_clock(),
  primary key (period_id, report_id)
);

create table report_part (
  period_id text not null references transaction_period,
  report_id text not null,
  part integer not null check (part >= 0),
  content text not null,
  -- Entries up to the end of this part, and the last of them: where the next part begins.
  entries bigint not null,
  last_at timestamptz not null,
  last_reference text not null,
  primary key (period_id, report_id, part)
);

-- Payments that are final, and refunds as negative amounts.
create view payment_entry as
  select ers_reference, merchant_id, terminal_id, shop_period, terminal_period, cashier_id,
      committed_minor as amount_minor, currency, paid_at as at, 'PAYMENT'::text as kind
    from invoice where state = 'PAID' and committed_minor is not null
      and shop_period is not null and terminal_period is not null;
create view refund_entry as
  select ers_reference, merchant_id, terminal_id, shop_period, terminal_period, cashier_id,
      -amount_minor as amount_minor, currency, created_at as at, 'REFUND'::text as kind
    from refund;
create view period_entry as
  select * from payment_entry union all select * from refund_entry;

-- What belongs to a closed period.
create function period_entries(p_period_id text) returns setof period_entry
language plpgsql stable as $$
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

-- A page of it, by time, then reference: at most `p_limit` entries after the one that is named.
-- Payments and refunds are limited apart, so that each comes from the beginning of an index.
create function period_page(
  p_period_id text, p_after timestamptz, p_after_reference text, p_limit bigint
) returns setof period_entry language plpgsql stable as $$
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

-- Takes up to `p_limit` closed, settled periods whose reports are to be made, those that had the
-- fewest turns first. One that somebody else is taking is left to them.
create function report_take(p_limit integer) returns setof transaction_period language sql as $$
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

-- Keeps the summaries of a period and what they count.
create function report_keep_summaries(
  p_period_id text, p_report_ids text[], p_contents text[], p_entries bigint, p_several boolean
) returns void language sql as $$
  insert into report_part (period_id, report_id, part, content, entries, last_at, last_reference)
    select p_period_id, r.id, 0, r.content, p_entries, '-infinity', ''
    from unnest(p_report_ids, p_contents) r (id, content) on conflict do nothing;
  insert into report (period_id, report_id)
    select p_period_id, unnest(p_report_ids) on conflict do nothing;
  update transaction_period set entries = p_entries, several_currencies = p_several
    where id = p_period_id;
$$;

-- Keeps a part of a period's details. With the last one the details are complete, and so are all
-- reports of the period, for its summaries were there before. False: somebody else has made it.
create function report_keep_part(
  p_period_id text, p_report_id text, p_part integer, p_content text, p_entries bigint,
  p_last_at timestamptz, p_last_reference text, p_is_last boolean
) returns boolean language sql as $$
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

-- What the reports of each period say, read from their documents: the sum of all amounts, and how
-- many payments (summaries) or entries (details) make it up. What is no number counts as none.
create view report_sum as
  select r.period_id, r.report_id, r.report_id in ('3', '7') as details,
    coalesce(sum(f.value::numeric) filter (where f.name <> 'Count'), 0) as total,
    coalesce(sum(f.value::numeric) filter (where f.name = 'Count'), 0)
      + count(*) filter (where f.name = 'Amount') as number
  from report r
    left join report_part t using (period_id, report_id)
    left join lateral (
      select n.name, split_part(x.rest, '<', 1) as value
      from (values ('Total'), ('Amount'), ('Count')) n (name),
        string_to_table(t.content, '<Sales' || n.name || '>') with ordinality x (rest, place)
      where x.place > 1 and split_part(x.rest, '<', 1) ~ '^-?[0-9]+([.][0-9]+)?$'
    ) f on true
  group by 1, 2;

-- What each closed period has in the ledger, in units of its merchant's currency.
create view period_sum as
  select p.id, p.reported_at, p.several_currencies, p.terminal_id,
    coalesce(sum(e.amount_minor), 0) / min(m.unit_minor) as total,
    count(*) filter (where e.kind = 'PAYMENT') as payments, count(e.kind) as entries
  from transaction_period p join merchant m on m.id = p.merchant_id
    left join lateral period_entries(p.id) e on true
  group by p.id;

-- Every period, the open one of each series too: from its opening (null: the first) to its closing
-- (null: open). The terminal is '' where it is the shop's.
create view series_period as
  select merchant_id, coalesce(terminal_id, '') as terminal_id, number, closed_at,
      lag(closed_at) over (partition by merchant_id, terminal_id order by number) as opened_at
    from transaction_period
  union all
  select m.id, '', coalesce(max(p.number), 0) + 1, null, max(p.closed_at)
    from merchant m left join transaction_period p on p.merchant_id = m.id and p.terminal_id is null
    group by m.id
  union all
  select t.merchant_id, t.id, coalesce(max(p.number), 0) + 1, null, max(p.closed_at)
    from terminal t left join transaction_period p on p.terminal_id = t.id
    group by t.merchant_id, t.id;

-- Invariant 10: reports against the ledger, and periods without gaps or overlaps. `p_grace` is how
-- far the host's clock may have stepped back between a payment and a mark.
create function audit_reports(p_grace interval) returns table (
  invariant integer, subject text, problem text
) language sql stable as $$
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
