/**
 * What the clients of contract/interop meet: a whole platform, and for each client a merchant of
 * its own with a machine, a web shop, an address for createPurchase and notifications, and a
 * customer who does what the client asks for (contract/interop/README.md names the words).
 */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineQr } from '@seqr-ups/contract';
import type { PurchaseJson } from '@seqr-ups/contract';
import { readSettings } from '../src/config.ts';
import { fundAccount } from '../src/core/account.ts';
import { audit } from '../src/core/audit.ts';
import { addCustomer, pinDigest } from '../src/core/customer.ts';
import { issueInvoice } from '../src/core/invoice.ts';
import { setMachine, setMerchant } from '../src/core/merchant.ts';
import { receiptsOf } from '../src/core/payment.ts';
import { ok } from '../src/core/refusal.ts';
import type { Database } from '../src/db.ts';
import { keptKeys } from '../src/keys.ts';
import { startPlatform } from '../src/platform.ts';
import { eventually, signIn } from './actors.ts';
import type { Wallet } from './actors.ts';
import { testAuthority } from './certificate.ts';
import { testDatabase } from './database.ts';
import { rawServer } from './raw-server.ts';
import { eur, must } from './shop.ts';
import { addTestMerchant, addTestTerminal, TERMINAL_PASSWORD } from './soap-platform.ts';

const PASSWORD = 'shop-secret';
const FIRST_MSISDN = 46_702_000_000;
const FUNDS = eur(500_00n);
const MACHINE = 'm1';
const PIN = '1234';
/** Programs scan faster than people. */
const NO_FLOOD_LIMITS = { SEQR_SCANS_PER_MINUTE: '10000', SEQR_UNAPPROVED_OFFERS: '10000' };

/** A merchant for one client, and whoever is on the other side of its counter. */
export type Party = {
  /** What the client is started with: merchant, user, password, start of notification addresses. */
  readonly credentials: readonly [string, string, string, string];
  /** Does what a line of the client asks for, and answers with a line. A failure throws. */
  answer(question: string): Promise<string>;
};

/** A running platform. */
export type InteropPlatform = {
  readonly url: string;
  newParty(name: string): Promise<Party>;
  /** Stops everything; fails the test unless the books agree. */
  stop(): Promise<void>;
};

/** A request at the reseller's address; `end` answers it with 200 and a body. */
type Arrival = { readonly path: string; readonly body: string; end(body: string): void };

