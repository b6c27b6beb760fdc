import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { RESULT_CODES, fromAmountJson } from '@seqr-ups/contract';
import type {
  CreatePurchaseError,
  CreatePurchaseRequest,
  MachineState,
  Money,
} from '@seqr-ups/contract';
import { cancel, codeOf, finishCanceling, release } from './cancellation.ts';
import { about, adopt, inBackground, move, moveAnyway, pause, stateOf, writeOwed } from './kit.ts';
import type { Kit, Machine, Session } from './kit.ts';
import { JournalUnwritable } from './journal.ts';
import { reasonOf } from './log.ts';
import { watchOffer } from './looking.ts';
import { pauseMs, verdictOf } from './retry-rules.ts';
import type { SessionRecord } from './session-record.ts';

/** Everything between the platform's question and the answer; the platform itself waits 10 s. */
const ANSWER_WITHIN_MS = 8_000;
/**
 * How long a second scan of the same customer waits for the first one's invoice to be cancelled.
 */
const SUPERSEDE_WITHIN_MS = 4_000;
const SUPERSEDE_LOOK_MS = 20;
const SECRET_BYTES = 24;
/** What the platform gives its customer to confirm in (unattended-payments 6). */
const CONFIRM_MS = 120_000;

/** What is answered to createPurchase. */
export type PurchaseAnswer =
  | { readonly kind: 'INVOICE'; readonly invoiceReference: string }
  | { readonly kind: 'ERROR'; readonly code: CreatePurchaseError };

/**
 * An answer, and what to do if it cannot be delivered: cancel first, then free the machine (row 2).
 */
export type Offer = { readonly answer: PurchaseAnswer; readonly undelivered: () => void };

const refuse = (code: CreatePurchaseError): Offer => ({
  answer: { kind: 'ERROR', code },
  undelivered: () => {},
});

/**
 * Answers createPurchase for an amount of at most `maximum`: machine alive and free, lease,
 * invoice, reference durable, in this order. Checks that cost nothing come first. Never throws for
 * what a platform, a machine or a disk can do.
 */
export async function offer(
  kit: Kit,
  request: CreatePurchaseRequest,
  maximum: Money,
): Promise<Offer> {
  const untilMs = kit.clock.now() + ANSWER_WITHIN_MS;
  const machine = kit.machines.get(request.reservationToken);
  if (machine === undefined || kit.calls(machine) === null) return refuse('DEVICE_UNAVAILABLE');
  const held = cappedBy(machine.settings.maximum, maximum);
  if (machine.holder !== null && !(await supersede(kit, machine, request.msisdn))) {
    return refuse('DEVICE_IN_USE');
  }
  const refusal = refusalByState(kit.port.state(machine.token), held);
  if (refusal !== null) return refuse(refusal);
  const session = await lease(kit, machine, request.msisdn, held);
  if (typeof session === 'string') return refuse(session);
  try {
    return await offerLeased(kit, session, untilMs);
  } catch (error) {
    if (!(error instanceof JournalUnwritable)) throw error;
    kit.log('alarm', 'journal unwritable', { ...about(session), reason: reasonOf(error) });
    await abandon(kit, session);
    return refuse('SYSTEM_ERROR');
  }
}

const cappedBy = (cap: Money | null, maximum: Money): Money =>
  cap !== null && cap.currency === maximum.currency && cap.minor < maximum.minor ? cap : maximum;

/** What the machine's last word about itself already refuses. */
function refusalByState(state: MachineState | null, held: Money): CreatePurchaseError | null {
  if (state === null || state.state === 'OUT_OF_SERVICE') return 'DEVICE_UNAVAILABLE';
  const prices = state.products
    .filter((product) => product.stock > 0)
    .map((product) => fromAmountJson(product.price))
    .filter((price) => price.currency === held.currency);
  if (prices.length === 0) return 'DEVICE_UNAVAILABLE';
  const affordable = prices.some((price) => price.minor <= held.minor);
  return affordable && held.minor > 0n ? null : 'INSUFFICIENT_FUNDS';
}

/**
 * The machine is taken. If it is by the same customer, who has not confirmed, the old invoice is
 * cancelled (row 14), and true means that the machine is free now. A session whose createPurchase
 * is still being answered is waited for.
 */
async function supersede(kit: Kit, machine: Machine, msisdn: string): Promise<boolean> {
  const untilMs = kit.clock.now() + SUPERSEDE_WITHIN_MS;
  while (machine.holder !== null) {
    const { holder } = machine;
    const state = stateOf(holder);
    if (holder.record.msisdn !== msisdn || state === 'UNLOCKING' || state === 'OPEN') return false;
    if (state === 'OFFERED') {
      inBackground(kit, holder, cancel(kit, holder, 'OFFERED', 'the same customer asks again'));
    }
    if (kit.clock.now() >= untilMs || !(await pause(kit, SUPERSEDE_LOOK_MS))) return false;
  }
  return true;
}

/**
 * Takes the machine durably, then asks it. A machine that still shows the last customer is told
 * that they have left.
 */
