import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readSettings } from '../src/config.ts';
import { issueInvoice } from '../src/core/invoice.ts';
import { startPlatform } from '../src/platform.ts';
import type { Platform } from '../src/platform.ts';
import { SOAP_PATHS } from '../src/soap/edge.ts';
import { testDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';
import { addTestMerchant, addTestTerminal, TERMINAL_PASSWORD } from './soap-platform.ts';
import { addTestCustomer, reserveInvoice } from './soap-purchase.ts';

const run = promisify(execFile);
/** A client that hangs must not hang the test run; zeep takes about a second on an idle machine. */
const CLIENT_TIMEOUT_MS = 60_000;

/** `probe` are arguments with which the command succeeds only where the library is installed. */
const CLIENTS = [
  {
    name: 'zeep',
    command: '/usr/bin/python3',
    probe: ['-c', 'import zeep'],
    file: '../../contract/interop/zeep/client.py',
  },
  {
    name: 'php',
    command: '/usr/bin/php',
    probe: ['-r', 'exit(class_exists("SoapClient") ? 0 : 1);'],
    file: '../../contract/interop/php/client.php',
  },
];

let dataDir: string;
let database: TestDatabase;
let platform: Platform;
let customerId: string;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'seqr-interop-'));
  database = await testDatabase();
  await addTestMerchant(database.db, { id: 'cafe', password: 'shop-secret' });
  customerId = await addTestCustomer(database.db, 'cafe');
  // Without a public URL the WSDL names the address that it was asked at, where these clients go.
  const read = readSettings({
    SEQR_PORT: '0',
    SEQR_DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    SEQR_LOG_LEVEL: 'silent',
  });
  assert.ok(read.ok);
  platform = await startPlatform(read.settings);
});
after(async () => {
  await platform.stop();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

/** An invoice of 20.00 EUR that a customer has confirmed, as the clients' last arguments. */
async function confirmedInvoice(): Promise<string[]> {
  const { db } = database;
  const terminalId = await addTestTerminal(db, 'cafe', 'WEB_SHOP');
  const issued = await db.statement((tx) =>
    issueInvoice(tx, {
      terminalId,
      content: {
        paymentMode: 'RESERVATION_REQUIRED_PRELIMINARY_AMOUNT',
        acknowledgmentMode: 'OPTIONAL_ACKNOWLEDGMENT',
        total: { minor: 2_000n, currency: 'EUR' },
        rows: null,
        commitReservationTimeoutS: null,
      },
    }),
  );
  assert.ok(issued.ok);
  const { reference } = issued.value;
  await reserveInvoice(db, { customerId, merchantId: 'cafe', reference });
  return [terminalId, TERMINAL_PASSWORD, reference];
}

for (const [at, client] of CLIENTS.entries()) {
  const installed = spawnSync(client.command, client.probe).status === 0;
  const skip = installed ? false : 'install the packages that contract/interop/README.md names';
  test(`${client.name} finds no deviation from the contract`, { skip }, async () => {
    const wsdl = `${platform.url}${SOAP_PATHS[at] ?? SOAP_PATHS[0]}?wsdl`;
    const file = fileURLToPath(new URL(client.file, import.meta.url));
    const invoice = await confirmedInvoice();
    const { stdout } = await run(
      client.command,
      [file, wsdl, 'cafe', '9900', 'shop-secret', ...invoice],
      { timeout: CLIENT_TIMEOUT_MS },
    );
    assert.match(stdout, new RegExp(`${client.name}: no deviation`));
  });
}
