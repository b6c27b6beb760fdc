-- Who calls, for several calls at once by position; an unknown or unregistered terminal has no row.
-- With a call that asks for an invoice of its own terminal: that invoice, if it is ISSUED and no
-- deadline of it or of a purchase of it has passed, so that the most frequent call of all, the poll
-- of a bill that nobody has paid yet, is one read. Rows are found by keys one by one: the plans
-- stay the same whatever the statistics say.
create function terminal_calls(p_terminal_ids text[], p_references text[]) returns table (
  "position" integer, merchant_id text, password_hash text, allow_http_notifications boolean,
  suspended boolean, version integer, acknowledgment_mode text
) language plpgsql stable as $$
declare
  v_state text;
  v_terminal_id text;
  v_purchase_id uuid;
  v_expires_at timestamptz;
  v_now timestamptz := case when array_remove(p_references, null) <> '{}' then seqr_clock() end;
begin
  for v_at in 1 .. cardinality(p_terminal_ids) loop
    select t.merchant_id, t.password_hash, m.allow_http_notifications,
        t.state <> 'ACTIVE' or m.state <> 'ACTIVE'
      into merchant_id, password_hash, allow_http_notifications, suspended
      from terminal t join merchant m on m.id = t.merchant_id
      where t.id = p_terminal_ids[v_at] and t.state <> 'UNREGISTERED';
    continue when not found;
    "position" := v_at;
    version := null;
    acknowledgment_mode := null;
    if p_references[v_at] is not null then
      select i.state, i.terminal_id, i.purchase_id, i.expires_at, i.version, i.acknowledgment_mode
        into v_state, v_terminal_id, v_purchase_id, v_expires_at, version, acknowledgment_mode
        from invoice i where i.reference = p_references[v_at];
      if v_terminal_id is distinct from p_terminal_ids[v_at] or v_state <> 'ISSUED'
        or v_purchase_id is null and v_expires_at <= v_now
        or exists (select from purchase p
          where p.invoice_reference = p_references[v_at] and p.deadline <= v_now) then
        version := null;
        acknowledgment_mode := null;
      end if;
    end if;
    return next;
  end loop;
end $$;
