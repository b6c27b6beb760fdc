/**
 * The durable record of every machine of this process: door, stock, sessions and vends. It is the
 * witness of what was delivered, so each step is on disk before the world is told of it
 * (docs/decisions/0050). One SQLite file, one process, mode 600. What all machines write in one
 * turn of the event loop reaches the disk in one fsync, and {@link MachineRecord.whenDurable} holds
 * back what may only happen afterwards.
 */

import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type {
  AmountJson,
  MachineProduct,
  SessionProgress,
  Vend,
  VendResult,
} from '@seqr-ups/contract';

/** How long opening waits for another process to let go of the file, in ms. */
const OPEN_WAIT_MS = 500;

/** `VOID` is a reference whose end was told before its beginning: it can never begin any more. */
const SCHEMA = `
  create table if not exists machine (
    token text primary key,
    door text not null check (door in ('LOCKED', 'UNLOCKED'))
  ) strict, without rowid;

  create table if not exists stock (
    token text not null references machine,
    slot integer not null check (slot > 0),
    remaining integer not null check (remaining >= 0),
    primary key (token, slot)
  ) strict, without rowid;

  create table if not exists session (
    token text not null references machine,
    invoice_reference text not null,
    state text not null check (state in ('OPEN', 'COMPLETE', 'ENDED', 'VOID')),
    begun_at text not null,
    primary key (token, invoice_reference)
  ) strict, without rowid;
  create unique index if not exists session_one_open on session (token) where state = 'OPEN';
  create index if not exists session_untold on session (token) where state = 'COMPLETE';

  create table if not exists vend (
    number integer primary key,
    vend_id text not null unique,
    token text not null,
    invoice_reference text not null,
    slot integer not null,
    name text not null,
    price text not null,
    currency text not null,
    result text not null check (result in ('VENDING', 'VENDED', 'JAMMED')),
    cut integer not null default 0 check (cut in (0, 1)),
    foreign key (token, invoice_reference) references session
  ) strict;
  create index if not exists vend_session on vend (token, invoice_reference);
  create unique index if not exists vend_one_turning on vend (token) where result = 'VENDING';
`;

/** What {@link MachineRecord.startMachine} found and set right. */
export type Recovery = {
  /** Reference of the session that was open, or null. It is complete now. */
  readonly completed: string | null;
  /** How many vends had been cut off between intent and result. They are JAMMED now. */
  readonly cut: number;
};

/** One session as the record has it. */
export type SessionReport = { readonly progress: SessionProgress; readonly vends: readonly Vend[] };

/**
 * The record. Every method is synchronous and throws when the file cannot be read or written. What
 * it wrote is seen by the next call, and is on disk when {@link MachineRecord.whenDurable} says so.
 */
export type MachineRecord = {
  /**
   * Runs `effect` once everything written so far is on disk: at once when it is already, else at
   * the end of this turn of the event loop, in the order of the calls. Should the disk refuse, all
   * of this turn's writes are undone and `failed` runs instead.
   */
  whenDurable(effect: () => void, failed: (error: unknown) => void): void;
  /**
   * Enters a machine. Stock of slots seen for the first time is filled from `products`; known
   * slots keep what they have. Locks the door, decides a vend that a crash has cut off as JAMMED
   * and completes the session that was open.
   */
  startMachine(token: string, products: readonly MachineProduct[]): Recovery;
  /** How many are left, by slot. */
  stock(token: string): Map<number, number>;
  /** Whether the door was left unlocked. */
  isUnlocked(token: string): boolean;
  /** Whether that reference has begun, or can never begin any more. */
  isUsed(token: string, invoiceReference: string): boolean;
  /** Opens a session and unlocks the door, in one step. False: that reference was used before. */
  beginSession(token: string, invoiceReference: string): boolean;
  /** Intent: written before the motor turns. */
  beginVend(token: string, invoiceReference: string, vend: Omit<Vend, 'result'>): void;
  /** Result, and one less in stock when it was VENDED. Throws unless that vend is turning. */
  endVend(token: string, vendId: string, result: 'VENDED' | 'JAMMED'): void;
  /** The session is over and the door locked. Throws unless it is open. */
  completeSession(token: string, invoiceReference: string): void;
  /**
   * The reseller knows of the end. Also makes a reference that never began unusable. Throws while
   * the session is open.
   */
  endSession(token: string, invoiceReference: string): void;
  /** What happened under that reference; UNKNOWN when it never began. */
  findSession(token: string, invoiceReference: string): SessionReport;
  /** References of sessions whose end the reseller has not acknowledged, oldest first. */
  untoldSessions(token: string): string[];
  /** Brings to disk what is not there yet, and lets go of the file. */
  close(): void;
};

