/**
 * `npm start`: the whole sandbox by one command. Prints what to try and, once everything answers,
 * one line of JSON. Ctrl-C stops everything cleanly; when a part ends by itself, the rest is
 * stopped too and a new start goes on where the data says.
 */

import '../../server/src/node-version.js';
import { parseArgs } from 'node:util';
import { npmEnded } from './launcher.ts';
import { PROGRAMS, startSandbox } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import { takeSandbox } from './take.ts';

const HELP = `npm start: platform, demo reseller and machines, with an embedded database, seeded.

Settings (environment)
  SEQR_PORT          platform and wallet, 8080; 0 for any free port
  SEQR_DEMO_PORT     demo reseller, 8443
  SEQR_MACHINE_PORT  machine panels, 8081
  SEQR_DATA_DIR      where everything is kept, ./.data
  DATABASE_URL       another PostgreSQL (15 or newer) than the embedded one
  SEQR_FLEET         another fleet than the sandbox's machines, a JSON file
  SEQR_DEVICE_SIGNATURE
                     required: a device must sign beside the PIN, as by default in "seqr serve"
`;

/**
 * How often the database's process is looked at, in ms; the other programs are children and say it
 * themselves.
 */
const DATABASE_LOOK_MS = 500;

function port(name: string, usual: number): number {
  const value = process.env[name]?.trim();
  if (value === undefined || value === '') return usual;
  const number = /^[0-9]{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (number <= 65_535) return number;
  throw new Error(`${name} must be a port from 0 to 65535, not "${value}".`);
}

/** Says where everything is and what to try first. */
function introduce(sandbox: Sandbox): void {
  process.stdout.write(`
  Wallet    ${sandbox.platform}/
  Machines  ${sandbox.machines}/
  Reseller  ${sandbox.reseller}

  Try it: open ${sandbox.machines}/1001 and the wallet side by side, sign in as
  46700000001 with PIN 1234, scan or paste the machine's code, confirm with the PIN,
  and take a coffee. Ctrl-C stops everything.

`);
  const pids = {
    platform: sandbox.program('platform').pid,
    database: sandbox.databasePid,
    reseller: sandbox.program('reseller').pid,
    machines: sandbox.program('machines').pid,
  };
  const { platform, reseller, machines } = sandbox;
  const line = { event: 'listening', platform, reseller, machines, pids };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Settles with the name of the part that ended by itself. */
function partEnded(sandbox: Sandbox): Promise<string> {
  const programs = PROGRAMS.map((name) => sandbox.program(name).ended.then(() => name));
  const { databasePid } = sandbox;
  const database = new Promise<string>((resolve) => {
    if (databasePid === null) return;
    setInterval(() => {
      try {
        process.kill(databasePid, 0);
      } catch {
        resolve('database');
      }
    }, DATABASE_LOOK_MS).unref();
  });
  return Promise.race([...programs, database]);
}

async function main(): Promise<void> {
  if (parseArgs({ options: { help: { type: 'boolean', short: 'h' } } }).values.help) {
    process.stdout.write(HELP);
    return;
  }
  const dataDir = process.env['SEQR_DATA_DIR']?.trim() || '.data';
  const databaseUrl = process.env['DATABASE_URL']?.trim();
  const fleetPath = process.env['SEQR_FLEET']?.trim();
  const interrupted = new Promise<null>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(null));
  });
  const launcher = npmEnded().then(() => 'npm');
  const taken = await takeSandbox(dataDir, (text) => process.stderr.write(`${text}\n`));
  try {
    const sandbox = await startSandbox({
      dataDir,
      platformPort: port('SEQR_PORT', 8080),
      resellerPort: port('SEQR_DEMO_PORT', 8443),
      machinePort: port('SEQR_MACHINE_PORT', 8081),
      spawned: (pid) => taken.note(pid),
      ...(databaseUrl && { databaseUrl }),
      ...(fleetPath && { fleetPath }),
    });
    introduce(sandbox);
    const ended = await Promise.race([interrupted, launcher, partEnded(sandbox)]);
    if (ended !== null) {
      process.stderr.write(
        `The ${ended} ended by itself; stopping the rest. Nothing is lost: npm start goes on.\n`,
      );
      process.exitCode = 1;
    }
    await sandbox.stop();
  } finally {
    taken.release();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
process.exit();
