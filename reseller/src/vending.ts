import {
  about,
  inBackground,
  move,
  moveAnyway,
  pause,
  pauseWhile,
  referenceOf,
  reservedUntilMs,
  stateOf,
} from './kit.ts';
import type { Kit, Session } from './kit.ts';
import { JournalUnwritable } from './journal.ts';
import { reasonOf } from './log.ts';
import type { MachineEvents, ReportedVend, SessionReport, VendRequest } from './machine-port.ts';
import { deliveredMinor } from './session-record.ts';
import type { VendRecord, VendState } from './session-record.ts';
import { settle } from './settlement.ts';

/** Assumed where the machine has not said how long its longest vend takes. */
const LONGEST_VEND_MS = 30_000;
/** Pause between two questions to a machine that does not answer. */
const ASK_AGAIN_MS = 1_000;
/** How long after its own deadline a machine may still report the end by itself. */
const OVERDUE_MS = 2_000;
/** Vends of one session; a machine that asks more often has lost its mind. */
const VENDS_MAX = 1_000;

/** How long the longest vend of the machine may take, in ms. */
export const longestVendMs = (kit: Kit, session: Session): number =>
  kit.port.state(session.machine.token)?.longestVendMs ?? LONGEST_VEND_MS;

/** Listens to the machines: vends are approved, written down, and sessions settled. */
export function machineEvents(kit: Kit): MachineEvents {
  const sessionOf = (token: string, reference: string): Session | null => {
    const session = kit.byReference.get(reference);
    return session?.machine.token === token ? session : null;
  };
  // Resellers may share a broker: another's machines are not ours to deny or to acknowledge.
  const isForeign = (token: string): boolean => !kit.machines.has(token);
  return {
    vendRequest: (token, request) => {
      const session = sessionOf(token, request.invoiceReference);
      if (session === null) {
        if (isForeign(token)) return;
        kit.port.denyVend(token, request.invoiceReference, request.vendId, 'NO_SESSION');
      } else inBackground(kit, session, answerVendRequest(kit, session, request));
    },
    vendResult: (token, reference, vend) => {
      const session = sessionOf(token, reference);
      if (session !== null) inBackground(kit, session, noteResult(kit, session, vend));
    },
    sessionComplete: (token, reference, vends) => {
      const session = sessionOf(token, reference);
      if (session === null && isForeign(token)) return;
      if (session === null || stateOf(session) === 'SETTLING') {
        noteLateReport(kit, token, reference, vends);
        acknowledge(kit, token, reference);
      } else inBackground(kit, session, conclude(kit, session, vends));
    },
  };
}

/**
 * Approves while what is delivered and under way, with this, stays within what is held, and time is
 * left.
 */
async function answerVendRequest(kit: Kit, session: Session, request: VendRequest): Promise<void> {
  const { token } = session.machine;
  const { invoiceReference, vendId, slot, name, price } = request;
  const deny = (reason: string): void => {
    kit.log('info', 'vend denied', { ...about(session), slot, reason });
    kit.port.denyVend(token, invoiceReference, vendId, reason);
  };
  const known = session.vends.get(vendId);
  if (known !== undefined) {
    // A machine repeats a request whose answer it has not heard.
    if (known.state === 'APPROVED') kit.port.approveVend(token, invoiceReference, vendId);
    return;
  }
  if (stateOf(session) === 'UNLOCKING') await opened(kit, session, 'VEND_REQUEST');
  const refusal = whyDenied(kit, session, request);
  if (refusal !== null) return deny(refusal);
  const vend: VendRecord = { vendId, slot, name, price, state: 'APPROVED' };
  // In memory at once: a second request of the same instant must see it.
  session.vends.set(vendId, vend);
  try {
    if (!(await move(kit, session, ['OPEN'], 'OPEN', {}, [vend]))) {
      session.vends.delete(vendId);
      return deny('SESSION_OVER');
    }
  } catch (error) {
    session.vends.delete(vendId);
    deny('JOURNAL_UNWRITABLE');
    if (error instanceof JournalUnwritable) await endNow(kit, session, reasonOf(error));
    else throw error;
    return;
  }
  kit.port.approveVend(token, invoiceReference, vendId);
}

function whyDenied(kit: Kit, session: Session, { price }: VendRequest): string | null {
  const { held } = session.record;
  if (stateOf(session) !== 'OPEN') return 'SESSION_OVER';
  if (session.vends.size >= VENDS_MAX) return 'TOO_MANY_VENDS';
  if (price.currency !== held.currency) return 'OTHER_CURRENCY';
  if (spentMinor(session) + price.minor > held.minor) return 'INSUFFICIENT_FUNDS';
  const { commitMarginMs } = session.machine.settings;
  const needsMs = longestVendMs(kit, session) + commitMarginMs;
  return kit.clock.now() + needsMs > reservedUntilMs(session) ? 'TOO_LATE' : null;
}

const spentMinor = (session: Session): bigint => {
  let spent = deliveredMinor(session.vends.values());
  for (const vend of session.vends.values()) {
    if (vend.state === 'APPROVED') spent += vend.price.minor;
  }
  return spent;
};

