import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import {
  CREATE_PURCHASE_HEADERS,
  MERCHANT_SERVICE,
  SOAP_CONTENT_TYPE,
  fromAmountJson,
  parseCreatePurchaseAnswer,
  readRequest,
  resultCodeName,
  writeCreatePurchaseRequest,
  writeFault,
  writeResponse,
} from '@seqr-ups/contract';
import type { Money, OperationName, SoapCall, SoapRequest, SoapResponse } from '@seqr-ups/contract';
import { RETRY_RULES } from '../src/retry-rules.ts';
import type { ResellerOperation } from '../src/retry-rules.ts';
import { CERT } from './certificate.ts';

/**
 * An invoice as the scripted platform keeps it; the money is `held` while RESERVED, `charged` once
 * PAID.
 */
export type Invoice = {
  readonly reference: string;
  readonly terminalId: string;
  readonly notificationUrl: string;
  readonly total: Money;
  readonly timeoutS: number;
  state: 'ISSUED' | 'RESERVED' | 'PAID' | 'CANCELED';
  /** Its reference was answered to createPurchase. */
  claimed: boolean;
  updated: Money | null;
  rows: readonly (string | undefined)[];
  charged: Money | null;
  commits: number;
};

/** What to do with calls of one operation instead of answering properly. */
export type Trouble =
  /** Carries it out, then cuts the connection. */
  | { readonly kind: 'CUT_AFTER' }
  /** Cuts the connection without having carried it out. */
  | { readonly kind: 'CUT_BEFORE' }
  /** Answers this code, not carried out. */
  | { readonly kind: 'CODE'; readonly code: number }
  /** Carries it out, then answers something else. */
  | { readonly kind: 'BODY'; readonly status: number; readonly body: string }
  /** Carries it out, then never answers. */
  | { readonly kind: 'SILENT' };

/** A call of an operation that resellers use; no other is scripted here. */
type ResellerCall = Extract<SoapCall, { readonly operation: ResellerOperation }>;
const isResellerCall = (call: SoapCall): call is ResellerCall => call.operation in RETRY_RULES;

/** A call about one invoice that exists already. */
type InvoiceCall = Exclude<
  ResellerCall,
  { readonly operation: 'registerTerminal' | 'unregisterTerminal' | 'sendInvoice' }
>;
type Armed = { readonly operation: OperationName; readonly trouble: Trouble; times: number };

const CODES = { ok: 0, amount: 11, password: 20, terminal: 29, shop: 37, paid: 50, unknown: 54 };
const ALREADY_CANCELED = 95;
const NOT_RESERVED = 96;
const SYSTEM_ERROR = 90;

/**
 * A platform for tests: speaks the real wire, keeps invoices in memory, does what a test tells it
 * to. Not the product's platform; those rules are tested against the real one elsewhere.
 */
export class TestPlatform {
  readonly invoices = new Map<string, Invoice>();
  readonly calls: { operation: OperationName; reference: string | null; amount: string | null }[] =
    [];
  readonly terminals = new Map<string, string>();
  readonly #armed: Armed[] = [];
  readonly #server: Server;
  readonly #customer = new Agent({ connect: { ca: CERT }, connections: 64 });
  #next = 20261123000000000n;

