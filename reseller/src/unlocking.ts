import { cancel } from './cancellation.ts';
import { about, move, pause, referenceOf, reservedUntilMs, stateOf } from './kit.ts';
import type { Kit, Session } from './kit.ts';
import { JournalUnwritable } from './journal.ts';
import { reasonOf } from './log.ts';
import { conclude, endAtMachine, longestVendMs, opened, watchEnd } from './vending.ts';

/** Pause between two questions to a machine that does not answer. */
const ASK_AGAIN_MS = 500;
/** Older, "nobody has confirmed" does not tell when somebody did: two looks, with some air. */
const FRESH_MS = 2_500;

/**
 * The invoice is RESERVED: unlocks the machine, at most once per reference, or cancels where row
 * 20b forbids it. The intent is durable before the machine hears anything. Does nothing while the
 * machine is not connected: the next look tries again, until it has become too late.
 */
export async function unlock(kit: Kit, session: Session): Promise<void> {
  const refusal = whyNotUnlock(kit, session);
  if (refusal !== null) return cancel(kit, session, 'OFFERED', refusal);
  if (kit.port.state(session.machine.token) === null) return;
  const nowMs = kit.clock.now();
  try {
    const intent = { unlockIntentMs: nowMs };
    if (!(await move(kit, session, ['OFFERED'], 'UNLOCKING', intent))) return;
  } catch (error) {
    if (!(error instanceof JournalUnwritable)) throw error;
    return cancel(kit, session, 'OFFERED', `journal unwritable: ${reasonOf(error)}`);
  }
  session.endsAtMs = endsAtMs(kit, session);
  await begin(kit, session);
}

/** Row 20b: why the machine must stay locked although the money is held; null when it may open. */
function whyNotUnlock(kit: Kit, session: Session): string | null {
  const { record, machine } = session;
  const nowMs = kit.clock.now();
  if (record.notReservedMs === null) return 'no observation before the PIN';
  if (nowMs - record.notReservedMs > machine.settings.unlockWithinMs) return 'known too late';
  if (nowMs >= record.leaseUntilMs) return 'the lease is over';
  return nowMs < latestEndMs(kit, session) ? null : 'too little time left';
}

/** After this no vend may start: it and the commit have to fit into the reservation. */
const latestEndMs = (kit: Kit, session: Session): number =>
  reservedUntilMs(session) - session.machine.settings.commitMarginMs - longestVendMs(kit, session);

/** When the machine is to lock by itself. */
function endsAtMs(kit: Kit, session: Session): number {
  const begunMs = session.record.unlockIntentMs ?? kit.clock.now();
  return Math.min(begunMs + session.machine.settings.sessionMs, latestEndMs(kit, session));
}

/**
 * Until when the customer's phone says that the money is held: from the moment at which this kit
 * learned of the PIN, which a notification tells at once and a look within a second. For the
 * machine's display only; what must not be late goes by {@link reservedUntilMs}.
 */
function heldUntilMs(session: Session): number {
  const { record, unconfirmedMs } = session;
  const { unlockIntentMs, notReservedMs, commitReservationTimeoutS } = record;
  const before = unconfirmedMs ?? notReservedMs ?? 0;
  const learnedMs = unlockIntentMs ?? before;
  return (learnedMs - before <= FRESH_MS ? learnedMs : before) + commitReservationTimeoutS * 1000;
}

async function begin(kit: Kit, session: Session): Promise<void> {
  const { port, clock } = kit;
  const { token } = session.machine;
  const ask = () => {
    const leftMs = (untilMs: number) => Math.max(1, Math.floor(untilMs - clock.now()));
    const expiresInMs = leftMs(session.endsAtMs ?? 0);
    const heldForMs = leftMs(heldUntilMs(session));
    return port.beginSession(token, {
      leaseId: session.record.id,
      invoiceReference: referenceOf(session),
      funds: session.record.held,
      expiresInMs,
      heldForMs: Math.max(expiresInMs, heldForMs),
    });
  };
  let reply = await ask();
  if (reply === 'BUSY') {
    // A machine that has restarted meanwhile has forgotten the lease; it takes the same one again
    // if it is free.
    const renewed = await port.lease(token, session.record.id, session.machine.settings.leaseMs);
    if (renewed === 'LEASED' && whyNotUnlock(kit, session) === null) reply = await ask();
  }
  switch (reply) {
    case 'BEGUN':
      return opened(kit, session, reply);
    case 'OUT_OF_SERVICE':
    case 'BUSY':
      return cancel(kit, session, 'UNLOCKING', `the machine refuses: ${reply}`);
    case 'ALREADY_USED':
    case 'NO_ANSWER':
      return findOut(kit, session);
  }
}

/**
 * Whether the machine has unlocked is not known: asks it until it says. A session that it never
 * began is made impossible there before it is cancelled. Also the way in after a restart.
 */
export async function findOut(kit: Kit, session: Session): Promise<void> {
  const { token } = session.machine;
  const reference = referenceOf(session);
  session.endsAtMs ??= endsAtMs(kit, session);
  while (stateOf(session) === 'UNLOCKING' || stateOf(session) === 'OPEN') {
    if (kit.clock.now() >= session.endsAtMs) return endAtMachine(kit, session);
    const report = await kit.port.report(token, reference);
    if (report?.progress === 'COMPLETE') return conclude(kit, session, report.vends);
    if (report?.progress === 'OPEN') return goOn(kit, session);
    if (report?.progress === 'UNKNOWN') {
      if (stateOf(session) === 'OPEN') {
        kit.log('alarm', 'the machine has lost a session', about(session));
        return conclude(kit, session, []);
      }
      const ended = await kit.port.endSession(token, reference);
      if (ended?.progress === 'UNKNOWN') {
        return cancel(kit, session, 'UNLOCKING', 'the machine never began');
      }
    }
    if (!(await pause(kit, ASK_AGAIN_MS))) return;
  }
}

async function goOn(kit: Kit, session: Session): Promise<void> {
  if (stateOf(session) === 'UNLOCKING') return opened(kit, session, 'REPORT');
  await watchEnd(kit, session);
}
