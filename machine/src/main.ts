/**
 * The machines' program: reads its settings, runs the fleet, serves the panel. Prints one JSON line
 * on stdout once the panel answers; the broker may come later. Ends cleanly on SIGTERM, SIGINT, or
 * when the program that started it with a channel is gone.
 */

import { readConfig } from './config.ts';
import { readFleet } from './fleet.ts';
import { openRecord } from './record.ts';
import { makeLog, runFleet } from './run.ts';

/** A clean stop that takes longer than this, in ms, is cut short; the record allows for it. */
const STOP_WAIT_MS = 15_000;

/** Starts everything and answers with what stops it again. */
async function start(): Promise<() => Promise<void>> {
  const { fleetPath, recordPath, logLevel, ...config } = readConfig(process.env);
  const fleet = readFleet(fleetPath);
  const record = openRecord(recordPath);
  const running = await runFleet({ ...config, fleet, record, log: makeLog(logLevel) });
  const ready = { event: 'listening', machines: running.address };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  return async () => {
    await running.stop();
    record.close();
  };
}

/** Settings, fleet and record say themselves in one sentence what is wrong; a port does not. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'SEQR_MACHINE_PORT is a port that is in use.';
  if (code === 'EACCES') return 'SEQR_MACHINE_PORT is a port that this user may not open.';
  return error.message;
}

async function main(): Promise<void> {
  let stop: () => Promise<void>;
  try {
    stop = await start();
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(1);
  }
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WAIT_MS).unref();
    void stop().finally(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('disconnect', end);
  // The program that started this one may have ended before anybody listened for that.
  if (process.send && !process.connected) end();
}

await main();
