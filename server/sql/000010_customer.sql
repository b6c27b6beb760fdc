-- Signing in. Wrong sign-ins pause further ones for a growing time; they never touch approvals or
-- purchases.

-- Compares the PIN and opens a session. Returns when it ends, or null: a wrong PIN, or sign-in is
-- paused, in which case nothing is compared.
create function customer_sign_in(
  p_customer_id uuid, p_pin_digest bytea, p_token_digest bytea, p_session_s integer
) returns timestamptz language plpgsql as $$
declare
  c customer;
  v_expires_at timestamptz;
  c_free_failures constant integer := 5;
begin
  select * into strict c from customer where id = p_customer_id for update;
  if c.sign_in_paused_until > seqr_clock() then
    return null;
  end if;
  if c.pin_digest <> p_pin_digest then
    update customer set sign_in_failures = c.sign_in_failures + 1,
      sign_in_paused_until = case when c.sign_in_failures + 1 >= c_free_failures then
        seqr_clock() + least(
          interval '30 seconds' * 2 ^ least(c.sign_in_failures + 1 - c_free_failures, 10),
          interval '15 minutes') end
    where id = c.id;
    return null;
  end if;
  if c.sign_in_failures > 0 then
    update customer set sign_in_failures = 0, sign_in_paused_until = null where id = c.id;
  end if;
  v_expires_at := seqr_clock() + make_interval(secs => p_session_s);
  insert into customer_session (token_digest, customer_id, expires_at)
    values (p_token_digest, c.id, v_expires_at);
  return v_expires_at;
end $$;
