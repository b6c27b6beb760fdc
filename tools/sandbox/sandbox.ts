/**
 * The sandbox: database, platform, demo reseller and machines, each a process of its own, joined
 * only by what they say to each other over the wire. `npm start`, the tests of whole purchases and
 * the benchmark all run it.
 */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FleetMachine } from '@seqr-ups/contract';
import { setMerchant } from '../../server/src/core/merchant.ts';
import { openDatabase } from '../../server/src/db.ts';
import type { Database } from '../../server/src/db.ts';
import { startEmbeddedDatabase } from '../../server/src/database/embedded.ts';
import { migrate } from '../../server/src/database/migrate.ts';
import { keptKeys } from '../../server/src/keys.ts';
import { buildWeb } from '../../web/build.ts';
import { sandboxCertificates } from './certificates.ts';
import type { Certificates } from './certificates.ts';
import { signedFleet } from './fleet.ts';
import { startProgram } from './program.ts';
import type { Program } from './program.ts';
import { DEMO, seedSandbox } from './seed.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The machines of the sandbox; another fleet is given as a file of the same form. */
const SANDBOX_FLEET = join(ROOT, 'machine/sandbox-fleet.json');
/** The machines' password at the demo's broker is made anew at each start. */
const MQTT_PASSWORD_BYTES = 16;
/** How long the start waits until every machine can sell, at most; then it goes on without. */
const SELLING_WITHIN_MS = 10_000;
/** A log that has grown beyond this is put aside at the next start. */
const LOG_BYTES = 8 * 1024 * 1024;

/** The three actors' programs; the database is the fourth process. */
export const PROGRAMS = ['platform', 'reseller', 'machines'] as const;
export type ProgramName = (typeof PROGRAMS)[number];

const SCRIPTS: Record<ProgramName, string> = {
  platform: join(ROOT, 'server/src/main.ts'),
  reseller: join(ROOT, 'reseller/demo/main.ts'),
  machines: join(ROOT, 'machine/src/main.ts'),
};

/** Where the sandbox runs. A port of 0 is any free one. */
export type SandboxOptions = {
  readonly dataDir: string;
  readonly platformPort: number;
  readonly resellerPort: number;
  readonly machinePort: number;
  /** Another PostgreSQL than the embedded one. */
  readonly databaseUrl?: string;
  /** Another fleet than the sandbox's eleven machines: the path of a JSON file. */
  readonly fleetPath?: string;
  /** Further settings of the programs, by their environment variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with the id of each process as it is started, also at a restart. */
  readonly spawned?: (pid: number) => void;
};

/** A running sandbox. */
export type Sandbox = {
  /** Addresses, as the design's line on stdout names them. */
  readonly platform: string;
  readonly reseller: string;
  readonly machines: string;
  /** The database's own process; null where it is not the embedded one. */
  readonly databasePid: number | null;
  readonly db: Database;
  readonly logDirectory: string;
  /** The program as it runs now. */
  program(name: ProgramName): Program;
  /** Starts a program that has ended, with the settings and ports that it had. */
  restart(name: ProgramName): Promise<Program>;
  /** Starts the embedded database again after it has died, at its old address. */
  restartDatabase(): Promise<void>;
  /** Stops everything, the database last. */
  stop(): Promise<void>;
};

/**
 * Starts everything; returns when every program listens and the machines can sell. A failure stops
 * what was started and throws one sentence.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const dataDir = resolve(options.dataDir);
  const logDirectory = join(dataDir, 'logs');
  await mkdir(logDirectory, { recursive: true });
  const [database, certificates] = await Promise.all([
    openSandboxDatabase(dataDir, options.databaseUrl),
    sandboxCertificates(join(dataDir, 'tls')),
    buildWeb(),
  ]);
  const running = new Map<ProgramName, Program>();
  const stop = async (): Promise<void> => {
    for (const name of PROGRAMS.toReversed()) await running.get(name)?.stop();
    await database.db.close();
    await database.stop();
  };
  try {
    const fleetPath = await signedFleet({
      fleetPath: resolve(options.fleetPath ?? SANDBOX_FLEET),
      dataDir,
      merchantId: DEMO.id,
      codeKey: options.environment?.['SEQR_CODE_KEY'] ?? process.env['SEQR_CODE_KEY'] ?? null,
    });
    const environments = await settings(options, { dataDir, fleetPath, database, certificates });
    const start = async (name: ProgramName): Promise<Program> => {
      const logPath = join(logDirectory, `${name}.log`);
      await putAsideLongLog(logPath);
      const environment = { ...environments[name], ...options.environment };
      const script = SCRIPTS[name];
      const { spawned = () => {} } = options;
      const program = await startProgram({ name, script, environment, logPath, spawned });
      running.set(name, program);
      return program;
    };
    await prepare(database.db, { dataDir, fleetPath, certificates, environments });
    const started = await Promise.allSettled(PROGRAMS.map(start));
    for (const outcome of started) if (outcome.status === 'rejected') throw outcome.reason;
    const program = (name: ProgramName): Program => {
      const found = running.get(name);
      if (!found) throw new Error(`the ${name} never ran`);
      return found;
    };
    const selling = program('reseller').said('selling');
    await Promise.race([selling, sleep(SELLING_WITHIN_MS, undefined, { ref: false })]);
    return {
      platform: String(program('platform').ready['platform']),
      reseller: String(program('reseller').ready['reseller']),
      machines: String(program('machines').ready['machines']),
      get databasePid() {
        return database.pid;
      },
      db: database.db,
      logDirectory,
      program,
      restart: start,
      restartDatabase: () => database.restart(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type SandboxDatabase = {
  readonly url: string;
  readonly pid: number | null;
  readonly db: Database;
  restart(): Promise<void>;
  stop(): Promise<void>;
};

async function openSandboxDatabase(
  dataDir: string,
  databaseUrl: string | undefined,
): Promise<SandboxDatabase> {
  let own = databaseUrl === undefined ? await startEmbeddedDatabase(dataDir) : null;
  const url = own?.url ?? databaseUrl ?? '';
  const db = openDatabase(url, { poolSize: 4, applicationName: 'seqr-ups sandbox' });
  try {
    await migrate(url, { sandbox: true });
    await requireSandbox(db);
  } catch (error) {
    await db.close();
    await own?.stop();
    throw error;
  }
  return {
    url,
    get pid() {
      return own?.pid ?? null;
    },
    db,
    restart: async () => {
      if (own === null) throw new Error('this database is not the embedded one');
      own = await startEmbeddedDatabase(dataDir, { port: Number(new URL(url).port) });
    },
    stop: async () => own?.stop(),
  };
}

/** The sandbox's money and published passwords must never reach a real installation. */
async function requireSandbox(db: Database): Promise<void> {
  const { rows } = await db.statement((tx) =>
    tx.query<{ sandbox: boolean }>(`select sandbox from installation`),
  );
  if (rows[0]?.sandbox === true) return;
  throw new Error(
    'This database is a real installation (seqr serve), not a sandbox: set SEQR_DATA_DIR or ' +
      'DATABASE_URL to another.',
  );
}

