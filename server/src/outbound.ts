/**
 * HTTP to addresses that merchants have given: createPurchase and notifications. Such an address is
 * hostile input and its server may be slow, wrong or malicious, so every call has one deadline for
 * everything, a limit on what is read, goes to public addresses only, and follows no redirect. What
 * happened is a value; nothing here throws for a peer's sake. (Unattended Payments 4.1, 5, 6 and
 * rows 1, 3, 4, 41, 44.)
 */

import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { Agent, type Dispatcher } from 'undici';
import { addressGuard } from './outbound/address.ts';
import { ConnectFailure, guardedConnector } from './outbound/connector.ts';
import { openLookup } from './outbound/lookup.ts';

/** Sets of connections, one for each certificate authority; the one used longest ago makes room. */
const AGENTS_MAX = 64;
/** Addresses connected to at once, within one set. */
const ORIGINS_MAX = 4_096;
/** Connections to one origin, and calls to it that are under way or wait for one of them. */
const CONNECTIONS_PER_ORIGIN_MAX = 64;
const CALLS_PER_ORIGIN_MAX = 256;
/**
 * An unused connection is closed after so long; less than the 5 s after which common servers close
 * theirs.
 */
const KEEP_ALIVE_MS = 4_000;
/** Bytes of the answer's headers, and interim (1xx) answers before the real one. */
const ANSWER_HEADERS_MAX_BYTES = 16_384;
const INTERIM_ANSWERS_MAX = 8;
/** Some servers turn away requests that do not say who is calling. */
const USER_AGENT = 'seqr-ups';

/** One POST. Headers beside these are Host, Connection and Content-Length. */
export type OutboundRequest = {
  /** Used exactly as given, query included; a fragment is not sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty: no body, with `Content-Length: 0`. */
  readonly body: string | Uint8Array;
  /** Trusted beside the public authorities; null: only those. */
  readonly caPem: string | null;
  /** Whether `http:` is allowed too. */
  readonly allowHttp: boolean;
  /** Everything: waiting for a connection, DNS, connect, TLS, headers, body. */
  readonly timeoutMs: number;
  /** A longer answer is an error, or is cut where only its status counts. */
  readonly answerMaxBytes: number;
  /** Once the status has arrived, whatever happens to the body is no failure any more. */
  readonly onlyStatusCounts: boolean;
};

/** Why there is no answer. */
export type OutboundFault =
  | 'REFUSED_ADDRESS'
  | 'CONNECT'
  | 'TLS'
  | 'TIMEOUT'
  | 'TOO_LARGE'
  | 'PROTOCOL';

/**
 * `requestSent`: false only when surely no byte of the request has left. `detail` is for operators.
 */
export type OutboundResult =
  | {
      readonly kind: 'ANSWER';
      readonly status: number;
      readonly body: Uint8Array;
      readonly contentType: string | null;
    }
  | {
      readonly kind: 'FAILED';
      readonly reason: OutboundFault;
      readonly requestSent: boolean;
      readonly detail: string;
    };

/** The calls of one platform. */
export type Outbound = {
  /** Makes one call, never a second one. Resolves within `timeoutMs`; does not reject. */
  post(request: OutboundRequest): Promise<OutboundResult>;
  /** Ends the calls under way and closes every connection. */
  close(): Promise<void>;
};

/**
 * Opens outgoing calls. `allow`: ranges that may be reached besides the public addresses.
 * `nameServers` ("address:port") instead of the system's.
 */
export function openOutbound(options: {
  readonly allow: readonly string[];
  readonly connectTimeoutMs: number;
  readonly nameServers?: readonly string[];
}): Outbound {
  const guard = addressGuard(options.allow);
  const lookup = openLookup(options.nameServers);
  const { connectTimeoutMs } = options;
  const closing = new AbortController();
  // Many connections may be on their way at once.
  setMaxListeners(0, closing.signal);
  const closed = closing.signal;
  const agents = boundedAgents((caPem) =>
    guardedConnector({ guard, lookup, connectTimeoutMs, caPem, closed }),
  );
  const callsByOrigin = new Map<string, number>();
  return {
    async post(request) {
      const target = readTarget(request);
      if (target === null) return notSent('REFUSED_ADDRESS', 'not an address that may be called');
      const calls = callsByOrigin.get(target.origin) ?? 0;
      if (calls >= CALLS_PER_ORIGIN_MAX) return notSent('CONNECT', 'too many calls to this origin');
      callsByOrigin.set(target.origin, calls + 1);
      try {
        const agent = agents.get(request.caPem);
        return agent === null
          ? notSent('TLS', "the merchant's certificate authority cannot be read")
          : await exchange(agent, target, request);
      } finally {
        const left = (callsByOrigin.get(target.origin) ?? 1) - 1;
        if (left > 0) callsByOrigin.set(target.origin, left);
        else callsByOrigin.delete(target.origin);
      }
    },
    close() {
      closing.abort();
      return agents.close();
    },
  };
}

const notSent = (reason: OutboundFault, detail: string): OutboundResult => ({
  kind: 'FAILED',
  reason,
  requestSent: false,
  detail,
});

type Target = { readonly origin: string; readonly path: string };

