/**
 * The sandbox's data (never in `seqr serve`): the demo merchant with its machines, the public test
 * shop of the SEQR documents, and four customers. Seeded once; a restart keeps what happened since.
 */

import type { FleetMachine, Money } from '@seqr-ups/contract';
import { fundAccount } from '../../server/src/core/account.ts';
import { hashPassword } from '../../server/src/core/credential.ts';
import { addCustomer, isPinKey, pinDigest } from '../../server/src/core/customer.ts';
import { addMerchant, setMachine, setMerchant } from '../../server/src/core/merchant.ts';
import { ok } from '../../server/src/core/refusal.ts';
import type { Result } from '../../server/src/core/refusal.ts';
import { registerTerminal } from '../../server/src/core/terminal.ts';
import type { Database, Tx } from '../../server/src/db.ts';

/** The demo reseller's account. */
export const DEMO = { id: 'demo', name: 'Demo Vending', userId: '9900', password: 'demo' };
/** The public test credentials that the SEQR documents print. */
const TEST_SHOP = {
  id: 'public_test_shop',
  name: 'Public Test Shop',
  userId: '9900',
  password: '1234',
  terminalId: 'public_test_shop_terminal',
  terminalPassword: '12345678',
};
/** Everybody's PIN. */
export const SANDBOX_PIN = '1234';
const MAXIMUM = eur(20_00n);
const CUSTOMERS = [
  { msisdn: '46700000001', name: 'Sandbox customer 1', funds: eur(100_00n) },
  { msisdn: '46700000002', name: 'Sandbox customer 2', funds: eur(1_00n) },
  { msisdn: '46700000003', name: 'Sandbox customer 3', funds: eur(0n) },
  { msisdn: '46700000004', name: 'Sandbox customer 4', funds: eur(10_000_00n) },
];

function eur(minor: bigint): Money {
  return { minor, currency: 'EUR' };
}

/** Seeds an empty sandbox; does nothing in one that was seeded before. */
export async function seedSandbox(
  db: Database,
  seed: { readonly pinKey: Buffer; readonly fleet: readonly FleetMachine[] },
): Promise<void> {
  const seeded = await db.statement((tx) =>
    tx.query(`select from merchant where id = $1`, [DEMO.id]),
  );
  if (seeded.rowCount !== 0) return;
  if (!(await db.statement((tx) => isPinKey(tx, seed.pinKey)))) {
    throw new Error('The key of the PINs is not the one of this database.');
  }
  const [demoHash, shopHash, terminalHash] = await Promise.all([
    hashPassword(DEMO.password),
    hashPassword(TEST_SHOP.password),
    hashPassword(TEST_SHOP.terminalPassword),
  ]);
  await db.transaction(async (tx) => {
    must(await addMerchant(tx, { ...DEMO, maximum: MAXIMUM, passwordHash: demoHash }));
    must(await setMerchant(tx, DEMO.id, { allowHttpNotifications: true }));
    for (const { token, name, place } of seed.fleet) {
      must(await setMachine(tx, DEMO.id, { token, name, place }));
    }
    must(await addMerchant(tx, { ...TEST_SHOP, maximum: MAXIMUM, passwordHash: shopHash }));
    must(await setMerchant(tx, TEST_SHOP.id, { allowHttpNotifications: true }));
    await registerTerminal(tx, {
      merchantId: TEST_SHOP.id,
      externalTerminalId: TEST_SHOP.terminalId,
      name: TEST_SHOP.name,
      passwordHash: terminalHash,
      kind: 'WEB_SHOP',
      terminalId: TEST_SHOP.terminalId,
    });
    for (const customer of CUSTOMERS) await seedCustomer(tx, seed.pinKey, customer);
    return ok(null);
  });
}

async function seedCustomer(
  tx: Tx,
  pinKey: Buffer,
  { msisdn, name, funds }: (typeof CUSTOMERS)[number],
): Promise<void> {
  must(
    await addCustomer(tx, {
      msisdn,
      name,
      currency: funds.currency,
      digestOf: (customerId) => pinDigest(pinKey, customerId, SANDBOX_PIN),
    }),
  );
  if (funds.minor > 0n) must(await fundAccount(tx, { kind: 'CUSTOMER', msisdn }, funds));
}

/** The sandbox's data is ours: a refusal of it is a bug. */
function must<T, R>(result: Result<T, R>): T {
  if (!result.ok) throw new Error(`the sandbox's data was refused: ${String(result.refusal)}`);
  return result.value;
}
