-- Invoices (what merchants send), purchases (what customers do), notifications and events (who must
-- hear of it). Rows of merchants are not referenced by foreign keys here: their locks would make
-- all purchases of a merchant wait.

create table invoice (
  reference text primary key,
  merchant_id text not null,
  terminal_id text not null references terminal,
  -- ISSUED, PENDING_ISSUER_ACKNOWLEDGE, RESERVED, PAID, CANCELED, FAILED
  state text not null default 'ISSUED',
  version integer not null default 1,
  payment_mode text not null,
  acknowledgment_mode text not null,
  total_minor bigint not null,
  currency text not null,
  title text,
  client_invoice_id text,
  cashier_id text,
  footer text,
  back_url text,
  notification_url text,
  issue_date text,
  -- As sent; amounts inside are {"minor": "250", "currency": "EUR"}.
  rows jsonb not null default '[]',
  commit_timeout_s integer,
  purchase_id uuid unique,
  hold_id bigint unique,
  held_minor bigint,
  commit_deadline timestamptz,
  -- The total that the last updateInvoice in RESERVED carried: what a commit may charge at most,
  -- and charges if it names no amount (Unattended Payments, rows 32 and 33).
  reserved_total_minor bigint,
  -- What the commit asked for; 0 when it released the reservation. Null when no commit succeeded.
  committed_minor bigint,
  ers_reference text unique,
  paid_at timestamptz,
  created_at timestamptz not null default seqr_clock(),
  expires_at timestamptz not null,
  -- When the merchant showed that it knows of an immediate debit (the 20-second rule).
  noticed_at timestamptz,
  -- The period, of the shop and of the terminal, that the payment belongs to: the one open at its
  -- debit. Null before it, and after a reversal.
  shop_period bigint,
  terminal_period bigint
);

-- What must hold of every invoice (one CHECK: see transfer).
create function is_sound(i invoice) returns boolean language plpgsql immutable as $$
begin
  return i.state in
      ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE', 'RESERVED', 'PAID', 'CANCELED', 'FAILED')
    and i.reference ~ '^[0-9]{17}$'
    and i.total_minor >= 0
    and (i.state = 'RESERVED') <= (i.hold_id is not null)
    and (i.state = 'PAID') = (i.ers_reference is not null)
    and (i.held_minor is null or i.total_minor <= i.held_minor)
    and (i.reserved_total_minor is null or i.reserved_total_minor <= i.held_minor)
    and (i.committed_minor is null or i.committed_minor between 0 and i.held_minor);
end $$;
alter table invoice add constraint invoice_is_sound check (is_sound(invoice));
create index invoice_terminal on invoice (terminal_id, created_at desc);
create index invoice_open on invoice (terminal_id)
  where state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE');
create index invoice_unclaimed on invoice (expires_at)
  where state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE') and purchase_id is null;

create sequence ers_reference_number;

create table purchase (
  id uuid primary key,
  -- MACHINE, TILL, INVOICE
  kind text not null,
  -- OPENED, AWAITING_APPROVAL, AWAITING_MERCHANT, CONFIRMING, RESERVED; ended: PAID, RELEASED,
  -- REFUSED, CANCELED, EXPIRED
  state text not null,
  customer_id uuid not null references customer,
  merchant_id text not null,
  machine_token text,
  -- The reservationAmount of createPurchase: the most that the invoice may ask for.
  reservation_minor bigint,
  currency text not null,
  invoice_reference text references invoice,
  -- The invoice's version when it was claimed: what an approval without a version means.
  claimed_version integer,
  -- Of the present state; null once ended.
  deadline timestamptz,
  ending_code text,
  -- Why, for the operator; never shown to the customer.
  ending_detail text,
  created_at timestamptz not null default seqr_clock(),
  updated_at timestamptz not null default seqr_clock()
);

-- What must hold of every purchase (one CHECK: see transfer): while it is unfinished it has a
-- deadline, and one that ended unpaid says why.
create function is_sound(p purchase) returns boolean language plpgsql immutable as $$
begin
  return case
      when p.state in
        ('OPENED', 'AWAITING_APPROVAL', 'AWAITING_MERCHANT', 'CONFIRMING', 'RESERVED')
        then p.deadline is not null and p.ending_code is null
      when p.state = 'PAID' then p.deadline is null and p.ending_code is null
      when p.state in ('RELEASED', 'REFUSED', 'CANCELED', 'EXPIRED')
        then p.deadline is null and p.ending_code is not null
      else false
    end
    and p.kind in ('MACHINE', 'TILL', 'INVOICE')
    and (p.kind = 'MACHINE') = (p.machine_token is not null);
end $$;
alter table purchase add constraint purchase_is_sound check (is_sound(purchase));
-- One unfinished purchase of a customer at a machine, and one unapproved offer of a customer (rows
-- 14 and 40).
create unique index purchase_unfinished_at_machine
  on purchase (customer_id, merchant_id, machine_token)
  where state in ('OPENED', 'AWAITING_APPROVAL', 'RESERVED');
