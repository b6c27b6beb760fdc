/**
 * The wallet edge alone on a free port, over a test database, with a shop whose reseller is in this
 * process: asked for a purchase, it sends its invoice to the core as a reseller's sendInvoice
 * would.
 */

import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import type { ProblemJson, PurchaseJson, SessionJson } from '@seqr-ups/contract';
import type { DueNotification } from '../src/core/notification.ts';
import type { CreatePurchaseCall, ResellerAnswer } from '../src/core/purchase.ts';
import { readSettings } from '../src/config.ts';
import type { Config } from '../src/config.ts';
import type { Database } from '../src/db.ts';
import { openHttpServer } from '../src/http.ts';
import { logOptions } from '../src/log.ts';
import { openMetrics } from '../src/metrics.ts';
import { walletEdge } from '../src/wallet/edge.ts';
import type { WalletOptions } from '../src/wallet/edge.ts';
import { startEventFeed } from '../src/work/events.ts';
import { TEST_CODE_KEYS } from './code-keys.ts';
import { TEST_PUSH_KEY } from './push-key.ts';
import { testDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';
import { PIN, must, openShop } from './shop.ts';
import type { Shop } from './shop.ts';

const ID_OR_TIME = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{13}/g;

/** A log without ids and times in ms, which hold any four digits of a PIN now and then. */
export const wordsOfLog = (text: string): string => text.replaceAll(ID_OR_TIME, '');

/** The key under which `shop.ts` makes its customers' PINs. */
export const PIN_KEY = Buffer.alloc(32, 7);
const TOKEN_KEY = Buffer.alloc(32, 9);

/** An answer with its body read as JSON; `headers` as they came. */
export type JsonAnswer<T = PurchaseJson & ProblemJson> = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
};

/** A signed-in customer. */
export type TestCustomer = {
  readonly customerId: string;
  readonly msisdn: string;
  readonly token: string;
  /** Calls the API with this customer's session. */
  call<T = PurchaseJson & ProblemJson>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<JsonAnswer<T>>;
  /** Scans the machine that `token` names, in the shop. */
  scan(token?: string, headers?: Record<string, string>): Promise<JsonAnswer>;
  /** Opens the event stream; `closed` resolves when it ends. */
  listen(lastEventId?: string): Promise<EventStream>;
};

/** An open event stream. */
export type EventStream = {
  readonly status: number;
  readonly headers: Headers;
  /** Everything that has come so far. */
  text(): string;
  /** The purchases that have come so far. */
  purchases(): { readonly id: string; readonly purchase: PurchaseJson }[];
  /** Waits for a purchase that satisfies the condition. */
  until(condition: (purchase: PurchaseJson) => boolean): Promise<PurchaseJson>;
  readonly ended: Promise<void>;
  close(): void;
};

/** How this platform differs from the usual one. */
type Changes = Partial<
  Pick<WalletOptions, 'overloaded' | 'webRoot' | 'heartbeatMs' | 'createPurchase'>
> & {
  config?: Partial<Config>;
  /** Called before each of the edge's round trips to the database. */
  onQuery?: () => void;
};

/** A running edge. */
export type WalletPlatform = Awaited<ReturnType<typeof startWalletEdge>>;

/** What waits in tests is given up on after so long. */
const PATIENCE_MS = 30_000;

