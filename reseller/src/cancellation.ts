import { RESULT_CODES } from '@seqr-ups/contract';
import { about, inBackground, moveAnyway, pause, referenceOf, stateOf } from './kit.ts';
import type { Kit, Session } from './kit.ts';
import { pauseMs, verdictOf } from './retry-rules.ts';
import type { Answer } from './soap-client.ts';

/** Pause after a refusal that only a person can lift, such as a wrong password. */
const REFUSED_PAUSE_MS = 30_000;
/** When a refused cancel is given up: the platform has ended the invoice by itself long before. */
const GIVE_UP_AFTER_MS = 10 * 60_000;
/** Pause before a machine that has not heard that its customer has left is told again. */
const RELEASE_AGAIN_MS = 500;

/**
 * Ends a session that is not to be unlocked: cancelInvoice until its outcome is known (0 or 95),
 * and only then the machine is free. While the platform is unreachable the machine stays taken.
 * Does nothing when the session is not in `from`: OFFERED before the intent to unlock, UNLOCKING
 * once the machine is known not to have begun.
 */
export async function cancel(
  kit: Kit,
  session: Session,
  from: 'OFFERED' | 'UNLOCKING',
  reason: string,
): Promise<void> {
  if (!(await moveAnyway(kit, session, [from], 'CANCELING'))) return;
  kit.log('info', 'session is cancelled', { ...about(session), reason });
  await finishCanceling(kit, session);
}

/** Goes on with a session in CANCELING until it has ended or the kit stops. */
export async function finishCanceling(kit: Kit, session: Session): Promise<void> {
  if (session.busy) return;
  session.busy = true;
  try {
    const known = await cancelUntilKnown(kit, session);
    if (known === null) return;
    // The machine is told first, so that the next customer does not meet its display of this one.
    inBackground(kit, session, release(kit, session));
    await moveAnyway(kit, session, ['CANCELING'], 'ENDED', { ending: known });
  } finally {
    session.busy = false;
  }
}

/**
 * Tells the machine that its customer has left, until it has heard: after a start the link to it
 * comes up later than the sessions, and a machine may be away for a while. Given up once the lease
 * has ended by itself, or another customer holds the machine.
 */
export async function release(kit: Kit, { machine, record }: Session): Promise<void> {
  while (!(await kit.port.release(machine.token, record.id))) {
    if (machine.last?.record.id !== record.id || kit.clock.now() >= record.leaseUntilMs) return;
    if (!(await pause(kit, RELEASE_AGAIN_MS))) return;
  }
}

/**
 * Null: the kit stops. LOST: it was charged although nothing was unlocked here, a person must look.
 */
async function cancelUntilKnown(kit: Kit, session: Session): Promise<'CANCELED' | 'LOST' | null> {
  const startedMs = kit.clock.now();
  for (let attempt = 1; !kit.stopping.aborted; attempt += 1) {
    const answer = await cancelOnce(kit, session);
    const verdict = verdictOf('cancelInvoice', answer);
    if (verdict === 'DONE') return 'CANCELED';
    if (verdict === 'ASK_STATUS') {
      const ending = await endingByStatus(kit, session);
      if (ending !== null) return ending;
    }
    if (verdict === 'REFUSED') {
      kit.log('alarm', 'cancelInvoice refused', { ...about(session), code: codeOf(answer) });
      if (isGone(answer) || kit.clock.now() - startedMs > GIVE_UP_AFTER_MS) return 'CANCELED';
    }
    const wait = verdict === 'REFUSED' ? REFUSED_PAUSE_MS : pauseMs(attempt);
    if (!(await pause(kit, wait))) return null;
  }
  return null;
}

/**
 * One cancelInvoice; UNKNOWN while the machine has no terminal. Also for the settlement of a
 * session without goods.
 */
export async function cancelOnce(kit: Kit, session: Session): Promise<Answer<object>> {
  const calls = kit.calls(session.machine);
  if (calls === null) return { kind: 'UNKNOWN', reason: 'the machine has no terminal' };
  return calls.cancelInvoice(referenceOf(session));
}

async function endingByStatus(kit: Kit, session: Session): Promise<'CANCELED' | 'LOST' | null> {
  const answer = await kit.calls(session.machine)?.getPaymentStatus(referenceOf(session));
  if (answer?.kind !== 'ANSWER' || answer.code !== RESULT_CODES.SUCCESS) return null;
  if (answer.status === 'CANCELED' || answer.status === 'FAILED') return 'CANCELED';
  if (answer.status !== 'PAID') return null;
  kit.log('alarm', 'paid without goods', { ...about(session), state: stateOf(session) });
  return 'LOST';
}

/** The platform knows no such invoice or no such terminal: nothing can be held under it. */
export const isGone = (answer: Answer<object>): boolean =>
  answer.kind === 'ANSWER' &&
  (answer.code === RESULT_CODES.INVALID_INVOICE_REFERENCE ||
    answer.code === RESULT_CODES.INVALID_INITIATOR_PRINCIPAL_ID);

/** The code of an answer, or null for a lost one. */
export const codeOf = (answer: Answer<object>): number | null =>
  answer.kind === 'ANSWER' ? answer.code : null;
