-- Who takes part: merchants with their users, terminals and machines; customers with their
-- sessions.

create table merchant (
  id text primary key check (id ~ '^[A-Za-z0-9._-]{1,64}$'),
  name text not null check (name <> ''),
  state text not null default 'ACTIVE' check (state in ('ACTIVE', 'BLOCKED')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- One unit of that currency in minor units, as ISO 4217 has it: PostgreSQL knows no currencies.
  unit_minor bigint not null check (unit_minor > 0),
  -- The most that one machine purchase may reserve, in minor units of the merchant's currency.
  maximum_minor bigint not null check (maximum_minor > 0),
  create_purchase_url text,
  -- Trusted for calls to this merchant's endpoints, besides the public authorities.
  endpoint_ca_pem text,
  -- The longest commitReservationTimeout that a machine purchase of this merchant may have.
  commit_timeout_max_s integer not null default 3600 check (commit_timeout_max_s > 0),
  allow_http_notifications boolean not null default false,
  -- Whether refundPayment is allowed (result code 97).
  refunds_allowed boolean not null default true,
  -- Whether its machines' codes may be without a signature of the platform.
  unsigned_codes_allowed boolean not null default true,
  created_at timestamptz not null default seqr_clock()
);

create table merchant_user (
  merchant_id text not null references merchant,
  user_id text not null check (user_id <> ''),
  password_hash text not null,
  state text not null default 'ACTIVE' check (state in ('ACTIVE', 'BLOCKED')),
  primary key (merchant_id, user_id)
);

create table terminal (
  id text primary key check (id <> ''),
  merchant_id text not null references merchant,
  -- CASH_REGISTER: made by registerTerminal, one open invoice. WEB_SHOP: made by the operator,
  -- many.
  kind text not null check (kind in ('CASH_REGISTER', 'WEB_SHOP')),
  external_terminal_id text not null,
  name text not null,
  password_hash text not null,
  state text not null default 'ACTIVE' check (state in ('ACTIVE', 'SUSPENDED', 'UNREGISTERED')),
  -- What the notification's POST carries: nothing, or the web shop plugins' form.
  notification_body text not null default 'EMPTY' check (notification_body in ('EMPTY', 'FORM')),
  -- The code on the till's sticker (assignSeqrId), one terminal's at a time.
  seqr_id text unique check (seqr_id ~ '^[A-Za-z0-9]{1,64}$'),
  registered_at timestamptz not null default seqr_clock()
);
create index terminal_merchant on terminal (merchant_id);

create table machine (
  merchant_id text not null references merchant,
  token text not null check (token ~ '^[A-Za-z0-9._-]{1,64}$'),
  name text not null check (name <> ''),
  place text,
  maximum_minor bigint check (maximum_minor > 0),
  primary key (merchant_id, token)
);

-- How many wrong PINs in a row lock approvals.
create function pin_failures_max() returns integer language sql immutable as 'select 5';

create table customer (
  id uuid primary key,
  msisdn text not null unique check (msisdn ~ '^[1-9][0-9]{6,14}$'),
  name text not null,
  pin_digest bytea not null check (length(pin_digest) = 32),
  -- Wrong PINs in a row at approvals; wrong sign-ins are counted apart, so that strangers cannot
  -- lock approvals.
  pin_failures integer not null default 0 check (pin_failures between 0 and pin_failures_max()),
  sign_in_failures integer not null default 0,
  sign_in_paused_until timestamptz,
  -- Whether this account takes refunds (result code 99).
  refunds_allowed boolean not null default true,
  -- Whether there are limits of theirs to be looked at (customer_limit).
  limited boolean not null default false,
  created_at timestamptz not null default seqr_clock()
);

-- What signs for a customer (strong customer authentication). A device that was ever ACTIVE stays,
-- REMOVED: only a customer who never had one may let a first one in by the PIN alone.
create table customer_device (
  id uuid primary key,
  customer_id uuid not null references customer,
  name text not null check (name <> ''),
  -- SPKI of an ECDSA P-256 key.
  public_key bytea not null check (length(public_key) = 91),
  state text not null check (state in ('PENDING', 'ACTIVE', 'REMOVED')),
  -- While PENDING: four digits that the customer compares on both devices, and until when.
  check_digits text check (check_digits ~ '^[0-9]{4}$'),
  expires_at timestamptz,
  -- The session that added the device; bound to it once it is ACTIVE.
  session_digest bytea not null,
  -- What let it in: the customer's PIN (the first one), an operator's code, or another device.
  let_in_by text check (let_in_by in ('PIN', 'CODE', 'DEVICE')),
  let_in_by_device uuid references customer_device,
  -- Wrong PINs at sign-ins that this device signed; they pause the device's own further ones.
  sign_in_failures integer not null default 0,
  sign_in_paused_until timestamptz,
  created_at timestamptz not null default seqr_clock(),
  last_used_at timestamptz,
  removed_at timestamptz,
  check ((state = 'PENDING') = (expires_at is not null and check_digits is not null)),
  check ((state = 'PENDING') = (let_in_by is null)),
  check ((let_in_by_device is not null) = (let_in_by is not distinct from 'DEVICE')),
  check ((state = 'REMOVED') = (removed_at is not null))
);
create unique index customer_device_key on customer_device (customer_id, public_key)
  where state <> 'REMOVED';
create index customer_device_pending on customer_device (expires_at) where state = 'PENDING';

-- The one-time code that an operator made for a customer, one at a time: lets a device in, or sets
-- a new PIN.
create table customer_code (
  customer_id uuid primary key references customer,
  code_digest bytea not null check (length(code_digest) = 32),
  wrong_tries integer not null default 0,
  expires_at timestamptz not null,
  created_at timestamptz not null default seqr_clock()
);

create table customer_session (
  token_digest bytea primary key check (length(token_digest) = 32),
  customer_id uuid not null references customer,
  -- The device whose session this is; it ends when that is removed.
  device_id uuid references customer_device,
  expires_at timestamptz not null,
  created_at timestamptz not null default seqr_clock()
);
create index customer_session_customer on customer_session (customer_id);

-- Answers kept for Idempotency-Key, 24 hours. `status` is null while the first call is still
-- running.
create table idempotency_key (
  customer_id uuid not null references customer,
  route text not null,
  key text not null check (length(key) between 1 and 255),
  content_digest bytea not null,
  status integer,
  body text,
  created_at timestamptz not null default seqr_clock(),
  primary key (customer_id, route, key)
);
create index idempotency_key_created on idempotency_key (created_at);