/**
 * Opens the record, made on first use (folder 700, file 600).
 *
 * @throws Error with one plain sentence when another process has it or it cannot be opened.
 */
export function openRecord(path: string): MachineRecord {
  try {
    return recordOn(openExclusive(path));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const problem = why.includes('locked')
      ? 'is in use by another process'
      : `cannot be opened: ${why}`;
    throw new Error(`The machines' record ${path} ${problem}.`, { cause: error });
  }
}

function openExclusive(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // Made before SQLite opens it: its journal files take over the mode of the file.
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const db = new DatabaseSync(path, { timeout: OPEN_WAIT_MS });
  try {
    // The lock is taken by the first write and held until the process ends, however it ends.
    db.exec('pragma locking_mode = exclusive; pragma journal_mode = wal;');
    db.exec('pragma synchronous = full; pragma foreign_keys = on;');
    db.exec(`begin immediate; ${SCHEMA} commit;`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The record on an open database, for which {@link openRecord} has made the tables. */
export function recordOn(db: DatabaseSync): MachineRecord {
  const sql = statements(db);
  const { whenDurable, atomically, end } = oneCommitPerTurn(db);
  return {
    whenDurable,
    ...machineMethods(sql, atomically),
    ...sessionMethods(sql, atomically),
    ...vendMethods(sql, atomically),
    close: () => {
      end();
      db.close();
    },
  };
}

type Statements = ReturnType<typeof statements>;
type Atomically = ReturnType<typeof oneCommitPerTurn>['atomically'];

function machineMethods(sql: Statements, atomically: Atomically) {
  return {
    startMachine: (token: string, products: readonly MachineProduct[]): Recovery =>
      atomically(() => {
        sql.addMachine.run(token);
        for (const { slot, stock } of products) sql.addSlot.run(token, slot, stock);
        // A drop sensor reports at the moment the product falls, and its report is the result.
        // No result on disk means that no sensor has spoken for this vend: nobody can show that
        // the customer got anything, so the customer does not pay for it (docs/decisions/0051).
        const cut = Number(sql.jamTurning.run(token).changes);
        const open = sql.findOpen.get(token);
        if (open !== undefined) sql.complete.run(token, text(open['invoice_reference']));
        sql.setDoor.run('LOCKED', token);
        return { completed: open ? text(open['invoice_reference']) : null, cut };
      }),

    stock: (token: string) =>
      new Map(sql.stock.all(token).map((row) => [Number(row['slot']), Number(row['remaining'])])),

    isUnlocked: (token: string) => sql.door.get(token)?.['door'] === 'UNLOCKED',
  };
}

function sessionMethods(sql: Statements, atomically: Atomically) {
  const add = (token: string, reference: string, state: 'OPEN' | 'VOID'): boolean =>
    sql.addSession.run(token, reference, state, new Date().toISOString()).changes === 1;
  const stateOf = (token: string, reference: string) =>
    sql.sessionState.get(token, reference)?.['state'];

  return {
    isUsed: (token: string, reference: string) => stateOf(token, reference) !== undefined,

    beginSession: (token: string, reference: string): boolean =>
      atomically(() => {
        if (!add(token, reference, 'OPEN')) return false;
        sql.setDoor.run('UNLOCKED', token);
        return true;
      }),

    completeSession: (token: string, reference: string): void =>
      atomically(() => {
        if (sql.complete.run(token, reference).changes !== 1) {
          throw new Error(`session ${reference} of ${token} is not open`);
        }
        sql.setDoor.run('LOCKED', token);
      }),

    endSession: (token: string, reference: string): void =>
      atomically(() => {
        if (add(token, reference, 'VOID')) return;
        if (stateOf(token, reference) === 'OPEN') {
          throw new Error(`session ${reference} of ${token} is open`);
        }
        sql.acknowledge.run(token, reference);
      }),

    findSession: (token: string, reference: string): SessionReport => {
      const state = stateOf(token, reference);
      const vends = sql.vends.all(token, reference).map(vendOf);
      if (state === undefined || state === 'VOID') return { progress: 'UNKNOWN', vends };
      return { progress: state === 'OPEN' ? 'OPEN' : 'COMPLETE', vends };
    },

    untoldSessions: (token: string) =>
      sql.untold.all(token).map((row) => text(row['invoice_reference'])),
  };
}

function vendMethods(sql: Statements, atomically: Atomically) {
  return {
    beginVend: (token: string, reference: string, vend: Omit<Vend, 'result'>): void =>
      atomically(() => {
        const { vendId, slot, name, price } = vend;
        sql.addVend.run(vendId, token, reference, slot, name, price.value, price.currency);
      }),

    endVend: (token: string, vendId: string, result: 'VENDED' | 'JAMMED'): void =>
      atomically(() => {
        const row = sql.endVend.get(result, vendId, token);
        if (row === undefined) throw new Error(`vend ${vendId} of ${token} is not turning`);
        if (result === 'VENDED') sql.takeOne.run(token, Number(row['slot']));
      }),
  };
}

type Waiting = { readonly effect: () => void; readonly failed: (error: unknown) => void };

/**
 * Gathers the writes of one turn of the event loop into one transaction. While its fsync blocks,
 * requests of other machines pile up and become the next turn's: the busier, the larger the group.
 */
function oneCommitPerTurn(db: DatabaseSync) {
  const sql = {
    begin: db.prepare('begin immediate'),
    commit: db.prepare('commit'),
    savepoint: db.prepare('savepoint step'),
    release: db.prepare('release step'),
    undo: db.prepare('rollback to step'),
  };
  let waiting: Waiting[] | null = null;

  function end(): void {
    if (waiting === null) return;
    const settled = waiting;
    waiting = null;
    try {
      // A full disk makes SQLite give up the transaction by itself; then COMMIT throws.
      sql.commit.run();
    } catch (error) {
      if (db.isOpen && db.isTransaction) db.exec('rollback');
      for (const { failed } of settled) failed(error);
      return;
    }
    for (const { effect } of settled) effect();
  }

  return {
    end,

    whenDurable: (effect: () => void, failed: (error: unknown) => void): void => {
      if (waiting === null) effect();
      else waiting.push({ effect, failed });
    },

    /** One step: all of it or, when it throws, nothing of it. */
    atomically: <T>(step: () => T): T => {
      if (waiting === null) {
        sql.begin.run();
        waiting = [];
        setImmediate(end);
      }
      sql.savepoint.run();
      try {
        const value = step();
        sql.release.run();
        return value;
      } catch (error) {
        if (db.isTransaction) {
          sql.undo.run();
          sql.release.run();
        }
        throw error;
      }
    },
  };
}

function statements(db: DatabaseSync) {
  return {
    addMachine: db.prepare(
      `insert into machine (token, door) values (?, 'LOCKED') on conflict do nothing`,
    ),
    addSlot: db.prepare(
      `insert into stock (token, slot, remaining) values (?, ?, ?) on conflict do nothing`,
    ),
    stock: db.prepare(`select slot, remaining from stock where token = ?`),
    takeOne: db.prepare(`update stock set remaining = remaining - 1 where token = ? and slot = ?`),
    door: db.prepare(`select door from machine where token = ?`),
    setDoor: db.prepare(`update machine set door = ? where token = ?`),
    addSession: db.prepare(
      `insert into session (token, invoice_reference, state, begun_at) values (?, ?, ?, ?)
       on conflict (token, invoice_reference) do nothing`,
    ),
    sessionState: db.prepare(`select state from session where token = ? and invoice_reference = ?`),
    findOpen: db.prepare(
      `select invoice_reference from session where token = ? and state = 'OPEN'`,
    ),
    complete: db.prepare(
      `update session set state = 'COMPLETE'
       where token = ? and invoice_reference = ? and state = 'OPEN'`,
    ),
    acknowledge: db.prepare(
      `update session set state = 'ENDED'
       where token = ? and invoice_reference = ? and state = 'COMPLETE'`,
    ),
    untold: db.prepare(
      `select invoice_reference from session where token = ? and state = 'COMPLETE'
       order by begun_at, invoice_reference`,
    ),
    addVend: db.prepare(
      `insert into vend (vend_id, token, invoice_reference, slot, name, price, currency, result)
       values (?, ?, ?, ?, ?, ?, ?, 'VENDING')`,
    ),
    endVend: db.prepare(
      `update vend set result = ? where vend_id = ? and token = ? and result = 'VENDING'
       returning slot`,
    ),
    jamTurning: db.prepare(
      `update vend set result = 'JAMMED', cut = 1 where token = ? and result = 'VENDING'`,
    ),
    vends: db.prepare(
      `select vend_id, slot, name, price, currency, result from vend
       where token = ? and invoice_reference = ? order by number`,
    ),
  };
}

function vendOf(row: Record<string, SQLOutputValue>): Vend {
  const price: AmountJson = { value: text(row['price']), currency: text(row['currency']) };
  return {
    vendId: text(row['vend_id']),
    slot: Number(row['slot']),
    name: text(row['name']),
    price,
    // The table's CHECK allows these words only.
    result: text(row['result']) as VendResult,
  };
}

function text(value: SQLOutputValue | undefined): string {
  if (typeof value !== 'string') throw new Error(`the record holds ${typeof value}, not text`);
  return value;
}
