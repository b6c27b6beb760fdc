/**
 * A sandbox of a test's own: its fleet, as many customers as it wants, a proxy between reseller and
 * platform, and the machines' own record, which is the witness of what was delivered.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { FleetMachine } from '@seqr-ups/contract';
import { PROGRAMS, startSandbox } from '../../tools/sandbox/sandbox.ts';
import type { ProgramName, Sandbox } from '../../tools/sandbox/sandbox.ts';
import { fundAccount } from '../src/core/account.ts';
import { audit } from '../src/core/audit.ts';
import { addCustomer, pinDigest } from '../src/core/customer.ts';
import { ok } from '../src/core/refusal.ts';
import { keptKeys } from '../src/keys.ts';
import { signIn } from './actors.ts';
import type { Wallet } from './actors.ts';
import { startSoapProxy } from './soap-proxy.ts';
import type { SoapProxy } from './soap-proxy.ts';

const FIRST_MSISDN = 46_701_000_000;
const FUNDS = { minor: 100_00n, currency: 'EUR' };
/** What every customer of a stage starts with. */
export const FUNDS_VALUE = '100.00';
/** What every product of {@link stageMachine} costs, in minor units. */
export const PRICE_MINOR = 250n;
const STOCK = 1000;
/** Tests scan faster than people. */
const NO_FLOOD_LIMITS = {
  SEQR_SCANS_PER_MINUTE: '10000',
  SEQR_CALLS_PER_MACHINE_PER_MINUTE: '10000',
};

/** A machine that sells two products at 2.50, and works. */
export function stageMachine(token: string, change: Partial<FleetMachine> = {}): FleetMachine {
  const price = { value: '2.50', currency: 'EUR' };
  return {
    token,
    name: token,
    place: null,
    products: [
      { slot: 1, name: 'Tea', price, stock: STOCK },
      { slot: 2, name: 'Cake', price, stock: STOCK },
    ],
    singleVend: true,
    vendMs: 50,
    jammingSlots: [],
    outOfService: false,
    ...change,
  };
}

/** A process that can be killed. */
export type Victim = ProgramName | 'database';

/** A running sandbox with what a test needs beside it. */
export type Stage = {
  readonly sandbox: Sandbox;
  readonly proxy: SoapProxy;
  readonly dataDir: string;
  /** A new customer with 100.00 EUR, signed in. */
  customer(): Promise<Wallet>;
  /** kill -9 of all the named at once; what was held back between them is lost. */
  kill(victims: readonly Victim[]): Promise<void>;
  /** Starts the named again, the database first; returns when they listen. */
  restart(victims: readonly Victim[]): Promise<void>;
  /** Moves the clock of all deadlines. */
  advanceClock(seconds: number): Promise<void>;
  /** Stops everything; fails the test unless books and the machines' record agree. */
  close(): Promise<void>;
};

