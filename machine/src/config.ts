/** The settings of the machines' process, from its environment. */

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where everything is. */
export type Config = {
  readonly port: number;
  readonly mqttUrl: string;
  readonly recordPath: string;
  readonly fleetPath: string;
  readonly merchantId: string;
  /** Null: the panel leads to no wallet. */
  readonly walletUrl: string | null;
  readonly logLevel: string;
};

/** A setting that cannot be used. The message is one plain sentence. */
class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const DEFAULT_PORT = '8081';
const SANDBOX_FLEET = fileURLToPath(new URL('../sandbox-fleet.json', import.meta.url));
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
/** The characters of a merchant in a code (unattended-payments §2). */
const MERCHANT = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * Reads the settings; an empty variable counts as absent.
 *
 * @throws ConfigError naming the variable at fault.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const setting = (name: string): string | undefined => environment[name] || undefined;

  const port = setting('SEQR_MACHINE_PORT') ?? DEFAULT_PORT;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new ConfigError(`SEQR_MACHINE_PORT must be a port from 0 to 65535, not "${port}".`);
  }
  const merchantId = setting('SEQR_MERCHANT_ID') ?? 'demo';
  if (!MERCHANT.test(merchantId)) {
    throw new ConfigError('SEQR_MERCHANT_ID must be 1 to 64 of A-Z a-z 0-9 _ . -');
  }
  const logLevel = setting('SEQR_LOG_LEVEL') ?? 'info';
  if (!LOG_LEVELS.includes(logLevel)) {
    throw new ConfigError(`SEQR_LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}.`);
  }
  return {
    port: Number(port),
    mqttUrl: brokerUrl(setting('SEQR_MQTT_URL')),
    recordPath: resolve(setting('SEQR_DATA_DIR') ?? '.data', 'machines', 'record.sqlite'),
    fleetPath: setting('SEQR_FLEET') ?? SANDBOX_FLEET,
    merchantId,
    walletUrl: walletUrl(setting('SEQR_WALLET_URL')),
    logLevel,
  };
}

/** The origin alone, as a link on the panel's pages needs it. */
function walletUrl(url: string | undefined): string | null {
  if (url === undefined) return null;
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw new ConfigError('SEQR_WALLET_URL must be an address such as http://127.0.0.1:8080.');
  }
  return parsed.origin;
}

function brokerUrl(url: string | undefined): string {
  const example = 'the address of the broker, such as mqtt://127.0.0.1:1883';
  if (url === undefined) throw new ConfigError(`SEQR_MQTT_URL is missing: ${example}.`);
  const protocol = URL.parse(url)?.protocol;
  // The address itself stays out of the message: it may hold a password.
  if (protocol !== 'mqtt:' && protocol !== 'mqtts:') {
    throw new ConfigError(`SEQR_MQTT_URL must be ${example} (or mqtts).`);
  }
  return url;
}
