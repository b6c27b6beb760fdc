/**
 * The world that the benchmark buys in: machines and customers of a sandbox, so many that no named
 * flood limit is met (60 createPurchase a minute a machine, 30 scans a minute a customer;
 * Unattended Payments, row 40).
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FleetMachine } from '@seqr-ups/contract';
import { fundAccount } from '../../server/src/core/account.ts';
import { addCustomer, pinDigest } from '../../server/src/core/customer.ts';
import { ok } from '../../server/src/core/refusal.ts';
import type { Result } from '../../server/src/core/refusal.ts';
import type { Database } from '../../server/src/db.ts';
import { keptKeys } from '../../server/src/keys.ts';
import { SANDBOX_PIN } from '../sandbox/seed.ts';

/** Enough for 512 purchases a second by either limit. */
const MACHINES = 512;
const CUSTOMERS = 1024;
/** Customers written in one transaction. */
const BATCH = 128;
const FUNDS = { minor: 100_000_00n, currency: 'EUR' };
const STOCK = 1_000_000;

/** What the load process must know. */
export type Shop = { readonly tokens: readonly string[]; readonly msisdns: readonly string[] };

/**
 * Writes the fleet's file and returns its path. Motors turn in no time: the platform is measured,
 * not the coffee.
 */
export async function writeFleet(dataDir: string): Promise<string> {
  const fleet = shopTokens().map((token): FleetMachine => ({
    token,
    name: `Coffee ${token}`,
    place: null,
    products: [
      { slot: 1, name: 'Coffee', price: { value: '2.50', currency: 'EUR' }, stock: STOCK },
    ],
    singleVend: true,
    vendMs: 0,
    jammingSlots: [],
    outOfService: false,
  }));
  const path = join(dataDir, 'fleet.json');
  await writeFile(path, JSON.stringify(fleet));
  return path;
}

/** Adds the customers with their money, as the operator's commands do. */
export async function seedShop(db: Database, dataDir: string): Promise<Shop> {
  const { pinKey } = await keptKeys(dataDir);
  const msisdns = Array.from({ length: CUSTOMERS }, (_, index) => String(46_720_000_000 + index));
  for (let from = 0; from < msisdns.length; from += BATCH) {
    await db.transaction(async (tx) => {
      for (const msisdn of msisdns.slice(from, from + BATCH)) {
        must(
          await addCustomer(tx, {
            msisdn,
            name: 'Customer',
            currency: FUNDS.currency,
            digestOf: (customerId) => pinDigest(pinKey, customerId, SANDBOX_PIN),
          }),
        );
        must(await fundAccount(tx, { kind: 'CUSTOMER', msisdn }, FUNDS));
      }
      return ok(null);
    });
  }
  return { tokens: shopTokens(), msisdns };
}

const shopTokens = (): string[] =>
  Array.from({ length: MACHINES }, (_, index) => `B${String(index).padStart(4, '0')}`);

/** The benchmark's own data: a refusal of it is a bug. */
function must<T, R>(result: Result<T, R>): void {
  if (!result.ok) throw new Error(`the benchmark's data was refused: ${String(result.refusal)}`);
}