async function noteResult(kit: Kit, session: Session, reported: ReportedVend): Promise<void> {
  if (!['UNLOCKING', 'OPEN'].includes(stateOf(session))) return;
  const vend = asRecord(reported);
  if (vend === null) return;
  kit.log('info', 'vend', { ...about(session), slot: vend.slot, result: vend.state });
  try {
    await move(kit, session, ['UNLOCKING', 'OPEN'], 'OPEN', {}, [vend]);
  } catch (error) {
    if (!(error instanceof JournalUnwritable)) throw error;
    await endNow(kit, session, reasonOf(error));
  }
}

/** The machine has begun the session: durable, and its end is watched from here on. */
export async function opened(kit: Kit, session: Session, how: string): Promise<void> {
  const moved = await moveAnyway(kit, session, ['UNLOCKING'], 'OPEN', { unlockResult: how });
  if (!moved) return;
  kit.log('info', 'machine unlocked', { ...about(session) });
  inBackground(kit, session, watchEnd(kit, session));
}

/**
 * Waits until the machine should have locked by itself, then asks it to. Its own report comes
 * first, as a rule.
 */
export async function watchEnd(kit: Kit, session: Session): Promise<void> {
  const dueMs = (session.endsAtMs ?? 0) + longestVendMs(kit, session) + OVERDUE_MS;
  if (!(await pauseWhile(kit, session, Math.max(0, dueMs - kit.clock.now())))) return;
  if (stateOf(session) === 'OPEN') await endAtMachine(kit, session);
}

/**
 * Locks the machine and settles by its report; if it says nothing until the margin begins, by the
 * journal alone.
 */
export async function endAtMachine(kit: Kit, session: Session): Promise<void> {
  const { machine } = session;
  const untilMs = reservedUntilMs(session) - machine.settings.commitMarginMs;
  for (;;) {
    const report = await kit.port.endSession(machine.token, referenceOf(session));
    if (!['UNLOCKING', 'OPEN'].includes(stateOf(session))) return;
    if (report !== null && !isTurning(report)) return conclude(kit, session, report.vends);
    if (kit.clock.now() >= untilMs) {
      kit.log('alarm', 'machine cannot say: charging what is journalled', about(session));
      return conclude(kit, session, []);
    }
    if (!(await pause(kit, ASK_AGAIN_MS))) return;
  }
}

/** The journal cannot be written: no further vend; charged is what it holds already. */
async function endNow(kit: Kit, session: Session, reason: string): Promise<void> {
  kit.log('alarm', 'journal unwritable: session ended', { ...about(session), reason });
  inBackground(kit, session, kit.port.endSession(session.machine.token, referenceOf(session)));
  await conclude(kit, session, []);
}

const isTurning = (report: SessionReport): boolean =>
  report.vends.some((vend) => vend.result === 'VENDING');

/**
 * The session is over at the machine. What it reports and the amount that follows become durable
 * together; then the machine hears that its report has arrived, and the session is settled.
 * `reported` empty: by the journal alone.
 */
export async function conclude(
  kit: Kit,
  session: Session,
  reported: readonly ReportedVend[],
): Promise<void> {
  const vends = reported.slice(0, VENDS_MAX).flatMap((vend) => asRecord(vend) ?? []);
  const all = new Map(session.vends);
  for (const vend of vends) {
    if (vend.price.currency === session.record.held.currency) all.set(vend.vendId, vend);
  }
  const { held } = session.record;
  const delivered = deliveredMinor(all.values());
  if (delivered > held.minor) kit.log('alarm', 'delivered more than is held', about(session));
  const chargeMinor = delivered > held.minor ? held.minor : delivered;
  const moved = await moveAnyway(
    kit,
    session,
    ['UNLOCKING', 'OPEN'],
    'SETTLING',
    { chargeMinor, settleIntentMs: kit.clock.now() },
    [...all.values()],
  );
  if (!moved) return;
  acknowledge(kit, session.machine.token, referenceOf(session));
  await settle(kit, session);
}

/** A report of a session whose amount stands already: what it delivered beyond that is lost. */
function noteLateReport(
  kit: Kit,
  token: string,
  reference: string,
  vends: readonly ReportedVend[],
): void {
  const record = kit.byReference.get(reference)?.record ?? kit.sessions.byReference(reference);
  const charged = record?.ending === 'CANCELED' ? 0n : (record?.chargeMinor ?? 0n);
  const delivered = deliveredMinor(vends.flatMap((vend) => asRecord(vend) ?? []));
  if (delivered <= charged) return;
  kit.log('alarm', 'goods lost: delivered but not charged', {
    token,
    reference,
    known: record !== null,
    minor: (delivered - charged).toString(),
  });
}

/**
 * Tells the machine that its report is here. If it does not hear it, it reports again and is told
 * again.
 */
function acknowledge(kit: Kit, token: string, reference: string): void {
  kit.port.endSession(token, reference).catch((error: unknown) => {
    kit.log('alarm', 'bug', { token, reference, reason: reasonOf(error) });
  });
}

/** Null for a vend that is not decided. */
function asRecord({ result, ...vend }: ReportedVend): VendRecord | null {
  const { vendId, slot, name, price } = vend;
  const state: VendState | null = result === 'VENDING' ? null : result;
  return state === null ? null : { vendId, slot, name, price, state };
}