  private constructor() {
    this.#server = createServer((incoming, response) => {
      void this.#answer(incoming, response);
    });
    this.#server.keepAliveTimeout = 60_000;
  }

  static async start(port = 0): Promise<TestPlatform> {
    const platform = new TestPlatform();
    await platform.listen(port);
    return platform;
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/soap/merchant/cashregister-2`;
  }

  /** Away: connections are refused, those in use are cut. `listen` brings it back. */
  async leave(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async stop(): Promise<void> {
    await this.#customer.destroy();
    if (this.#server.listening) await this.leave();
  }

  /** The next `times` calls of `operation` meet `trouble`. */
  arm(operation: OperationName, trouble: Trouble, times = 1): void {
    this.#armed.push({ operation, trouble, times });
  }

  /** Invoices in the order in which they were sent. */
  get all(): Invoice[] {
    return [...this.invoices.values()];
  }

  count(operation: OperationName): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  /**
   * A customer scans: createPurchase as the platform sends it. Rejects when the connection breaks.
   */
  async scan(
    url: string,
    token: string,
    options: { amount?: string; msisdn?: string; signal?: AbortSignal } = {},
  ) {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      dispatcher: this.#customer,
      headers: { ...CREATE_PURCHASE_HEADERS },
      body: writeCreatePurchaseRequest({
        reservationToken: token,
        reservationAmount: options.amount ?? '20.00',
        currency: 'EUR',
        msisdn: options.msisdn ?? '46700000001',
      }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const answer = parseCreatePurchaseAnswer(await body.bytes());
    if (statusCode !== 200) throw new Error(`createPurchase answered ${statusCode}`);
    const claimed = answer.kind === 'INVOICE' ? this.invoices.get(answer.invoiceReference) : null;
    if (claimed) claimed.claimed = true;
    return answer;
  }

  /**
   * The customer's PIN: RESERVED, then the notification unless told otherwise. Answers its status.
   */
  async approve(reference: string, notify = true): Promise<number | null> {
    const invoice = this.invoice(reference);
    if (invoice.state !== 'ISSUED') throw new Error(`approving an invoice in ${invoice.state}`);
    invoice.state = 'RESERVED';
    return notify ? this.notify(reference) : null;
  }

  async notify(reference: string): Promise<number> {
    const { statusCode, body } = await request(this.invoice(reference).notificationUrl, {
      method: 'POST',
      dispatcher: this.#customer,
    });
    await body.dump();
    return statusCode;
  }

  invoice(reference: string): Invoice {
    const invoice = this.invoices.get(reference);
    if (invoice === undefined) throw new Error(`no invoice ${reference}`);
    return invoice;
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const read = readRequest(Buffer.concat(chunks), incoming.headers['content-type']);
    response.setHeader('content-type', SOAP_CONTENT_TYPE);
    if (read.kind === 'FAULT') {
      response.statusCode = 500;
      response.end(writeFault(read.fault));
      return;
    }
    const trouble = this.#troubleFor(read.operation);
    if (trouble?.kind === 'CUT_BEFORE') return void incoming.socket.destroy();
    if (trouble?.kind === 'CODE') {
      return void response.end(answered(read.operation, trouble.code));
    }
    const body = this.#carryOut(read);
    switch (trouble?.kind) {
      case 'CUT_AFTER':
        return void incoming.socket.destroy();
      case 'SILENT':
        return;
      case 'BODY':
        response.statusCode = trouble.status;
        return void response.end(trouble.body);
      case undefined:
        return void response.end(body);
    }
  }

  #troubleFor(operation: OperationName): Trouble | null {
    const armed = this.#armed.find((one) => one.operation === operation && one.times > 0);
    if (armed === undefined) return null;
    armed.times -= 1;
    return armed.trouble;
  }

  #carryOut(call: SoapCall): string {
    if (!isResellerCall(call)) {
      return writeFault({ code: 'Server', message: `${call.operation} is not scripted` });
    }
    const { operation, request } = call;
    const reference = 'invoiceReference' in request ? (request.invoiceReference ?? null) : null;
    const amount = 'amount' in request ? (request.amount?.value ?? null) : null;
    this.calls.push({ operation, reference, amount });
    const refusal = this.#refusalOfCaller(call);
    if (refusal !== null) return answered(operation, refusal);
    if (call.operation === 'registerTerminal') {
      const terminalId = randomUUID().replaceAll('-', '');
      this.terminals.set(terminalId, call.request.password ?? '');
      return answered('registerTerminal', CODES.ok, { terminalId });
    }
    if (call.operation === 'unregisterTerminal') {
      this.terminals.delete(call.request.context?.initiatorPrincipalId?.id ?? '');
      return answered('unregisterTerminal', CODES.ok);
    }
    if (call.operation === 'sendInvoice') return this.#sendInvoice(call.request);
    return this.#onInvoice(call, reference ?? '');
  }

  #refusalOfCaller({ request }: ResellerCall): number | null {
    const principal = request.context?.initiatorPrincipalId;
    const password = request.context?.password;
    if (principal?.type === 'RESELLERUSER') {
      return principal.id === 'demo' && principal.userId === '9900'
        ? password === 'demo'
          ? null
          : CODES.password
        : CODES.shop;
    }
    const known = this.terminals.get(principal?.id ?? '');
    if (known === undefined) return CODES.terminal;
    return known === password ? null : CODES.password;
  }

  #sendInvoice({ context, invoice }: SoapRequest<'sendInvoice'>): string {
    this.#next += 1n;
    const reference = this.#next.toString();
    const terminalId = context?.initiatorPrincipalId?.id ?? '';
    // A terminal of registerTerminal holds one open invoice; those of machine purchases are left
    // alone.
    for (const earlier of this.invoices.values()) {
      const replaced = earlier.terminalId === terminalId && !earlier.claimed;
      if (replaced && earlier.state === 'ISSUED') earlier.state = 'CANCELED';
    }
    this.invoices.set(reference, {
      reference,
      terminalId,
      notificationUrl: invoice?.notificationUrl ?? '',
      total: moneyOf(invoice?.totalAmount),
      timeoutS: Number(invoice?.commitReservationTimeout ?? 0),
      state: 'ISSUED',
      claimed: false,
      updated: null,
      rows: [],
      charged: null,
      commits: 0,
    });
    return answered('sendInvoice', CODES.ok, { invoiceReference: reference });
  }

  #onInvoice(call: InvoiceCall, reference: string): string {
    const invoice = this.invoices.get(reference);
    const terminalId = call.request.context?.initiatorPrincipalId?.id;
    if (invoice === undefined || invoice.terminalId !== terminalId) {
      return answered(call.operation, CODES.unknown);
    }
    switch (call.operation) {
      case 'getPaymentStatus':
        return answered('getPaymentStatus', CODES.ok, { status: invoice.state, version: 1 });
      case 'cancelInvoice':
        return answered('cancelInvoice', cancelled(invoice));
      case 'updateInvoice':
        return answered('updateInvoice', updated(invoice, call.request));
      case 'commitReservation': {
        const code = committed(invoice, moneyOf(call.request.amount));
        const paid = invoice.state === 'PAID' ? { ersReference: `ers-${reference}` } : {};
        return answered('commitReservation', code, paid);
      }
    }
  }
}

function cancelled(invoice: Invoice): number {
  if (invoice.state === 'PAID') return CODES.paid;
  if (invoice.state === 'CANCELED') return ALREADY_CANCELED;
  invoice.state = 'CANCELED';
  return CODES.ok;
}

function updated(invoice: Invoice, request: SoapRequest<'updateInvoice'>): number {
  if (invoice.state === 'PAID') return SYSTEM_ERROR;
  if (invoice.state === 'CANCELED') return ALREADY_CANCELED;
  const total = moneyOf(request.invoice?.totalAmount);
  if (total.minor > invoice.total.minor) return CODES.amount;
  invoice.updated = total;
  invoice.rows = (request.invoice?.invoiceRows?.invoiceRow ?? []).map((row) =>
    [row.itemQuantity, row.itemDescription, row.itemTotalAmount?.value].join(' '),
  );
  return CODES.ok;
}

function committed(invoice: Invoice, amount: Money): number {
  if (invoice.state === 'PAID' && invoice.charged?.minor === amount.minor) return CODES.ok;
  if (invoice.state !== 'RESERVED') return NOT_RESERVED;
  if (amount.minor > (invoice.updated ?? invoice.total).minor) return CODES.amount;
  invoice.state = 'PAID';
  invoice.charged = amount;
  invoice.commits += 1;
  return CODES.ok;
}

const moneyOf = (amount: { currency?: string | undefined; value?: string | undefined } = {}) =>
  fromAmountJson({ currency: amount.currency ?? '', value: amount.value ?? '' });

/** An answer; with what the operation's type demands where the code is not 0. */
function answered<O extends OperationName>(
  operation: O,
  resultCode: number,
  fields: Partial<SoapResponse<O>> = {},
): string {
  const version = MERCHANT_SERVICE.operations[operation].response.includes('Status')
    ? { version: 0 }
    : {};
  return writeResponse(operation, {
    resultCode,
    resultDescription: resultCodeName(resultCode) ?? undefined,
    ...version,
    ...fields,
  } as SoapResponse<O>);
}
