-- Signing in. Wrong sign-ins pause further ones for a growing time; they never touch approvals or
-- purchases.

-- Until when further sign-ins are paused after so many wrong ones in a row; null: not at all.
create function sign_in_pause(p_failures integer) returns timestamptz language sql volatile as $$
  select seqr_clock() + least(interval '30 seconds' * 2 ^ least(p_failures - 5, 10),
    interval '15 minutes') where p_failures >= 5;
$$;

-- Sets how many wrong sign-ins in a row there were: of a device, or of whoever has none (null).
create function customer_count_sign_in(
  p_customer_id uuid, p_device_id uuid, p_failures integer
) returns void language plpgsql as $$
begin
  if p_device_id is null then
    update customer set sign_in_failures = p_failures,
      sign_in_paused_until = sign_in_pause(p_failures) where id = p_customer_id;
  else
    update customer_device set sign_in_failures = p_failures,
      sign_in_paused_until = sign_in_pause(p_failures) where id = p_device_id;
  end if;
end $$;

-- Compares the PIN and opens a session. `p_device_id` names a device whose signature the caller has
-- verified: its session is bound to it, and only its own wrong sign-ins pause it, so that strangers
-- who guess at the number keep nobody from their own phone. Returns when the session ends, or null:
-- a wrong PIN, or sign-in is paused, in which case nothing is compared.
create function customer_sign_in(
  p_customer_id uuid, p_pin_digest bytea, p_token_digest bytea, p_session_s integer,
  p_device_id uuid
) returns table (session_ends_at timestamptz, bound_device_id uuid) language plpgsql as $$
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
