-- Notifications to customers' phones (Web Push): who is to be told, and what.

-- Where a browser takes messages for a session. It ends with the session, so that a phone that
-- another customer signs in on is told nothing of the one before.
create table push_subscription (
  endpoint text primary key check (length(endpoint) between 1 and 2048),
  customer_id uuid not null references customer,
  token_digest bytea not null references customer_session on delete cascade,
  -- The browser's public key and shared secret, by which messages are encrypted for it alone.
  p256dh bytea not null check (length(p256dh) = 65),
  auth bytea not null check (length(auth) = 16),
  created_at timestamptz not null default seqr_clock()
);
create index push_subscription_customer on push_subscription (customer_id, created_at);
create index push_subscription_session on push_subscription (token_digest);

-- What is to be told. References nothing: a row is written at the very end of a call that holds
-- purchase, invoice or account, and to lock a customer or purchase then, as a reference would, is
-- against the lock order.
create table push_due (
  id bigint generated always as identity primary key,
  customer_id uuid not null,
  purchase_id uuid not null,
  outcome text not null
    check (outcome in ('PAID', 'RELEASED', 'REFUSED', 'CANCELED', 'EXPIRED', 'REFUNDED')),
  attempts integer not null default 0,
  due_at timestamptz not null
);
create index push_due_order on push_due (due_at);

-- Notes what is to be told, where anybody wants to be told. A wallet that is looked at hears of it
-- first, by its event stream, and is not told again.
create function push_note(p_customer_id uuid, p_purchase_id uuid, p_outcome text) returns void
language sql as $$
  insert into push_due (customer_id, purchase_id, outcome, due_at)
    select p_customer_id, p_purchase_id, p_outcome, seqr_clock() + interval '2 seconds'
    where exists (select from push_subscription where customer_id = p_customer_id);
$$;

-- Subscribes a session; the same endpoint belongs to whoever sent it last. A customer's oldest ones
-- make room.
create function push_subscribe(
  p_endpoint text, p_customer_id uuid, p_token_digest bytea, p_p256dh bytea, p_auth bytea,
  p_max integer
) returns void language sql as $$
  insert into push_subscription (endpoint, customer_id, token_digest, p256dh, auth)
    values (p_endpoint, p_customer_id, p_token_digest, p_p256dh, p_auth)
    on conflict (endpoint) do update set customer_id = excluded.customer_id,
      token_digest = excluded.token_digest, p256dh = excluded.p256dh, auth = excluded.auth,
      created_at = excluded.created_at;
  delete from push_subscription where endpoint in (
    select endpoint from push_subscription where customer_id = p_customer_id
      order by created_at desc, endpoint offset p_max);
$$;

-- Claims what is due: its holder tells it and then ends it; a claim that is not ended in time is
-- due again, a few times.
create function push_claim(
  p_limit integer, p_claim_s integer, p_attempts_max integer
) returns table (
  id bigint, customer_id uuid, purchase_id uuid, outcome text
) language sql as $$
  delete from push_due where due_at <= (select seqr_clock()) and attempts >= p_attempts_max;
  update push_due d set attempts = d.attempts + 1,
    due_at = seqr_clock() + make_interval(secs => p_claim_s)
    where d.id in (
      select due.id from push_due due where due.due_at <= (select seqr_clock())
        order by due.due_at limit p_limit for update skip locked)
    returning d.id, d.customer_id, d.purchase_id, d.outcome;
$$;