/** Starts a sandbox with this fleet on free ports, in a data directory of its own. */
export async function openStage(
  fleet: readonly FleetMachine[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'seqr-stage-'));
  const fleetPath = join(dataDir, 'fleet.json');
  await writeFile(fleetPath, JSON.stringify(fleet));
  const proxy = await startSoapProxy();
  const platformPort = await freePort();
  // Before the start: the reseller registers its terminals through it.
  proxy.connect(`http://127.0.0.1:${platformPort}`);
  const sandbox = await startSandbox({
    dataDir,
    platformPort,
    resellerPort: 0,
    machinePort: 0,
    fleetPath,
    environment: { SEQR_PLATFORM_URL: proxy.url, ...NO_FLOOD_LIMITS, ...environment },
  });
  const { pinKey } = await keptKeys(dataDir);
  let nextMsisdn = FIRST_MSISDN;
  return {
    sandbox,
    proxy,
    dataDir,
    customer: async () => {
      const msisdn = String((nextMsisdn += 1));
      await sandbox.db.transaction(async (tx) => {
        const digestOf = (id: string): Buffer => pinDigest(pinKey, id, '1234');
        const added = await addCustomer(tx, { msisdn, name: msisdn, currency: 'EUR', digestOf });
        assert.ok(added.ok);
        assert.ok((await fundAccount(tx, { kind: 'CUSTOMER', msisdn }, FUNDS)).ok);
        return ok(null);
      });
      return signIn(sandbox.platform, msisdn);
    },
    kill: async (victims) => {
      const killed = victims.map((victim) => {
        if (victim !== 'database') return sandbox.program(victim).kill();
        process.kill(sandbox.databasePid ?? 0, 'SIGKILL');
        return Promise.resolve();
      });
      await Promise.all(killed);
      proxy.letGo();
    },
    restart: async (victims) => {
      if (victims.includes('database')) await sandbox.restartDatabase();
      const programs = PROGRAMS.filter((name) => victims.includes(name));
      await Promise.all(programs.map((name) => sandbox.restart(name)));
    },
    advanceClock: async (seconds) => {
      await sandbox.db.statement((tx) =>
        tx.query(`select clock_advance(make_interval(secs => $1))`, [seconds]),
      );
    },
    close: async () => {
      try {
        assert.deepEqual(await sandbox.db.statement(audit), []);
        const purchases = await purchasesOf(sandbox);
        await sandbox.stop();
        await assertWitness(dataDir, purchases);
      } finally {
        await sandbox.stop();
        await proxy.stop();
        await rm(dataDir, { recursive: true, force: true });
      }
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

type EndedPurchase = { id: string; state: string; reference: string | null; charged: bigint };

async function purchasesOf(sandbox: Sandbox): Promise<EndedPurchase[]> {
  const { rows } = await sandbox.db.statement((tx) =>
    tx.query<EndedPurchase>(
      `select id, state, invoice_reference as reference, coalesce(charged_minor, 0) as charged
       from purchase_view where machine_token is not null`,
    ),
  );
  return rows;
}

/**
 * The machines' own record and log against the platform's books: nothing unlocked twice or without
 * a purchase, delivered is charged, and nothing is charged that was not delivered.
 */
async function assertWitness(dataDir: string, purchases: readonly EndedPurchase[]): Promise<void> {
  const record = new DatabaseSync(join(dataDir, 'machines', 'record.sqlite'));
  const sessions = record
    .prepare(
      `select s.invoice_reference as reference, s.state,
         (select count(*) from vend v where v.invoice_reference = s.invoice_reference
            and v.token = s.token and v.result = 'VENDED') as delivered
       from session s where s.state <> 'VOID'`,
    )
    .all();
  record.close();
  const delivered = new Map(
    sessions.map((session) => [String(session['reference']), BigInt(Number(session['delivered']))]),
  );
  for (const purchase of purchases) {
    const price = (delivered.get(purchase.reference ?? '') ?? 0n) * PRICE_MINOR;
    assert.equal(purchase.charged, price, `purchase ${purchase.id}, ${purchase.state}`);
    if (purchase.reference !== null) delivered.delete(purchase.reference);
  }
  assert.deepEqual([...delivered.keys()], [], 'every unlocked session is a purchase');
  const unlocked = await unlockedReferences(dataDir);
  assert.equal(new Set(unlocked).size, unlocked.length, 'no reference unlocked twice');
}

/** The references that the machines' log names as unlocked, in order. */
async function unlockedReferences(dataDir: string): Promise<string[]> {
  const log = await readFile(join(dataDir, 'logs', 'machines.log'), 'utf8');
  return log.split('\n').flatMap((line) => {
    if (!line.includes('"unlocked"')) return [];
    const { msg, invoiceReference } = JSON.parse(line) as {
      msg?: string;
      invoiceReference?: string;
    };
    return msg === 'unlocked' && invoiceReference !== undefined ? [invoiceReference] : [];
  });
}
