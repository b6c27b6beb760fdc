/**
 * The SOAP edge alone on a free port, over a test database, and a client that sends raw envelopes.
 */

import { operationCodes, readResponse, writeRequest } from '@seqr-ups/contract';
import type { OperationName, SoapRequest, SoapResponse } from '@seqr-ups/contract';
import fastify from 'fastify';
import { pino } from 'pino';
import { openCallers } from '../src/core/callers.ts';
import { hashPassword } from '../src/core/credential.ts';
import { addMerchant } from '../src/core/merchant.ts';
import { registerTerminal } from '../src/core/terminal.ts';
import type { Database } from '../src/db.ts';
import { openMetrics } from '../src/metrics.ts';
import { soapEdge } from '../src/soap/edge.ts';
import type { SoapEdgeOptions } from '../src/soap/edge.ts';
import { testDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';

/** Where the tests say that the platform is; nothing listens there. */
export const PUBLIC_URL = 'https://pay.example';

/** An HTTP answer, with its body as text. */
export type RawAnswer = { readonly status: number; readonly type: string; readonly text: string };

/** A running edge. */
export type SoapPlatform = {
  readonly url: string;
  readonly database: TestDatabase;
  /** Posts bytes or text to the primary endpoint. */
  post(
    body: string | Uint8Array,
    options?: { headers?: Record<string, string>; path?: string },
  ): Promise<RawAnswer>;
  /** Calls an operation as the contract's own client does; a fault throws. */
  call<O extends OperationName>(operation: O, request: SoapRequest<O>): Promise<SoapResponse<O>>;
  stop(): Promise<void>;
};

/** Starts the edge; `changes` replaces single options. */
export async function startSoapEdge(changes: Partial<SoapEdgeOptions> = {}): Promise<SoapPlatform> {
  const database = await testDatabase();
  const app = fastify({ logger: false });
  await app.register(soapEdge, {
    db: database.db,
    callers: openCallers(changes.db ?? database.db),
    config: { publicUrl: PUBLIC_URL },
    log: pino({ level: 'silent' }),
    metrics: openMetrics(),
    overloaded: () => false,
    waiting: (work) => work(),
    ...changes,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const post: SoapPlatform['post'] = async (body, options = {}) => {
    const path = options.path ?? '/soap/merchant/cashregister-2';
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""', ...options.headers },
      body: typeof body === 'string' ? body : Buffer.from(body),
    });
    const type = answer.headers.get('content-type') ?? '';
    return { status: answer.status, type, text: await answer.text() };
  };
  return {
    url,
    database,
    post,
    call: async (operation, request) => {
      const answer = await post(writeRequest(operation, request));
      const read = readResponse(operation, Buffer.from(answer.text), answer.type);
      if (read.kind === 'FAULT') throw new Error(`${read.fault.code}: ${read.fault.message}`);
      assertListed(operation, read.response.resultCode);
      return read.response;
    },
    stop: async () => {
      await app.close();
      await database.drop();
    },
  };
}

/** No test may see a code that is not listed, or that the declaration calls unreachable. */
function assertListed(operation: OperationName, code: number): void {
  const listed = operationCodes(operation).find((one) => one.code === code);
  if (listed === undefined) throw new Error(`${operation} answered ${code}, which is not listed`);
  if (listed.unreachable === null) return;
  throw new Error(`${operation} answered ${code}, though: ${listed.unreachable}`);
}

/** The context of a terminal's call. */
export function terminalContext(id: string, password: string) {
  return {
    channel: 'WS',
    clientId: 'TillSoft 4.1',
    clientRequestTimeout: '0',
    initiatorPrincipalId: { id, type: 'TERMINALID' },
    password,
  } as const;
}

/** The context of a user of a merchant. */
export function userContext(id: string, userId: string, password: string) {
  return {
    channel: 'WS',
    clientId: 'TillSoft 4.1',
    clientRequestTimeout: '0',
    initiatorPrincipalId: { id, type: 'RESELLERUSER', userId },
    password,
  } as const;
}

/** Adds a merchant with user 9900, as the operator's command would. */
export async function addTestMerchant(
  db: Database,
  merchant: { readonly id: string; readonly password: string; readonly currency?: string },
): Promise<void> {
  const passwordHash = await hashPassword(merchant.password);
  const added = await db.transaction((tx) =>
    addMerchant(tx, {
      id: merchant.id,
      name: `Shop ${merchant.id}`,
      maximum: { minor: 2_000n, currency: merchant.currency ?? 'EUR' },
      userId: '9900',
      passwordHash,
    }),
  );
  if (!added.ok) throw new Error(added.refusal);
}

/** What every terminal of these tests has for a password. */
export const TERMINAL_PASSWORD = 'till-secret';

/** Adds a terminal of a merchant; answers its id. */
export async function addTestTerminal(
  db: Database,
  merchantId: string,
  kind: 'CASH_REGISTER' | 'WEB_SHOP' = 'CASH_REGISTER',
): Promise<string> {
  const passwordHash = await hashPassword(TERMINAL_PASSWORD);
  const { terminalId } = await db.statement((tx) =>
    registerTerminal(tx, {
      merchantId,
      externalTerminalId: 'till-1',
      name: 'Till 1',
      passwordHash,
      kind,
    }),
  );
  return terminalId;
}
