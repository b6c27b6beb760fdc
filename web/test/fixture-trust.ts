/**
 * The fixture's signed codes, by a key pair of its own whose private half stands here for everybody
 * to read; what its codes stand for; and the problems that were reported of its purchases.
 */

import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import {
  codeSignedText,
  parseQr,
  signedMachineQr,
  type CaseJson,
  type CodeJson,
  type CodeKeyJson,
  type ProblemCode,
} from '@seqr-ups/contract';
import { at } from './fixture-clock.ts';
import type { FixtureAnswer } from './fixture-security.ts';

const KEY = createPrivateKey({
  key: Buffer.from(
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPoNcpOTMDqOaETUzngGrwn1YyLllLalfi' +
      'PMvo67hX92hRANCAAT8G829GD_RA7ZhIwgQfwCB9YxcNetqe-HAJ3mqgtrmE-TcueApocGO4ZF9W2nO' +
      'QrbcKIRlzf1PMipc5odhBVgc',
    'base64url',
  ),
  format: 'der',
  type: 'pkcs8',
});

/** What the fixture's installation publishes. */
export const FIXTURE_CODE_KEYS: readonly CodeKeyJson[] = [publicKey()];

function publicKey(): CodeKeyJson {
  const bytes = createPublicKey(KEY).export({ type: 'spki', format: 'der' });
  const id = createHash('sha256').update(bytes).digest('base64url').slice(0, 12);
  return { id, publicKey: bytes.toString('base64url') };
}

/** A machine's code, rightly signed; `signedToken` of another machine makes it a changed one. */
export function fixtureCode(token: string, signedToken: string = token): string {
  const text = Buffer.from(codeSignedText('demo', signedToken));
  const signature = sign('sha256', text, { key: KEY, dsaEncoding: 'ieee-p1363' });
  return signedMachineQr('demo', token, signature.toString('base64url'));
}

/** What a code stands for here: merchant `demo` alone sells anything. */
function answerCode(text: string): CodeJson | ProblemCode {
  const target = parseQr(text);
  if (target === null) return 'INVALID_CODE';
  const till = { id: 'cafe', name: 'Corner Café' };
  const { kind } = target;
  if (kind !== 'MACHINE') return { kind, merchant: till, machine: null, signature: 'ABSENT' };
  if (target.merchantId !== 'demo') return 'UNKNOWN_MERCHANT';
  return {
    kind,
    merchant: { id: 'demo', name: 'Demo Vending' },
    machine: { token: target.token, name: 'Snacks', place: 'Waiting room' },
    signature: target.signature === undefined ? 'ABSENT' : 'VALID',
  };
}

const OPEN: CaseJson = {
  id: 'open',
  kind: 'NOTHING_CAME',
  text: 'The motor turned, but the bar is still hanging there.',
  state: 'OPEN',
  answer: null,
  createdAt: at(-4),
  answeredAt: null,
  closedAt: null,
};
const ANSWERED: CaseJson = {
  ...OPEN,
  id: 'answered',
  state: 'ANSWERED',
  answer: 'You are right, and the money for it is back on your account. Sorry for the trouble.',
  answeredAt: at(-2),
};
const CLOSED: CaseJson = {
  ...ANSWERED,
  id: 'closed',
  kind: 'WRONG_AMOUNT',
  text: '',
  answer: 'The price on the shelf was an old one. We have changed it.',
  state: 'CLOSED',
  closedAt: at(-1),
};

const CASES: Readonly<Record<string, readonly CaseJson[]>> = {
  'nothing-taken': [OPEN],
  'paid-refunded': [CLOSED, ANSWERED],
};
/** A report that begins so is one too many. */
const TOO_MANY = 'again';

/** What is answered to a call about codes and cases; null when the call is about something else. */
export function answerTrust(
  call: string,
  query: URLSearchParams,
  body: Readonly<Record<string, unknown>>,
): FixtureAnswer | null {
  if (call === 'GET /codes') {
    const answer = answerCode(query.get('text') ?? '');
    return typeof answer === 'string' ? { problem: answer } : { status: 200, body: answer };
  }
  if (call === 'POST /code-reports') return { status: 204 };
  const [, method = '', id = '', own = ''] = OF_CASES.exec(call) ?? [];
  if (method === 'GET') return { status: 200, body: { items: CASES[id] ?? [] } };
  if (method !== 'POST') return null;
  if (own !== '') return { status: 200, body: { ...ANSWERED, state: 'CLOSED', closedAt: at(0) } };
  if (String(body['text']).startsWith(TOO_MANY)) return { problem: 'RATE_LIMITED' };
  return { status: 201, body: { ...OPEN, ...body } };
}
const OF_CASES = /^(GET|POST) \/purchases\/([^/]+)\/cases(?:\/([^/]+)\/closing)?$/u;

/** Whether a call is answered here. */
export const isOfTrust = (call: string): boolean => TRUST.test(call);
const TRUST = /^(?:GET \/codes$|POST \/code-reports$|[A-Z]+ \/purchases\/[^/]+\/cases\b)/u;
