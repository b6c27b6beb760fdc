import { formatMinor, readResponse, toAmountJson, writeRequest } from '@seqr-ups/contract';
import type { Money, OperationName, SoapRequest, SoapResponse } from '@seqr-ups/contract';
import { reasonOf } from './log.ts';
import { connectTo } from './platform-connection.ts';

/** Path of the merchant SOAP API on every installation (merchant-soap-api 1.1). */
export const MERCHANT_SOAP_PATH = '/soap/merchant/cashregister-2';

/** One call's whole time: connection, request and answer. */
const DEADLINE_MS = 5_000;
/** Largest answer that is read. A status answer with its receipt is a few KiB. */
const ANSWER_BYTES_MAX = 256 * 1024;
/** Connections kept to the platform. Calls beyond wait for a free one within their deadline. */
const CONNECTIONS_MAX = 64;

/**
 * How a call ended. UNKNOWN: it may or may not have been carried out, because the answer got lost,
 * came too late or was no answer; `retry-rules.ts` says what to do then.
 */
export type Answer<T> =
  | ({ readonly kind: 'ANSWER'; readonly code: number } & T)
  | { readonly kind: 'UNKNOWN'; readonly reason: string };

/**
 * A terminal's credentials: issued by registerTerminal together with a password of the merchant's
 * own making.
 */
export type Terminal = { readonly terminalId: string; readonly password: string };

/** A user of the merchant, as the operator set it up. */
export type MerchantUser = {
  readonly resellerId: string;
  readonly userId: string;
  readonly password: string;
};

/** One line of a bill. `quantity` is for display. */
export type InvoiceLine = {
  readonly description: string;
  readonly quantity: number;
  readonly unitPrice: Money;
  readonly total: Money;
  /** Per cent, inside the total. */
  readonly taxRate?: string;
};

/**
 * What sendInvoice asks for at a machine: a reservation of at most `total` (unattended-payments
 * 4.4).
 */
export type ReservationInvoice = {
  readonly title: string;
  readonly clientInvoiceId: string;
  readonly total: Money;
  readonly notificationUrl: string;
  readonly commitReservationTimeoutS: number;
};

/** What getPaymentStatus says. `status` is text: a later server may know more than six. */
export type StatusAnswer = {
  readonly status: string | null;
  readonly version: number;
  readonly ersReference: string | null;
};

/** The calls of one terminal (merchant-soap-api 4). None ever throws; none repeats by itself. */
export type TerminalCalls = {
  sendInvoice(invoice: ReservationInvoice): Promise<Answer<{ invoiceReference: string | null }>>;
  updateInvoice(
    invoiceReference: string,
    rows: readonly InvoiceLine[],
    total: Money,
  ): Promise<Answer<object>>;
  getPaymentStatus(invoiceReference: string): Promise<Answer<StatusAnswer>>;
  cancelInvoice(invoiceReference: string): Promise<Answer<object>>;
  /** Debits exactly `amount` of what is held and frees the rest; 0 releases it. */
  commitReservation(
    invoiceReference: string,
    amount: Money,
  ): Promise<Answer<{ ersReference: string | null }>>;
  unregisterTerminal(): Promise<Answer<object>>;
};

/** A client of the merchant SOAP API. */
export type MerchantClient = {
  /** Registers a terminal whose password is `password`; `name` is what customers read. */
  registerTerminal(
    user: MerchantUser,
    terminal: {
      readonly externalTerminalId: string;
      readonly password: string;
      readonly name: string;
    },
  ): Promise<Answer<{ terminalId: string | null }>>;
  /** The calls in the name of one terminal. Cheap: make one whenever needed. */
  terminal(terminal: Terminal): TerminalCalls;
  /** Closes the connections; calls in flight end UNKNOWN. */
  close(): Promise<void>;
};

/** What {@link merchantClient} needs. */
export type MerchantClientOptions = {
  /** Endpoint of the platform, e.g. `https://seqr.example/soap/merchant/cashregister-2`. */
  readonly url: string;
  /** Further trusted certificate authorities, PEM. */
  readonly ca?: string;
  /** Name and version of the caller's software; the platform's operator reads it. */
  readonly clientId?: string;
  readonly deadlineMs?: number;
  readonly connections?: number;
};

