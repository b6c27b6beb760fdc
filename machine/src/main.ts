/**
 * The machines' program: reads its settings, runs the fleet, serves the panel. Prints one JSON line
 * on stdout once the panel answers; the broker may come later. Ends cleanly on SIGTERM, SIGINT, or
 * when the program that started it with a channel is gone.
 */

import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { ConfigError, readConfig, type Config } from './config.ts';
import { FleetError, readFleet } from './fleet.ts';
import { linkMachine, type MachineLink } from './link.ts';
import { Machine } from './machine.ts';
import { buildPanel } from './panel.ts';
import { openRecord, type MachineRecord } from './record.ts';

/** A clean stop that takes longer than this, in ms, is cut short; the record allows for it. */
const STOP_WAIT_MS = 15_000;

type Running = {
  readonly record: MachineRecord;
  readonly machines: readonly Machine[];
  readonly links: readonly MachineLink[];
  readonly panel: FastifyInstance;
};

async function start(config: Config): Promise<Running> {
  const fleet = readFleet(config.fleetPath);
  const record = openRecord(config.recordPath);
  const log = makeLog(config.logLevel);
  const machines = fleet.map((machine) => new Machine(machine, record, log));
  const links = machines.map((machine) => linkMachine(machine, config.mqttUrl, log));
  const panel = await buildPanel({
    machines: new Map(machines.map((machine) => [machine.fleet.token, machine])),
    merchantId: config.merchantId,
    log,
  });
  const address = await panel.listen({ host: '127.0.0.1', port: config.port });
  process.stdout.write(`${JSON.stringify({ event: 'listening', machines: address })}\n`);
  return { record, machines, links, panel };
}

async function stop({ record, machines, links, panel }: Running): Promise<void> {
  // Vends first, so that whoever waits at the panel hears how theirs ended.
  await Promise.allSettled(machines.map((machine) => machine.stop()));
  await Promise.allSettled([panel.close(), ...links.map((link) => link.close())]);
  record.close();
}

/** Fastify brings the logger; logs go to stderr, stdout is for the ready line. */
function makeLog(level: string): FastifyBaseLogger {
  return fastify({ logger: { level, stream: process.stderr } }).log;
}

function describe(error: unknown): string {
  if (error instanceof ConfigError || error instanceof FleetError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'SEQR_MACHINE_PORT: that port is in use.';
  if (code === 'EACCES') return 'SEQR_MACHINE_PORT: that port is not allowed.';
  return error.message;
}

async function main(): Promise<void> {
  let running: Running;
  try {
    running = await start(readConfig(process.env));
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(1);
  }
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WAIT_MS).unref();
    void stop(running).finally(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('disconnect', end);
}

await main();
