/** What the background loops work with, in tests. */

import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { readSettings, type Config } from '../src/config.ts';
import type { Database } from '../src/db.ts';
import { openMetrics } from '../src/metrics.ts';
import type { WorkOptions } from '../src/work/expire.ts';
import { TEST_CODE_KEYS } from './code-keys.ts';
import { TEST_PUSH_KEY } from './push-key.ts';

const WAIT_LIMIT_MS = 90_000;
const LOOK_MS = 5;

/** The default configuration with fast loops and fixed keys. */
export function testConfig(changes: Partial<Config> = {}): Config {
  const read = readSettings({
    SEQR_NOTIFY_INTERVAL_MS: '20',
    SEQR_EXPIRE_INTERVAL_MS: '20',
    SEQR_EVENT_INTERVAL_MS: '20',
    SEQR_ROLL_UP_INTERVAL_MS: '20',
    SEQR_OUTBOUND_ALLOW: '127.0.0.0/8',
  });
  if (!read.ok) throw new Error(read.faults.join());
  const keys = { pinKey: Buffer.alloc(32, 7), tokenKey: Buffer.alloc(32, 9) };
  return {
    ...read.settings,
    ...keys,
    codeKeys: TEST_CODE_KEYS,
    pushKey: TEST_PUSH_KEY,
    ...changes,
  };
}

/** Options of a loop over a database. */
export const testWork = (db: Database, changes: Partial<Config> = {}): WorkOptions => ({
  db,
  config: testConfig(changes),
  log: pino({ level: 'silent' }),
  metrics: openMetrics(),
});

/** Waits until `condition` holds; fails after a bound, saying what did not happen. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const endMs = performance.now() + WAIT_LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`did not happen: ${what}`);
    await sleep(LOOK_MS);
  }
}
