/** The file with the certificate authorities that calls to a merchant's endpoints trust. */

import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { Refused } from './command.ts';

/** Far more than an authority with its predecessors; a whole system's list would not be meant. */
const FILE_BYTES_MAX = 64 * 1024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM file, as PEM without anything around them. Throws {@link Refused} when
 * there are none, one cannot be read or has expired, or a private key lies with them.
 */
export async function readAuthorities(path: string): Promise<string> {
  const text = await readText(path);
  if (text.includes('PRIVATE KEY-----')) {
    throw new Refused(`${path} holds a private key; give the certificates alone.`);
  }
  const blocks = text.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) throw new Refused(`${path} holds no certificate in PEM form.`);
  for (const block of blocks) judge(path, block);
  return `${blocks.join('\n')}\n`;
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > FILE_BYTES_MAX) throw new Refused(`${path} is too long: at most 64 KiB.`);
    return await readFile(path, 'latin1');
  } catch (error) {
    if (error instanceof Refused) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new Refused(`${path} cannot be read: ${code}.`, { cause: error });
  }
}

function judge(path: string, block: string): void {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(block);
  } catch (error) {
    throw new Refused(`A certificate in ${path} cannot be read.`, { cause: error });
  }
  if (certificate.validToDate.getTime() < Date.now()) {
    throw new Refused(`A certificate in ${path} expired on ${certificate.validTo}.`);
  }
}