/** Starts the edge with a shop whose machines behave as {@link reseller} says. */
export async function startWalletEdge(changes: Changes = {}) {
  const database = await testDatabase();
  const { db } = database;
  const shop = await openShop(db);
  const notifications: DueNotification[] = [];
  const calls: CreatePurchaseCall[] = [];
  const logged = new PassThrough();
  const lines: string[] = [];
  logged.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  const log = pino(logOptions('debug'), logged);
  const gate = openGate();
  const config = { ...testConfig(), ...changes.config };
  const metrics = openMetrics();
  const feed = await startEventFeed({ db, config, log, metrics });
  const ask = changes.createPurchase ?? reseller(shop, gate);
  const http = await openHttpServer(config, log, metrics);
  const { app } = http;
  let listeners = 0;
  await app.register(walletEdge, {
    db: changes.onQuery === undefined ? db : counting(db, changes.onQuery),
    config,
    log,
    metrics,
    createPurchase: (call) => {
      calls.push(call);
      return ask(call);
    },
    notifyNow: (notification) => notifications.push(notification),
    events: {
      subscribe: (customerId, onChange) => {
        listeners += 1;
        return feed.subscribe(customerId, onChange);
      },
      poke: () => feed.poke(),
    },
    overloaded: changes.overloaded ?? (() => false),
    ...(changes.webRoot !== undefined && { webRoot: changes.webRoot }),
    ...(changes.heartbeatMs !== undefined && { heartbeatMs: changes.heartbeatMs }),
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const call = caller(url);
  return {
    url,
    db,
    database,
    shop,
    gate,
    calls,
    notifications,
    call,
    /** How many streams and waiting scans have begun to listen. */
    listeners: () => listeners,
    /** Everything that was logged. */
    logText: () => lines.join(''),
    /** A new customer with so many cents, signed in. */
    customer: async (funds?: bigint): Promise<TestCustomer> => {
      const customerId = await shop.customer(funds);
      const msisdn = await msisdnOf(database, customerId);
      return signedIn(url, shop, { customerId, msisdn });
    },
    signIn: (msisdn: string, customerId: string) => signedIn(url, shop, { customerId, msisdn }),
    stopApp: () => http.stop(),
    stop: async () => {
      gate.open();
      await http.stop();
      await feed.stop();
      await database.drop();
    },
  };
}

function counting(db: Database, onQuery: () => void): Database {
  return {
    ...db,
    statement: (work) =>
      db.statement((tx) =>
        work({
          query: (text, values) => {
            onQuery();
            return tx.query(text, values);
          },
        }),
      ),
    transaction: () => {
      throw new Error("a customer's call takes no transaction of several steps");
    },
  };
}

/** The usual settings, with the keys of these tests. */
function testConfig(): Config {
  const read = readSettings({
    SEQR_PUBLIC_URL: 'https://pay.example',
    SEQR_EVENT_INTERVAL_MS: '20',
    SEQR_DEVICE_SIGNATURE: 'optional',
  });
  if (!read.ok) throw new Error(read.faults.join(' '));
  return {
    ...read.settings,
    pinKey: PIN_KEY,
    tokenKey: TOKEN_KEY,
    codeKeys: TEST_CODE_KEYS,
    pushKey: TEST_PUSH_KEY,
  };
}

/** The machines of the shop, by their tokens. */
function reseller(shop: Shop, gate: Gate) {
  const invoice = async (content = {}): Promise<ResellerAnswer> => {
    // A terminal a sale: a machine's earlier invoice is not cancelled by the next.
    const { terminalId } = await shop.newTerminal();
    const { reference } = must(await shop.issue(content, terminalId));
    return { kind: 'INVOICE', invoiceReference: reference };
  };
  return async (call: CreatePurchaseCall): Promise<ResellerAnswer> => {
    const error = (code: Extract<ResellerAnswer, { kind: 'ERROR' }>['code']): ResellerAnswer => ({
      kind: 'ERROR',
      code,
      detail: 'as this machine always does',
      invoiceReference: null,
    });
    const token = call.reservationToken;
    if (token === 'throws') throw new Error('a bug in asking');
    if (token === 'busy') return error('DEVICE_IN_USE');
    if (token === 'broken') return error('DEVICE_UNAVAILABLE');
    if (token === 'dear') return error('INSUFFICIENT_FUNDS');
    if (token === 'unbilled') return error('INVOICING_ERROR');
    if (token === 'confused') return { kind: 'INVOICE', invoiceReference: '20260101000000000' };
    if (token === 'slow') await gate.opened;
    return invoice({ total: { minor: call.reservationAmount.minor, currency: 'EUR' } });
  };
}

/** A door that the test opens. */
type Gate = { readonly opened: Promise<void>; open(): void };
function openGate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}

async function msisdnOf(database: TestDatabase, customerId: string): Promise<string> {
  const { rows } = await database.db.statement((tx) =>
    tx.query<{ msisdn: string }>('select msisdn from customer where id = $1', [customerId]),
  );
  return rows[0]?.msisdn ?? '';
}

/** Calls the API without a session. */
const caller =
  (url: string) =>
  async <T = PurchaseJson & ProblemJson>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<JsonAnswer<T>> => {
    const answer = await fetch(`${url}/wallet/v1${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: (text === '' ? null : JSON.parse(text)) as T,
    };
  };

async function signedIn(
  url: string,
  shop: Shop,
  who: { customerId: string; msisdn: string },
): Promise<TestCustomer> {
  const anonymous = caller(url);
  const session = await anonymous<SessionJson>('POST', '/sessions', {
    msisdn: who.msisdn,
    pin: PIN,
  });
  if (session.status !== 201) throw new Error(`sign-in answered ${session.status}`);
  const { token } = session.body;
  const authorization = `Bearer ${token}`;
  const call: TestCustomer['call'] = (method, path, body, headers) =>
    anonymous(method, path, body, { authorization, ...headers });
  return {
    ...who,
    token,
    call,
    scan: (machine = 'm1', headers) =>
      call(
        'POST',
        '/purchases',
        { qr: `HTTP://SEQR.SE/000/ups?w=${shop.merchantId}&t=${machine}` },
        headers,
      ),
    listen: (lastEventId) =>
      listen(url, {
        authorization,
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      }),
  };
}

async function listen(url: string, headers: Record<string, string>): Promise<EventStream> {
  const stop = new AbortController();
  const answer = await fetch(`${url}/wallet/v1/events`, { headers, signal: stop.signal });
  let text = '';
  let wake = (): void => {};
  let over = false;
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of answer.body ?? []) {
        text += decoder.decode(chunk, { stream: true });
        wake();
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
  };
  const ended = read().finally(() => {
    over = true;
    wake();
  });
  const purchases: EventStream['purchases'] = () =>
    [...text.matchAll(/^id: (.+)\ndata: (.+)\n\n/gm)].map(([, id = '', data = '']) => ({
      id,
      purchase: JSON.parse(data) as PurchaseJson,
    }));
  return {
    status: answer.status,
    headers: answer.headers,
    text: () => text,
    purchases,
    ended,
    close: () => stop.abort(),
    until: async (condition) => {
      const giveUp = AbortSignal.timeout(PATIENCE_MS);
      giveUp.addEventListener('abort', () => wake());
      for (;;) {
        const found = purchases().find(({ purchase }) => condition(purchase));
        if (found) return found.purchase;
        if (over || giveUp.aborted) throw new Error(`it never came; the stream said:\n${text}`);
        const next = Promise.withResolvers<void>();
        wake = next.resolve;
        await next.promise;
      }
    },
  };
}
