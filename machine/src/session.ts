/** A session of one customer at an unlocked machine, and one selection in it. */

import { fromAmountJson, toAmountJson, type MachineProduct, type Vend } from '@seqr-ups/contract';
import type { AmountJson, MachineCommand, PanelCountdown } from '@seqr-ups/contract';

/**
 * How long a selection waits for VEND_APPROVED or VEND_DENIED, in ms. Cashless readers declare
 * 1 to 7 s as their longest answer; beyond it the customer gets nothing and pays nothing.
 */
const VEND_ANSWER_MS = 5000;
/** Pause after which an unanswered VEND_REQUEST is sent again, in ms: it is QoS 0. */
const VEND_REPEAT_MS = 1000;
/** So much later than the door's own deadline the phone's may be and still stand on the display. */
const SAME_DEADLINE_MS = 60_000;

/** The machine waits for a customer's PIN. */
export type Lease = {
  readonly id: string;
  readonly timer: NodeJS.Timeout;
  readonly countdown: PanelCountdown | null;
};

/** A lease that begins now; `onExpiry` is called when nobody has confirmed in time. */
export function openLease(
  { leaseId, expiresInMs, confirmInMs }: MachineCommand & { type: 'LEASE' },
  onExpiry: () => void,
): Lease {
  return {
    id: leaseId,
    timer: setTimeout(onExpiry, expiresInMs),
    countdown:
      confirmInMs === undefined ? null : { kind: 'CONFIRM', until: timeAfter(confirmInMs) },
  };
}

const timeAfter = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** A vend that has no result yet. */
export type StartedVend = Omit<Vend, 'result'>;

/** How the reseller answered: SILENT when it did not in time, or the session ended meanwhile. */
export type VendAnswer = 'APPROVED' | 'DENIED' | 'SILENT';

/** A product that the customer has chosen. */
export type Selection = {
  readonly vend: StartedVend;
  /** ASKING waits for the reseller; TURNING is the motor, which nothing interrupts. */
  stage: 'ASKING' | 'TURNING' | 'OVER';
  /** Asks the reseller (again). */
  readonly request: () => void;
  /** The answer; only the first one counts. */
  readonly answer: (answer: VendAnswer) => void;
};

/** An open session. */
export type Session = {
  readonly invoiceReference: string;
  readonly funds: AmountJson;
  /** ISO 8601, for the panel only: the timer decides. */
  readonly deadline: string;
  readonly countdown: PanelCountdown;
  readonly timer: NodeJS.Timeout;
  readonly vends: Vend[];
  selection: Selection | null;
  /** It ends as soon as no motor turns; no motor starts any more. */
  closing: boolean;
  /** END_SESSION commands to be answered once it has ended. */
  readonly endReplies: string[];
  readonly closed: PromiseWithResolvers<void>;
};

/** A session that has just begun; `onDeadline` is called when its time is over. */
export function openSession(
  command: MachineCommand & { type: 'BEGIN_SESSION' },
  onDeadline: (session: Session) => void,
): Session {
  const { invoiceReference, funds, expiresInMs, heldForMs = expiresInMs } = command;
  const isPhones = heldForMs - expiresInMs <= SAME_DEADLINE_MS;
  const session: Session = {
    invoiceReference,
    funds,
    deadline: timeAfter(expiresInMs),
    // The phone's, so that both show the same; the door's where it would close long before.
    countdown: { kind: 'TAKE', until: timeAfter(isPhones ? heldForMs : expiresInMs) },
    timer: setTimeout(() => onDeadline(session), expiresInMs),
    vends: [],
    selection: null,
    closing: false,
    endReplies: [],
    closed: Promise.withResolvers(),
  };
  return session;
}

/**
 * Enters a selection and asks the reseller by `request`, at once and again each second until an
 * answer comes or {@link VEND_ANSWER_MS} is over. APPROVED has made the selection TURNING.
 */
export function askReseller(
  session: Session,
  vend: StartedVend,
  request: () => void,
): Promise<VendAnswer> {
  const { promise, resolve } = Promise.withResolvers<VendAnswer>();
  const selection: Selection = {
    vend,
    stage: 'ASKING',
    request,
    answer: (answer) => {
      if (selection.stage !== 'ASKING') return;
      clearInterval(repeat);
      clearTimeout(limit);
      const heard = session.closing ? 'SILENT' : answer;
      // From this instant the motor counts as turning, so that no close can come between.
      if (heard === 'APPROVED') selection.stage = 'TURNING';
      resolve(heard);
    },
  };
  const repeat = setInterval(request, VEND_REPEAT_MS);
  const limit = setTimeout(() => selection.answer('SILENT'), VEND_ANSWER_MS);
  session.selection = selection;
  request();
  return promise;
}

/** The vends of a session, the one whose motor turns as VENDING. */
export function vendsSoFar({ vends, selection }: Session): Vend[] {
  if (selection?.stage !== 'TURNING') return vends;
  return [...vends, { ...selection.vend, result: 'VENDING' }];
}

/** What may still be taken: the funds without what was delivered. */
export function creditOf({ funds, vends }: Session): AmountJson {
  const { minor, currency } = fromAmountJson(funds);
  const taken = vends
    .filter((vend) => vend.result === 'VENDED')
    .reduce((sum, vend) => sum + fromAmountJson(vend.price).minor, 0n);
  return toAmountJson({ minor: minor - taken, currency });
}

/** Why this product cannot be had in this session; null: it can. */
export function refusalOf(
  product: MachineProduct,
  session: Session,
): 'SOLD_OUT' | 'TOO_DEAR' | null {
  if (product.stock === 0) return 'SOLD_OUT';
  const price = fromAmountJson(product.price);
  const credit = fromAmountJson(creditOf(session));
  return price.currency === credit.currency && price.minor <= credit.minor ? null : 'TOO_DEAR';
}
