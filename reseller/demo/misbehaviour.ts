import { NOTIFICATION_PATH } from '@seqr-ups/reseller';
import type {
  Handlers,
  Interception,
  MachineSettings,
  MerchantClient,
  Offer,
  PurchaseAnswer,
  TerminalCalls,
} from '@seqr-ups/reseller';

/**
 * What the sandbox's machines 1003 to 1011 do wrong at the reseller, so that a developer sees what
 * a customer then sees. Machines 1002, 1003, 1006 and 1008 need nothing here: they are out of
 * service, dear or jammed by themselves.
 */

/** The public test terminal of the SEQR documents: another merchant's than the demo's. */
const FOREIGN_TERMINAL = { terminalId: 'public_test_shop_terminal', password: '12345678' };
/** How long machine 1009's reseller stays silent: well beyond its reservation of 20 s. */
const SILENT_MS = 40_000;
/** Purchases that are remembered at once. */
const REMEMBERED_MAX = 1_000;

/**
 * The sandbox's machines hold the money hardly longer than their door is open, so that phone and
 * machine count down the same.
 */
const BRIEF: Partial<MachineSettings> = { commitReservationTimeoutS: 180, commitMarginMs: 10_000 };

/** Settings of the machines that need their own. */
export const SETTINGS: { readonly [token: string]: Partial<MachineSettings> } = {
  '1001': BRIEF,
  '1006': BRIEF,
  '1008': BRIEF,
  '1009': { commitReservationTimeoutS: 20, commitMarginMs: 5_000 },
  // It learns of the PIN by its second notification only, and has not asked in between.
  '1010': { ...BRIEF, unlockWithinMs: 150_000 },
};

/** The misbehaviours, to be put around a kit whose server is reached at `ownUrl`. */
export function misbehaviour(client: MerchantClient): Interception {
  const deaf = firstNotificationRefused();
  const silent = silentAfterUnlock();
  return {
    calls: (token, calls) => {
      switch (token) {
        case '1004':
          return wrongPassword(calls, client);
        case '1009':
          return silent(calls);
        case '1010':
          return deaf.calls(calls);
        default:
          return calls;
      }
    },
    handlers: (kit, tokenOf) => ({
      createPurchase: (request, maximum, gone) => {
        switch (request.reservationToken) {
          case '1005':
            return Promise.resolve(plain({ kind: 'ERROR', code: 'SYSTEM_ERROR' }));
          case '1007':
            return never(gone);
          case '1011':
            return foreignInvoice(client, maximum);
          default:
            return kit.createPurchase(request, maximum, gone);
        }
      },
      notification: (secret) =>
        tokenOf(secret) === '1010' ? deaf.notification(kit, secret) : kit.notification(secret),
    }),
  };
}

const plain = (answer: PurchaseAnswer): Offer => ({ answer, undelivered: () => {} });

/** 1004: the platform refuses the invoice with AUTHENTICATION_FAILED. */
const wrongPassword = (calls: TerminalCalls, client: MerchantClient): TerminalCalls => ({
  ...calls,
  sendInvoice: (invoice) =>
    client.terminal({ terminalId: '1004', password: 'not the password' }).sendInvoice(invoice),
});

/** 1007: no answer until the platform has had enough. */
const never = (gone: AbortSignal): Promise<Offer> =>
  new Promise((resolve) => {
    const leave = () => resolve(plain({ kind: 'ERROR', code: 'SYSTEM_ERROR' }));
    if (gone.aborted) leave();
    else gone.addEventListener('abort', leave, { once: true });
  });

/** 1011: a real invoice, which is another merchant's. */
async function foreignInvoice(
  client: MerchantClient,
  total: Parameters<Handlers['createPurchase']>[1],
): Promise<Offer> {
  const answer = await client.terminal(FOREIGN_TERMINAL).sendInvoice({
    title: 'Another merchant',
    clientInvoiceId: 'foreign',
    total,
    notificationUrl: 'https://127.0.0.1/seqr/n/nobody',
    commitReservationTimeoutS: 600,
  });
  const reference = answer.kind === 'ANSWER' && answer.code === 0 ? answer.invoiceReference : null;
  if (reference === null) return plain({ kind: 'ERROR', code: 'INVOICING_ERROR' });
  return plain({ kind: 'INVOICE', invoiceReference: reference });
}

/**
 * 1009: from the moment it knows of the reservation, nothing that would settle it leaves the
 * reseller.
 */
function silentAfterUnlock(): (calls: TerminalCalls) => TerminalCalls {
  const silentUntilMs = new Bounded<number>();
  const silence = { kind: 'UNKNOWN', reason: 'machine 1009 is silent' } as const;
  return (calls) => {
    const unless = async <T>(reference: string, call: () => Promise<T>) =>
      performance.now() < (silentUntilMs.get(reference) ?? 0) ? silence : call();
    return {
      ...calls,
      getPaymentStatus: async (reference) => {
        const answer = await calls.getPaymentStatus(reference);
        if (answer.kind === 'ANSWER' && answer.status === 'RESERVED') {
          silentUntilMs.set(reference, performance.now() + SILENT_MS);
        }
        return answer;
      },
      updateInvoice: (reference, rows, total) =>
        unless(reference, () => calls.updateInvoice(reference, rows, total)),
      commitReservation: (reference, amount) =>
        unless(reference, () => calls.commitReservation(reference, amount)),
      cancelInvoice: (reference) => unless(reference, () => calls.cancelInvoice(reference)),
    };
  };
}

/**
 * 1010: the first notification of each purchase is answered 500 and ignored. Until the second has
 * come the platform is not asked either, since asking would tell it that no more notifications are
 * needed.
 */
function firstNotificationRefused() {
  const heard = new Bounded<number>();
  const secretOf = new Bounded<string>();
  return {
    calls: (calls: TerminalCalls): TerminalCalls => ({
      ...calls,
      sendInvoice: async (invoice) => {
        const answer = await calls.sendInvoice(invoice);
        const secret = invoice.notificationUrl.split(NOTIFICATION_PATH)[1];
        if (answer.kind === 'ANSWER' && answer.invoiceReference !== null && secret !== undefined) {
          secretOf.set(answer.invoiceReference, secret);
        }
        return answer;
      },
      getPaymentStatus: async (reference) => {
        const secret = secretOf.get(reference);
        // Not known: from before a restart. Then it is asked as anywhere else.
        if (secret === undefined || (heard.get(secret) ?? 0) > 1) {
          return calls.getPaymentStatus(reference);
        }
        return { kind: 'UNKNOWN', reason: 'machine 1010 waits for its second notification' };
      },
    }),
    notification: (kit: Handlers, secret: string): Promise<number> => {
      const count = (heard.get(secret) ?? 0) + 1;
      heard.set(secret, count);
      return count === 1 ? Promise.resolve(500) : kit.notification(secret);
    },
  };
}

/** A map that forgets its oldest entry when it is full. */
class Bounded<V> {
  readonly #entries = new Map<string, V>();

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: V): void {
    this.#entries.set(key, value);
    if (this.#entries.size <= REMEMBERED_MAX) return;
    for (const oldest of this.#entries.keys().take(1)) this.#entries.delete(oldest);
  }
}
