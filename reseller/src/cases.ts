import type { MerchantCaseJson, MerchantCasePageJson } from '@seqr-ups/contract';
import { reasonOf } from './log.ts';
import { connectTo } from './platform-connection.ts';
import type { MerchantClientOptions, MerchantUser } from './soap-client.ts';

/** Path of the merchant's JSON API on every installation. */
const CASES_PATH = '/merchant/v1/cases';
const DEADLINE_MS = 5_000;
/** Cases come seldom; they never take a connection from sales. */
const CONNECTIONS_MAX = 2;
/** Largest answer that is read: a page of cases is far smaller. */
const ANSWER_BYTES_MAX = 1024 * 1024;
/** Cases of one page, the most that the platform gives. */
const PAGE_SIZE = 100;

/** What became of a call. REFUSED: the platform's problem code, such as `NOT_FOUND`. */
export type CaseAnswer<T> =
  | { readonly kind: 'OK'; readonly value: T }
  | { readonly kind: 'REFUSED'; readonly code: string }
  | { readonly kind: 'UNKNOWN'; readonly reason: string };

/** The merchant's side of what customers report. No call throws; none repeats by itself. */
export type CaseClient = {
  /** A page of the merchant's cases, newest first; `cursor`: `nextCursor` of the page before. */
  cases(wanted?: {
    readonly state?: MerchantCaseJson['state'];
    readonly cursor?: string;
  }): Promise<CaseAnswer<MerchantCasePageJson>>;
  /**
   * Answers a case, which its customer reads in the wallet; `close` says that nothing more is to
   * come. The same answer once more is no harm.
   */
  answer(
    id: string,
    answer: { readonly text: string; readonly close?: boolean },
  ): Promise<CaseAnswer<MerchantCaseJson>>;
  /** Closes the connections; calls in flight end UNKNOWN. */
  close(): Promise<void>;
};

/**
 * Makes a client for the cases of one merchant. `url` is any address of the platform, such as the
 * merchant SOAP endpoint; the user is the one of the SOAP API. Throws when `url` is none.
 */
export function caseClient(
  options: Pick<MerchantClientOptions, 'url' | 'ca' | 'deadlineMs'>,
  user: MerchantUser,
): CaseClient {
  const connection = connectTo(new URL(options.url), {
    connections: CONNECTIONS_MAX,
    deadlineMs: options.deadlineMs ?? DEADLINE_MS,
    answerBytesMax: ANSWER_BYTES_MAX,
    ca: options.ca,
  });
  const credentials = `${user.resellerId}/${user.userId}:${user.password}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;

  const call = async <T>(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
  ): Promise<CaseAnswer<T>> => {
    try {
      const answer = await connection.exchange({
        method,
        path,
        headers: {
          authorization,
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const read: unknown = JSON.parse(Buffer.from(answer.body).toString());
      if (answer.statusCode === 200) return { kind: 'OK', value: read as T };
      const { code } = (read ?? {}) as { code?: unknown };
      if (typeof code === 'string') return { kind: 'REFUSED', code };
      return { kind: 'UNKNOWN', reason: `status ${answer.statusCode}` };
    } catch (error) {
      return { kind: 'UNKNOWN', reason: reasonOf(error) };
    }
  };

  return {
    cases: ({ state, cursor } = {}) => {
      const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
      if (state !== undefined) query.set('state', state);
      if (cursor !== undefined) query.set('cursor', cursor);
      return call('GET', `${CASES_PATH}?${query.toString()}`);
    },
    answer: (id, { text, close = false }) =>
      call('POST', `${CASES_PATH}/${encodeURIComponent(id)}/answer`, { text, close }),
    close: () => connection.close(),
  };
}
