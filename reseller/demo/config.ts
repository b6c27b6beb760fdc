import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FleetMachine } from '@seqr-ups/contract';
import type { MerchantUser } from '@seqr-ups/reseller';

/** The demo reseller's settings, read from the environment once. */
export type DemoConfig = {
  readonly platformUrl: string;
  readonly host: string;
  readonly port: number;
  readonly cert: string;
  readonly key: string;
  readonly journalPath: string;
  readonly fleet: readonly FleetMachine[];
  readonly merchant: MerchantUser;
  readonly broker: BrokerConfig;
  readonly debug: boolean;
};

/** A broker that runs already, or one to run inside this process. `password` null: make one up. */
export type BrokerConfig =
  | { readonly kind: 'EXTERNAL'; readonly url: string }
  | { readonly kind: 'EMBEDDED'; readonly port: number; readonly password: string | null };

/** What is wrong with a setting, in a sentence for the terminal. */
export class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem';
}

/**
 * Reads the settings of the demo reseller. Throws {@link ConfigProblem} that names the variable.
 */
export function readConfig(env: NodeJS.ProcessEnv): DemoConfig {
  const needed = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '') throw new ConfigProblem(`${name} is not set.`);
    return value;
  };
  return {
    platformUrl: url('SEQR_PLATFORM_URL', needed('SEQR_PLATFORM_URL')),
    host: '127.0.0.1',
    port: port('SEQR_DEMO_PORT', env['SEQR_DEMO_PORT'] ?? '8443'),
    cert: file('SEQR_DEMO_TLS_CERT', needed('SEQR_DEMO_TLS_CERT')),
    key: file('SEQR_DEMO_TLS_KEY', needed('SEQR_DEMO_TLS_KEY')),
    journalPath: join(needed('SEQR_DATA_DIR'), 'reseller', 'journal.db'),
    fleet: fleet(file('SEQR_FLEET', needed('SEQR_FLEET'))),
    merchant: {
      resellerId: env['SEQR_DEMO_MERCHANT'] ?? 'demo',
      userId: env['SEQR_DEMO_USER'] ?? '9900',
      password: env['SEQR_DEMO_PASSWORD'] ?? 'demo',
    },
    broker: broker(env),
    debug: env['SEQR_LOG_LEVEL'] === 'debug' || env['SEQR_LOG_LEVEL'] === 'trace',
  };
}

function broker(env: NodeJS.ProcessEnv): BrokerConfig {
  const external = env['SEQR_MQTT_URL'];
  if (external !== undefined && external !== '') {
    return { kind: 'EXTERNAL', url: url('SEQR_MQTT_URL', external) };
  }
  return {
    kind: 'EMBEDDED',
    port: port('SEQR_MQTT_PORT', env['SEQR_MQTT_PORT'] ?? '0'),
    password: env['SEQR_MQTT_PASSWORD'] ?? null,
  };
}

function url(name: string, value: string): string {
  if (!URL.canParse(value)) throw new ConfigProblem(`${name} is not an address.`);
  return value;
}

function port(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new ConfigProblem(`${name} must be a port from 0 to 65535, not "${value}".`);
  }
  return number;
}

function file(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigProblem(`${name}: ${error instanceof Error ? error.message : path}`, {
      cause: error,
    });
  }
}

/** The machines by token and name; what they sell they say themselves, over the link. */
function fleet(text: string): FleetMachine[] {
  let machines: unknown;
  try {
    machines = JSON.parse(text);
  } catch (error) {
    throw new ConfigProblem('SEQR_FLEET is not JSON.', { cause: error });
  }
  if (!Array.isArray(machines) || !machines.every(isMachine)) {
    throw new ConfigProblem('SEQR_FLEET must hold an array of machines with token and name.');
  }
  return machines;
}

const isMachine = (value: unknown): value is FleetMachine =>
  typeof value === 'object' &&
  value !== null &&
  'token' in value &&
  typeof value.token === 'string' &&
  'name' in value &&
  typeof value.name === 'string';