create unique index purchase_unapproved_of_customer on purchase (customer_id)
  where state in ('OPENED', 'AWAITING_APPROVAL', 'AWAITING_MERCHANT');
-- A machine's invoice is claimed by one purchase; a till's may be looked at by several customers,
-- of whom the first to approve binds it (invoice.purchase_id).
create unique index purchase_claims_once on purchase (invoice_reference) where kind = 'MACHINE';
create unique index purchase_unfinished_of_invoice on purchase (invoice_reference, customer_id)
  where deadline is not null;
create index purchase_history on purchase (customer_id, id);
create index purchase_recent_of_customer on purchase (customer_id, created_at);
create index purchase_recent_at_machine on purchase (merchant_id, machine_token, created_at);
create index purchase_deadline on purchase (deadline) where deadline is not null;

-- Customer tokens (loyalty cards) of an invoice: sent by the merchant, or offered by the customer
-- and answered by the merchant (status 0 pending, 1 used, 90 blocked, 99 invalid).
create table invoice_token (
  invoice_reference text not null references invoice,
  id text not null,
  description text,
  value text,
  status integer not null,
  offered boolean not null,
  primary key (invoice_reference, id)
);

create table notification (
  id bigint generated always as identity primary key,
  invoice_reference text not null unique,
  purchase_id uuid,
  merchant_id text not null,
  url text not null,
  body text,
  state text not null default 'DUE' check (state in ('DUE', 'DELIVERED', 'MOOT', 'GAVE_UP')),
  -- Attempts begun so far.
  attempts integer not null default 0,
  due_at timestamptz not null,
  -- Whoever claimed it may send until then; afterwards its sender is taken for dead.
  claimed_until timestamptz,
  last_status integer,
  last_error text,
  created_at timestamptz not null default seqr_clock(),
  ended_at timestamptz
);
create index notification_due on notification (due_at) where state = 'DUE';

-- "This purchase changed", for live updates. Read only below the oldest running transaction (see
-- purchase_events).
create table purchase_event (
  id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  customer_id uuid not null,
  purchase_id uuid not null,
  created_at timestamptz not null default seqr_clock()
);
create index purchase_event_order on purchase_event (xid, id);
create index purchase_event_created on purchase_event (created_at);

-- Refunds of payments (M17); the sum of one payment's never exceeds it.
create table refund (
  ers_reference text primary key,
  invoice_reference text not null references invoice,
  payment_reference text not null,
  merchant_id text not null,
  terminal_id text not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  client_invoice_id text,
  cashier_id text,
  reason text,
  transfer_id bigint not null unique references transfer,
  shop_period bigint not null,
  terminal_period bigint not null,
  created_at timestamptz not null default seqr_clock()
);
create index refund_invoice on refund (invoice_reference);
-- In the order in which reports list them.
create index refund_shop_period on refund (merchant_id, shop_period, created_at);
create index refund_terminal_period on refund (terminal_id, terminal_period, created_at);

-- A purchase with all that its customer sees of it.
create view purchase_view as
  select p.id, p.customer_id, p.kind, p.state, coalesce(i.version, 0) as version,
    p.merchant_id, m.name as merchant_name, p.machine_token,
    coalesce(mc.name, p.machine_token) as machine_name, mc.place as machine_place,
    p.invoice_reference, p.currency,
    case when i.purchase_id = p.id then coalesce(i.held_minor, i.total_minor) else i.total_minor end
      as maximum_minor,
    case when i.purchase_id = p.id then i.held_minor end as reserved_minor,
    case when p.state = 'PAID' then i.committed_minor end as charged_minor,
    coalesce(i.rows, '[]') as rows, p.deadline, p.created_at, p.updated_at, p.ending_code,
    case when p.state = 'PAID' then (
      select jsonb_agg(jsonb_build_object('reference', r.ers_reference,
        'minor', r.amount_minor::text, 'reason', r.reason, 'createdAt', r.created_at)
        order by r.created_at)
      from refund r where r.invoice_reference = p.invoice_reference
    ) end as refunds,
    case when p.kind <> 'MACHINE' then (
      select jsonb_agg(jsonb_build_object('id', k.id, 'description', k.description,
        'value', k.value, 'status', k.status) order by k.id)
      from invoice_token k where k.invoice_reference = p.invoice_reference
        and (i.purchase_id = p.id or p.deadline is not null)
    ) end as tokens,
    case when p.kind <> 'MACHINE' then (
      select jsonb_build_object('title', i.title, 'footer', i.footer, 'terminal', t.name)
      from terminal t where t.id = i.terminal_id
    ) end as bill,
    case when p.state in ('PAID', 'CONFIRMING') then i.ers_reference end as ers_reference,
    case when p.state in ('PAID', 'CONFIRMING') then i.paid_at end as paid_at
  from purchase p
    join merchant m on m.id = p.merchant_id
    left join machine mc on mc.merchant_id = p.merchant_id and mc.token = p.machine_token
    left join invoice i on i.reference = p.invoice_reference;