/** Makes a client with kept-alive connections to one platform. Throws when `url` is none. */
export function merchantClient(options: MerchantClientOptions): MerchantClient {
  const url = new URL(options.url);
  const connection = connectTo(url, {
    connections: options.connections ?? CONNECTIONS_MAX,
    deadlineMs: options.deadlineMs ?? DEADLINE_MS,
    answerBytesMax: ANSWER_BYTES_MAX,
    ca: options.ca,
  });
  const path = url.pathname + url.search;
  const clientId = options.clientId ?? 'seqr-ups reseller kit';

  const call = async <O extends OperationName>(
    operation: O,
    request: SoapRequest<O>,
  ): Promise<Answer<{ response: SoapResponse<O> }>> => {
    try {
      const { headers, body } = await connection.exchange({
        path,
        method: 'POST',
        headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
        body: writeRequest(operation, request),
      });
      const read = readResponse(operation, body, asText(headers['content-type']));
      if (read.kind === 'FAULT') return unknown(`fault ${read.fault.code}: ${read.fault.message}`);
      return { kind: 'ANSWER', code: read.response.resultCode, response: read.response };
    } catch (error) {
      return unknown(reasonOf(error));
    }
  };

  const context = (type: string, id: string, userId: string | undefined, password: string) => ({
    channel: 'WS',
    clientId,
    clientReference: 'seqr-ups',
    clientRequestTimeout: '0',
    initiatorPrincipalId: { id, type, userId },
    password,
  });

  return {
    registerTerminal: async (user, terminal) => {
      const answer = await call('registerTerminal', {
        context: context('RESELLERUSER', user.resellerId, user.userId, user.password),
        ...terminal,
      });
      return map(answer, (response) => ({ terminalId: response.terminalId ?? null }));
    },
    terminal: ({ terminalId, password }) =>
      terminalCalls(call, context('TERMINALID', terminalId, undefined, password)),
    close: () => connection.close(),
  };
}

type Call = <O extends OperationName>(
  operation: O,
  request: SoapRequest<O>,
) => Promise<Answer<{ response: SoapResponse<O> }>>;

function terminalCalls(
  call: Call,
  context: NonNullable<SoapRequest<'sendInvoice'>['context']>,
): TerminalCalls {
  return {
    sendInvoice: async (invoice) => {
      const answer = await call('sendInvoice', { context, invoice: reservation(invoice) });
      return map(answer, ({ invoiceReference }) => ({
        invoiceReference: invoiceReference ?? null,
      }));
    },
    updateInvoice: async (invoiceReference, rows, total) =>
      map(
        await call('updateInvoice', {
          context,
          invoiceReference,
          invoice: {
            invoiceRows: { invoiceRow: rows.map(asRow) },
            totalAmount: toAmountJson(total),
          },
        }),
        () => ({}),
      ),
    getPaymentStatus: async (invoiceReference) => {
      const answer = await call('getPaymentStatus', {
        context,
        invoiceReference,
        invoiceVersion: 0,
      });
      return map(answer, ({ status, version, ersReference }) => ({
        status: status ?? null,
        version,
        ersReference: ersReference ?? null,
      }));
    },
    cancelInvoice: async (invoiceReference) =>
      map(await call('cancelInvoice', { context, invoiceReference }), () => ({})),
    commitReservation: async (invoiceReference, amount) => {
      const answer = await call('commitReservation', {
        context,
        amount: toAmountJson(amount),
        invoiceReference,
      });
      return map(answer, ({ ersReference }) => ({ ersReference: ersReference ?? null }));
    },
    unregisterTerminal: async () => map(await call('unregisterTerminal', { context }), () => ({})),
  };
}

/**
 * The invoice of a machine purchase: the total is a maximum, and nobody waits for an
 * acknowledgement.
 */
const reservation = (invoice: ReservationInvoice): SoapRequest<'sendInvoice'>['invoice'] => ({
  paymentMode: 'RESERVATION_REQUIRED_PRELIMINARY_AMOUNT',
  acknowledgmentMode: 'NO_ACKNOWLEDGMENT',
  issueDate: new Date().toISOString(),
  title: invoice.title,
  clientInvoiceId: invoice.clientInvoiceId,
  invoiceRows: {
    invoiceRow: [
      {
        itemDescription: 'Reservation',
        itemQuantity: '1',
        itemTotalAmount: toAmountJson(invoice.total),
      },
    ],
  },
  totalAmount: toAmountJson(invoice.total),
  notificationUrl: invoice.notificationUrl,
  commitReservationTimeout: String(invoice.commitReservationTimeoutS),
});

const asRow = (line: InvoiceLine) => ({
  itemDescription: line.description,
  itemQuantity: String(line.quantity),
  ...(line.taxRate !== undefined && { itemTaxRate: line.taxRate }),
  itemTotalAmount: toAmountJson(line.total),
  itemUnitPrice: {
    currency: line.unitPrice.currency,
    value: formatMinor(line.unitPrice.minor, line.unitPrice.currency),
  },
});

const unknown = (reason: string) => ({ kind: 'UNKNOWN', reason }) as const;

const map = <R, T>(answer: Answer<{ response: R }>, select: (response: R) => T): Answer<T> =>
  answer.kind === 'UNKNOWN'
    ? answer
    : { kind: 'ANSWER', code: answer.code, ...select(answer.response) };

const asText = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;
