/**
 * Whether a machine's code is the one that the platform made: checked here before anything is sent,
 * by keys that are kept on the phone, so that it takes a moment and no network. Where it cannot be
 * known, in a browser without WebCrypto or without keys, the platform decides: it refuses a wrong
 * one before it asks the seller.
 */

import { type CodeKeyJson, codeSignedText, isCodeSignature } from '@seqr-ups/contract';
import { effect } from '@preact/signals';
import { installation, learnInstallation } from './installation.ts';
import { fetchInstallation } from './security-api.ts';

/** What is known of a code. UNKNOWN: the platform decides. */
export type Signature = 'VALID' | 'ABSENT' | 'CHANGED' | 'UNKNOWN';

const STORED = 'seqr.codeKeys';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Keys as they were imported, by their id: importing takes longer than verifying. */
const imported = new Map<string, Promise<CryptoKey>>();

effect(() => {
  if (installation.value !== null) keep(installation.value.codeKeys);
});

/** Checks the signature of a machine's code; `signature` is undefined where it bears none. */
export async function checkSignature(
  merchantId: string,
  token: string,
  signature: string | undefined,
): Promise<Signature> {
  if (signature === undefined) return 'ABSENT';
  if (!isCodeSignature(signature)) return 'CHANGED';
  // Only secure origins have it, whatever the types say.
  if ((crypto.subtle as SubtleCrypto | undefined) === undefined) return 'UNKNOWN';
  const code = { text: codeSignedText(merchantId, token), signature };
  const kept = keptKeys();
  // The very first time they are on their way already: the page has asked as it opened.
  const keys = kept.length > 0 ? kept : ((await learnInstallation())?.codeKeys ?? []);
  if (keys.length === 0) return 'UNKNOWN';
  if (await isSignedByOne(code, keys)) return 'VALID';
  // It may be signed by a key that this phone has not heard of.
  const answer = await fetchInstallation();
  if (answer.kind !== 'OK') return 'UNKNOWN';
  keep(answer.value.codeKeys);
  return (await isSignedByOne(code, answer.value.codeKeys)) ? 'VALID' : 'CHANGED';
}

type Signed = { readonly text: string; readonly signature: string };

async function isSignedByOne(code: Signed, keys: readonly CodeKeyJson[]): Promise<boolean> {
  const text = new TextEncoder().encode(code.text);
  const signature = bytesOf(code.signature);
  const found = await Promise.all(
    keys.map(async (key) => {
      try {
        return await crypto.subtle.verify(ALGORITHM, await importKey(key), signature, text);
      } catch {
        // What was kept can be broken; the platform has the right one.
        return false;
      }
    }),
  );
  return found.includes(true);
}

function importKey({ id, publicKey }: CodeKeyJson): Promise<CryptoKey> {
  const known = imported.get(id);
  if (known !== undefined) return known;
  const key = crypto.subtle.importKey('spki', bytesOf(publicKey), ALGORITHM, false, ['verify']);
  imported.set(id, key);
  return key;
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function keep(keys: readonly CodeKeyJson[]): void {
  try {
    localStorage.setItem(STORED, JSON.stringify(keys));
  } catch {
    // A browser that keeps nothing hears them again at its next start.
  }
}

function keptKeys(): readonly CodeKeyJson[] {
  const heard = installation.peek();
  if (heard !== null) return heard.codeKeys;
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORED) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isKey) : [];
  } catch {
    return [];
  }
}

const isKey = (value: unknown): value is CodeKeyJson =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value.id === 'string' &&
  'publicKey' in value &&
  typeof value.publicKey === 'string';
