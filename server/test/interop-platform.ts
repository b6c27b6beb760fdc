/**
 * What the clients of contract/interop meet: a whole platform, and for each client a merchant of
 * its own with a machine, an address for createPurchase and notifications, and a customer.
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../src/config.ts';
import { fundAccount } from '../src/core/account.ts';
import { audit } from '../src/core/audit.ts';
import { addCustomer, pinDigest } from '../src/core/customer.ts';
import { issueInvoice } from '../src/core/invoice.ts';
import { setMachine, setMerchant } from '../src/core/merchant.ts';
import { ok } from '../src/core/refusal.ts';
import type { Database } from '../src/db.ts';
import { keptKeys } from '../src/keys.ts';
import { startPlatform } from '../src/platform.ts';
import { signIn } from './actors.ts';
import { testAuthority } from './certificate.ts';
import { testDatabase } from './database.ts';
import { MACHINE, openParty, PASSWORD, PIN } from './interop-party.ts';
import type { Arrival, Party } from './interop-party.ts';
import { rawServer } from './raw-server.ts';
import { eur, must } from './shop.ts';
import { addTestMerchant, addTestTerminal } from './soap-platform.ts';

const FIRST_MSISDN = 46_702_000_000;
const FUNDS = eur(500_00n);
/** Programs scan faster than people. */
const NO_FLOOD_LIMITS = { SEQR_SCANS_PER_MINUTE: '10000', SEQR_UNAPPROVED_OFFERS: '10000' };

/** A running platform. */
export type InteropPlatform = {
  readonly url: string;
  newParty(name: string): Promise<Party>;
  /** Stops everything; fails the test unless the books agree. */
  stop(): Promise<void>;
};

/** What is to be undone, last thing first. */
type Undo = (() => Promise<void>)[];

/**
 * Starts a platform with a foreign merchant, whose invoice nobody else may see. A failure undoes
 * what was begun: a server that stayed would keep the test process for ever.
 */
export async function openInteropPlatform(): Promise<InteropPlatform> {
  const undo: Undo = [];
  const undoAll = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const { db, ...opened } = await open(undo);
    const stop = async (): Promise<void> => {
      try {
        assert.deepEqual(await db.statement(audit), []);
      } finally {
        await undoAll();
      }
    };
    return { ...opened, stop };
  } catch (error) {
    await undoAll();
    throw error;
  }
}

async function open(undo: Undo) {
  const dataDir = await mkdtemp(join(tmpdir(), 'seqr-interop-'));
  undo.push(() => rm(dataDir, { recursive: true }));
  const database = await testDatabase();
  undo.push(() => database.drop());
  const { db } = database;
  const authority = await testAuthority();
  const { arrivals, origin } = await openReseller(await authority.issue(['127.0.0.1']), undo);
  // Without a public URL the WSDL names the address that it was asked at, where these clients go.
  const read = readSettings({
    SEQR_PORT: '0',
    SEQR_DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    SEQR_OUTBOUND_ALLOW: '127.0.0.0/8',
    // The clients under test are merchants'; their customers need no phone of their own.
    SEQR_DEVICE_SIGNATURE: 'optional',
    SEQR_LOG_LEVEL: 'silent',
    ...NO_FLOOD_LIMITS,
  });
  assert.ok(read.ok);
  const platform = await startPlatform(read.settings);
  undo.push(() => platform.stop());
  const { pinKey } = await keptKeys(dataDir);
  const foreignReference = await addForeignInvoice(db);
  let msisdn = FIRST_MSISDN;
  const surroundings = { db, platform: platform.url, arrivals, foreignReference };
  return {
    db,
    url: platform.url,
    newParty: async (name: string): Promise<Party> => {
      const base = `${origin}/${name}`;
      await addParty(db, { name, base, caPem: authority.pem });
      const phone = String((msisdn += 1));
      await addPayer(db, phone, pinKey);
      const wallet = await signIn(platform.url, phone, PIN);
      return openParty({ ...surroundings, name, base, wallet });
    },
  };
}

/** Where createPurchase and notifications arrive; only the former wait for an answer. */
async function openReseller(certificate: { cert: string; key: string }, undo: Undo) {
  const arrivals: Arrival[] = [];
  const server = await rawServer((socket, request) => {
    const arrival = readArrival(socket, request);
    arrivals.push(arrival);
    if (arrival.path.includes('/notification/')) arrival.end('');
  }, certificate);
  undo.push(() => server.close());
  return { arrivals, origin: server.origin };
}

function readArrival(socket: Socket, request: string): Arrival {
  const [head = '', body = ''] = request.split('\r\n\r\n');
  return {
    path: head.split(' ')[1] ?? '',
    body,
    end: (answer) => {
      const length = `Content-Length: ${Buffer.byteLength(answer)}`;
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${length}\r\n\r\n${answer}`,
      );
    },
  };
}

async function addParty(
  db: Database,
  party: { readonly name: string; readonly base: string; readonly caPem: string },
): Promise<void> {
  const id = party.name;
  await addTestMerchant(db, { id, password: PASSWORD });
  const createPurchaseUrl = `${party.base}/createPurchase`;
  await db.transaction(async (tx) => {
    must(await setMerchant(tx, id, { createPurchaseUrl, endpointCaPem: party.caPem }));
    must(await setMachine(tx, id, { token: MACHINE, name: 'Coffee', place: 'Hall' }));
    const card = [id, 'COFFEE_CARD', 'Coffee club'];
    await tx.query(
      `insert into token_type (merchant_id, id, description) values ($1, $2, $3)`,
      card,
    );
    return ok(null);
  });
}

async function addPayer(db: Database, msisdn: string, pinKey: Buffer): Promise<void> {
  const digestOf = (id: string): Buffer => pinDigest(pinKey, id, PIN);
  await db.transaction(async (tx) => {
    must(await addCustomer(tx, { msisdn, name: 'Kim', currency: 'EUR', digestOf }));
    must(await fundAccount(tx, { kind: 'CUSTOMER', msisdn }, FUNDS));
    return ok(null);
  });
}

async function addForeignInvoice(db: Database): Promise<string> {
  await addTestMerchant(db, { id: 'elsewhere', password: PASSWORD });
  const terminalId = await addTestTerminal(db, 'elsewhere');
  const issued = await db.statement((tx) =>
    issueInvoice(tx, {
      terminalId,
      content: {
        paymentMode: 'IMMEDIATE_DEBIT',
        acknowledgmentMode: 'NO_ACKNOWLEDGMENT',
        total: eur(500n),
        rows: null,
        commitReservationTimeoutS: null,
      },
    }),
  );
  return must(issued).reference;
}
