/**
 * What a request proves an act with: the PIN, and the signature of a device where this platform
 * requires one, or where one is given. Read before the act itself, which counts the PIN.
 */

import type { SignedAct } from '@seqr-ups/contract';
import { pinDigest } from '../core/customer.ts';
import { checkSignedAct } from '../core/proof.ts';
import type { Proof } from '../core/proof.ts';
import { refused, ok } from '../core/refusal.ts';
import type { Result } from '../core/refusal.ts';
import { problem } from './answers.ts';
import type { Problem } from './answers.ts';
import type { WalletContext } from './context.ts';
import type { ProofBody } from './device-schemas.ts';

/**
 * The proof of an act that is signed as `actText(act, argument, signedAt)`. Refused with the
 * problem to answer: DEVICE_REQUIRED, DEVICE_REFUSED; no attempt at the PIN is spent then. Give the
 * proof to the act's own call: only that compares the PIN, and judges the device again.
 */
export async function readProof(
  { db, config, log }: Pick<WalletContext, 'db' | 'config' | 'log'>,
  customerId: string,
  { pin, device }: ProofBody,
  { act, argument }: { readonly act: SignedAct; readonly argument: string },
): Promise<Result<Proof, Problem>> {
  if (device === undefined) {
    return config.deviceSignature === 'REQUIRED'
      ? refused(problem('DEVICE_REQUIRED'))
      : ok({ pinDigest: pinDigest(config.pinKey, customerId, pin), deviceId: null });
  }
  const signed = { customerId, device, act, argument };
  const checked = await db.statement((tx) => checkSignedAct(tx, signed));
  if (checked.ok) {
    return ok({ pinDigest: pinDigest(config.pinKey, customerId, pin), deviceId: device.id });
  }
  log.info({ act, deviceId: device.id }, 'device refused');
  return refused(problem('DEVICE_REFUSED'));
}
