/**
 * The sandbox's certificates: a local authority made at the first start, and a certificate for the
 * demo reseller signed by it. Only the platform's outgoing calls to the demo merchant trust that
 * authority.
 */

import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** Where the files are, and the authority's PEM for whoever is to trust it. */
export type Certificates = {
  readonly certificatePath: string;
  readonly keyPath: string;
  readonly authorityPem: string;
};

const VALID_DAYS = 3650;
const DAY_MS = 24 * 3600 * 1000;
const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Makes the certificates in `directory` unless they are there and still valid tomorrow. */
export async function sandboxCertificates(directory: string): Promise<Certificates> {
  const path = (name: string): string => join(directory, name);
  if (!(await isUsable(path('ca.pem')))) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const made = await makeCertificates();
    await writeFile(path('key.pem'), made.key, { mode: 0o600 });
    await writeFile(path('cert.pem'), made.certificate);
    // Last, since its presence says that the others are there.
    await writeFile(path('ca.pem'), made.authority);
  }
  return {
    certificatePath: path('cert.pem'),
    keyPath: path('key.pem'),
    authorityPem: await readFile(path('ca.pem'), 'utf8'),
  };
}

async function isUsable(authorityPath: string): Promise<boolean> {
  if (!existsSync(authorityPath)) return false;
  const authority = new X509Certificate(await readFile(authorityPath, 'utf8'));
  return authority.notAfter.getTime() > Date.now() + DAY_MS;
}

async function makeCertificates(): Promise<{
  authority: string;
  certificate: string;
  key: string;
}> {
  const notBefore = new Date(Date.now() - DAY_MS);
  const notAfter = new Date(Date.now() + VALID_DAYS * DAY_MS);
  const authorityKeys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=seqr-ups sandbox authority',
    notBefore,
    notAfter,
    keys: authorityKeys,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=demo reseller',
    issuer: authority.subject,
    notBefore,
    notAfter,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: 'localhost' },
      ]),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    authority: authority.toString('pem'),
    certificate: certificate.toString('pem'),
    key: PemConverter.encode(pkcs8, 'PRIVATE KEY'),
  };
}
