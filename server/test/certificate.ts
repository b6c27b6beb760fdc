/** Certificates for tests: an authority of one's own, and what it vouches for. */

import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  cryptoProvider,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

cryptoProvider.set(webcrypto);

/** A certificate authority that signs server certificates for `names` (DNS names or addresses). */
export type TestAuthority = {
  readonly pem: string;
  issue(names: readonly string[], validDays?: number): Promise<{ cert: string; key: string }>;
};

/** Makes an authority. A server certificate with a negative `validDays` has expired already. */
export async function testAuthority(): Promise<TestAuthority> {
  const keys = await keyPair();
  const now = Date.now();
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test authority',
    notBefore: new Date(now - 30 * DAY_MS),
    notAfter: new Date(now + DAY_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    pem: authority.toString('pem'),
    async issue(names, validDays = 1) {
      const own = await keyPair();
      const certificate = await X509CertificateGenerator.create({
        subject: `CN=${names[0] ?? 'nobody'}`,
        issuer: authority.subject,
        notBefore: new Date(now - 10 * DAY_MS),
        notAfter: new Date(now + validDays * DAY_MS),
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        extensions: [
          new SubjectAlternativeNameExtension(
            names.map((value) => ({ type: /^[0-9.]+$/.test(value) ? 'ip' : 'dns', value })),
          ),
        ],
      });
      const key = await webcrypto.subtle.exportKey('pkcs8', own.privateKey);
      return { cert: certificate.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
    },
  };
}

const keyPair = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
