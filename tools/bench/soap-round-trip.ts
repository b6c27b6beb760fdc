/**
 * Requests a second over loopback HTTP with connections kept alive: our HTTP server with our SOAP
 * edge's body handling and codec, against the server of npm's `soap`; the same constant answer, the
 * same load, by turns.
 */

import { fileURLToPath } from 'node:url';
import { processorOf } from './soap-processor.ts';
import { requestBytes } from './soap-exchange.ts';
import type { LoadClient } from './soap-load-client.ts';
import { startWorker } from './soap-process.ts';
import type { ServerOrder, ServerReport } from './soap-server.ts';
import { median, ratioByTurns } from './soap-statistics.ts';

const SERVER = fileURLToPath(new URL('soap-server.ts', import.meta.url));
const CONNECTIONS = 32;
/** One turn of one server; then it is the other's. */
const TURN_MS = 700;
/** Turns of each that only warm it up. */
const WARM_TURNS = 2;

/** One server in one turn; processor time of the server a request, null where unknown. */
type Turn = { readonly perSecond: number; readonly cpuMs: number | null };

/** Requests a second, medians of the turns; `ratio` is that of the turns. */
export type RoundTripFigures = {
  readonly oursPerSecond: number | null;
  readonly theirsPerSecond: number | null;
  readonly ratio: number | null;
  readonly oursCpuMs: number | null;
  readonly theirsCpuMs: number | null;
  readonly cpuRatio: number | null;
  readonly turns: number;
};

/** Measures for about `forMs`. Throws when a server answers anything but a success. */
export async function measureRoundTrip(load: LoadClient, forMs: number): Promise<RoundTripFigures> {
  const servers = (['OURS', 'THEIRS'] as const).map((order) => ({
    order,
    worker: startWorker<ServerOrder, ServerReport>(SERVER),
  }));
  try {
    const [ours, theirs] = await Promise.all(
      servers.map(async ({ order, worker }) => {
        const { origin } = await worker.ask(order);
        return () => takeTurn(load, { origin, pid: worker.pid });
      }),
    );
    if (!ours || !theirs) throw new Error('two servers are needed');
    for (let turn = 0; turn < WARM_TURNS; turn += 1) {
      await ours();
      await theirs();
    }
    const turns: { readonly ours: Turn; readonly theirs: Turn }[] = [];
    for (const end = performance.now() + forMs; performance.now() < end;) {
      turns.push({ ours: await ours(), theirs: await theirs() });
    }
    return figures(turns);
  } finally {
    for (const { worker } of servers) worker.stop();
  }
}

async function takeTurn(
  load: LoadClient,
  server: { readonly origin: string; readonly pid: number },
): Promise<Turn> {
  const cpuMs = processorOf(server.pid, { family: false });
  const { answers, tookMs } = await load.ask('ANSWERED', {
    kind: 'THROUGHPUT',
    origin: server.origin,
    envelope: requestBytes(),
    connections: CONNECTIONS,
    forMs: TURN_MS,
  });
  const spentMs = cpuMs();
  return {
    perSecond: (answers * 1_000) / tookMs,
    cpuMs: spentMs === null ? null : spentMs / answers,
  };
}

function figures(
  turns: readonly { readonly ours: Turn; readonly theirs: Turn }[],
): RoundTripFigures {
  const cpu = (whose: 'ours' | 'theirs') => turns.flatMap((turn) => turn[whose].cpuMs ?? []);
  return {
    oursPerSecond: median(turns.map(({ ours }) => ours.perSecond)),
    theirsPerSecond: median(turns.map(({ theirs }) => theirs.perSecond)),
    ratio: ratioByTurns(
      turns.map(({ ours, theirs }) => ({ first: ours.perSecond, second: theirs.perSecond })),
    ),
    oursCpuMs: median(cpu('ours')),
    theirsCpuMs: median(cpu('theirs')),
    cpuRatio: ratioByTurns(
      turns.flatMap(({ ours, theirs }) =>
        ours.cpuMs === null || theirs.cpuMs === null
          ? []
          : [{ first: theirs.cpuMs, second: ours.cpuMs }],
      ),
    ),
    turns: turns.length,
  };
}
