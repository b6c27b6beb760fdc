-- The installation: whether it is a sandbox, and the one clock that all SQL takes time from.

create table installation (
  singleton boolean primary key default true check (singleton),
  sandbox boolean not null,
  clock_offset interval not null default interval '0',
  -- A digest made with the key of the PINs: tells whether a node has the right one.
  pin_key_check bytea,
  initialised_at timestamptz not null default clock_timestamp(),
  constraint clock_offset_only_in_sandbox check (sandbox or clock_offset = interval '0')
);

-- Stores the choice made at the first migration. Later calls change nothing: a real installation
-- can never become a sandbox, nor the other way round.
create function installation_initialise(p_sandbox boolean) returns void language sql as $$
  insert into installation (sandbox) values (p_sandbox) on conflict do nothing;
$$;

-- Whether this is the digest of the key that the PINs of this database were made with; the first
-- one asked about is. With another key every PIN would be wrong, and every customer soon locked.
create function installation_has_pin_key(p_check bytea) returns boolean language sql as $$
  update installation set pin_key_check = p_check where pin_key_check is null;
  select pin_key_check = p_check from installation;
$$;

-- What forbids this installation to serve real customers, as one sentence, or null. A moved clock
-- would judge every deadline wrongly.
create function installation_problem() returns text language sql stable as $$
  select case
    when not exists (select from installation)
      then 'The database is not initialised; run the migrations.'
    when (select clock_offset <> interval '0' from installation)
      then 'The database''s clock was moved for tests; it must not serve.'
  end;
$$;

-- The platform's clock: the wall clock when it is called (never the transaction's start), plus the
-- sandbox's offset. Deadlines are judged by it after the deciding row is locked.
create function seqr_clock() returns timestamptz language sql volatile as $$
  select clock_timestamp() + coalesce((select clock_offset from installation), interval '0');
$$;

-- When the sweep last ran, and until when it must reverse nothing: a platform that was down while
-- merchants asked could not hear them (the 20-second rule).
create table sweep (
  singleton boolean primary key default true check (singleton),
  swept_at timestamptz not null,
  no_reversal_before timestamptz not null
);

-- Begins a sweep; returns whether it may reverse immediate debits that nobody noticed. After a
-- pause of more than `p_outage_s` it may not for `p_grace_s`. Not durable on purpose: a lost mark
-- only makes the next pause look longer.
create function sweep_begin(p_outage_s integer, p_grace_s integer) returns boolean
language plpgsql as $$
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

-- Moves the sandbox's clock: tests and the simulator let deadlines pass without waiting. The
-- table's CHECK refuses it elsewhere.
create function clock_advance(p_by interval) returns timestamptz language sql as $$
  update installation set clock_offset = clock_offset + p_by;
  -- Time that is moved is no outage of the platform.
  update sweep set swept_at = swept_at + p_by;
  select seqr_clock();
$$;
