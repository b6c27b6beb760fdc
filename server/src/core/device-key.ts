/** Public keys of customers' devices: ECDSA on P-256, as DER of SubjectPublicKeyInfo. */

import { createHash, createPublicKey } from 'node:crypto';

/**
 * The bytes of a key given in base64url, or null when it is no P-256 key, or is written in another
 * way than the usual one (a second form of the same key would pass for another key).
 */
export function readPublicKey(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url');
  try {
    const key = createPublicKey({ key: bytes, format: 'der', type: 'spki' });
    const { namedCurve } = key.asymmetricKeyDetails ?? {};
    const usual = key.export({ format: 'der', type: 'spki' });
    return namedCurve === 'prime256v1' && usual.equals(bytes) ? bytes : null;
  } catch {
    return null;
  }
}

/** The SHA-256 of a key, base64url: what another device signs to let this one in. */
export const keyDigestOf = (publicKey: Buffer): string =>
  createHash('sha256').update(publicKey).digest('base64url');
