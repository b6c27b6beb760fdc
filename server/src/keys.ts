/**
 * The keys that are never in the database: without them a copy of the database gives away no PIN
 * and no session. From the environment, or made once and kept in the data directory.
 */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { KEY_BYTES, type Config, type Settings } from './config.ts';
import { makeKept, readKept } from './kept-file.ts';

/** The two keys, each of {@link KEY_BYTES} bytes. */
export type Keys = Pick<Config, 'pinKey' | 'tokenKey'>;

/** The keys of the settings; what they do not give comes from the data directory. */
export async function keysOf(settings: Settings): Promise<Keys> {
  const { pinKey, tokenKey } = settings;
  if (pinKey !== null && tokenKey !== null) return { pinKey, tokenKey };
  const kept = await keptKeys(settings.dataDir);
  return { pinKey: pinKey ?? kept.pinKey, tokenKey: tokenKey ?? kept.tokenKey };
}

/**
 * The keys in the file `keys` of a data directory, made at the first call, readable by its owner
 * only. Throws a plain sentence when the file is there and holds no keys: making new ones would
 * make every PIN wrong.
 */
export async function keptKeys(dataDir: string): Promise<Keys> {
  const path = join(dataDir, 'keys');
  const text = (await readKept(path)) ?? (await makeKept(path, newKeys()));
  const keys = parseKeys(text);
  if (keys !== null) return keys;
  throw new Error(
    `${path} does not hold the keys any more: put it back from a backup, the PINs need it.`,
  );
}

function newKeys(): string {
  const key = () => randomBytes(KEY_BYTES).toString('hex');
  return `${JSON.stringify({ pinKey: key(), tokenKey: key() })}\n`;
}

function parseKeys(text: string): Keys | null {
  try {
    const { pinKey, tokenKey } = JSON.parse(text) as Record<string, unknown>;
    const keys = { pinKey: readKey(pinKey), tokenKey: readKey(tokenKey) };
    return keys.pinKey.length === KEY_BYTES && keys.tokenKey.length === KEY_BYTES ? keys : null;
  } catch {
    return null;
  }
}

const readKey = (hex: unknown): Buffer =>
  typeof hex === 'string' ? Buffer.from(hex, 'hex') : Buffer.alloc(0);
