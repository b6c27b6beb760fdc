/** A platform as shipped, with its own database and as many terminals as a measurement needs. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashPassword } from '../../server/src/core/credential.ts';
import { addMerchant } from '../../server/src/core/merchant.ts';
import { ok } from '../../server/src/core/refusal.ts';
import { registerTerminal } from '../../server/src/core/terminal.ts';
import { startEmbeddedDatabase } from '../../server/src/database/embedded.ts';
import { migrate } from '../../server/src/database/migrate.ts';
import { openDatabase } from '../../server/src/db.ts';
import type { Database } from '../../server/src/db.ts';
import { startProgram } from '../sandbox/program.ts';
import type { Program } from '../sandbox/program.ts';
import type { Credential } from './soap-order.ts';

const PLATFORM = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));
const PASSWORD = 'till-secret';
/**
 * That password, hashed with the smallest parameters there are. A terminal's first call pays for
 * its hash and no other does; a thousand first calls would only make the benchmark longer.
 */
const CHEAP_HASH =
  '$argon2id$v=19$m=8,t=1,p=1$ILt77bYIEQ49lg/zd/ohGg$dfn88zgCaqgK8THMY4TTFB3VNkdQKd0z9xPGAoV30g8';

/** A running platform. */
export type World = {
  readonly origin: string;
  readonly platformPid: number;
  /** The database server's own process. */
  readonly databasePid: number;
  readonly db: Database;
  /**
   * A new merchant with so many terminals, and its user. `hashed`: passwords are stored as the
   * platform would store them, so that a wrong one costs what it costs.
   */
  addShop(merchantId: string, terminals: number, options: { hashed: boolean }): Promise<Shop>;
  stop(): Promise<void>;
};

/** Who may call as a merchant. */
export type Shop = { readonly terminals: readonly Credential[]; readonly user: Credential };

/** Starts database and platform with their files in `dataDir`. */
export async function openWorld(dataDir: string): Promise<World> {
  const database = await startEmbeddedDatabase(dataDir);
  let platform: Program | null = null;
  const db = openDatabase(database.url, { poolSize: 4, applicationName: 'seqr-ups bench' });
  const stop = async (): Promise<void> => {
    await platform?.stop();
    await db.close();
    await database.stop();
  };
  try {
    await migrate(database.url, { sandbox: true });
    platform = await startProgram({
      name: 'platform',
      script: PLATFORM,
      environment: { SEQR_PORT: '0', SEQR_DATA_DIR: dataDir, DATABASE_URL: database.url },
      logPath: join(dataDir, 'platform.log'),
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    origin: String(platform.ready['platform']),
    platformPid: platform.pid,
    databasePid: database.pid,
    db,
    addShop: (merchantId, terminals, options) => addShop(db, merchantId, { terminals, ...options }),
    stop,
  };
}

async function addShop(
  db: Database,
  merchantId: string,
  shop: { readonly terminals: number; readonly hashed: boolean },
): Promise<Shop> {
  const passwordHash = shop.hashed ? await hashPassword(PASSWORD) : CHEAP_HASH;
  const terminals: Credential[] = [];
  const userId = '9900';
  const added = await db.transaction(async (tx) => {
    const name = `Shop ${merchantId}`;
    const maximum = { minor: 2_000n, currency: 'EUR' };
    const merchant = { id: merchantId, name, maximum, userId, passwordHash };
    const made = await addMerchant(tx, merchant);
    if (!made.ok) return made;
    for (let number = 1; number <= shop.terminals; number += 1) {
      const till = { externalTerminalId: `till-${number}`, name: `Till ${number}` };
      const { terminalId } = await registerTerminal(tx, { merchantId, ...till, passwordHash });
      const principal = { id: terminalId, type: 'TERMINALID' } as const;
      terminals.push({ principal, password: PASSWORD });
    }
    return ok(null);
  });
  if (!added.ok) throw new Error(`the shop was refused: ${added.refusal}`);
  const principal = { id: merchantId, type: 'RESELLERUSER', userId } as const;
  return { terminals, user: { principal, password: PASSWORD } };
}
