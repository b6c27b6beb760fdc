/** Puts a fleet together: each machine on the record, its link, and the panel over all of them. */

import fastify, { type FastifyBaseLogger } from 'fastify';
import type { FleetMachine } from '@seqr-ups/contract';
import { linkMachine } from './link.ts';
import { Machine } from './machine.ts';
import { buildPanel } from './panel.ts';
import type { MachineRecord } from './record.ts';

/** What runs, and where. */
export type FleetOptions = {
  readonly fleet: readonly FleetMachine[];
  readonly record: MachineRecord;
  readonly mqttUrl: string;
  /** Of the panel, on loopback; 0 picks a free one. */
  readonly port: number;
  readonly merchantId: string;
  /** Where customers open the wallet; the panel then leads there. */
  readonly walletUrl?: string | null;
  readonly log: FastifyBaseLogger;
  /** Where the panel's built page lies; by default where the build leaves it. */
  readonly pageDir?: string;
};

/** A running fleet. */
export type RunningFleet = {
  /** The panel's address, such as `http://127.0.0.1:8081`. */
  readonly address: string;
  readonly machines: ReadonlyMap<string, Machine>;
  /** Lets running vends end, locks, says goodbye. The record stays open: it is the caller's. */
  stop(): Promise<void>;
};

/**
 * Starts a fleet. Answers once the panel listens; the broker may come later.
 *
 * @throws the system's error when the port cannot be had.
 */
export async function runFleet(options: FleetOptions): Promise<RunningFleet> {
  const { fleet, record, mqttUrl, port, merchantId, walletUrl = null, log, pageDir } = options;
  const machines = new Map(
    fleet.map((machine) => [machine.token, new Machine(machine, record, log)]),
  );
  const panel = await buildPanel({
    machines,
    merchantId,
    walletUrl,
    log,
    ...(pageDir && { pageDir }),
  });
  const address = await panel.listen({ host: '127.0.0.1', port });
  const links = [...machines.values()].map((machine) => linkMachine(machine, mqttUrl, log));
  return {
    address,
    machines,
    stop: async () => {
      // Vends first, so that whoever waits at the panel hears how theirs ended.
      await Promise.allSettled([...machines.values()].map((machine) => machine.stop()));
      await Promise.allSettled([panel.close(), ...links.map((link) => link.close())]);
    },
  };
}

/** Fastify brings the logger; logs go to stderr, stdout is for the ready line. */
export function makeLog(level: string): FastifyBaseLogger {
  return fastify({ logger: { level, stream: process.stderr } }).log;
}
