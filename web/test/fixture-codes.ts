/**
 * The fixture's signed codes: a key pair of its own, whose private half stands here for everybody to
 * read, and what its codes stand for.
 */

import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import {
  codeSignedText,
  parseQr,
  signedMachineQr,
  type CodeJson,
  type CodeKeyJson,
  type ProblemCode,
} from '@seqr-ups/contract';

const KEY = createPrivateKey({
  key: Buffer.from(
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPoNcpOTMDqOaETUzngGrwn1YyLllLalfiPMvo67hX92h' +
      'RANCAAT8G829GD_RA7ZhIwgQfwCB9YxcNetqe-HAJ3mqgtrmE-TcueApocGO4ZF9W2nOQrbcKIRlzf1PMipc5odhBVgc',
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
export function answerCode(text: string): CodeJson | ProblemCode {
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
