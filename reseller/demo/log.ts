import type { Log, LogLevel } from '@seqr-ups/reseller';

/**
 * Numbers of pino, so that the sandbox's logs read alike. An alarm is what a person must look at.
 */
const LEVELS: { readonly [L in LogLevel]: number } = { debug: 20, info: 30, warn: 40, alarm: 50 };

/** Writes one JSON line an event to stderr, from `info` on, or from `debug` on. */
export const jsonLog =
  (debug: boolean): Log =>
  (level, event, fields = {}) => {
    if (level === 'debug' && !debug) return;
    const line = {
      level: LEVELS[level],
      time: Date.now(),
      name: 'reseller',
      ...(level === 'alarm' ? { alarm: true } : {}),
      ...fields,
      msg: event,
    };
    process.stderr.write(`${JSON.stringify(line)}\n`);
  };
