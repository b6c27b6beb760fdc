/**
 * What every API for merchants asks about a caller, shared by them: guesses at a password count
 * together wherever they are made, and a verified one is remembered once.
 */

import type { Database } from '../db.ts';
import { createCredentialCheck } from './credential.ts';
import type { CredentialCheck } from './credential.ts';
import { createFailureGate } from './failure-gate.ts';
import type { FailureGate } from './failure-gate.ts';
import { createPrincipalReader } from './principal.ts';
import type { PrincipalReader } from './principal.ts';

/** How callers are found, judged and, where they fail, slowed. */
export type Callers = {
  readonly principals: PrincipalReader;
  readonly credentials: CredentialCheck;
  readonly failures: FailureGate;
};

/** The one of a program; what it remembers lives and dies with it. */
export const openCallers = (db: Database): Callers => ({
  principals: createPrincipalReader(db),
  credentials: createCredentialCheck(() => performance.now()),
  failures: createFailureGate(() => performance.now()),
});
