import type { Clock } from './clock.ts';
import { JournalUnwritable } from './journal.ts';
import type { Journal } from './journal.ts';
import { reasonOf } from './log.ts';
import type { Log } from './log.ts';
import type { MachinePort } from './machine-port.ts';
import type { Pauses } from './pauses.ts';
import { HOLDING } from './session-record.ts';
import type { SessionRecord, SessionState, VendRecord } from './session-record.ts';
import type { SessionChange, SessionTable } from './session-table.ts';
import type { MachineSettings } from './settings.ts';
import type { Terminal, TerminalCalls } from './soap-client.ts';

/** One machine as the kit runs it. */
export type Machine = {
  readonly token: string;
  readonly name: string;
  readonly settings: MachineSettings;
  /** Null until registerTerminal has answered. */
  terminal: Terminal | null;
  /** The session that keeps the machine from everybody else. */
  holder: Session | null;
  /**
   * The last session, in case the machine never heard, or the journal never took, that it is over.
   */
  last: Session | null;
};

/** A transition as the journal takes it. */
type Transition = {
  readonly from: readonly SessionState[];
  readonly to: SessionState;
  readonly change: SessionChange;
  readonly vends: readonly VendRecord[];
  readonly nowMs: number;
};

/** One session in memory; `record` and `vends` are what the journal holds. */
export type Session = {
  readonly machine: Machine;
  record: SessionRecord;
  readonly vends: Map<string, VendRecord>;
  /**
   * Transitions that have happened while the journal could not be written; they go before the next
   * one.
   */
  owed: readonly Transition[];
  /** The status query under way, if any; a second one joins it. */
  looking: Promise<void> | null;
  /** Ends {@link pauseWhile}; null while nobody waits. */
  wake: (() => void) | null;
  /** Newest observation that nobody had confirmed, in memory only: for the machine's display. */
  unconfirmedMs: number | null;
  /** When the machine locks by itself; null before unlocking. */
  endsAtMs: number | null;
  /** A loop is ending, settling or cancelling it; a second one would do everything twice. */
  busy: boolean;
};

/** What every step of a session works with. */
export type Kit = {
  readonly journal: Journal;
  readonly sessions: SessionTable;
  readonly port: MachinePort;
  readonly clock: Clock;
  readonly log: Log;
  readonly machines: ReadonlyMap<string, Machine>;
  /**
   * Sessions that have not ended, by the unguessable value of their notification URL, and by
   * reference.
   */
  readonly bySecret: Map<string, Session>;
  readonly byReference: Map<string, Session>;
  /** The calls in the name of a machine's terminal; null while it has none. */
  calls(machine: Machine): TerminalCalls | null;
  /** Notification URL of a session. */
  notificationUrl(secret: string): string;
  /** Replaces a terminal that the platform does not know any more. */
  reregister(machine: Machine): void;
  readonly pauses: Pauses;
  readonly stopping: AbortSignal;
};

/**
 * Where a session stands. A function, because the compiler would take the field for unchanged over
 * an await.
 */
export const stateOf = (session: Session): SessionState => session.record.state;

/** The reference of an invoice that exists: every state but LEASED has one. */
export function referenceOf(session: Session): string {
  const { reference } = session.record;
  if (reference === null) throw new Error(`session ${session.record.id} has no reference`);
  return reference;
}

/**
 * Moves a session in the journal, durably, and then in memory; false when it was in none of `from`.
 * `vends` become durable in the same write. Rejects with JournalUnwritable, and then nothing has
 * changed.
 */
export async function move(
  kit: Kit,
  session: Session,
  from: readonly SessionState[],
  to: SessionState,
  change: SessionChange = {},
  vends: readonly VendRecord[] = [],
): Promise<boolean> {
  const next = { from, to, change, vends, nowMs: kit.clock.now() };
  const { owed } = session;
  const moved = await kit.journal.durably(() => {
    writeOwed(kit, session, owed);
    return write(kit, session, next);
  });
  if (session.owed === owed) session.owed = [];
  if (moved) follow(kit, session, next);
  return moved;
}

/**
 * As {@link move}, for steps that must happen even if the disk is full: those that end, cancel or
 * charge what is known already. The journal hears of them with its next write; if the process ends
 * before, the restart comes to the same end from the earlier state.
 */
