import type { SQLOutputValue } from 'node:sqlite';
import type { Journal } from './journal.ts';
import type {
  SessionEnding,
  SessionRecord,
  SessionState,
  VendRecord,
  VendState,
} from './session-record.ts';

/** How many ended sessions one tidying removes at most, so that it never holds up a sale. */
const FORGET_MAX = 500;

/** What a transition writes beside the state. Absent fields keep their value. */
export type SessionChange = {
  readonly reference?: string;
  readonly notReservedMs?: number;
  readonly unlockIntentMs?: number;
  readonly unlockResult?: string;
  readonly chargeMinor?: bigint;
  readonly settleIntentMs?: number;
  readonly ersReference?: string | null;
  readonly ending?: SessionEnding;
};

/**
 * Sessions and their vends in the journal. Everything that writes is for use inside
 * `journal.durably`; a transition succeeds only from the state that it names, so that of two that
 * compete exactly one happens.
 */
export type SessionTable = {
  /** Adds a session in LEASED; false when another one holds that machine. */
  lease(session: SessionRecord, nowMs: number): boolean;
  /**
   * Moves from one of `from` to `to`; false, and nothing written, when the session is in none of
   * them.
   */
  move(
    id: string,
    from: readonly SessionState[],
    to: SessionState,
    change: SessionChange,
    nowMs: number,
  ): boolean;
  /** Notes an observation "not yet RESERVED" made at `ms`, while the session is OFFERED. */
  observe(id: string, ms: number): void;
  /** Adds or changes vends, each keyed by its machine's id. */
  putVends(id: string, vends: readonly VendRecord[]): void;
  /** Every session that has not ended, oldest first. */
  unfinished(): SessionRecord[];
  /** The session of an invoice, ended or not. */
  byReference(reference: string): SessionRecord | null;
  /** The vends of a session in the order of their ids. */
  vends(session: SessionRecord): VendRecord[];
  /** Forgets some of the sessions that ended before `beforeMs`; returns how many. */
  forget(beforeMs: number): number;
};

const COLUMNS = `id, token, secret, msisdn, state, reference, held_minor, currency,
  commit_timeout_s, lease_until_ms, not_reserved_ms, unlock_intent_ms, charge_minor,
  ers_reference, ending`;

const MOVE = `update session set
    state = :to,
    reference = coalesce(:reference, reference),
    not_reserved_ms = coalesce(:not_reserved_ms, not_reserved_ms),
    unlock_intent_ms = coalesce(:unlock_intent_ms, unlock_intent_ms),
    unlock_result = coalesce(:unlock_result, unlock_result),
    charge_minor = coalesce(:charge_minor, charge_minor),
    settle_intent_ms = coalesce(:settle_intent_ms, settle_intent_ms),
    ers_reference = coalesce(:ers_reference, ers_reference),
    ending = :ending,
    msisdn = case when :to = 'ENDED' then null else msisdn end,
    changed_ms = :now_ms
  where id = :id and instr(:from, ',' || state || ',') > 0`;

/** Prepares the statements of {@link SessionTable} on `journal`. */
export function sessionTable(journal: Journal): SessionTable {
  const sql = statements(journal);
  return {
    lease: (session, nowMs) => changed(sql.insert.run(leaseParameters(session, nowMs))),
    move: (id, from, to, change, nowMs) =>
      changed(
        sql.move.run({ id, from: `,${from.join(',')},`, to, ...moved(change), now_ms: nowMs }),
      ),
    observe: (id, ms) => void sql.observe.run({ id, ms }),
    putVends: (id, vends) => {
      for (const { vendId, slot, name, price, state } of vends) {
        sql.putVend.run({
          session_id: id,
          vend_id: vendId,
          slot,
          name,
          price_minor: price.minor,
          state,
        });
      }
    },
    unfinished: () => sql.unfinished.all().map(asSession),
    byReference: (reference) => {
      const row = sql.byReference.get(reference);
      return row === undefined ? null : asSession(row);
    },
    vends: ({ id, held }) => sql.vends.all(id).map((row) => asVend(row, held.currency)),
    forget: (beforeMs) => Number(sql.forget.run(beforeMs).changes),
  };
}