async function lease(
  kit: Kit,
  machine: Machine,
  msisdn: string,
  held: Money,
): Promise<Session | CreatePurchaseError> {
  const { settings, token, last } = machine;
  const nowMs = kit.clock.now();
  const record: SessionRecord = {
    id: randomUUIDv7(),
    token,
    secret: randomBytes(SECRET_BYTES).toString('base64url'),
    msisdn,
    state: 'LEASED',
    reference: null,
    held,
    commitReservationTimeoutS: settings.commitReservationTimeoutS,
    leaseUntilMs: nowMs + settings.leaseMs,
    notReservedMs: null,
    unlockIntentMs: null,
    chargeMinor: null,
    ersReference: null,
    ending: null,
  };
  if (machine.holder !== null) return 'DEVICE_IN_USE';
  // In memory first, so that a second question of the same instant is refused without a write.
  const session = adopt(kit, machine, record);
  try {
    const leased = await kit.journal.durably(() => {
      if (last !== null) writeOwed(kit, last);
      return kit.sessions.lease(record, nowMs);
    });
    if (last !== null) last.owed = [];
    if (!leased) throw new Error(`the journal has another session at machine ${token}`);
  } catch (error) {
    forget(kit, session, last);
    if (!(error instanceof JournalUnwritable)) throw error;
    kit.log('alarm', 'journal unwritable: no lease', { token, reason: reasonOf(error) });
    return 'SYSTEM_ERROR';
  }
  let reply = await kit.port.lease(token, record.id, settings.leaseMs, CONFIRM_MS);
  if (reply === 'BUSY' && last !== null && (await kit.port.release(token, last.record.id))) {
    reply = await kit.port.lease(token, record.id, settings.leaseMs, CONFIRM_MS);
  }
  if (reply === 'LEASED') return session;
  await abandon(kit, session);
  kit.log('info', 'the machine refuses a lease', { token, reply });
  return reply === 'BUSY' || reply === 'ALREADY_USED' ? 'DEVICE_IN_USE' : 'DEVICE_UNAVAILABLE';
}

/** As if the session had never been. `last` is the one before it. */
function forget(kit: Kit, session: Session, last: Session | null): void {
  session.machine.holder = null;
  session.machine.last = last;
  kit.bySecret.delete(session.record.secret);
}

/**
 * Ends a session whose invoice, if there is one, nobody can ever claim: its reference was never
 * answered.
 */
export async function abandon(kit: Kit, session: Session): Promise<void> {
  await moveAnyway(kit, session, ['LEASED'], 'ENDED', { ending: 'ABANDONED' });
  inBackground(kit, session, release(kit, session));
}

/**
 * Sends the invoice and makes its reference durable; after that the machine is this customer's
 * until the lease ends.
 */
async function offerLeased(kit: Kit, session: Session, untilMs: number): Promise<Offer> {
  const reference = await sendInvoice(kit, session, untilMs);
  if (reference === null) {
    await abandon(kit, session);
    return refuse('INVOICING_ERROR');
  }
  try {
    // Nobody can have confirmed yet: the reference has not been answered.
    const notReservedMs = kit.clock.now();
    await move(kit, session, ['LEASED'], 'OFFERED', { reference, notReservedMs });
  } catch (error) {
    if (!(error instanceof JournalUnwritable)) throw error;
    // Known in memory only: cancelled at once, so that the customer is not shown an offer that a
    // crash forgets.
    await moveAnyway(kit, session, ['LEASED'], 'CANCELING', { reference });
    inBackground(kit, session, finishCanceling(kit, session));
    return refuse('SYSTEM_ERROR');
  }
  inBackground(kit, session, watchOffer(kit, session));
  return {
    answer: { kind: 'INVOICE', invoiceReference: reference },
    undelivered: () =>
      inBackground(kit, session, cancel(kit, session, 'OFFERED', 'the answer was not delivered')),
  };
}

/**
 * Null: it failed, or its outcome stays unknown; then there may be an invoice that nobody can ever
 * pay (row 13).
 */
async function sendInvoice(kit: Kit, session: Session, untilMs: number): Promise<string | null> {
  const { machine, record } = session;
  for (let attempt = 1; ; attempt += 1) {
    const calls = kit.calls(machine);
    if (calls === null) return null;
    const answer = await calls.sendInvoice({
      title: machine.name,
      clientInvoiceId: record.id,
      total: record.held,
      notificationUrl: kit.notificationUrl(record.secret),
      commitReservationTimeoutS: record.commitReservationTimeoutS,
    });
    const verdict = verdictOf('sendInvoice', answer);
    if (verdict === 'DONE' && answer.kind === 'ANSWER') return answer.invoiceReference;
    kit.log('warn', 'sendInvoice failed', { token: machine.token, code: codeOf(answer) });
    if (codeOf(answer) === RESULT_CODES.INVALID_INITIATOR_PRINCIPAL_ID) kit.reregister(machine);
    const waitMs = pauseMs(attempt);
    if (verdict === 'REFUSED' || kit.clock.now() + waitMs >= untilMs) return null;
    if (!(await pause(kit, waitMs))) return null;
  }
}
