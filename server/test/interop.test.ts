import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SOAP_PATHS } from '../src/soap/edge.ts';
import {
  addTestMerchant,
  addTestTerminal,
  startSoapEdge,
  TERMINAL_PASSWORD,
  terminalContext,
} from './soap-platform.ts';
import type { SoapPlatform } from './soap-platform.ts';
import { addTestCustomer, reserveInvoice } from './soap-purchase.ts';

const run = promisify(execFile);
/** A client that hangs must not hang the test run; zeep takes about a second on an idle machine. */
const CLIENT_TIMEOUT_MS = 60_000;

const CLIENTS = [
  { name: 'zeep', command: '/usr/bin/python3', file: '../../contract/interop/zeep/client.py' },
  { name: 'php', command: '/usr/bin/php', file: '../../contract/interop/php/client.php' },
];

let platform: SoapPlatform;
let customerId: string;

before(async () => {
  // Without a public URL the WSDL names the address that it was asked at, where these clients go.
  platform = await startSoapEdge({ config: { publicUrl: null } });
  await addTestMerchant(platform.database.db, { id: 'cafe', password: 'shop-secret' });
  customerId = await addTestCustomer(platform.database.db, 'cafe');
});
after(() => platform.stop());

/** An invoice of 20.00 EUR that a customer has confirmed, as the clients' last arguments. */
async function confirmedInvoice(): Promise<string[]> {
  const terminalId = await addTestTerminal(platform.database.db, 'cafe', 'WEB_SHOP');
  const sent = await platform.call('sendInvoice', {
    context: terminalContext(terminalId, TERMINAL_PASSWORD),
    invoice: {
      paymentMode: 'RESERVATION_REQUIRED_PRELIMINARY_AMOUNT',
      totalAmount: { currency: 'EUR', value: '20.00' },
    },
  });
  const reference = sent.invoiceReference ?? '';
  await reserveInvoice(platform.database.db, { customerId, merchantId: 'cafe', reference });
  return [terminalId, TERMINAL_PASSWORD, reference];
}

for (const [at, client] of CLIENTS.entries()) {
  const skip = existsSync(client.command)
    ? false
    : `${client.command} is missing; install Debian's packages named in contract/interop/README.md`;
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