function statements(journal: Journal) {
  return {
    insert: journal.prepare(
      `insert or ignore into session (id, token, secret, msisdn, state, held_minor, currency,
         commit_timeout_s, lease_until_ms, changed_ms)
       values (:id, :token, :secret, :msisdn, 'LEASED', :held_minor, :currency,
         :commit_timeout_s, :lease_until_ms, :now_ms)`,
    ),
    move: journal.prepare(MOVE),
    observe: journal.prepare(
      `update session set not_reserved_ms = :ms, changed_ms = :ms
       where id = :id and state = 'OFFERED'`,
    ),
    putVend: journal.prepare(
      `insert into vend (session_id, vend_id, slot, name, price_minor, state)
       values (:session_id, :vend_id, :slot, :name, :price_minor, :state)
       on conflict (session_id, vend_id) do update set state = excluded.state`,
    ),
    unfinished: journal.prepare(
      `select ${COLUMNS} from session where state <> 'ENDED' order by id`,
    ),
    byReference: journal.prepare(`select ${COLUMNS} from session where reference = ?`),
    vends: journal.prepare('select * from vend where session_id = ? order by vend_id'),
    // Ids are in the order of time, so the search ends at the first session that is young enough.
    forget: journal.prepare(
      `delete from session where id in (
         select id from session where state = 'ENDED' and id < coalesce(
           (select id from session where changed_ms >= ? order by id limit 1), '~')
         order by id limit ${FORGET_MAX})`,
    ),
  };
}

const leaseParameters = (session: SessionRecord, nowMs: number) => ({
  id: session.id,
  token: session.token,
  secret: session.secret,
  msisdn: session.msisdn,
  held_minor: session.held.minor,
  currency: session.held.currency,
  commit_timeout_s: session.commitReservationTimeoutS,
  lease_until_ms: session.leaseUntilMs,
  now_ms: nowMs,
});

const moved = (change: SessionChange) => ({
  reference: change.reference ?? null,
  not_reserved_ms: change.notReservedMs ?? null,
  unlock_intent_ms: change.unlockIntentMs ?? null,
  unlock_result: change.unlockResult ?? null,
  charge_minor: change.chargeMinor ?? null,
  settle_intent_ms: change.settleIntentMs ?? null,
  ers_reference: change.ersReference ?? null,
  ending: change.ending ?? null,
});

type Row = Readonly<Record<string, SQLOutputValue>>;

const changed = (result: { readonly changes: number | bigint }): boolean =>
  Number(result.changes) > 0;

const textOrNull = (row: Row, column: string): string | null => {
  const value = row[column];
  return typeof value === 'string' ? value : null;
};
const text = (row: Row, column: string): string => textOrNull(row, column) ?? '';
const numberOrNull = (row: Row, column: string): number | null =>
  row[column] === null ? null : Number(row[column]);
const bigintOrNull = (row: Row, column: string): bigint | null => {
  const value = row[column];
  return typeof value === 'bigint' ? value : null;
};

function asSession(row: Row): SessionRecord {
  return {
    id: text(row, 'id'),
    token: text(row, 'token'),
    secret: text(row, 'secret'),
    msisdn: textOrNull(row, 'msisdn'),
    // The table's CHECKs allow these values only.
    state: text(row, 'state') as SessionState,
    reference: textOrNull(row, 'reference'),
    held: { minor: bigintOrNull(row, 'held_minor') ?? 0n, currency: text(row, 'currency') },
    commitReservationTimeoutS: Number(row['commit_timeout_s']),
    leaseUntilMs: Number(row['lease_until_ms']),
    notReservedMs: numberOrNull(row, 'not_reserved_ms'),
    unlockIntentMs: numberOrNull(row, 'unlock_intent_ms'),
    chargeMinor: bigintOrNull(row, 'charge_minor'),
    ersReference: textOrNull(row, 'ers_reference'),
    ending: textOrNull(row, 'ending') as SessionEnding | null,
  };
}

function asVend(row: Row, currency: string): VendRecord {
  return {
    vendId: text(row, 'vend_id'),
    slot: Number(row['slot']),
    name: text(row, 'name'),
    price: { minor: bigintOrNull(row, 'price_minor') ?? 0n, currency },
    state: text(row, 'state') as VendState,
  };
}
