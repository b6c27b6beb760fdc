/** The key that tests sign notifications with. */

import { parsePushKey, type PushKey } from '../src/push-key.ts';

/** Always the same, so that a test can say what it expects. */
export const TEST_PUSH_KEY: PushKey = fixedKey();

function fixedKey(): PushKey {
  const key = parsePushKey(Buffer.alloc(32, 5).toString('base64url'));
  if (key === null) throw new Error('not a key');
  return key;
}
