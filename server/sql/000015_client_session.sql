-- Sessions of embedded pages (external services): what the service behind a scanned link may learn
-- of its customer by the token that its page was opened with. Only the terminal whose service it is
-- may ask. `key_digest` is the SHA-256 of the token.
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