/** Starts a platform with a foreign merchant, whose invoice nobody else may see. */
export async function openInteropPlatform(): Promise<InteropPlatform> {
  const dataDir = await mkdtemp(join(tmpdir(), 'seqr-interop-'));
  const database = await testDatabase();
  const { db } = database;
  const authority = await testAuthority();
  const arrivals: Arrival[] = [];
  const reseller = await rawServer(
    (socket, request) => {
      const arrival = readArrival(socket, request);
      arrivals.push(arrival);
      if (arrival.path.includes('/notification/')) arrival.end('');
    },
    await authority.issue(['127.0.0.1']),
  );
  // Without a public URL the WSDL names the address that it was asked at, where these clients go.
  const read = readSettings({
    SEQR_PORT: '0',
    SEQR_DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    SEQR_OUTBOUND_ALLOW: '127.0.0.0/8',
    SEQR_LOG_LEVEL: 'silent',
    ...NO_FLOOD_LIMITS,
  });
  assert.ok(read.ok);
  const platform = await startPlatform(read.settings);
  const { pinKey } = await keptKeys(dataDir);
  const foreignReference = await addForeignInvoice(db);
  let msisdn = FIRST_MSISDN;
  const surroundings = { db, url: platform.url, arrivals, foreignReference };
  return {
    url: platform.url,
    newParty: async (name) => {
      const base = `${reseller.origin}/${name}`;
      await addParty(db, { name, base, caPem: authority.pem });
      const phone = String((msisdn += 1));
      const customerId = await addPayer(db, phone, pinKey);
      const wallet = await signIn(platform.url, phone, PIN);
      return openParty({ ...surroundings, name, base, customerId, wallet });
    },
    stop: async () => {
      try {
        assert.deepEqual(await db.statement(audit), []);
      } finally {
        await platform.stop();
        await reseller.close();
        await database.drop();
        await rm(dataDir, { recursive: true });
      }
    },
  };
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

async function addPayer(db: Database, msisdn: string, pinKey: Buffer): Promise<string> {
  const added = await db.transaction(async (tx) => {
    const digestOf = (id: string): Buffer => pinDigest(pinKey, id, PIN);
    const customer = must(
      await addCustomer(tx, { msisdn, name: 'Kim', currency: 'EUR', digestOf }),
    );
    must(await fundAccount(tx, { kind: 'CUSTOMER', msisdn }, FUNDS));
    return ok(customer.customerId);
  });
  return must(added);
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

type Surroundings = {
  readonly db: Database;
  readonly arrivals: readonly Arrival[];
  readonly foreignReference: string;
  readonly name: string;
  readonly base: string;
  readonly customerId: string;
  readonly wallet: Wallet;
};

const ENDINGS = ['PAID', 'RELEASED', 'REFUSED', 'CANCELED', 'EXPIRED'] as const;

/** One customer, who has at most one purchase in hand: the one scanned last. */
function openParty(at: Surroundings): Party {
  const { db, wallet, name } = at;
  let asked: Arrival | undefined;
  let scan: ReturnType<Wallet['scan']> | undefined;
  let purchase: PurchaseJson | undefined;
  const inHand = (): PurchaseJson => {
    assert.ok(purchase, 'nothing has been scanned');
    return purchase;
  };
  const scanned = async (answer: ReturnType<Wallet['scan']>): Promise<string> => {
    const { status, body } = await answer;
    assert.equal(status, 201, JSON.stringify(body));
    purchase = body;
    return `${body.state} ${body.maximum?.value ?? '-'}`;
  };
  const commands: Record<string, (...words: string[]) => Promise<string>> = {
    machine: async () => {
      const seen = at.arrivals.length;
      scan = wallet.scan(machineQr(name, MACHINE));
      const wanted = `/${name}/createPurchase`;
      asked = await eventually('createPurchase', async () =>
        at.arrivals.slice(seen).find(({ path }) => path === wanted),
      );
      const call = JSON.parse(asked.body) as Record<string, string>;
      const fields = ['reservationToken', 'reservationAmount', 'currency', 'msisdn'];
      return fields.map((field) => call[field]).join(' ');
    },
    offer: async (invoiceReferenceId = '') => {
      assert.ok(asked && scan, 'no machine has been scanned');
      asked.end(JSON.stringify({ invoiceReferenceId }));
      return scanned(scan);
    },
    scan: (code = '') => scanned(wallet.scan(code)),
    confirm: async () => {
      const now = await wallet.until(inHand().id, 'AWAITING_APPROVAL');
      const { status, body } = await wallet.approve(now, PIN);
      assert.equal(status, 200, JSON.stringify(body));
      return body.state;
    },
    notified: async (key) => {
      await eventually(`notification ${key}`, async () =>
        at.arrivals.some(({ path }) => path === `/${name}/notification/${key}`),
      );
      return 'yes';
    },
    outcome: async () => {
      const ended = await wallet.until(inHand().id, ...ENDINGS);
      return `${ended.state} ${ended.charged?.value ?? '-'}`;
    },
    refunds: async () => {
      const { refunds } = await wallet.purchase(inHand().id);
      return refunds.map(({ amount }) => amount.value).join(' ');
    },
    receipts: async () => {
      const stored = await db.statement((tx) => receiptsOf(tx, at.customerId, inHand().id));
      return stored.map(({ content }) => Buffer.from(content).toString()).join(' ');
    },
    card: async (id, value) => {
      await db.statement((tx) =>
        tx.query(
          `insert into customer_token (customer_id, merchant_id, id, value)
           values ($1, $2, $3, $4)`,
          [at.customerId, name, id, value],
        ),
      );
      return 'stored';
    },
    shop: async () => `${await addTestTerminal(db, name, 'WEB_SHOP')} ${TERMINAL_PASSWORD}`,
    foreign: () => Promise.resolve(at.foreignReference),
  };
  return {
    credentials: [name, '9900', PASSWORD, `${at.base}/notification/`],
    answer: async (question) => {
      const [word = '', ...rest] = question.split(' ');
      const command = commands[word];
      assert.ok(command, `nobody knows what "${question}" means`);
      return command(...rest);
    },
  };
}
