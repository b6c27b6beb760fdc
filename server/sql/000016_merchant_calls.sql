-- What the rest of the merchant SOAP API needs: a code that is free again, documents within limits,
-- sessions of embedded pages.

-- unregisterTerminal: its open invoices are cancelled, claimed ones too (row 39); RESERVED and PAID
-- ones stay. The code of its sticker is free for another terminal.
create or replace function terminal_unregister(p_terminal_id text) returns void
language plpgsql as $$
begin
  update terminal set state = 'UNREGISTERED', seqr_id = null where id = p_terminal_id;
  perform invoice_cancel(p_terminal_id, i.reference) from invoice i
    where i.terminal_id = p_terminal_id and i.state in ('ISSUED', 'PENDING_ISSUER_ACKNOWLEDGE');
end $$;

-- assignSeqrId: the code on a till's sticker. False when another terminal has it. A terminal that
-- has unregistered meanwhile gets none.
create or replace function terminal_assign_seqr_id(p_terminal_id text, p_seqr_id text)
returns boolean language plpgsql as $$
begin
  update terminal set seqr_id = p_seqr_id where id = p_terminal_id and state = 'ACTIVE';
  return true;
exception when unique_violation then
  return false;
end $$;

drop function receipt_submit(text, text, text, text, bytea);

-- submitPaymentReceipt: notice of the payment, and a document for the payment or a refund of it (none
-- when `p_content` is null). The same document again is stored once. Refusals: INVALID_ERS_REFERENCE
-- (no such payment or refund of this terminal's merchant), INVALID_INVOICE_DATA (as many documents as
-- it may have are there; nothing is noticed then).
create function receipt_submit(
  p_terminal_id text, p_ers_reference text, p_receipt_type text, p_mime_type text, p_content bytea,
  p_documents_max integer
) returns text language plpgsql as $$
declare
  v_merchant_id text;
  v_reference text;
  i invoice;
begin
  select merchant_id into strict v_merchant_id from terminal where id = p_terminal_id;
  select reference into v_reference from invoice
    where ers_reference = p_ers_reference and merchant_id = v_merchant_id and state = 'PAID'
  union all
  select invoice_reference from refund
    where ers_reference = p_ers_reference and merchant_id = v_merchant_id;
  if v_reference is null then
    return 'INVALID_ERS_REFERENCE';
  end if;
  i := invoice_lock_with_purchases(v_reference);
  if i.state <> 'PAID' then
    return 'INVALID_ERS_REFERENCE';
  end if;
  if p_content is not null then
    insert into payment_receipt
        (ers_reference, digest, invoice_reference, receipt_type, mime_type, content)
      values (p_ers_reference, sha256(p_content), i.reference, p_receipt_type, p_mime_type, p_content)
      on conflict do nothing;
    if found and (select count(*) from payment_receipt where ers_reference = p_ers_reference)
        > p_documents_max then
      delete from payment_receipt where ers_reference = p_ers_reference
        and receipt_type = p_receipt_type and digest = sha256(p_content);
      return 'INVALID_INVOICE_DATA';
    end if;
    perform purchase_tell(p) from purchase p where p.id = i.purchase_id;
  end if;
  if i.committed_minor is null then
    perform invoice_notice(i);
  end if;
  return null;
end $$;

-- Sessions of embedded pages (external services): what the service behind a scanned link may learn of
-- its customer by the token that its page was opened with. Only the terminal whose service it is may
-- ask. `key_digest` is the SHA-256 of the token.
create table client_session (
  key_digest bytea primary key check (length(key_digest) = 32),
  terminal_id text not null references terminal,
  state text not null default 'IN_PROGRESS' check (state in ('IN_PROGRESS', 'READY', 'CANCELED')),
  -- [{"key": …, "value": …}], in the order in which they are answered.
  parameters jsonb not null default '[]' check (jsonb_typeof(parameters) = 'array'),
  expires_at timestamptz not null,
  created_at timestamptz not null default seqr_clock()
);
create index client_session_expired on client_session (expires_at);