type Environments = Record<ProgramName, Record<string, string>>;

/**
 * The settings of the three programs. Ports are chosen here, since each program must know
 * another's.
 */
async function settings(
  options: SandboxOptions,
  made: {
    readonly dataDir: string;
    readonly fleetPath: string;
    readonly database: SandboxDatabase;
    readonly certificates: Certificates;
  },
): Promise<Environments> {
  const [platformPort, resellerPort, machinePort, mqttPort] = await freePorts([
    options.platformPort,
    options.resellerPort,
    options.machinePort,
    0,
  ]);
  const mqttPassword = randomBytes(MQTT_PASSWORD_BYTES).toString('hex');
  const common = { SEQR_DATA_DIR: made.dataDir, SEQR_FLEET: made.fleetPath };
  return {
    platform: {
      ...common,
      SEQR_PORT: String(platformPort),
      DATABASE_URL: made.database.url,
      SEQR_OUTBOUND_ALLOW: '127.0.0.0/8,::1/128',
      // Programs may buy here with the PIN alone.
      SEQR_DEVICE_SIGNATURE: process.env['SEQR_DEVICE_SIGNATURE']?.trim() || 'optional',
    },
    reseller: {
      ...common,
      SEQR_PLATFORM_URL: `http://127.0.0.1:${platformPort}`,
      SEQR_DEMO_PORT: String(resellerPort),
      SEQR_DEMO_TLS_CERT: made.certificates.certificatePath,
      SEQR_DEMO_TLS_KEY: made.certificates.keyPath,
      SEQR_MQTT_PORT: String(mqttPort),
      SEQR_MQTT_PASSWORD: mqttPassword,
    },
    machines: {
      ...common,
      SEQR_MACHINE_PORT: String(machinePort),
      SEQR_MQTT_URL: `mqtt://seqr:${mqttPassword}@127.0.0.1:${mqttPort}`,
      SEQR_MERCHANT_ID: DEMO.id,
      SEQR_WALLET_URL: `http://127.0.0.1:${platformPort}`,
    },
  };
}

/** Seeds once, and tells the platform where the demo reseller is now. */
async function prepare(
  db: Database,
  made: {
    readonly dataDir: string;
    readonly fleetPath: string;
    readonly certificates: Certificates;
    readonly environments: Environments;
  },
): Promise<void> {
  const fleet = JSON.parse(await readFile(made.fleetPath, 'utf8')) as FleetMachine[];
  const { pinKey } = await keptKeys(made.dataDir);
  await seedSandbox(db, { pinKey, fleet });
  const port = made.environments.reseller['SEQR_DEMO_PORT'];
  await db.statement((tx) =>
    setMerchant(tx, DEMO.id, {
      createPurchaseUrl: `https://127.0.0.1:${port}/seqr/createPurchase`,
      endpointCaPem: made.certificates.authorityPem,
    }),
  );
}

/**
 * The given ports, each 0 replaced by a free one; all are held at once, so that no two are the
 * same.
 */
async function freePorts(ports: readonly number[]): Promise<number[]> {
  const probes: Server[] = [];
  const found = [];
  for (const port of ports) {
    if (port !== 0) {
      found.push(port);
      continue;
    }
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    probes.push(probe);
    found.push((probe.address() as AddressInfo).port);
  }
  for (const probe of probes) {
    probe.close();
    await once(probe, 'close');
  }
  return found;
}

async function putAsideLongLog(path: string): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES) await rename(path, `${path}.old`);
}
