/**
 * The keys that machine codes are signed with: ECDSA on P-256 with SHA-256. The first one signs;
 * all of them are published, so that labels which an older one signed stay good after a change of
 * keys. As text a key is base64url: PKCS#8 of a private one, SPKI of a public one; several stand in
 * a row with commas between them, the newest first.
 */

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { codeSignedText, isCodeSignature } from '@seqr-ups/contract';
import type { CodeKeyJson } from '@seqr-ups/contract';
import type { Settings } from './config.ts';
import { makeKept, readKept, replaceKept } from './kept-file.ts';

/** Keys that are published at once: each wallet tries every one of them. */
export const CODE_KEYS_MAX = 8;
/** Characters of a key's digest that name it. */
const ID_LENGTH = 12;

/** What codes are signed and checked with. */
export type CodeKeys = {
  /** The public keys, newest first. */
  readonly published: readonly CodeKeyJson[];
  /** A signature by the newest key, as a code carries it; another one at each call. */
  sign(merchantId: string, token: string): string;
  /** Whether one of the keys has signed the code of this machine. */
  verify(merchantId: string, token: string, signature: string): boolean;
};

type ReadKeys = { readonly signing: KeyObject; readonly published: readonly KeyObject[] };

/** Reads keys in their text form; null where that is none, or the first one cannot sign. */
export function parseCodeKeys(text: string): CodeKeys | null {
  const read = readKeys(text);
  if (read === null) return null;
  const { signing, published } = read;
  return {
    published: published.map(publicJson),
    sign: (merchantId, token) =>
      sign('sha256', signedBytes(merchantId, token), {
        key: signing,
        dsaEncoding: 'ieee-p1363',
      }).toString('base64url'),
    verify: (merchantId, token, signature) =>
      isCodeSignature(signature) &&
      published.some((key) =>
        verify(
          'sha256',
          signedBytes(merchantId, token),
          { key, dsaEncoding: 'ieee-p1363' },
          Buffer.from(signature, 'base64url'),
        ),
      ),
  };
}

/** The keys of the settings, or those in the file `code-keys` of the data directory, made once. */
export async function codeKeysOf({ codeKey, dataDir }: CodeKeySettings): Promise<CodeKeys> {
  const path = codeKeyPath(dataDir);
  const text = codeKey ?? (await readKept(path)) ?? (await makeKept(path, `${newPrivateKey()}\n`));
  const keys = parseCodeKeys(text);
  if (keys !== null) return keys;
  throw new Error(
    `${path} does not hold the keys of machine codes any more: put it back from a backup, ` +
      'printed codes need it.',
  );
}

/** Whether there are keys already: a stray one would sign what no platform takes. */
export const hasCodeKeys = ({ codeKey, dataDir }: CodeKeySettings): boolean =>
  codeKey !== null || existsSync(codeKeyPath(dataDir));

type CodeKeySettings = Pick<Settings, 'codeKey' | 'dataDir'>;

/**
 * Puts a new signing key before the ones in the data directory, of which only the public halves
 * stay; running platforms know it once they are started anew. More than {@link CODE_KEYS_MAX} are
 * not kept: returns those that codes can be checked with from now on.
 */
export async function rotateCodeKeys(settings: CodeKeySettings): Promise<CodeKeys> {
  const { published } = await codeKeysOf({ ...settings, codeKey: null });
  const kept = published.slice(0, CODE_KEYS_MAX - 1).map(({ publicKey }) => publicKey);
  const text = [newPrivateKey(), ...kept].join(',');
  await replaceKept(codeKeyPath(settings.dataDir), `${text}\n`);
  return codeKeysOf({ ...settings, codeKey: null });
}

const codeKeyPath = (dataDir: string): string => join(dataDir, 'code-keys');

const signedBytes = (merchantId: string, token: string): Buffer =>
  Buffer.from(codeSignedText(merchantId, token));

function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url');
}

function publicJson(key: KeyObject): CodeKeyJson {
  const bytes = key.export({ type: 'spki', format: 'der' });
  const id = createHash('sha256').update(bytes).digest('base64url').slice(0, ID_LENGTH);
  return { id, publicKey: bytes.toString('base64url') };
}

function readKeys(text: string): ReadKeys | null {
  const keys = text
    .trim()
    .split(/\s*,\s*/)
    .map(readKey);
  const [signing] = keys;
  if (signing?.type !== 'private' || keys.length > CODE_KEYS_MAX) return null;
  const published = keys.flatMap((key) =>
    key === null ? [] : [key.type === 'private' ? createPublicKey(key) : key],
  );
  return published.length === keys.length ? { signing, published } : null;
}

/** A key on P-256, private or public; null for anything else. */
function readKey(text: string): KeyObject | null {
  const key = Buffer.from(text, 'base64url');
  const der = { key, format: 'der' } as const;
  for (const read of [
    () => createPrivateKey({ ...der, type: 'pkcs8' }),
    () => createPublicKey({ ...der, type: 'spki' }),
  ]) {
    try {
      const found = read();
      const isP256 = found.asymmetricKeyDetails?.namedCurve === 'prime256v1';
      return found.asymmetricKeyType === 'ec' && isP256 ? found : null;
    } catch {
      // Not of this kind.
    }
  }
  return null;
}
