/**
 * The platform as a program: Unattended Payments Service and SEQR backend. Prints one line of JSON
 * on stdout once it answers; logs go to stderr. Ends cleanly on SIGTERM, SIGINT, and when a parent
 * that it has a channel to is gone.
 */

import './node-version.js';
import { readSettings } from './config.ts';
import type { Logger } from './log.ts';
import { startPlatform, type Platform } from './platform.ts';

/**
 * Runs the platform until it is asked to stop; settles when it has stopped. What prevents the start
 * is one plain sentence a problem on stderr, and exit code 1.
 */
export async function runPlatform(
  environment: Readonly<Record<string, string | undefined>>,
  options: { readonly refuseMovedClock?: boolean } = {},
): Promise<void> {
  const read = readSettings(environment);
  if (!read.ok) return refuse(read.faults.join('\n'));
  // Asked for before the start, so that a signal during it is not lost.
  const asked = askedToStop();
  let platform: Platform;
  try {
    platform = await startPlatform(read.settings, options);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const { url, databasePid, log, failed } = platform;
  process.once('uncaughtException', (bug) => endUnexpectedly(bug, log));
  const ready = { event: 'listening', platform: url, database: databasePid };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  const failure = await Promise.race([asked, failed.then((sentence) => new Error(sentence))]);
  if (failure instanceof Error) refuse(failure.message);
  log.info({ reason: String(failure) }, 'stopping');
  await platform.stop();
}

/** The log of a fatal error is waited for so long. */
const FATAL_FLUSH_MS = 500;

/** A bug. What is in the database is right; a fresh process goes on from there. */
function endUnexpectedly(bug: unknown, log: Logger): void {
  log.fatal({ err: bug }, 'unexpected error; the process ends');
  const end = () => process.exit(1);
  setTimeout(end, FATAL_FLUSH_MS);
  log.flush(end);
}

function refuse(sentences: string): void {
  process.stderr.write(`${sentences}\n`);
  process.exitCode = 1;
}

/** Settles with the reason; a second request ends the process at once. */
function askedToStop(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let asked = false;
  const stop = (reason: string): void => {
    if (asked) process.exit(1);
    asked = true;
    resolve(reason);
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.once('disconnect', () => resolve('the parent is gone'));
  // It may have ended before anybody listened for that.
  if (process.send && !process.connected) resolve('the parent is gone');
  return promise;
}

if (import.meta.main) {
  await runPlatform(process.env);
  process.exit();
}
