import { RESULT_CODES } from '@seqr-ups/contract';
import { cancel, isGone, release } from './cancellation.ts';
import { about, inBackground, moveAnyway, pauseWhile, referenceOf, stateOf } from './kit.ts';
import type { Kit, Session } from './kit.ts';
import { unlock } from './unlocking.ts';

/** Pace of the status query while nobody has confirmed (merchant-soap-api 4.3: once a second). */
const LOOK_EVERY_MS = 1_000;
/**
 * An observation "not yet RESERVED" is made durable only when the last durable one is older than a
 * share of what it is good for: a few writes for a slow customer instead of one a second, and both
 * rules stay on the safe side. The shares: a third of the time to unlock in, a tenth of the time to
 * vend in.
 */
function observeEveryMs(session: Session): number {
  const { unlockWithinMs, commitMarginMs } = session.machine.settings;
  const vendingMs = session.record.commitReservationTimeoutS * 1000 - commitMarginMs;
  return Math.min(unlockWithinMs / 3, vendingMs / 10);
}

/**
 * How long a machine may be unreachable before its offer is withdrawn: a restart of it takes less.
 */
const LOST_AFTER_MS = 10_000;

/**
 * Asks once a second until the session has left OFFERED. The end of the lease cancels it, and so
 * does the loss of the machine (row 42): the customer is told before the PIN.
 */
export async function watchOffer(kit: Kit, session: Session): Promise<void> {
  let seenMs = kit.clock.now();
  while (await pauseWhile(kit, session, LOOK_EVERY_MS)) {
    if (stateOf(session) !== 'OFFERED') return;
    await look(kit, session);
    if (stateOf(session) !== 'OFFERED') return;
    const nowMs = kit.clock.now();
    const machine = kit.port.state(session.machine.token);
    if (machine !== null) seenMs = nowMs;
    if (machine?.state === 'OUT_OF_SERVICE' || nowMs - seenMs > LOST_AFTER_MS) {
      return cancel(kit, session, 'OFFERED', 'the machine is lost');
    }
    if (nowMs >= session.record.leaseUntilMs) {
      return cancel(kit, session, 'OFFERED', 'the lease is over');
    }
  }
}

/**
 * Asks the platform where the invoice stands and acts on that alone; both the notification and the
 * poll come here. Resolves when a query under way, or a new one, has been acted on.
 */
export function look(kit: Kit, session: Session): Promise<void> {
  session.looking ??= lookOnce(kit, session).finally(() => {
    session.looking = null;
  });
  return session.looking;
}

/**
 * As {@link look}, but the query leaves after this moment: what a notification announces is not
 * older than it.
 */
export async function lookAfresh(kit: Kit, session: Session): Promise<void> {
  await session.looking;
  await look(kit, session);
}

async function lookOnce(kit: Kit, session: Session): Promise<void> {
  if (stateOf(session) !== 'OFFERED') return;
  const calls = kit.calls(session.machine);
  if (calls === null) return;
  const askedMs = kit.clock.now();
  const answer = await calls.getPaymentStatus(referenceOf(session));
  if (stateOf(session) !== 'OFFERED' || answer.kind === 'UNKNOWN') return;
  if (isGone(answer)) {
    kit.log('alarm', 'the platform does not know the invoice', about(session));
    return end(kit, session, 'CANCELED');
  }
  if (answer.code !== RESULT_CODES.SUCCESS) return;
  switch (answer.status ?? '') {
    case 'ISSUED':
    case 'PENDING_ISSUER_ACKNOWLEDGE':
      return observe(kit, session, askedMs);
    case 'RESERVED':
      // Unlocking takes as long as the machine; the next notification must not wait for that.
      return inBackground(kit, session, unlock(kit, session));
    case 'PAID':
      kit.log('alarm', 'paid without a reservation', about(session));
      return end(kit, session, 'LOST');
    case 'CANCELED':
    case 'FAILED':
    case 'EXPIRED':
      return end(kit, session, 'CANCELED');
    default:
      kit.log('warn', 'unknown invoice status', { ...about(session), status: answer.status });
  }
}

/** It was not yet RESERVED at `askedMs`, when the question left. */
async function observe(kit: Kit, session: Session, askedMs: number): Promise<void> {
  const { id, notReservedMs } = session.record;
  session.unconfirmedMs = askedMs;
  if (askedMs - (notReservedMs ?? 0) < observeEveryMs(session)) return;
  await kit.journal.durably(() => kit.sessions.observe(id, askedMs));
  session.record = { ...session.record, notReservedMs: askedMs };
}

/** The invoice is over at the platform: nothing to cancel, the machine is free. */
async function end(kit: Kit, session: Session, ending: 'CANCELED' | 'LOST'): Promise<void> {
  if (!(await moveAnyway(kit, session, ['OFFERED'], 'ENDED', { ending }))) return;
  kit.log('info', 'the customer did not confirm', about(session));
  inBackground(kit, session, release(kit, session));
}
