/** The figures of the SOAP benchmark: a table for people and one line of JSON for programs. */

import Table from 'cli-table3';
import type { CodecFigures } from './soap-codec.ts';
import { reasonsOf } from './soap-flood.ts';
import type { FloodFigures } from './soap-flood.ts';
import type { PollingFigures } from './soap-polling.ts';
import type { QueryCount } from './soap-queries.ts';
import type { RoundTripFigures } from './soap-round-trip.ts';
import { rounded } from './statistics.ts';

/** All that was measured. `machineLoad`: the one-minute load average before and after. */
export type SoapMeasured = {
  readonly bytes: number;
  readonly codec: CodecFigures;
  readonly roundTrip: RoundTripFigures;
  readonly queries: readonly QueryCount[];
  readonly polling: PollingFigures;
  readonly flood: FloodFigures;
  readonly machineLoad: readonly [number, number];
};

/** The object of the last line. */
export function figures(measured: SoapMeasured) {
  const { codec, roundTrip, polling, flood, queries } = measured;
  const tidy = (value: number | null): number | null => (value === null ? null : rounded(value));
  return {
    exchangeBytes: measured.bytes,
    codec,
    roundTrip,
    polling: {
      ...polling,
      pollsPerSecond: tidy(polling.pollsPerSecond),
      platformCpuMs: tidy(polling.platformCpuMs),
      databaseCpuMs: tidy(polling.databaseCpuMs),
      databaseCalls: tidy(polling.databaseCalls),
      failures: polling.failures.length,
    },
    roundTripsToDatabase: Object.fromEntries(
      queries.map(({ operation, roundTrips }) => [operation, roundTrips]),
    ),
    flood: {
      ...flood,
      guessesPerSecond: tidy(flood.guessesPerSecond),
      p99Ratio: tidy(flood.p99Ratio),
      otherFailures: flood.otherFailures.length,
      attackedFailures: flood.attackedFailures.length,
    },
    machineLoad: measured.machineLoad.map(rounded),
  };
}

/** The figures in words. */
export function table(measured: SoapMeasured): string {
  const { codec, roundTrip, polling, flood, queries, machineLoad } = measured;
  const found = figures(measured);
  const rows = new Table({
    head: ['', 'figure', 'goal', 'how it was measured'],
    style: { head: [], border: [], compact: true },
  });
  const rates = (one: { oursPerSecond: number | null; theirsPerSecond: number | null }): string =>
    `${one.oursPerSecond?.toFixed(0)}/s, ${one.theirsPerSecond?.toFixed(0)}/s with npm soap`;
  rows.push(
    ['codec', `${codec.ratio} ×`, '≥ 3', `${rates(codec)}; ${measured.bytes} B, one process`],
    ['server', `${roundTrip.ratio} ×`, '≥ 2', `requests: ${rates(roundTrip)}`],
    [
      'server, processor',
      `${roundTrip.cpuRatio} ×`,
      '',
      `${roundTrip.oursCpuMs} ms a request, ${roundTrip.theirsCpuMs} ms with npm soap`,
    ],
    [
      'poll, platform',
      `${found.polling.platformCpuMs} ms`,
      '< 0.5',
      `processor a poll; ${polling.terminals} terminals, ${found.polling.pollsPerSecond}/s`,
    ],
    ['poll, PostgreSQL', `${found.polling.databaseCpuMs} ms`, '', 'processor a poll, all backends'],
    [
      'poll, database calls',
      String(found.polling.databaseCalls),
      '',
      'background loops too; polls share reads of principals',
    ],
    ['poll, latency', `p50 ${polling.p50Ms} ms, p99 ${polling.p99Ms} ms`, '', ''],
    ['poll, failures', String(polling.failures.length), '0', `of ${polling.polls} polls`],
    [
      'flood, others’ p99',
      `${found.flood.p99Ratio} ×`,
      '≤ 1.2',
      `${flood.floodP99Ms} ms, quiet ${flood.quietP99Ms} ms; ${flood.p99RatioByTurns} × by turns`,
    ],
    ['flood, its first 1.5 s', `p99 ${flood.onsetP99Ms} ms`, '', 'not part of the above'],
    ['flood, others’ p50', `${flood.floodP50Ms} ms`, '', `quiet ${flood.quietP50Ms} ms`],
    [
      'flood, failures',
      `${flood.otherFailures.length}, ${flood.attackedFailures.length}`,
      '0, 0',
      `of ${flood.otherCalls} calls of others, ${flood.attackedCalls} of the attacked shop`,
    ],
    [
      'wrong passwords',
      String(flood.guesses),
      '',
      `${found.flood.guessesPerSecond}/s, answered ${codesOf(flood)}`,
    ],
    ['load of the machine', machineLoad.map((value) => value.toFixed(1)).join(', '), '', ''],
  );
  const trips = new Table({
    head: ['operation', 'database round trips', 'answered'],
    style: { head: [], border: [], compact: true },
  });
  for (const { operation, roundTrips, resultCode } of queries) {
    trips.push([operation, roundTrips, resultCode]);
  }
  return [
    rows.toString(),
    trips.toString(),
    ...reasonsOf(polling.failures).map((reason) => `poll failed ${reason}`),
    ...reasonsOf(flood.otherFailures).map((reason) => `call of another failed ${reason}`),
    ...reasonsOf(flood.attackedFailures).map((reason) => `call of the attacked failed ${reason}`),
  ].join('\n');
}

const codesOf = (flood: FloodFigures): string =>
  Object.entries(flood.codes)
    .map(([code, times]) => `${code} ${times} times`)
    .join(', ');
