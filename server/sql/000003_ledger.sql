-- Double entry. The words are TigerBeetle's: accounts carry four counters; transfers never change;
-- a hold is a pending transfer that is posted, voided or expired exactly once. A customer's account
-- row is locked and updated at once; the accounts of merchants and of the outside world are hot, so
-- what happens to them is appended and rolled up later.

create table account (
  id bigint generated always as identity primary key,
  -- CUSTOMER, MERCHANT, EXTERNAL
  owner text not null,
  customer_id uuid references customer,
  merchant_id text references merchant,
  currency text not null,
  debits_pending bigint not null default 0,
  debits_posted bigint not null default 0,
  credits_pending bigint not null default 0,
  credits_posted bigint not null default 0
);

-- What must hold of every account: above all, no customer is ever below zero available. The pending
-- credits of a merchant may be, between two batches of a roll-up.
create function is_sound(a account) returns boolean language plpgsql immutable as $$
begin
  return a.owner in ('CUSTOMER', 'MERCHANT', 'EXTERNAL')
    and (a.owner = 'CUSTOMER') = (a.customer_id is not null)
    and (a.owner = 'MERCHANT') = (a.merchant_id is not null)
    and length(a.currency) = 3 and upper(a.currency) = a.currency
    and a.debits_pending >= 0 and a.debits_posted >= 0 and a.credits_posted >= 0
    and (a.owner <> 'CUSTOMER' or a.credits_posted - a.debits_posted - a.debits_pending >= 0);
end $$;
alter table account add constraint account_is_sound check (is_sound(account));

create unique index account_customer on account (customer_id) where owner = 'CUSTOMER';
create unique index account_merchant on account (merchant_id, currency) where owner = 'MERCHANT';
create unique index account_external on account (currency) where owner = 'EXTERNAL';

-- No foreign keys to account: their row locks on one merchant's account would make all its
-- purchases wait for each other. Accounts are never deleted, and the audit looks for strays.
create table transfer (
  id bigint generated always as identity primary key,
  -- DIRECT, PENDING, POST, VOID, EXPIRE
  kind text not null,
  debit_account_id bigint not null,
  credit_account_id bigint not null,
  amount_minor bigint not null,
  currency text not null,
  pending_id bigint references transfer,
  reason text not null,
  created_at timestamptz not null default seqr_clock()
);
-- What must hold of every transfer. One CHECK by a function, here and at the other tables that
-- each purchase writes: PostgreSQL reads the text of every CHECK anew at every statement, and a
-- function's once in a session (a fifth of a purchase's work; docs/performance.md).
create function is_sound(t transfer) returns boolean language plpgsql immutable as $$
begin
  return t.kind in ('DIRECT', 'PENDING', 'POST', 'VOID', 'EXPIRE')
    and t.credit_account_id <> t.debit_account_id
    and t.amount_minor > 0
    and (t.kind in ('POST', 'VOID', 'EXPIRE')) = (t.pending_id is not null);
end $$;
alter table transfer add constraint transfer_is_sound check (is_sound(transfer));

create unique index transfer_resolves_once on transfer (pending_id);

create table account_entry (
  id bigint generated always as identity primary key,
  account_id bigint not null,
  debits_pending bigint not null default 0,
  debits_posted bigint not null default 0,
  credits_pending bigint not null default 0,
  credits_posted bigint not null default 0
);
create index account_entry_account on account_entry (account_id);

-- Internal: adds to an account's counters; at once for a customer (whose row the caller has locked
-- or locks here), appended for the others.
create function ledger_add(
  p_account_id bigint, p_debits_pending bigint, p_debits_posted bigint,
  p_credits_pending bigint, p_credits_posted bigint
) returns void language plpgsql as $$
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

-- Holds an amount of a customer for a merchant. Returns the hold's transfer id, or null when the
-- customer's available balance is too small. The row is locked before the balance is judged.
create function ledger_hold(
  p_customer_id uuid, p_merchant_id text, p_amount_minor bigint, p_currency text, p_reason text
) returns bigint language plpgsql as $$
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

-- Ends a hold: POST moves `p_amount_minor` (at most the hold) and frees the rest in the same step;
-- VOID and EXPIRE free all of it. A hold that was resolved before violates `transfer_resolves_once`
-- and throws.
create function ledger_resolve(
  p_hold_id bigint, p_kind text, p_amount_minor bigint, p_reason text
) returns void language plpgsql as $$
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

-- Folds an account's appended entries into its row. The row's lock is taken first, so that one
-- roll-up runs at a time and a caller that then reads the row sees every entry committed before.
create function ledger_roll_up(p_account_id bigint, p_limit integer) returns integer
language plpgsql as $$
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

-- Moves money at once (funding, payout, refund). A customer or merchant may not go below zero:
-- returns null then. Rows are locked in ascending id.
create function ledger_transfer(
  p_debit_account_id bigint, p_credit_account_id bigint, p_amount_minor bigint, p_reason text
) returns bigint language plpgsql as $$
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
