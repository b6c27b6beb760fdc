-- Problems that customers report, and what merchants answer. A changed code (CODE_CHANGED) belongs
-- to no purchase: nothing was opened; it is for the operator.
create table problem_case (
  id uuid primary key,
  customer_id uuid not null references customer,
  purchase_id uuid references purchase,
  -- Whose machine, till or bill; of a changed code whoever it names, if there is such a merchant.
  merchant_id text,
  kind text not null,
  -- What the customer wrote; of a changed code its text.
  text text not null,
  state text not null default 'OPEN' check (state in ('OPEN', 'ANSWERED', 'CLOSED')),
  answer text,
  -- The merchant's user who answered.
  answered_by text,
  created_at timestamptz not null default seqr_clock(),
  answered_at timestamptz,
  closed_at timestamptz,
  check (kind in ('NOTHING_CAME', 'WRONG_AMOUNT', 'MACHINE_DAMAGED', 'OTHER', 'CODE_CHANGED')),
  check ((kind = 'CODE_CHANGED') = (purchase_id is null)),
  check (purchase_id is null or merchant_id is not null),
  check (length(text) <= 1000 and length(answer) between 1 and 1000),
  check ((answer is null) = (answered_at is null) and (answer is null) = (answered_by is null)),
  check ((state = 'CLOSED') = (closed_at is not null)),
  check (state <> 'ANSWERED' or answer is not null)
);
create index problem_case_purchase on problem_case (purchase_id);
create index problem_case_customer on problem_case (customer_id, created_at);
create index problem_case_merchant on problem_case (merchant_id, id) where purchase_id is not null;

-- Opens a case, `p_per_day` of a customer in 24 hours at most. Refusals: NOT_FOUND (no such
-- purchase of this customer), RATE_LIMITED (with the pause). A purchase is null for a changed code.
create function case_open(
  p_id uuid, p_customer_id uuid, p_purchase_id uuid, p_merchant_id text, p_kind text, p_text text,
  p_per_day integer
) returns table (refusal text, retry_after_s integer) language plpgsql as $$
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

-- The merchant's answer, which also closes where `p_close`. It may be changed until the case is
-- closed; the same once more changes nothing. Refusals: NOT_FOUND, TOO_LATE.
create function case_answer(
  p_id uuid, p_merchant_id text, p_user_id text, p_answer text, p_close boolean
) returns text language plpgsql as $$
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
