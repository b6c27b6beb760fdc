/**
 * The fixture's devices and PIN. How an account stands is said by the session's token, so that
 * pages side by side can show different ones: `fixture`, or `fixture.` and a standing.
 */

import type { DeviceJson, InstallationJson, ProblemCode } from '@seqr-ups/contract';
import { at } from './fixture-clock.ts';
import { FIXTURE_CODE_KEYS } from './fixture-trust.ts';

/**
 * ALONE: this phone waits and no other can let it in. SECOND: another one can. REFUSED: this one
 * was turned away. OWNER: this one may pay, and another waits.
 */
export type Standing = 'ALONE' | 'SECOND' | 'REFUSED' | 'OWNER';

/** What the fixture answers: a problem, or a status with a body. */
export type FixtureAnswer =
  | { readonly problem: ProblemCode; readonly more?: object }
  | { readonly status: number; readonly body?: object };

/** The code of the fixture's customer service. */
const FIXTURE_CODE = '2345 6789';

/** What is answered to a call about devices and PIN; null when the call is about something else. */
export function answerSecurity(
  call: string,
  token: string,
  body: Readonly<Record<string, unknown>>,
): FixtureAnswer | null {
  const standing = standingOf(token);
  if (call === 'GET /installation') return { status: 200, body: installation(standing) };
  if (call === 'GET /devices') return { status: 200, body: { items: devicesOf(standing) } };
  if (call === 'POST /devices') {
    const { code } = body;
    if (code !== undefined && code !== FIXTURE_CODE) return { problem: 'WRONG_CODE' };
    const active = standing === 'OWNER' || standing === null || code !== undefined;
    return { status: 201, body: active ? OWN : OWN_WAITING };
  }
  if (call === 'POST /pin/unlocking') {
    return body['code'] === FIXTURE_CODE ? { status: 204 } : { problem: 'WRONG_CODE' };
  }
  if (call !== 'POST /pin' && !/^POST \/devices\/[a-z]+\/(?:approval|removal)$/u.test(call)) {
    return null;
  }
  if (body['pin'] === '7777') return { problem: 'PIN_LOCKED' };
  if (body['pin'] !== '1234') return { problem: 'WRONG_PIN', more: { attemptsLeft: 3 } };
  return call.endsWith('/approval') ? { status: 200, body: { ...WAITING, ...LET_IN } } : DONE;
}

/** A point of the curve, as a browser wants it; nobody signs with its private half. */
const FIXTURE_PUSH_KEY =
  'BAeBDql0zqV3PmO4l_N-O-mgnnpf6blxpE0QZawqOpMRY35HpPmUZKD9zkSojsfXA6kYPB0GVS2eLWt2BpSBxXc';
const DONE = { status: 204 } as const;
const LET_IN = { state: 'ACTIVE', check: null, expiresAt: null } as const;

const WAITING: DeviceJson = {
  id: 'waits',
  name: 'Firefox, Windows',
  state: 'PENDING',
  check: '4071',
  keyDigest: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
  createdAt: at(-2),
  lastUsedAt: null,
  expiresAt: at(8),
  current: false,
};
const OWN_WAITING: DeviceJson = { ...WAITING, id: 'own', name: 'Chrome, Android', current: true };
const OWN: DeviceJson = { ...OWN_WAITING, ...LET_IN, lastUsedAt: at(-1) };
const TABLET: DeviceJson = {
  ...WAITING,
  ...LET_IN,
  id: 'tablet',
  name: 'Safari, iPad',
  lastUsedAt: at(-3_000),
};

function standingOf(token: string): Standing | null {
  const [, standing] = token.split('.');
  return (standing as Standing | undefined) ?? null;
}

function installation(standing: Standing | null): InstallationJson {
  return {
    sandbox: true,
    codeKeys: FIXTURE_CODE_KEYS,
    deviceSignature: standing === null ? 'OPTIONAL' : 'REQUIRED',
    pushKey: FIXTURE_PUSH_KEY,
  };
}

function devicesOf(standing: Standing | null): DeviceJson[] {
  switch (standing) {
    case 'ALONE':
      return [OWN_WAITING];
    case 'SECOND':
      return [OWN_WAITING, TABLET];
    case 'REFUSED':
      return [TABLET];
    case 'OWNER':
      return [WAITING, OWN, TABLET];
    case null:
      break;
  }
  return [TABLET];
}
