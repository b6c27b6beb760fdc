import { RESULT_CODES } from '@seqr-ups/contract';
import type { Money } from '@seqr-ups/contract';
import { cancelOnce, codeOf, isGone } from './cancellation.ts';
import { about, moveAnyway, pause, referenceOf, reservedUntilMs } from './kit.ts';
import type { Kit, Session } from './kit.ts';
import { pauseMs, verdictOf } from './retry-rules.ts';
import type { SessionEnding } from './session-record.ts';
import type { Answer, InvoiceLine, TerminalCalls } from './soap-client.ts';

/** Pause after a refusal that only a person can lift. */
const REFUSED_PAUSE_MS = 5_000;
/** How long after the end of the reservation a refused settlement is still tried. */
const GRACE_MS = 60_000;

type Step = { readonly ending: SessionEnding; readonly ersReference: string | null } | null;

/**
 * Settles a session in SETTLING until its outcome is known: updateInvoice with what was delivered,
 * then commitReservation of exactly that; cancelInvoice when nothing was. Every attempt sends the
 * same content. Too late is booked as LOST, with an alarm.
 */
export async function settle(kit: Kit, session: Session): Promise<void> {
  if (session.busy) return;
  session.busy = true;
  try {
    for (let attempt = 1; !kit.stopping.aborted; attempt += 1) {
      const calls = kit.calls(session.machine);
      const step = calls === null ? null : await settleOnce(kit, session, calls);
      if (step === 'REFUSED' || step === null) {
        const wait = step === null ? pauseMs(attempt) : REFUSED_PAUSE_MS;
        if (!(await pause(kit, wait))) return;
        continue;
      }
      report(kit, session, step.ending);
      await moveAnyway(kit, session, ['SETTLING'], 'ENDED', step);
      return;
    }
  } finally {
    session.busy = false;
  }
}

/** One round. Null: repeat soon. REFUSED: repeat slowly, a person was told. */
async function settleOnce(
  kit: Kit,
  session: Session,
  calls: TerminalCalls,
): Promise<Step | 'REFUSED'> {
  const charge = chargeOf(session);
  if (charge.minor === 0n) {
    const answer = await cancelOnce(kit, session);
    return judge(kit, session, calls, 'cancelInvoice', answer, 'CANCELED');
  }
  const reference = referenceOf(session);
  const updated = await calls.updateInvoice(reference, linesOf(session), charge);
  const verdict = verdictOf('updateInvoice', updated);
  if (verdict === 'REPEAT') return null;
  if (codeOf(updated) === RESULT_CODES.INVOICE_ALREADY_CANCELED) return tooLate(null);
  // Refused or not known to be possible: the commit alone charges rightly, the customer only sees
  // no lines.
  if (verdict === 'REFUSED') {
    kit.log('alarm', 'updateInvoice refused', { ...about(session), code: codeOf(updated) });
  }
  const answer = await calls.commitReservation(reference, charge);
  const ersReference = answer.kind === 'ANSWER' ? answer.ersReference : null;
  return judge(kit, session, calls, 'commitReservation', answer, 'COMMITTED', ersReference);
}

async function judge(
  kit: Kit,
  session: Session,
  calls: TerminalCalls,
  operation: 'cancelInvoice' | 'commitReservation',
  answer: Answer<object>,
  success: SessionEnding,
  ersReference: string | null = null,
): Promise<Step | 'REFUSED'> {
  const verdict = verdictOf(operation, answer);
  if (verdict === 'DONE') return { ending: success, ersReference };
  if (verdict === 'REPEAT') return null;
  if (verdict === 'ASK_STATUS') {
    return byStatus(session, await calls.getPaymentStatus(referenceOf(session)));
  }
  kit.log('alarm', `${operation} refused`, { ...about(session), code: codeOf(answer) });
  const over = isGone(answer) || kit.clock.now() > reservedUntilMs(session) + GRACE_MS;
  return over ? tooLate(session) : 'REFUSED';
}

function byStatus(
  session: Session,
  answer: Awaited<ReturnType<TerminalCalls['getPaymentStatus']>>,
): Step {
  if (answer.kind !== 'ANSWER' || answer.code !== RESULT_CODES.SUCCESS) return null;
  switch (answer.status ?? '') {
    case 'PAID':
      // Only this session commits this invoice, so that is its own earlier commit.
      return { ending: 'COMMITTED', ersReference: answer.ersReference };
    case 'CANCELED':
    case 'FAILED':
      return tooLate(session);
    default:
      return null;
  }
}

/**
 * The reservation is over: without goods that is as good as cancelled, with goods they are lost.
 */
const tooLate = (session: Session | null): NonNullable<Step> => ({
  ending: session !== null && chargeOf(session).minor === 0n ? 'CANCELED' : 'LOST',
  ersReference: null,
});

function report(kit: Kit, session: Session, ending: SessionEnding): void {
  const { minor, currency } = chargeOf(session);
  const fields = { ...about(session), minor: minor.toString(), currency, ending };
  if (ending === 'LOST') kit.log('alarm', 'goods lost: not committed in time', fields);
  else kit.log('info', 'session settled', fields);
}

/** What is charged, from SETTLING on. */
function chargeOf({ record }: Session): Money {
  return { minor: record.chargeMinor ?? 0n, currency: record.held.currency };
}

/** The lines of the bill: delivered products, equal ones in one line. */
function linesOf(session: Session): InvoiceLine[] {
  const lines = new Map<string, InvoiceLine>();
  const { taxRate } = session.machine.settings;
  for (const vend of session.vends.values()) {
    if (vend.state !== 'VENDED') continue;
    const key = `${vend.slot} ${vend.name} ${vend.price.minor}`;
    const quantity = (lines.get(key)?.quantity ?? 0) + 1;
    lines.set(key, {
      description: vend.name,
      quantity,
      unitPrice: vend.price,
      total: { ...vend.price, minor: vend.price.minor * BigInt(quantity) },
      ...(taxRate !== null && { taxRate }),
    });
  }
  return [...lines.values()];
}
