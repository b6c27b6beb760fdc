/**
 * The key that notifications are signed with (VAPID, RFC 8292): a push service knows by it whose
 * messages these are. ECDH on P-256; as text the 32 bytes of the private one in base64url. With
 * another key every subscription is void until its wallet is opened again.
 */

import { createECDH } from 'node:crypto';
import { join } from 'node:path';
import type { Settings } from './config.ts';
import { makeKept, readKept } from './kept-file.ts';

/** Both halves, base64url: the public one is 65 bytes, uncompressed. */
export type PushKey = { readonly publicKey: string; readonly privateKey: string };

/** Reads a private key; null where the text is none. */
export function parsePushKey(text: string): PushKey | null {
  const bytes = Buffer.from(text.trim(), 'base64url');
  const curve = createECDH('prime256v1');
  try {
    curve.setPrivateKey(bytes);
  } catch {
    return null;
  }
  return {
    publicKey: curve.getPublicKey().toString('base64url'),
    privateKey: curve.getPrivateKey().toString('base64url'),
  };
}

/** The key of the settings, or that in the file `push-key` of the data directory, made once. */
export async function pushKeyOf(settings: Pick<Settings, 'pushKey' | 'dataDir'>): Promise<PushKey> {
  const path = join(settings.dataDir, 'push-key');
  const text = settings.pushKey ?? (await readKept(path)) ?? (await makeKept(path, newKey()));
  const key = parsePushKey(text);
  if (key !== null) return key;
  throw new Error(`${path} does not hold the key of notifications any more: put it back.`);
}

function newKey(): string {
  const curve = createECDH('prime256v1');
  curve.generateKeys();
  // Leading zeros are left out by OpenSSL; the text always has all 32 bytes.
  const bytes = Buffer.alloc(32);
  const made = curve.getPrivateKey();
  made.copy(bytes, bytes.length - made.length);
  return `${bytes.toString('base64url')}\n`;
}