/**
 * The origin to connect to and the path to ask for; null when the address may not be called at all.
 */
function readTarget({ url, allowHttp }: OutboundRequest): Target | null {
  const parsed = URL.parse(url);
  if (parsed === null) return null;
  if (parsed.protocol !== 'https:' && !(allowHttp && parsed.protocol === 'http:')) return null;
  // Parsing normalizes ("/a/../b"); the merchant's own spelling is sent unless it cannot stand in a
  // request line.
  const spelled = /^https?:\/\/[^/?#\\]+([/?][!"$-~]*)?(?:#.*)?$/i.exec(url);
  const path = spelled === null ? parsed.pathname + parsed.search : (spelled[1] ?? '/');
  return { origin: parsed.origin, path: path.startsWith('/') ? path : `/${path}` };
}

/**
 * One exchange, ended by whatever comes first: the whole answer, an error, a limit, or the
 * deadline.
 */
function exchange(agent: Agent, target: Target, request: OutboundRequest): Promise<OutboundResult> {
  const { promise, resolve } = Promise.withResolvers<OutboundResult>();
  const { headers, body, timeoutMs, answerMaxBytes, onlyStatusCounts } = request;
  const chunks: Buffer[] = [];
  let controller: Dispatcher.DispatchController | null = null;
  let requestSent = false;
  let over = false;
  let status = 0;
  let contentType: string | null = null;
  let bytes = 0;
  let interimAnswers = 0;
  const answer = () => ({ status, body: Buffer.concat(chunks), contentType });
  const end = (result: OutboundResult) => {
    clearTimeout(timer);
    over = true;
    resolve(result);
  };
  const fail = (reason: OutboundFault, detail: string) => {
    if (over) return;
    if (onlyStatusCounts && status !== 0) end({ kind: 'ANSWER', ...answer() });
    else end({ kind: 'FAILED', reason, requestSent, detail });
    controller?.abort(new Error(detail));
  };
  const timer = setTimeout(() => fail('TIMEOUT', `no answer within ${timeoutMs} ms`), timeoutMs);
  const handler: Dispatcher.DispatchHandler = {
    // Called just before the first byte is written; a call whose deadline has passed while it
    // waited writes nothing.
    onRequestStart(started) {
      controller = started;
      if (over) started.abort(new Error('deadline passed before the request was sent'));
      else requestSent = true;
    },
    onResponseStart(_, statusCode, answerHeaders) {
      if (statusCode < 200) {
        interimAnswers += 1;
        if (interimAnswers > INTERIM_ANSWERS_MAX) fail('PROTOCOL', 'too many interim answers');
        return;
      }
      status = statusCode;
      contentType = oneHeader(answerHeaders['content-type']);
    },
    onResponseData(_, chunk) {
      bytes += chunk.length;
      if (bytes > answerMaxBytes) fail('TOO_LARGE', `more than ${answerMaxBytes} bytes`);
      else chunks.push(chunk);
    },
    onResponseEnd() {
      if (!over) end({ kind: 'ANSWER', ...answer() });
    },
    onResponseError(_, error) {
      fail(error instanceof ConnectFailure ? error.fault : 'PROTOCOL', error.message);
    },
  };
  // Zero switches undici's own timers off: the one above covers all of it.
  const timers = { headersTimeout: 0, bodyTimeout: 0 };
  const sent = { 'user-agent': USER_AGENT, ...headers };
  agent.dispatch({ ...target, method: 'POST', headers: sent, body, ...timers }, handler);
  return promise;
}

const oneHeader = (value: string | string[] | undefined): string | null =>
  (Array.isArray(value) ? value[0] : value) ?? null;

type Connector = ReturnType<typeof guardedConnector>;

/**
 * One set of connections for each certificate authority, so that trust in one never reaches
 * another's servers.
 */
function boundedAgents(connector: (caPem: string | null) => Connector) {
  const agents = new Map<string, Agent>();
  const open = (caPem: string | null): Agent | null => {
    try {
      return new Agent({
        connect: connector(caPem),
        connections: CONNECTIONS_PER_ORIGIN_MAX,
        maxOrigins: ORIGINS_MAX,
        pipelining: 1,
        allowH2: false,
        keepAliveTimeout: KEEP_ALIVE_MS,
        keepAliveMaxTimeout: KEEP_ALIVE_MS,
        maxHeaderSize: ANSWER_HEADERS_MAX_BYTES,
      });
    } catch {
      return null;
    }
  };
  return {
    /** Null when the authority's certificate cannot be read. */
    get(caPem: string | null): Agent | null {
      const key = caPem === null ? '' : createHash('sha256').update(caPem).digest('hex');
      const agent = agents.get(key) ?? open(caPem);
      if (agent === null) return null;
      agents.delete(key);
      agents.set(key, agent);
      const [oldest] = agents;
      if (oldest !== undefined && agents.size > AGENTS_MAX) {
        agents.delete(oldest[0]);
        // Finishes its calls first; nobody has to wait for that.
        oldest[1].close().catch(() => {});
      }
      return agent;
    },
    async close(): Promise<void> {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
      agents.clear();
    },
  };
}