export async function moveAnyway(
  kit: Kit,
  session: Session,
  from: readonly SessionState[],
  to: SessionState,
  change: SessionChange = {},
  vends: readonly VendRecord[] = [],
): Promise<boolean> {
  try {
    return await move(kit, session, from, to, change, vends);
  } catch (error) {
    if (!(error instanceof JournalUnwritable) || kit.stopping.aborted) throw error;
    kit.log('alarm', 'journal unwritable', { ...about(session), reason: reasonOf(error) });
    if (!from.includes(stateOf(session))) return false;
    const next = { from, to, change, vends, nowMs: kit.clock.now() };
    session.owed = [...session.owed, next];
    follow(kit, session, next);
    return true;
  }
}

/** Writes what the journal has missed of a session. For use inside `journal.durably`. */
export function writeOwed(kit: Kit, session: Session, owed = session.owed): void {
  for (const transition of owed) write(kit, session, transition);
}

function write(kit: Kit, session: Session, transition: Transition): boolean {
  const { id } = session.record;
  const { from, to, change, vends, nowMs } = transition;
  if (!kit.sessions.move(id, from, to, change, nowMs)) return false;
  kit.sessions.putVends(id, vends);
  return true;
}

function follow(kit: Kit, session: Session, { to, change, vends }: Transition): void {
  const { record, machine } = session;
  session.record = {
    ...record,
    state: to,
    reference: change.reference ?? record.reference,
    notReservedMs: change.notReservedMs ?? record.notReservedMs,
    unlockIntentMs: change.unlockIntentMs ?? record.unlockIntentMs,
    chargeMinor: change.chargeMinor ?? record.chargeMinor,
    ersReference: change.ersReference ?? record.ersReference,
    ending: change.ending ?? null,
  };
  for (const vend of vends) session.vends.set(vend.vendId, vend);
  if (to !== record.state) session.wake?.();
  if (change.reference !== undefined) kit.byReference.set(change.reference, session);
  if (!HOLDING.includes(to) && machine.holder === session) machine.holder = null;
  if (to !== 'ENDED') return;
  kit.bySecret.delete(record.secret);
  if (record.reference !== null) kit.byReference.delete(record.reference);
}

/** Takes a session into memory: a new one, or one that the journal holds from before a restart. */
export function adopt(
  kit: Kit,
  machine: Machine,
  record: SessionRecord,
  vends: readonly VendRecord[] = [],
): Session {
  const session: Session = {
    machine,
    record,
    vends: new Map(vends.map((vend) => [vend.vendId, vend])),
    owed: [],
    looking: null,
    unconfirmedMs: null,
    wake: null,
    endsAtMs: null,
    busy: false,
  };
  kit.bySecret.set(record.secret, session);
  if (record.reference !== null) kit.byReference.set(record.reference, session);
  if (HOLDING.includes(record.state)) {
    machine.holder = session;
    machine.last = session;
  }
  return session;
}

/** Waits; false when the kit is stopping, also when it began to stop meanwhile. */
export const pause = (kit: Kit, ms: number): Promise<boolean> => kit.pauses.wait(ms);

/** As {@link pause}; false as soon as the session's state changes: no timer outlives its use. */
export const pauseWhile = (kit: Kit, session: Session, ms: number): Promise<boolean> =>
  kit.pauses.wait(ms, (wake) => {
    session.wake = wake;
  });

/**
 * Runs work that nobody waits for. Its expected end under a full disk or a stop is reported;
 * anything else is a bug and stops this session only, with an alarm: the others must still be
 * charged, and a restart takes it up again.
 */
export function inBackground(kit: Kit, session: Session, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (kit.stopping.aborted) return;
    const event = error instanceof JournalUnwritable ? 'journal unwritable' : 'bug';
    kit.log('alarm', event, { ...about(session), reason: reasonOf(error) });
  });
}

/** The fields by which every line about a session is found. */
export const about = (session: Session): { token: string; reference: string | null } => ({
  token: session.machine.token,
  reference: session.record.reference,
});

/**
 * The latest instant at which the reservation surely still holds: it began after the last
 * observation that it had not.
 */
export function reservedUntilMs({ record }: Session): number {
  return (record.notReservedMs ?? 0) + record.commitReservationTimeoutS * 1000;
}
