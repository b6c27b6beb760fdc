-- A customer's devices, the operator's one-time codes, and what a PIN and a device may change.
-- Every function locks the customer first, so that of a removal and an approval one sees the other.

-- What a device signed to approve a purchase: the proof that its customer wanted this payee and
-- amount. The rest of the text is the purchase's own, and what was held for it.
create table approval_signature (
  purchase_id uuid primary key references purchase,
  device_id uuid not null references customer_device,
  version integer not null,
  signature bytea not null check (length(signature) = 64)
);

-- Whether a device may sign now; notes that it was used. Needs the customer locked.
create function customer_use_device(p_customer_id uuid, p_id uuid) returns boolean
language plpgsql as $$
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

-- Uses up an operator's code: true once, if it is the right one and still valid. The fifth wrong
-- try ends it. Needs the customer locked.
create function customer_use_code(p_customer_id uuid, p_code_digest bytea) returns boolean
language plpgsql as $$
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

-- Gives a customer a one-time code; an earlier one no longer counts. Returns until when it is
-- valid.
create function customer_give_code(
  p_customer_id uuid, p_code_digest bytea, p_valid_s integer
) returns timestamptz language sql as $$
  insert into customer_code (customer_id, code_digest, expires_at)
    values (p_customer_id, p_code_digest, seqr_clock() + make_interval(secs => p_valid_s))
    on conflict (customer_id) do update set code_digest = excluded.code_digest,
      expires_at = excluded.expires_at, wrong_tries = 0, created_at = seqr_clock()
    returning expires_at;
$$;

-- Makes a device ACTIVE, and binds the session that added it. Needs the customer locked.
create function customer_let_in(
  p_id uuid, p_by text, p_by_device uuid
) returns void language sql as $$
  update customer_device set state = 'ACTIVE', check_digits = null, expires_at = null,
    let_in_by = p_by, let_in_by_device = p_by_device where id = p_id;
  update customer_session s set device_id = d.id from customer_device d
    where d.id = p_id and s.token_digest = d.session_digest and s.customer_id = d.customer_id;
$$;

-- Four digits that no other waiting device of this customer shows.
create function customer_check_digits(p_customer_id uuid) returns text language sql as $$
  select to_char(n, 'FM0000') from generate_series(0, 9999) n
    where not exists (select from customer_device where customer_id = p_customer_id
      and check_digits = to_char(n, 'FM0000'))
    order by random() limit 1;
$$;

-- Adds a device; the same key again answers the device that it is. ACTIVE at once by a one-time
-- code, or as the first device that this customer ever had, where the PIN alone may let it in
-- (`p_by_pin`) and was given for this session in the last `p_fresh_s` seconds. Otherwise PENDING
-- for `p_pending_s` seconds; a session has one such device, a customer three. Refusals:
-- UNAUTHORIZED (the session ended meanwhile), WRONG_CODE, DEVICES_MAX, RATE_LIMITED (with the
-- pause).
create function customer_add_device(
  p_customer_id uuid, p_session_digest bytea, p_id uuid, p_name text, p_public_key bytea,
  p_code_digest bytea, p_by_pin boolean, p_fresh_s integer, p_pending_s integer
) returns table (refusal text, retry_after_s integer, device_id uuid) language plpgsql as $$
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

-- Lets a waiting device in: by the signature of `p_device_id`, which the caller has verified, and
-- the PIN. Refusals: NOT_FOUND (no attempt spent), and those of customer_check_proof.
create function customer_approve_device(
  p_customer_id uuid, p_id uuid, p_device_id uuid, p_pin_digest bytea
) returns table (refusal text, attempts_left integer) language plpgsql as $$
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

-- Removes a device and ends its sessions, whose digests it returns; one that only waits is
-- forgotten. Needs the customer locked. Null: there is no such device.
create function customer_drop_device(p_customer_id uuid, p_id uuid) returns bytea[]
language plpgsql as $$
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

-- Removes a device, by PIN and, where one is given, a device's verified signature, which may be
-- that of the removed one itself. Refusals: NOT_FOUND (no attempt spent), and those of
-- customer_check_proof.
create function customer_remove_device(
  p_customer_id uuid, p_id uuid, p_device_id uuid, p_pin_digest bytea
) returns table (refusal text, attempts_left integer, ended_sessions bytea[])
language plpgsql as $$
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

-- The operator removes a device. False: there is no such one.
create function customer_revoke_device(p_customer_id uuid, p_id uuid) returns boolean
language plpgsql as $$
begin
  perform from customer where id = p_customer_id for update;
  return customer_drop_device(p_customer_id, p_id) is not null;
end $$;

-- Sets a new PIN, and ends everything that the old one opened: sessions, and devices that only
-- wait. Needs the customer locked.
create function customer_set_pin(p_customer_id uuid, p_pin_digest bytea) returns void
language sql as $$
  update customer set pin_digest = p_pin_digest, pin_failures = 0, sign_in_failures = 0,
    sign_in_paused_until = null where id = p_customer_id;
  update customer_device set sign_in_failures = 0, sign_in_paused_until = null
    where customer_id = p_customer_id and sign_in_failures > 0;
  delete from customer_session where customer_id = p_customer_id;
  delete from customer_device where customer_id = p_customer_id and state = 'PENDING';
$$;

-- Changes the PIN. Refusals: those of customer_check_proof.
create function customer_change_pin(
  p_customer_id uuid, p_pin_digest bytea, p_device_id uuid, p_new_pin_digest bytea
) returns table (refusal text, attempts_left integer) language plpgsql as $$
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

-- Sets a new PIN by an operator's code, and with it ends a lock. False: the code is not right.
create function customer_unlock_by_code(
  p_customer_id uuid, p_code_digest bytea, p_new_pin_digest bytea
) returns boolean language plpgsql as $$
begin
  perform from customer where id = p_customer_id for update;
  if not customer_use_code(p_customer_id, p_code_digest) then
    return false;
  end if;
  perform customer_set_pin(p_customer_id, p_new_pin_digest);
  return true;
end $$;

-- Forgets devices that waited in vain, and codes that were not used.
create function prune_devices() returns void language sql as $$
  delete from customer_device
    where state = 'PENDING' and expires_at <= (select seqr_clock());
  delete from customer_code where expires_at <= (select seqr_clock());
$$;

-- Invariant 11: who proved what. A session is bound to a device of its own customer that is in;
-- devices let in those of their own customer; a signature stands beside a purchase that was held.
create function audit_devices() returns table (invariant integer, subject text, problem text)
language sql stable as $$
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
