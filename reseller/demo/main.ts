/**
 * The demo reseller: an ordinary program on the kit. It knows the platform by its public wire alone
 * and reaches its machines through an MQTT broker, its own or another. One line on stdout says that
 * it listens; logs go to stderr.
 */

import {
  JournalRefused,
  MERCHANT_SOAP_PATH,
  caseClient,
  createReseller,
  merchantClient,
  mqttLink,
} from '@seqr-ups/reseller';
import type { Reseller } from '@seqr-ups/reseller';
import { embeddedBroker } from './broker.ts';
import type { Broker } from './broker.ts';
import { ConfigProblem, readConfig } from './config.ts';
import type { DemoConfig } from './config.ts';
import { jsonLog } from './log.ts';
import { SETTINGS, misbehaviour } from './misbehaviour.ts';
import { logNewCases } from './new-cases.ts';

/** How often it is looked whether every machine can sell. */
const SELLING_LOOK_MS = 20;
/** What the demo's prices hold for the state, per cent. */
const TAX_RATE = '19';
/** A stop that takes longer is cut: everything is durable anyway. */
const STOP_WITHIN_MS = 5_000;

async function start(config: DemoConfig): Promise<() => Promise<void>> {
  const log = jsonLog(config.debug);
  const broker: Broker =
    config.broker.kind === 'EXTERNAL'
      ? { url: config.broker.url, close: () => Promise.resolve() }
      : await embeddedBroker(config.broker.port, config.broker.password);
  const platform = { url: new URL(MERCHANT_SOAP_PATH, config.platformUrl).href };
  // A client of its own for what the kit would never do.
  const client = merchantClient(platform);
  const port = mqttLink({ url: broker.url, log });
  const reseller: Reseller = await createReseller({
    platform,
    merchant: config.merchant,
    machines: config.fleet.map(({ token, name }) => ({
      token,
      name,
      settings: { taxRate: TAX_RATE, ...SETTINGS[token] },
    })),
    port,
    journalPath: config.journalPath,
    listen: { host: config.host, port: config.port, cert: config.cert, key: config.key },
    log,
    interception: misbehaviour(client),
  });
  const cases = caseClient(platform, config.merchant);
  const lookingForCases = logNewCases(cases, log);
  const ready = { event: 'listening', reseller: reseller.createPurchaseUrl, mqtt: broker.url };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  // Whoever started it with a channel also hears when each machine has its terminal and its link.
  const looking = setInterval(() => {
    const sells = ({ token }: { readonly token: string }): boolean =>
      reseller.isRegistered(token) && port.state(token) !== null;
    if (!config.fleet.every(sells)) return;
    clearInterval(looking);
    process.send?.('selling');
  }, SELLING_LOOK_MS);
  return async () => {
    clearInterval(looking);
    lookingForCases.stop();
    await reseller.stop();
    await cases.close();
    await client.close();
    await broker.close();
  };
}

async function main(): Promise<void> {
  const stop = await start(readConfig(process.env));
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  // Whoever started it with a channel has ended; nobody is left to stop it.
  process.on('disconnect', onSignal);
  // It may have ended before anybody listened for that.
  if (process.send && !process.connected) onSignal();
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${sentence(error)}\n`);
  process.exit(1);
}

/**
 * What went wrong, for the terminal: a plain sentence for what an operator can cause, the whole
 * stack for a bug.
 */
function sentence(error: unknown): string {
  if (error instanceof ConfigProblem || error instanceof JournalRefused) return error.message;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `SEQR_DEMO_PORT or SEQR_MQTT_PORT is in use: ${error.message}.`;
  }
  return error.stack ?? error.message;
}
